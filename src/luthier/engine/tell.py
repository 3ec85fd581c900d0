"""The single place where outcomes are judged: what an objective returned, or was told, is COMPLETE, PRUNED or FAILED.

    a number per objective              COMPLETE   infinities are numbers
    NaN, None, text, wrong length       FAILED     the reason says expected and got
    TrialPruned                         PRUNED     with the last report as its value, when there is a usable one
    another exception, a dead worker    FAILED     with traceback and output tail

NaN never becomes a value, so it can never win a comparison later on.
"""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from luthier.base.numbers import as_float
from luthier.records.messages import Ended, Ending
from luthier.records.state import TrialState

__all__ = ["RETURNED", "Outcome", "as_values", "judge"]

#: How the reason begins where an objective returned no values; where they came another way, it begins otherwise.
RETURNED = "The objective should return"


class Outcome(NamedTuple):
    """What a trial came to. `reason` says why it is not COMPLETE."""

    state: TrialState
    values: tuple[float, ...] | None = None
    reason: str | None = None


def judge(ended: Ended, *, objectives: int, last_report: float | None) -> Outcome:
    """Judge one attempt.

    Args:
        ended: how it ended.
        objectives: how many values the study wants.
        last_report: what the trial reported last, in the user's direction; None when it reported nothing.
    """
    if ended.ending is Ending.RETURNED:
        return as_values(ended.result, objectives)
    if ended.ending is Ending.PRUNED:
        usable = last_report is not None and not math.isnan(last_report)
        values = (last_report,) if usable and last_report is not None and objectives == 1 else None
        return Outcome(TrialState.PRUNED, values, ended.reason)
    return Outcome(TrialState.FAILED, None, ended.reason or ended.ending.value)


def as_values(result: Any, objectives: int, said: str = RETURNED) -> Outcome:
    """COMPLETE with the values in `result`, or FAILED with the reason that it has none, which begins as `said`."""
    if type(result) is float and objectives == 1:
        if result == result:  # noqa: PLR0124 - the cheapest test for NaN, on every trial's path
            return Outcome(TrialState.COMPLETE, (result,))
        return rejected(said, "a number", "nan")
    several = isinstance(result, Sequence) and not isinstance(result, str | bytes)
    items = list(result) if several else [result]
    if len(items) != objectives:
        wanted = f"{objectives} value{'s' * (objectives > 1)}"
        return rejected(said, wanted, f"{len(items)}: {short(result)}")
    values = [as_float(item) for item in items]
    if any(value is None for value in values):
        return rejected(said, "a number" if objectives == 1 else f"{objectives} numbers", short(result))
    if any(math.isnan(value) for value in values if value is not None):
        return rejected(said, "a number", "nan" if objectives == 1 else short(result))
    return Outcome(TrialState.COMPLETE, tuple(value for value in values if value is not None))


def rejected(said: str, expected: str, got: str) -> Outcome:
    """FAILED because of what the objective returned, or what was told."""
    return Outcome(TrialState.FAILED, None, f"{said} {expected}, got {got}.")


def short(value: Any) -> str:
    """A representation that fits one line."""
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001 - the user's own __repr__ may fail in any way
        text = type(value).__qualname__
    return text if len(text) <= 80 else f"{text[:77]}..."
