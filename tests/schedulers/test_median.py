"""The median rule and its percentiles."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.base.errors import InvalidInput
from luthier.records.curves import Curves
from luthier.records.messages import Decision
from luthier.schedulers import Median, Percentile, Scheduler
from luthier.testing.schedulers import run_trial

GO, STOP = Decision.CONTINUE, Decision.STOP
NEW = 99


def completed(*columns: list[float]) -> Curves:
    """Complete trials, each with its values from step 0 on."""
    curves = Curves()
    for trial, values in enumerate(columns):
        for step, value in enumerate(values):
            curves.add(trial, step, value)
        curves.complete(trial)
    return curves


def flat(*values: float, steps: int = 10) -> Curves:
    """Complete trials that report the same value at every step."""
    return completed(*[[value] * steps for value in values])


def decide(scheduler: Scheduler, curves: Curves, value: float, step: int = 0) -> Decision:
    curves.add(NEW, step, value)
    return scheduler.on_report(curves, NEW)


@pytest.mark.parametrize(("value", "decision"), [(2.9, GO), (3.0, GO), (3.1, STOP), (math.nan, STOP)])
def test_what_is_worse_than_the_median_is_stopped(value: float, decision: Decision) -> None:
    assert decide(Median(), flat(1, 2, 3, 4, 5), value) is decision


@pytest.mark.parametrize(
    ("percentile", "worst_kept"), [(0, 1.0), (25, 2.0), (50, 3.0), (75, 4.0), (100, 5.0)]
)
def test_a_percentile_keeps_what_would_be_among_the_best(percentile: float, worst_kept: float) -> None:
    scheduler = Percentile(percentile)
    assert decide(scheduler, flat(1, 2, 3, 4, 5), worst_kept) is GO
    assert decide(scheduler, flat(1, 2, 3, 4, 5), worst_kept + 0.01) is STOP


def test_the_best_value_so_far_counts_and_not_the_newest() -> None:
    curves = completed(*[[5.0, float(value)] for value in range(1, 6)])
    assert decide(Median(), curves, 2.0, step=0) is GO
    assert decide(Median(), curves, 9.0, step=1) is GO


def test_others_count_with_their_value_at_the_same_step() -> None:
    curves = completed(*[[1.0, 9.0]] * 5)
    assert decide(Median(), curves, 5.0, step=1) is GO


def test_nobody_is_stopped_before_enough_trials_are_complete() -> None:
    assert decide(Median(), flat(1, 2, 3, 4), 9.0) is GO
    assert decide(Median(n_startup_trials=4), flat(1, 2, 3, 4), 9.0) is STOP


def test_trials_that_were_stopped_are_not_compared_with() -> None:
    curves = flat(1, 2, 3, 4, 5)
    for trial in range(10, 20):
        curves.add(trial, 0, -1.0)
    assert decide(Median(), curves, 3.0) is GO


def test_nobody_is_stopped_where_too_few_reported_the_step() -> None:
    curves = completed([1.0, 1.0], [1.0, 1.0], [1.0], [1.0], [1.0])
    assert decide(Median(n_min_trials=3), curves, 9.0, step=1) is GO
    assert decide(Median(n_min_trials=2), completed([1.0, 1.0], *[[1.0, 1.0]] * 4), 9.0, step=1) is STOP


@pytest.mark.parametrize(
    ("arguments", "judged"),
    [
        ({}, list(range(10))),
        ({"n_warmup_steps": 4}, [4, 5, 6, 7, 8, 9]),
        ({"interval_steps": 4}, [0, 4, 8]),
        ({"n_warmup_steps": 1, "interval_steps": 3}, [1, 4, 7]),
    ],
)
def test_warm_up_and_interval(arguments: dict[str, int], judged: list[int]) -> None:
    scheduler, curves = Median(**arguments), flat(1, 2, 3, 4, 5)
    assert [step for step in range(10) if decide(scheduler, curves, 9.0, step) is STOP] == judged


def test_a_sparse_reporter_is_judged_at_its_first_report_of_an_interval() -> None:
    scheduler, curves = Median(interval_steps=5), flat(1, 2, 3, 4, 5, steps=20)
    assert [step for step in (3, 4, 7, 9, 16) if decide(scheduler, curves, 9.0, step) is STOP] == [3, 7, 16]


def test_infinities_among_the_complete_trials_leave_the_best_alone() -> None:
    curves = flat(-math.inf, 1, 2, 3, math.inf)
    assert decide(Percentile(10), curves, -math.inf) is GO
    assert decide(Percentile(10), flat(-math.inf, 1, 2, 3, math.inf), -1e300) is STOP


def test_what_others_reported_as_nan_is_no_bar() -> None:
    """Three of five: as if the two others had reported alone; nothing but NaN is stopped at any step."""
    curves = completed(*[[1.0, value] for value in (1.0, 2.0, math.nan, math.nan, math.nan)])
    assert decide(Median(), curves, 50.0, 1) is STOP
    assert Median().on_report(completed(*[[1.0]] * 5), NEW) is GO
    assert decide(Median(), completed(*[[1.0]] * 5), math.nan, 7) is STOP
    assert decide(Median(), completed(*[[math.nan]] * 5), 50.0) is GO


@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=20), st.floats(0, 100))
def test_a_trial_as_good_as_the_best_goes_on_at_any_percentile(
    values: list[float], percentile: float
) -> None:
    scheduler = Percentile(percentile, n_startup_trials=0)
    assert run_trial(scheduler, flat(*values), NEW, [min(values)] * 3) is None


def test_the_median_is_the_fiftieth_percentile() -> None:
    for value in (2.0, 3.0, 4.0):
        decisions = {
            decide(scheduler, flat(1, 2, 3, 4, 5), value) for scheduler in (Median(), Percentile(50))
        }
        assert len(decisions) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"percentile": 101},
        {"percentile": math.nan},
        {"percentile": "25"},
        {"percentile": 50, "n_startup_trials": "5"},
        {"percentile": 50, "n_startup_trials": -1},
        {"percentile": 50, "n_warmup_steps": -1},
        {"percentile": 50, "interval_steps": 0},
        {"percentile": 50, "n_min_trials": 0},
    ],
    ids=str,
)
def test_a_wrong_argument_is_named(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match=list(wrong)[-1]):
        Percentile(**wrong)


def test_the_median_checks_its_arguments_too() -> None:
    with pytest.raises(InvalidInput, match="interval_steps >= 1, got 0"):
        Median(interval_steps=0)
