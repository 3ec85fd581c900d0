"""Hyperband's brackets: who is in which, and who is ranked with whom."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.base.errors import InvalidInput
from luthier.records.curves import Curves
from luthier.records.messages import Decision
from luthier.schedulers import Hyperband
from luthier.testing.schedulers import run_trial

GO, STOP = Decision.CONTINUE, Decision.STOP


@pytest.mark.parametrize(
    ("scheduler", "firsts"),
    [
        (Hyperband(max_resource=81), [1, 3, 9, 27, 81]),
        (Hyperband(max_resource=243), [1, 3, 9, 27, 81, 243]),
        (Hyperband(max_resource=80), [1, 3, 9, 27]),
        (Hyperband(min_resource=5, max_resource=80, reduction_factor=4), [5, 20, 80]),
        (Hyperband(), [1, 3, 9, 27]),
    ],
)
def test_brackets_start_at_every_rung_up_to_the_end(scheduler: Hyperband, firsts: list[int]) -> None:
    assert [bracket.min_resource for bracket in scheduler.brackets] == firsts


@given(st.integers(0, 10**9), st.integers(2, 10**6), st.integers(2, 6))
def test_every_trial_has_exactly_one_bracket(trial: int, end: int, factor: int) -> None:
    scheduler = Hyperband(max_resource=end, reduction_factor=factor)
    assert [bracket for bracket in scheduler.brackets if trial in bracket] == [scheduler.bracket_of(trial)]


@pytest.mark.parametrize("n", [10, 30, 100, 1000])
def test_every_prefix_of_the_study_has_the_shares_of_equal_budgets(n: int) -> None:
    """Algorithm 1 starts about η^s / (s + 1) trials in bracket s; no prefix is off by three trials."""
    scheduler = Hyperband(max_resource=81)
    weights = [3**s / (s + 1) for s in (4, 3, 2, 1, 0)]
    for bracket, weight in zip(scheduler.brackets, weights, strict=True):
        members = sum(trial in bracket for trial in range(n))
        assert abs(members - n * weight / sum(weights)) < 3


def test_the_first_trial_is_in_the_most_aggressive_bracket() -> None:
    assert Hyperband(max_resource=81).bracket_of(0).min_resource == 1


def test_only_trials_of_one_bracket_are_ranked_together() -> None:
    """The worst of all goes on at a step where everybody else is of another bracket."""
    scheduler, curves = Hyperband(max_resource=27), Curves()
    first, second = scheduler.brackets[:2]
    rivals = [trial for trial in range(100) if trial in first]
    lone = next(trial for trial in range(100) if trial in second)
    for trial in rivals:
        curves.add(trial, 3, 0.0)
    curves.add(lone, 3, 1.0)
    assert scheduler.on_report(curves, lone) is GO
    late = next(trial for trial in range(100, 200) if trial in first)
    curves.add(late, 3, 1.0)
    assert scheduler.on_report(curves, late) is STOP


def test_a_bracket_whose_first_rung_is_the_end_runs_in_full() -> None:
    scheduler = Hyperband(max_resource=9)
    full = next(trial for trial in range(100) if trial in scheduler.brackets[-1])
    assert run_trial(scheduler, Curves(), full, [math.nan] * 20) is None


def test_equal_schedulers_share_their_columns() -> None:
    """Each process builds its own; a column is named by the rule of its bracket and not by an object."""
    curves, one, other = Curves(), Hyperband(max_resource=27), Hyperband(max_resource=27)
    assert one == other
    assert curves.rung(1, 3, one.brackets[0]) is curves.rung(1, 3, other.brackets[0])


@pytest.mark.parametrize(
    "wrong", [{"min_resource": 0}, {"max_resource": 1}, {"reduction_factor": 1}], ids=lambda w: next(iter(w))
)
def test_a_wrong_argument_is_named(wrong: dict[str, int]) -> None:
    with pytest.raises(InvalidInput, match=next(iter(wrong))):
        Hyperband(**wrong)
