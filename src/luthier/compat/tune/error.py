"""The error of an experiment with failed trials, and of wrong use of this door."""

from luthier.base.errors import LuthierError

__all__ = ["TuneError"]


class TuneError(LuthierError):
    """Trials of an experiment failed, or it cannot be run as asked."""
