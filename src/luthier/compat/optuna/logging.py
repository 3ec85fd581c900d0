"""What is logged, and where it goes: Optuna's verbs for the logger that all of luthier writes to."""

import logging
from logging import CRITICAL, DEBUG, ERROR, FATAL, INFO, WARN, WARNING

from luthier.base.log import logger, show_by_default

__all__ = [
    "CRITICAL",
    "DEBUG",
    "ERROR",
    "FATAL",
    "INFO",
    "WARN",
    "WARNING",
    "disable_default_handler",
    "disable_propagation",
    "enable_default_handler",
    "enable_propagation",
    "get_logger",
    "get_verbosity",
    "set_verbosity",
]

#: The name of the original's logger.
OPTUNA = "optuna"

#: Keeps the default handler away: a logger that has any handler gets none by default.
QUIET = logging.NullHandler()


def get_logger(name: str) -> logging.Logger:
    """The logger of that name; for "optuna" that of luthier, which says what Optuna would."""
    return logger if name == OPTUNA else logging.getLogger(name)


def get_verbosity() -> int:
    """The level from which messages are shown."""
    return logger.level or INFO


def set_verbosity(verbosity: int) -> None:
    """Show messages of this level and above."""
    logger.setLevel(verbosity)


def disable_default_handler() -> None:
    """Stop writing to standard error."""
    for handler in list(logger.handlers):
        if type(handler) is logging.StreamHandler:
            logger.removeHandler(handler)
    logger.addHandler(QUIET)


def enable_default_handler() -> None:
    """Write to standard error again, unless the program configured logging itself."""
    logger.removeHandler(QUIET)
    show_by_default()


def disable_propagation() -> None:
    """Keep messages from the handlers of the root logger."""
    logger.propagate = False


def enable_propagation() -> None:
    """Hand messages to the handlers of the root logger too."""
    logger.propagate = True
