"""The laws of every scheduler, as a pytest class.

Subclass `SchedulerLaws`, or `RankingLaws` for a scheduler that compares trials, and give it a fixture:

    class TestMine(RankingLaws):
        @pytest.fixture(scope="class")
        @classmethod
        def scheduler(cls) -> Scheduler:
            return Mine()
"""

import math
import pickle
import time
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.records.curves import Curves
from luthier.records.messages import Decision
from luthier.schedulers.protocol import Scheduler
from luthier.testing.strategies import shared

__all__ = ["RankingLaws", "SchedulerLaws", "crowd", "run_trial"]

#: One report: trial, step, value.
Row = tuple[int, int, float]

#: Few trials and steps, so that duplicates, ties and late reports are common; any float there is.
ROWS = st.lists(
    st.tuples(
        st.integers(0, 7),
        st.integers(-2, 40),
        st.floats() | st.sampled_from([0.0, 1.0, math.nan, math.inf, -math.inf]),
    ),
    min_size=1,
    max_size=60,
)

#: Competitors enough for every bracket to have some.
CROWD = 80
STEPS = 60


def curves_of(rows: Iterable[Row], complete: Iterable[int] = ()) -> Curves:
    """The curves after these reports, in this order, and after these trials ran to their end."""
    curves = Curves()
    for trial, step, value in rows:
        curves.add(trial, step, value)
    for trial in complete:
        curves.complete(trial)
    return curves


def crowd(n: int = CROWD, steps: int = STEPS) -> Curves:
    """The curves of n complete trials that report every step; trial i tends to i as the steps grow."""
    rows = ((trial, step, trial + 1 / (1 + step)) for trial in range(n) for step in range(steps))
    return curves_of(rows, range(n))


def run_trial(scheduler: Scheduler, curves: Curves, trial: int, values: Iterable[float]) -> int | None:
    """Report the values at steps 0, 1, 2, …; the step at which the trial is stopped, if it is."""
    for step, value in enumerate(values):
        curves.add(trial, step, value)
        if scheduler.on_report(curves, trial) is Decision.STOP:
            return step
    return None


class SchedulerLaws:
    """What holds for every scheduler."""

    @pytest.fixture(scope="class")
    @classmethod
    def scheduler(cls) -> Scheduler:
        """The scheduler under test."""
        raise NotImplementedError

    def test_it_satisfies_the_protocol(self, scheduler: Scheduler) -> None:
        """It has `on_report`."""
        assert isinstance(scheduler, Scheduler)

    @shared
    @given(rows=ROWS, complete=st.sets(st.integers(0, 7)))
    def test_it_decides_on_any_legal_reports(
        self, scheduler: Scheduler, rows: list[Row], complete: set[int]
    ) -> None:
        """NaN, infinities, duplicates, steps out of order and below zero, trials without reports."""
        curves = curves_of((), ())
        for trial, step, value in rows:
            curves.add(trial, step, value)
            assert isinstance(scheduler.on_report(curves, trial), Decision)
            if trial in complete:
                curves.complete(trial)
        assert scheduler.on_report(curves, trial=99) is Decision.CONTINUE

    @shared
    @given(rows=ROWS, complete=st.sets(st.integers(0, 7)))
    def test_it_is_a_value(self, scheduler: Scheduler, rows: list[Row], complete: set[int]) -> None:
        """Asked again, or a copy asked about the same reports in a new process, it says the same."""
        curves, trial = curves_of(rows, complete), rows[-1][0]
        decision = scheduler.on_report(curves, trial)
        assert scheduler.on_report(curves, trial) is decision
        copy = pickle.loads(pickle.dumps(scheduler))  # noqa: S301 - our own bytes
        assert copy.on_report(curves_of(rows, complete), trial) is decision

    @shared
    @given(rows=ROWS, complete=st.sets(st.integers(0, 7)))
    def test_a_resume_changes_no_decision(
        self, scheduler: Scheduler, rows: list[Row], complete: set[int]
    ) -> None:
        """Curves that grew under its eyes give the decision of curves read back trial by trial."""
        unique = list({(trial, step): (trial, step, value) for trial, step, value in rows}.values())
        *earlier, newest = unique
        live = Curves()
        for row in earlier:
            live.add(*row)
            scheduler.on_report(live, row[0])
        for trial in complete - {newest[0]}:
            live.complete(trial)
        live.add(*newest)
        reread = curves_of(sorted(earlier, key=lambda row: row[:2]), complete - {newest[0]})
        reread.add(*newest)
        assert scheduler.on_report(live, newest[0]) is scheduler.on_report(reread, newest[0])

    @pytest.mark.parametrize("trial", range(CROWD, CROWD + 12))
    def test_nothing_but_nan_is_stopped_among_finite_trials(self, scheduler: Scheduler, trial: int) -> None:
        """It is stopped no later than a trial worse than all others."""
        stopped = run_trial(scheduler, crowd(), trial, [math.nan] * STEPS)
        assert stopped is not None
        worst = run_trial(scheduler, crowd(), trial, [1e9] * STEPS)
        assert worst is None or stopped <= worst

    def test_the_cost_of_a_report_is_flat_in_the_number_of_trials(self, scheduler: Scheduler) -> None:
        """Fifty times the trials may cost a few bisections more, far from fifty times as much."""
        few, many = seconds_per_report(scheduler, 100), seconds_per_report(scheduler, 5_000)
        assert many < 8 * few


