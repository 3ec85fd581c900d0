"""Which stopped trials say nothing of their ends."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.base.arrays import Array
from luthier.records.history import History, Reports
from luthier.samplers.gp.collapsed import collapsed_as_failed, still_falls

EPOCHS = 9


def trained(curves: list[list[float]]) -> History:
    """Trials by what they reported at epochs 1, 2, ...: those of nine ran to their end."""
    lengths = np.array([len(curve) for curve in curves])
    return History(
        X=np.linspace(0.0, 1.0, len(curves))[:, None],
        Y=np.array([[curve[-1]] for curve in curves]),
        violation=np.zeros(len(curves)),
        fidelity=np.where(lengths == EPOCHS, np.inf, lengths),
        number=np.arange(len(curves)),
        pending=np.empty((0, 1)),
        reports=Reports(
            row=np.repeat(np.arange(len(curves)), lengths),
            step=np.concatenate([np.arange(1.0, length + 1.0) for length in lengths]),
            value=np.concatenate([np.array(curve) for curve in curves]),
        ),
    )


def falling(start: float, epochs: int = EPOCHS) -> list[float]:
    return [start + 1.0 / epoch for epoch in range(1, epochs + 1)]


COMPLETE = [falling(1.0), falling(2.0), falling(3.0)]


def check_last_fails(history: History, *, fails: bool) -> None:
    """Whether the last of four trials counts as failed, and nothing else changes."""
    after = collapsed_as_failed(history)
    if not fails:
        assert after is history
        return
    assert after.Y[:, 0].tolist() == [*history.Y[:3, 0], np.inf]
    assert np.isposinf(after.fidelity).all()
    assert after.reports.row.max() == 2


@pytest.mark.parametrize(
    ("curve", "collapses"),
    [
        ([-1.0], True),
        ([-np.inf], True),
        ([2.0, 1.9, -5.0], True),
        ([9.0], False),  # behind all others, as comparing stops a trial
        (falling(0.0, 4), False),  # ahead, and at rest: patience ended
        ([0.0, 0.0, 0.0], False),
        ([5.0, 4.0, 2.5], False),  # fell at last, and is not ahead
    ],
)
def test_a_trial_collapsed_if_it_was_ahead_of_all_and_fell_when_it_was_stopped(
    curve: list[float], *, collapses: bool
) -> None:
    history = trained([*COMPLETE, curve])
    check_last_fails(history, fails=collapses)


@pytest.mark.parametrize(
    ("curve", "explodes"),
    [
        ([0.5, 1e3], True),
        ([0.5, 0.4, 0.3, 1e3], True),
        ([0.5, 0.4, 0.3, 0.3, 1e3], True),
        ([-0.5, -0.4, 0.3], True),  # no complete one ever rose by half
        ([0.5, 0.4, 0.3, 0.45], False),  # no worse than it began
        ([9.0, 8.0, 1e3], False),  # behind all others before
        ([0.5, 1e3, 0.6], False),  # came back
    ],
)
def test_a_trial_exploded_if_it_was_ahead_of_all_until_a_last_report_out_of_line(
    curve: list[float], *, explodes: bool
) -> None:
    complete = [[*each[:-2], each[-2] + 0.3, each[-1]] for each in COMPLETE]
    history = trained([*complete, curve])
    check_last_fails(history, fails=explodes)


def test_who_is_ahead_but_for_one_that_failed_did_not_collapse() -> None:
    """The other may have stopped it by what it reported before it failed."""
    history = trained([*COMPLETE, [0.5], [1.5]])
    assert collapsed_as_failed(history).Y[:, 0].tolist() == [*history.Y[:3, 0], np.inf, np.inf]
    failed = np.arange(5) == 3
    crashed = replace(
        history,
        Y=np.where(failed[:, None], np.inf, history.Y),
        fidelity=np.where(failed, np.inf, history.fidelity),
    )
    assert collapsed_as_failed(crashed) is crashed


def test_a_complete_trial_is_never_one() -> None:
    history = trained([*COMPLETE, [*falling(1.0)[:-1], -5.0]])
    assert collapsed_as_failed(history) is history


def test_nobody_is_ahead_where_nobody_went_on() -> None:
    history = trained([[3.0], [2.0], [1.0]])
    assert collapsed_as_failed(history) is history


CURVE = st.lists(st.floats(-2.0, 2.0) | st.sampled_from([np.inf, -np.inf]), min_size=1, max_size=EPOCHS)


@given(st.lists(CURVE, min_size=1, max_size=8))
def test_all_others_stay_as_they_are(curves: list[list[float]]) -> None:
    history = trained(curves)
    after = collapsed_as_failed(history)
    gone = np.isposinf(after.Y[:, 0]) & (history.fidelity < np.inf) & np.isposinf(after.fidelity)
    np.testing.assert_array_equal(after.Y[~gone], history.Y[~gone])
    np.testing.assert_array_equal(after.fidelity[~gone], history.fidelity[~gone])
    kept = ~gone[history.reports.row]
    for name in ("row", "step", "value"):
        np.testing.assert_array_equal(getattr(after.reports, name), getattr(history.reports, name)[kept])


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=8))
def test_a_curve_that_rests_does_not_fall(values: list[float]) -> None:
    curve: Array = np.array(values)
    assert not still_falls(np.append(curve, curve.min()))
    assert still_falls(np.append(curve, curve.min() - 2.0 * (np.ptp(curve) + 1.0)))
