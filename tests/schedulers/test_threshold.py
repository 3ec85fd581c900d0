"""Bounds are in the user's own terms, whichever way the study goes."""

import math
from typing import Any

import pytest

from luthier.base.errors import InvalidInput
from luthier.records.curves import Curves
from luthier.records.messages import Decision
from luthier.schedulers import Threshold

GO, STOP = Decision.CONTINUE, Decision.STOP


def decide(scheduler: Threshold, value: float, sign: float = 1.0, step: int = 0) -> Decision:
    """The decision about a value that the user reported, in a study of this sign."""
    curves = Curves(sign)
    curves.add(0, step, sign * value)
    return scheduler.on_report(curves, 0)


@pytest.mark.parametrize("sign", [1.0, -1.0], ids=["minimised", "maximised"])
@pytest.mark.parametrize(
    ("value", "decision"),
    [(0.1, GO), (0.5, GO), (0.9, GO), (0.09, STOP), (0.91, STOP), (math.nan, STOP), (math.inf, STOP)],
)
def test_a_value_outside_the_bounds_is_stopped(value: float, decision: Decision, sign: float) -> None:
    assert decide(Threshold(lower=0.1, upper=0.9), value, sign) is decision


@pytest.mark.parametrize(("value", "decision"), [(-1e308, GO), (math.inf, GO), (math.nan, STOP)])
def test_without_bounds_only_nan_is_stopped(value: float, decision: Decision) -> None:
    assert decide(Threshold(), value) is decision


def test_one_bound_is_enough() -> None:
    assert decide(Threshold(lower=0.3), 1e9) is GO
    assert decide(Threshold(upper=0.3), -1e9) is GO


def test_warm_up_and_interval() -> None:
    scheduler, curves = Threshold(upper=1.0, n_warmup_steps=2, interval_steps=3), Curves()
    stopped = []
    for step in range(10):
        curves.add(0, step, 2.0)
        if scheduler.on_report(curves, 0) is STOP:
            stopped.append(step)
    assert stopped == [2, 5, 8]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"lower": 2.0, "upper": 1.0}, "lower <= upper"),
        ({"lower": math.nan}, "lower <= upper"),
        ({"lower": "0"}, r"numbers, lower <= upper, got \['0', inf\]"),
        ({"upper": None}, r"numbers, lower <= upper, got \[-inf, None\]"),
        ({"n_warmup_steps": "3"}, "n_warmup_steps >= 0, got '3'"),
        ({"n_warmup_steps": -1}, "n_warmup_steps >= 0"),
        ({"interval_steps": 0}, "interval_steps >= 1"),
    ],
)
def test_a_wrong_argument_is_named(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidInput, match=named):
        Threshold(**wrong)
