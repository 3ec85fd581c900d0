"""The exceptions that Optuna documents; each is luthier's own one too, where there is one."""

from luthier.base import errors

__all__ = [
    "CLIUsageError",
    "DuplicatedStudyError",
    "ExperimentalWarning",
    "OptunaError",
    "StorageInternalError",
    "TrialPruned",
    "UpdateFinishedTrialError",
]


class OptunaError(Exception):
    """Base of the errors of this door."""


class TrialPruned(errors.TrialPruned, OptunaError):  # noqa: N818 - the name that scripts raise
    """Raised by an objective to end its trial early; its last report becomes its value."""


class CLIUsageError(OptunaError):
    """A command line that makes no sense. luthier's own command line never raises it."""


class StorageInternalError(OptunaError, errors.StorageError):
    """The store cannot be opened, read or written."""


class DuplicatedStudyError(OptunaError, errors.StudyExists):
    """A study of that name exists in the store."""


class UpdateFinishedTrialError(OptunaError, errors.IllegalTransition, RuntimeError):
    """A finished trial cannot change any more."""


class ExperimentalWarning(Warning):
    """What Optuna warns of with experimental features. Nothing here is: it is never shown."""
