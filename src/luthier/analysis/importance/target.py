"""What a user wants to know about instead of the objective: a function of a trial that returns a number."""

from collections.abc import Callable

from luthier.base.errors import InvalidInput, explain
from luthier.base.numbers import as_float
from luthier.records.trial import TrialRecord

__all__ = ["Target", "check_target", "told"]

#: Any number of a trial, such as its duration; None for a trial that has none.
Target = Callable[[TrialRecord], float | None]


def check_target(target: object) -> None:
    """Raise InvalidInput unless that is a function."""
    if not callable(target):
        fix = "Pass a function of a trial, such as target=lambda trial: trial.duration."
        raise InvalidInput(explain("a function as target", repr(target), fix))


def told(target: Target, record: TrialRecord) -> float | None:
    """What `target` says of a trial.

    Raises:
        InvalidInput: that is no number, or `target` is no function.
    """
    check_target(target)
    answer = target(record)
    number = as_float(answer)
    if number is None and answer is not None:
        fix = "Return one number, as target=lambda trial: trial.values[0] does for one of several objectives."
        raise InvalidInput(explain("a number or None from target", repr(answer), fix))
    return number
