"""The errors of this door; each is also of the type that the peer documents."""

from luthier.base.errors import InvalidInput, LuthierError

__all__ = ["NoExperimentError", "NotRunError", "TuneError", "WrongUseError"]


class TuneError(LuthierError):
    """Trials of an experiment failed, or it cannot be run as asked."""


class WrongUseError(InvalidInput, TuneError):
    """An argument of a run is wrong."""


class NotRunError(InvalidInput, RuntimeError):
    """There are no results yet."""


class NoExperimentError(InvalidInput, FileNotFoundError):
    """There is no experiment in a directory."""
