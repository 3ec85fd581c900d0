"""The errors of the stand-in."""

import sys

__all__ = ["AbsentError", "CommError", "ConfigError", "Error", "Stopped", "UsageError", "absent", "say_once"]

#: What was said already.
SAID: set[str] = set()


class Error(Exception):
    """Base of the original's errors."""


class UsageError(Error):
    """A function was called when it could not be."""


class CommError(Error):
    """Nothing here talks to a server: never raised, for scripts that catch it."""


class ConfigError(Error):
    """A value of the configuration was changed without leave."""


class Stopped(BaseException):
    """Ends a function whose run is stopped early; no `except Exception` holds it up."""


class AbsentError(NotImplementedError, AttributeError):
    """A part of the original that the stand-in lacks: also for programs that ask `hasattr` first."""


def absent(what: str, instead: str) -> AbsentError:
    """The error for what the stand-in cannot do."""
    return AbsentError(f"Expected a part of wandb that luthier has, got {what}. {instead}")


def say_once(text: str) -> None:
    """Tell the user something, the first time only."""
    if text not in SAID:
        SAID.add(text)
        sys.stderr.write(f"luthier: {text}\n")
