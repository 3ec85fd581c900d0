"""The columns of `Curves` equal a recomputation from scratch, whatever came in, in whatever order."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from luthier.records.curves import Curve, Curves, Ranking

NUMBERS = st.floats() | st.sampled_from([0.0, 1.0, math.nan, math.inf, -math.inf])
TRIALS = st.integers(0, 5)
STEPS = st.integers(-1, 30)
ACTIONS = st.one_of(
    st.tuples(st.just("add"), TRIALS, STEPS, NUMBERS),
    st.tuples(st.just("complete"), TRIALS),
    st.tuples(st.just("exclude"), TRIALS, st.booleans()),
    st.tuples(st.just("forget"), TRIALS),
    st.tuples(st.just("look")),
)
RUNGS = [(1, 3.0), (3, 9.0), (9, math.inf)]


@dataclass(frozen=True)
class Odd:
    """The trials of odd number."""

    def __contains__(self, trial: object) -> bool:
        return isinstance(trial, int) and trial % 2 == 1


@dataclass
class Model:
    """What `Curves` means: reports kept as they are, and every question answered from scratch."""

    reports: dict[int, dict[int, float]] = field(default_factory=dict)
    completed: set[int] = field(default_factory=set)
    excluded: dict[int, bool] = field(default_factory=dict)

    def add(self, trial: int, step: int, value: float) -> bool:
        curve = self.reports.setdefault(trial, {})
        return step not in curve and curve.setdefault(step, value) is value

    def complete(self, trial: int) -> None:
        if trial in self.reports and trial not in self.excluded:
            self.completed.add(trial)

    def exclude(self, trial: int, *, infeasible: bool) -> None:
        self.excluded[trial] = infeasible or self.excluded.get(trial, False)
        self.completed.discard(trial)

    def forget(self, trial: int) -> None:
        self.reports.pop(trial, None)
        self.completed.discard(trial)
        self.excluded.pop(trial, None)

    def rung(self, low: float, high: float, members: Any = None) -> list[float]:
        firsts = []
        for trial, curve in self.reports.items():
            if trial in self.excluded:
                continue
            inside = [step for step in curve if low <= step < high]
            if inside and (members is None or trial in members):
                firsts.append(ranked(curve[min(inside)]))
        return sorted(firsts)

    def completed_at(self, step: int) -> list[float]:
        curves = [self.reports[trial] for trial in self.completed]
        return sorted(ranked(curve[step]) for curve in curves if step in curve)


def ranked(value: float) -> float:
    return math.inf if math.isnan(value) else value


def same(left: float, right: float) -> bool:
    return left == right or (math.isnan(left) and math.isnan(right))


def assert_agree(curves: Curves, model: Model) -> None:
    for low, high in RUNGS:
        assert curves.rung(low, high).sorted == model.rung(low, high)
        assert curves.rung(low, high, Odd()).sorted == model.rung(low, high, Odd())
    for step in range(-1, 31):
        assert curves.completed_at(step).sorted == model.completed_at(step)
    assert curves.n_completed == len(model.completed)
    assert curves.undecided == (any(model.excluded.values()) and not model.completed)
    for trial, reports in model.reports.items():
        curve = curves.curve(trial)
        assert curve.steps == sorted(reports)
        assert all(map(same, curve.values, [reports[step] for step in sorted(reports)]))


@given(st.lists(ACTIONS, max_size=60))
def test_every_column_equals_one_made_from_scratch(actions: list[tuple[Any, ...]]) -> None:
    """Columns exist from the first look on, so they are both kept up to date and made late."""
    curves, model = Curves(), Model()
    for name, *arguments in actions:
        if name == "look":
            assert_agree(curves, model)
        else:
            named = {"infeasible": arguments.pop()} if name == "exclude" else {}
            answers = [getattr(side, name)(*arguments, **named) for side in (curves, model)]
            assert answers[0] == answers[1]
    assert_agree(curves, model)


@given(st.lists(st.tuples(STEPS, NUMBERS), max_size=40))
def test_the_running_best_is_the_smallest_number_up_to_each_step(reports: list[tuple[int, float]]) -> None:
    curve = Curve()
    accepted = [step for step, value in reports if curve.add(step, value)]
    assert curve.newest == (accepted[-1] if accepted else None)
    assert len(curve.best) == len(curve.values)
    for end, best in enumerate(curve.best, start=1):
        numbers = [value for value in curve.values[:end] if not math.isnan(value)]
        assert same(best, min(numbers, default=math.nan))


@given(st.lists(NUMBERS, max_size=30), NUMBERS)
def test_counts_are_those_of_comparing_with_every_entry(values: list[float], value: float) -> None:
    ranking = Ranking()
    for trial, entry in enumerate(values):
        ranking.add(trial, entry)
    asked, entries = ranked(value), [ranked(entry) for entry in values]
    assert ranking.better_than(value) == sum(entry < asked for entry in entries)


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30),
    st.floats(0, 1),
)
def test_a_quantile_of_finite_values_is_numpys(values: list[float], q: float) -> None:
    ranking = Ranking()
    for trial, value in enumerate(values):
        ranking.add(trial, value)
    assert ranking.quantile(q) == pytest.approx(float(np.quantile(values, q)), rel=1e-9, abs=1e-9)


@given(st.lists(NUMBERS, min_size=1, max_size=30), st.floats(0, 1))
@example([-math.inf, math.inf], 0.5)
@example([-1e308, 1e308], 0.3)
def test_a_quantile_is_a_number_between_the_smallest_and_the_largest(values: list[float], q: float) -> None:
    """Also with infinities and where the gap between two entries overflows."""
    ranking = Ranking()
    for trial, value in enumerate(values):
        ranking.add(trial, value)
    assert ranking.sorted[0] <= ranking.quantile(q) <= ranking.sorted[-1]


def test_an_empty_column_has_no_quantile() -> None:
    assert math.isnan(Ranking().quantile(0.5))


def test_nan_is_ranked_with_infinity_behind_every_number() -> None:
    ranking = Ranking()
    for trial, value in enumerate([math.nan, 1e308, math.inf]):
        ranking.add(trial, value)
    assert ranking.sorted == [1e308, math.inf, math.inf]
    assert ranking.better_than(math.nan) == 1


def test_a_late_report_beyond_a_rung_leaves_it_alone() -> None:
    """Only what was reported at a rung counts there, though trial 1 never reported at it."""
    curves = Curves()
    curves.add(0, 1, 0.5)
    curves.add(1, 10, 0.1)
    assert curves.rung(1, 3).entries == {0: 0.5}


def test_the_sign_gives_back_what_the_user_reported() -> None:
    assert Curves().sign == 1.0
    assert Curves(-1.0).sign * -0.9 == 0.9