class RankingLaws(SchedulerLaws):
    """What holds for a scheduler that compares trials with each other."""

    @pytest.mark.parametrize("trial", range(CROWD, CROWD + 12))
    def test_the_best_trial_so_far_is_never_stopped(self, scheduler: Scheduler, trial: int) -> None:
        """It leads at every step."""
        assert run_trial(scheduler, crowd(), trial, [-1.0] * STEPS) is None

    @pytest.mark.parametrize("trial", range(CROWD, CROWD + 12))
    def test_a_trial_as_good_as_the_best_is_never_stopped(self, scheduler: Scheduler, trial: int) -> None:
        """A tie is no reason to stop."""
        best = [1 / (1 + step) for step in range(STEPS)]
        assert run_trial(scheduler, crowd(), trial, best) is None

    @pytest.mark.parametrize("trial", range(CROWD, CROWD + 12))
    def test_a_trial_worse_than_all_others_is_stopped(self, scheduler: Scheduler, trial: int) -> None:
        """It is last at every step."""
        assert run_trial(scheduler, crowd(), trial, [1e9] * STEPS) is not None

    @pytest.mark.parametrize("trial", range(CROWD, CROWD + 12))
    def test_while_no_trial_that_ended_can_win_nobody_is_stopped(
        self, scheduler: Scheduler, trial: int
    ) -> None:
        """The last of all, behind a crowd that broke a constraint."""
        curves = crowd()
        for number in range(CROWD):
            curves.exclude(number, infeasible=True)
        curves.add(CROWD + 12, 0, 0.0)
        assert run_trial(scheduler, curves, trial, [1e9] * STEPS) is None

    @pytest.mark.parametrize("infeasible", [True, False], ids=["infeasible", "failed"])
    @pytest.mark.parametrize("trial", range(CROWD, CROWD + 12))
    def test_a_trial_that_cannot_win_stops_nobody(
        self, scheduler: Scheduler, trial: int, *, infeasible: bool
    ) -> None:
        """Without the better half, which broke a constraint or failed, this one leads."""
        curves = crowd()
        for number in range(CROWD // 2):
            curves.exclude(number, infeasible=infeasible)
        assert run_trial(scheduler, curves, trial, [CROWD / 2 - 1.0] * STEPS) is None


def seconds_per_report(scheduler: Scheduler, n_trials: int, repeats: int = 5) -> float:
    """CPU seconds for one `add` and `on_report` beside n complete trials: the least of some repeats."""
    curves = crowd(n_trials, steps=10)
    fastest = math.inf
    for repeat in range(repeats):
        trials = range(n_trials + 40 * repeat, n_trials + 40 * (repeat + 1))
        begin = time.process_time()
        for trial in trials:
            for step in range(10):
                curves.add(trial, step, -1.0)
                scheduler.on_report(curves, trial)
        # The first repeat makes the columns, once for a study.
        if repeat:
            fastest = min(fastest, (time.process_time() - begin) / (10 * len(trials)))
    return fastest
