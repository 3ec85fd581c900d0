"""What a user wants to know about instead of the objective: a function of a trial that returns a number."""

from collections.abc import Callable

from luthier.base.errors import InvalidInput, explain
from luthier.base.numbers import as_float
from luthier.records.trial import TrialRecord

__all__ = ["Target", "told"]

#: Any number of a trial, such as its duration; None for a trial that has none.
Target = Callable[[TrialRecord], float | None]


def told(target: Target, record: TrialRecord) -> float | None:
    """What `target` says of a trial.

    Raises:
        InvalidInput: that is no number, or `target` is no function.
    """
    if not callable(target):
        fix = "Pass a function of a trial, such as target=lambda record: record.duration."
        raise InvalidInput(explain("a function as target", repr(target), fix))
    answer = target(record)
    number = as_float(answer)
    if number is None and answer is not None:
        fix = (
            "Return one number, as target=lambda record: record.values[0] does for one of several objectives."
        )
        raise InvalidInput(explain("a number or None from target", repr(answer), fix))
    return number
