"""Trials of different fidelity in one order: a value is compared with values of equal resource, and no others."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.records.history import History, Reports
from luthier.samplers.fidelity.scores import scores

#: A trial: its reports by epoch, and its final value; None while running, "stopped" or "failed".
Trial = tuple[dict[int, float], float | str | None]


def history_of(*trials: Trial) -> History:
    """A history of one parameter: the told trials in order, then the running ones."""
    told = [trial for trial in trials if trial[1] is not None]
    running = [trial for trial in trials if trial[1] is None]
    n = len(told)
    rows = [
        (row, step, math.inf if math.isnan(value) else value)
        for row, (curve, _) in enumerate([*told, *running])
        for step, value in sorted(curve.items())
    ]

    def value(curve: dict[int, float], end: float | str | None) -> float:
        if end == "stopped":
            return curve[max(curve)] if curve else 0.0
        return math.inf if end == "failed" else float(end or 0.0)

    return History(
        X=np.full((n, 1), 0.5),
        Y=np.array([value(*trial) for trial in told]).reshape(n, 1),
        violation=np.zeros(n),
        fidelity=np.array(
            [max(curve, default=-math.inf) if end == "stopped" else math.inf for curve, end in told],
            dtype=float,
        ),
        number=np.arange(n),
        pending=np.full((len(running), 1), 0.5),
        all_tags=[{} for _ in told],
        reports=Reports(
            row=np.array([row for row, _, _ in rows], dtype=np.int64),
            step=np.array([step for _, step, _ in rows], dtype=float),
            value=np.array([value for _, _, value in rows], dtype=float),
        ),
    )


numbers = st.sampled_from([0.0, 1.0, math.inf, -math.inf, 1e308]) | st.floats(allow_nan=True)
trials = st.tuples(
    st.dictionaries(st.integers(0, 30), numbers, max_size=6),
    st.sampled_from([None, "stopped", "failed"]) | st.floats(allow_nan=False),
)
crowds = st.lists(trials, max_size=9).map(lambda crowd: history_of(*crowd))


def test_at_equal_resource_the_better_value_comes_first() -> None:
    score = scores(history_of(({1: 0.9}, "stopped"), ({1: 0.5}, "stopped"), ({1: 0.7}, None)))
    assert score[1] < score[2] < score[0]


def test_who_got_further_comes_first_and_values_of_different_steps_are_never_compared() -> None:
    """At step 3 one has 0.45, worse than the 0.4 that another was stopped with at step 1."""
    promoted = ({1: 0.5, 3: 0.45}, "stopped")
    score = scores(
        history_of(promoted, ({1: 0.6, 3: 0.3}, "stopped"), ({1: 0.4}, "stopped"), ({1: 0.7}, "stopped"))
    )
    assert score[1] < score[0] < score[2] < score[3]


def test_a_late_bloomer_overtakes() -> None:
    early = ({1: 0.3, 3: 0.29, 9: 0.28}, 0.28)
    late = ({1: 0.6, 3: 0.5, 9: 0.2}, 0.1)
    score = scores(history_of(early, late, ({1: 0.9}, "stopped")))
    assert score[1] < score[0] < score[2]


def test_a_low_value_of_a_short_trial_is_not_taken_for_a_final_one() -> None:
    """Losses that grow: the stopped trial has the least number of all."""
    stopped = ({1: 0.2}, "stopped")
    complete = ({1: 0.3, 3: 0.4, 9: 0.6}, 0.7)
    score = scores(history_of(stopped, complete, ({1: 0.25, 3: 0.5}, "stopped")))
    assert score[1] < score[2] < score[0]


def test_a_running_trial_counts_by_its_record_at_the_highest_level() -> None:
    """At step 5 it is compared by its value at step 3 with those that were stopped there."""
    running = ({1: 0.7, 3: 0.3, 4: 0.9, 5: 0.9}, None)
    score = scores(history_of(({1: 0.5, 3: 0.4}, "stopped"), ({1: 0.8}, "stopped"), running, ({}, None)))
    assert score[2] < score[0] < score[1]
    assert math.isnan(score[3])


def test_trials_without_reports_are_placed_by_their_final_values() -> None:
    score = scores(history_of(({}, 2.0), ({}, 1.0), ({}, 3.0), ({}, "stopped"), ({}, "failed")))
    assert score[1] < score[0] < score[2]
    assert math.isnan(score[3])
    assert score[4] == math.inf


def test_a_trial_that_was_stopped_at_an_infinite_loss_has_failed() -> None:
    score = scores(
        history_of(({1: 0.5, 3: math.inf}, "stopped"), ({1: 1.0}, "stopped"), ({1: 2.0}, "stopped"))
    )
    assert score[0] == math.inf
    assert score[1] < score[2] < math.inf


@pytest.mark.parametrize("steps", [(1, 3, 9), (0, 2, 8), (100, 300, 900)])
def test_how_steps_are_counted_changes_nothing(steps: tuple[int, int, int]) -> None:
    """From 0 or from 1, epochs or batches: every curve here has a report at each unit up to its last."""

    def trial(*values: float) -> Trial:
        unit = (steps[1] - steps[0]) // 2
        return {steps[0] + unit * epoch: value for epoch, value in enumerate(values)}, "stopped"

    score = scores(history_of(trial(5.0), trial(4.0, 4.0, 4.0), trial(3.0, 3.0, 5.0), trial(*[2.0] * 9)))
    expected = scores(
        history_of(
            ({1: 5.0}, "stopped"),
            ({1: 4.0, 2: 4.0, 3: 4.0}, "stopped"),
            ({1: 3.0, 2: 3.0, 3: 5.0}, "stopped"),
            (dict.fromkeys(range(1, 10), 2.0), "stopped"),
        )
    )
    np.testing.assert_array_equal(score, expected)


@given(history=crowds)
def test_no_trial_that_did_not_end_comes_before_one_that_did(history: History) -> None:
    score = scores(history)
    complete = np.zeros(len(score), dtype=np.bool_)
    complete[: len(history)] = (history.fidelity == math.inf) & (history.Y[:, 0] < math.inf)
    if complete.any() and (~complete & ~np.isnan(score)).any():
        assert score[complete].max() < np.nanmin(score[~complete])


@given(history=crowds)
def test_complete_trials_are_in_the_order_of_their_final_values(history: History) -> None:
    score, final = scores(history)[: len(history)], history.Y[:, 0]
    complete = np.flatnonzero((history.fidelity == math.inf) & (final < math.inf))
    order = complete[np.argsort(final[complete], kind="stable")]
    assert (np.diff(score[order]) >= 0.0).all()
    assert (score[: len(history)][(history.fidelity == math.inf) & (final == math.inf)] == math.inf).all()


@given(history=crowds, shift=st.sampled_from([0.5, 2.0, 1024.0]))
def test_only_the_order_of_values_matters(history: History, shift: float) -> None:
    """Of any values whatever: NaN, infinities, ties."""
    order = {value: float(place) for place, value in enumerate(sorted({*history.reports.value.tolist()}))}
    ranks = np.array([shift * order[value] for value in history.reports.value.tolist()])
    reports = Reports(row=history.reports.row, step=history.reports.step, value=ranks)
    changed = History(
        X=history.X,
        Y=history.Y,
        violation=history.violation,
        fidelity=history.fidelity,
        number=history.number,
        pending=history.pending,
        reports=reports,
    )
    np.testing.assert_array_equal(scores(history), scores(changed))
