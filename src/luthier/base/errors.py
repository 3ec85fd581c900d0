"""Every error that luthier raises, drawn as one tree.

    LuthierError
    ├── InvalidInput (ValueError)       an argument is wrong: says expected, got, do this
    │   ├── InvalidDomain               a search range cannot exist
    │   └── NotStorable                 a value has no durable form, or an objective cannot be shipped
    ├── StudyExists                     the name is taken
    ├── StudyNotFound (KeyError)        no study of that name
    ├── StorageError                    the store cannot be opened, read or written
    │   └── NewerSchema                 the store was written by a newer luthier
    ├── IllegalTransition               a trial cannot go from this state to that one
    ├── LeaseLost                       another worker owns the trial now: this write changed nothing
    ├── NoTrials (ValueError)           a question about the best trial before there is one
    ├── SpaceExhausted                  a finite space has nothing left to propose
    ├── ObjectiveFailed                 an objective raised where no traceback can travel
    └── MissingExtra (ImportError)      an optional dependency is not installed

    TrialPruned                         raised by an objective, a signal and not an error

The message of every error has three parts: what was expected, what came instead, and what to do.
"""

__all__ = [
    "IllegalTransition",
    "InvalidDomain",
    "InvalidInput",
    "LeaseLost",
    "LuthierError",
    "MissingExtra",
    "NewerSchema",
    "NoTrials",
    "NotStorable",
    "ObjectiveFailed",
    "SpaceExhausted",
    "StorageError",
    "StudyExists",
    "StudyNotFound",
    "TrialPruned",
    "explain",
]


def explain(expected: str, got: str, fix: str) -> str:
    """The one form of an error message, as in `Expected low <= high, got low=2, high=1. Swap the bounds.`."""
    return f"Expected {expected}, got {got}. {fix}"


class LuthierError(Exception):
    """Base of every error that luthier raises."""


class InvalidInput(LuthierError, ValueError):
    """An argument is wrong."""


class InvalidDomain(InvalidInput):
    """A search range that cannot exist, such as `low > high`."""


class NotStorable(InvalidInput):
    """A value that has no durable form, or an objective that cannot be sent to a worker."""


class StudyExists(LuthierError):
    """A study of that name exists already."""


class StudyNotFound(LuthierError, KeyError):
    """No study of that name exists in the store."""

    def __str__(self) -> str:  # KeyError would show the repr of the message
        return str(self.args[0]) if self.args else ""


class StorageError(LuthierError):
    """The store cannot be opened, read or written."""


class NewerSchema(StorageError):
    """The store was written by a newer luthier than this one."""


class IllegalTransition(LuthierError):
    """A trial cannot go from its state to the one asked for."""


class LeaseLost(LuthierError):
    """The trial belongs to another worker now; the write changed nothing."""


class NoTrials(LuthierError, ValueError):
    """The study has no trial that could answer the question."""


class SpaceExhausted(LuthierError):
    """A finite search space has nothing left to propose."""


class ObjectiveFailed(LuthierError):
    """An objective raised an error in a worker; the worker's traceback is in the message."""


class MissingExtra(LuthierError, ImportError):
    """An optional dependency is not installed."""


class TrialPruned(Exception):
    """Raised by an objective to end its trial early.

    Its state becomes `PRUNED`, and the report of its highest step its value.
    """
