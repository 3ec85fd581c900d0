"""Patience: reports without improvement are counted before anyone is asked."""

import math
from typing import Any

import pytest

from luthier.base.errors import InvalidInput
from luthier.records.curves import Curves
from luthier.schedulers import ASHA, Median, Patience, Percentile, Threshold
from luthier.testing.schedulers import run_trial


@pytest.mark.parametrize(
    ("values", "stopped"),
    [
        ([3.0, 2.0, 1.0, 0.5, 0.4, 0.3], None),
        ([3.0, 3.0, 3.0, 3.0], 2),
        ([3.0, 4.0, 2.0, 2.5, 2.5, 1.0], 4),
        ([3.0, math.nan, math.nan, 1.0], 2),
        ([math.nan, math.nan, math.nan], 2),
        ([math.nan, math.nan, 5.0, 4.0], None),
        ([math.nan, 5.0, 4.0, 3.0], None),
        ([math.inf, math.inf, math.inf], 2),
        ([math.inf, 1.0, -math.inf, 0.0], None),
    ],
    ids=str,
)
def test_two_reports_may_bring_nothing(values: list[float], stopped: int | None) -> None:
    """With nobody to ask, a trial is stopped at the second report in a row that brings no improvement."""
    assert run_trial(Patience(None, patience=2), Curves(), 0, values) == stopped


def test_an_improvement_must_pass_min_delta() -> None:
    values = [1.0 - 0.1 * step for step in range(8)]
    assert run_trial(Patience(None, patience=1, min_delta=0.05), Curves(), 0, values) is None
    assert run_trial(Patience(None, patience=1, min_delta=0.15), Curves(), 0, values) == 1
    assert run_trial(Patience(None, patience=3, min_delta=0.15), Curves(), 0, values) is None


def test_the_wrapped_scheduler_decides_about_a_trial_that_rests() -> None:
    """Alone the threshold stops at the first report; patient, at the first one that brings nothing."""
    values = [9.0, 8.0, 8.0, 7.0]
    assert run_trial(Threshold(upper=5.0), Curves(), 0, values) == 0
    assert run_trial(Patience(Threshold(upper=5.0), patience=1), Curves(), 0, values) == 2
    assert run_trial(Patience(Threshold(upper=50.0), patience=1), Curves(), 0, values) is None


def test_no_patience_asks_at_every_report() -> None:
    curves = Curves()
    curves.add(0, 1, 0.0)
    assert run_trial(Patience(ASHA(), patience=0), curves, 1, [3.0, 2.0, 1.0]) == 1


def test_a_wrong_argument_is_named() -> None:
    with pytest.raises(InvalidInput, match="patience >= 0, got -1"):
        Patience(None, patience=-1)
    with pytest.raises(InvalidInput, match="min_delta >= 0, got nan"):
        Patience(None, patience=1, min_delta=math.nan)
    with pytest.raises(InvalidInput, match="min_delta >= 0, got '0'"):
        Patience(None, patience=1, min_delta="0")  # type: ignore[arg-type]  # what a user may pass
    with pytest.raises(InvalidInput, match="patience >= 0, got '3'"):
        Patience(None, patience="3")  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        ("median", r"got 'median'\. Pass luthier\.schedulers\.Median\(\)\.$"),
        ("ASHA", r"got 'ASHA'\. Pass luthier\.schedulers\.ASHA\(\)\.$"),
        ("patient", r"got 'patient'\. Pass an object such as luthier\.schedulers\.ASHA\(\), or None\.$"),
        (Median, r"got the class Median\. Make one: Median\(\)\.$"),
        (Percentile, r"got the class Percentile\. Make one: Percentile\(percentile=…\)\.$"),
        (3, r"got 3\. Pass an object"),
    ],
)
def test_what_is_no_scheduler_is_refused_when_it_is_made(wrong: Any, advice: str) -> None:
    with pytest.raises(InvalidInput, match="Expected a scheduler or None as `scheduler`, " + advice):
        Patience(wrong, patience=1)
