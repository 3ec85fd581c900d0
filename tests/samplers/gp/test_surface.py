"""What is believed of configurations that were stopped on their way."""

import math
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.base.arrays import Array, BoolArray
from luthier.base.seeding import rng_for
from luthier.records.history import History, Reports
from luthier.samplers.gp.data import Data
from luthier.samplers.gp.fits import Fits
from luthier.samplers.gp.ladder import by_resource
from luthier.samplers.gp.model import Model
from luthier.samplers.gp.sampler import GPSampler
from luthier.samplers.gp.surface import surface
from luthier.space.domains import Categorical, Float
from luthier.space.space import Space
from luthier.testing.samplers import SPACES, crowd

SPACE = Space({"a": Float(0.0, 1.0), "resource": Float(0.0, 1.0)})
EPOCHS = 9


def searched(X: Array, *, stopped_at: Array, running: int = 0, epochs: int = EPOCHS) -> History:
    """Trainings at X whose ends are best at a = 0.3, and whose first epochs say the same with a bias of 5."""
    n = len(X) - running
    values = [(x[0] - 0.3) ** 2 + 5.0 / np.arange(1.0, epochs + 1) for x in X]
    lengths = [int(length) for length in stopped_at]
    complete = np.array(lengths[:n]) == epochs
    return History(
        X=X[:n],
        Y=np.array([values[row][lengths[row] - 1] for row in range(n)])[:, None],
        violation=np.zeros(n),
        fidelity=np.where(complete, np.inf, stopped_at[:n]),
        number=np.arange(n),
        pending=X[n:],
        reports=Reports(
            row=np.repeat(np.arange(len(X)), lengths),
            step=np.concatenate([np.arange(1.0, length + 1) for length in lengths]),
            value=np.concatenate([values[row][:length] for row, length in enumerate(lengths)]),
        ),
    )


@pytest.fixture(scope="module")
def halved() -> History:
    """Forty trials, thirty of them stopped after an epoch; the complete ones stay away from the best place."""
    X = np.random.default_rng(0).random((40, 2))
    complete = np.abs(X[:, 0] - 0.3) > 0.25
    return searched(X, stopped_at=np.where(complete & (np.cumsum(complete) <= 10), EPOCHS, 1))


def surface_of(history: History, fits: Fits | None = None, *, space: Space = SPACE) -> Model:
    model = surface(space, history, fits or Fits())
    if isinstance(model, str):
        pytest.fail(f"there are enough complete trials: {model}")
    return model


def test_stopped_trials_tell_where_the_ends_are_best(halved: History) -> None:
    """No complete trial is near the best place, and no value of a stopped one is as low as that of a complete one."""
    best = surface_of(halved).good[0]
    assert abs(best[0] - 0.3) < 0.05
    complete = halved.X[np.isposinf(halved.fidelity)]
    assert np.abs(complete[:, 0] - 0.3).min() > 0.25


def test_a_first_epoch_is_not_taken_for_an_end(halved: History) -> None:
    """The ends of stopped trials are believed to lie on the line of those that are known, not 5 above as reported."""
    model = surface_of(halved)
    mean, _ = model.objectives[0].predict(model.inputs.features(halved.X))
    truth, stopped = (halved.X[:, 0] - 0.3) ** 2, np.isfinite(halved.fidelity)
    line = np.polyfit(truth[~stopped], mean[~stopped], 1)
    assert np.abs(mean[stopped] - np.polyval(line, truth[stopped])).max() < 0.2 * np.ptp(mean)


def heard(history: History, rows: BoolArray) -> History:
    """The history with the reports of some trials alone."""
    every = history.reports
    kept = rows[every.row]
    reports = Reports(row=every.row[kept], step=every.step[kept], value=every.value[kept])
    return replace(history, reports=reports)


def test_where_a_trial_was_stopped_that_cannot_be_judged_nothing_is_left_to_learn() -> None:
    """It never reported, in a corner far from all others: there is less to learn than in the other corner."""
    X = 0.4 * np.random.default_rng(0).random((40, 2))
    X[1] = 1.0
    history = searched(X, stopped_at=np.where(np.arange(40) % 3, 1, EPOCHS))
    model = surface_of(heard(history, np.arange(40) != 1))
    corners = np.array([[1.0, 1.0], [1.0, 0.0]])
    _, variance = model.objectives[0].predict(model.inputs.features(corners))
    assert variance[0] < 0.1 * variance[1]


def test_where_no_stopped_trial_can_be_judged_there_is_no_model(halved: History) -> None:
    assert isinstance(surface(SPACE, heard(halved, np.isposinf(halved.fidelity)), Fits()), str)


def test_running_trials_are_believed_to_end_at_their_means(halved: History) -> None:
    before = surface_of(halved)
    X = np.array([[0.31, 0.5]])
    after = before.with_running(X)
    Z = before.inputs.features(X)
    (mean, variance), (mean_after, variance_after) = (
        each.objectives[0].predict(Z) for each in (before, after)
    )
    np.testing.assert_allclose(mean, mean_after, atol=1e-6)
    assert variance_after[0] <= variance[0]
    assert after.acquisition.score(X)[0] < before.acquisition.score(X)[0]


def test_what_was_fitted_before_decides_nothing() -> None:
    fits = Fits()
    X = np.random.default_rng(2).random((40, 2))
    lengths = np.where(np.arange(40) % 3, 1, EPOCHS)
    for n in range(16, 41):
        kept = surface_of(searched(X[:n], stopped_at=lengths[:n], running=2), fits)
    fresh = surface_of(searched(X, stopped_at=lengths, running=2))
    points = np.random.default_rng(3).random((20, 2))
    np.testing.assert_array_equal(kept.acquisition.score(points), fresh.acquisition.score(points))


def test_what_a_configuration_does_not_ask_for_does_not_count() -> None:
    space = Space({"kind": Categorical(("with", "without")), "y": Float(0.0, 1.0)})
    X = np.random.default_rng(0).random((40, 2))
    X[X[:, 0] > 0.5, 1] = np.nan
    model = surface_of(searched(X, stopped_at=np.where(np.arange(40) % 2, 1, EPOCHS)), space=space)
    one, other = (model.acquisition.score(np.array([[0.75, y], [0.25, y]])) for y in (0.1, 0.8))
    assert one[0] == other[0]
    assert one[1] != other[1]


def test_what_a_failed_trial_did_not_get_to_ask_for_is_no_rule() -> None:
    """It failed before it asked for a second parameter, which every configuration has."""
    X = np.random.default_rng(0).random((40, 2))
    history = searched(X, stopped_at=np.where(np.arange(40) % 2, 1, EPOCHS))
    failed = np.arange(40) == 6
    history = replace(
        history,
        X=np.where(failed[:, None] & (np.arange(2) == 1), np.nan, X),
        Y=np.where(failed[:, None], np.inf, history.Y),
    )
    assert not np.isnan(surface_of(history).activity.masked(X)).any()


ODD = [0.0, 1.0, 0.3, math.inf, -math.inf, 1e308, -1e308, 1e-308, 1e23]


@given(seed=st.integers(0, 999), n=st.integers(6, 25), unlike=st.sampled_from(["floats", "mixed", "extreme"]))
def test_odd_values_break_nothing(seed: int, n: int, unlike: str) -> None:
    """Infinite, huge, tiny and equal values at any step and at the end, failures and holes."""
    rng = np.random.default_rng(seed)
    space = SPACES[unlike]
    history = crowd(space, n, pending=3, seed=seed)
    lengths = rng.integers(0, 12, n + 3)
    ends = rng.choice([*ODD, 2.0, 3.0], (n, 1))
    ends[:3] = np.minimum(ends[:3], 5.0)
    history = replace(
        history,
        X=np.where(rng.random(history.X.shape) < 0.1, np.nan, history.X),
        Y=ends,
        fidelity=np.where((np.arange(n) < 3) | (rng.random(n) < 0.3), np.inf, rng.integers(1, 9, n)),
        reports=Reports(
            row=np.repeat(np.arange(n + 3), lengths),
            step=np.concatenate([np.arange(1.0, length + 1) for length in lengths]),
            value=rng.choice(ODD, lengths.sum()),
        ),
    )
    history.fidelity[-1] = 1.0
    with np.errstate(all="raise", under="ignore"):
        model = surface(space, history, Fits())
        X = GPSampler().propose(space, history, rng_for(0, 0), 2).X
    assert isinstance(model, str) or np.isfinite(model.known).all()
    assert ((X >= 0.0) & (X <= 1.0)).all()


#: Why there is no surface of so few ends.
FEW = "fewer than 3 came near their end"


def test_with_fewer_than_three_complete_trials_there_is_no_surface() -> None:
    X = np.random.default_rng(0).random((10, 2))
    assert surface(SPACE, searched(X, stopped_at=np.array([EPOCHS] * 2 + [1] * 8)), Fits()) == FEW
    surface_of(searched(X, stopped_at=np.array([EPOCHS] * 3 + [1] * 7)))


def reason(history: History) -> str:
    """Why a proposal after a history is what it is."""
    return str(GPSampler().propose(SPACE, history, rng_for(0, 0), 1).tag(0)["origin"])


def test_the_reason_against_a_surface_is_the_true_one(halved: History) -> None:
    """Too few ends; or enough of them, and stopped trials that reported nothing."""
    few = searched(np.random.default_rng(0).random((10, 2)), stopped_at=np.array([EPOCHS] * 2 + [1] * 8))
    assert reason(few).endswith("a scheduler stops trials, and " + FEW)
    silent = heard(halved, np.isposinf(halved.fidelity))
    assert "do not tell how such go on" in reason(silent)
    # Two complete ones and two that failed as late are near their ends.
    lengths = np.array([EPOCHS] * 2 + [EPOCHS - 1] * 2 + [1] * 6)
    late = searched(halved.X[:10], stopped_at=lengths)
    failed = lengths == EPOCHS - 1
    late = replace(
        late,
        Y=np.where(failed[:, None], math.inf, late.Y),
        fidelity=np.where(failed, math.inf, late.fidelity),
    )
    assert "do not tell how such go on" in reason(heard(late, lengths > 1))


def test_where_nothing_varies_no_scheduler_is_the_reason() -> None:
    space = Space({"a": Float(0.5, 0.5)})
    history = searched(np.full((10, 1), 0.5), stopped_at=np.array([EPOCHS] * 4 + [1] * 6))
    tags = GPSampler().propose(space, history, rng_for(0, 0), 1).tag(0)
    assert "no parameter has more than one value" in str(tags)


def test_stopped_trials_count_where_there_is_one_objective(halved: History) -> None:
    assert by_resource(halved)
    assert not by_resource(replace(halved, fidelity=np.full(len(halved), math.inf)))
    assert by_resource(replace(halved, violation=np.arange(float(len(halved)))))
    assert not by_resource(replace(halved, Y=np.column_stack([halved.Y, halved.Y])))


def test_where_all_that_ended_is_infeasible_the_nearest_to_it_is_improved_upon(halved: History) -> None:
    """What is known of the objective still counts, and most of all where feasibility is likeliest."""
    ended = np.isposinf(halved.fidelity)
    broken = replace(halved, violation=np.where(ended, 1.0 + halved.X[:, 0], 0.0))
    model = surface_of(broken)
    assert model.violation is not None
    assert model.feasible.sum() >= 1
    V = model.violation.predict(model.inputs.features(model.X))[0]
    assert V[model.feasible].max() <= max(0.0, V.min())


def test_a_failed_trial_is_nothing_to_improve_upon(halved: History) -> None:
    """However promising what it had reported is."""
    failed = np.abs(halved.X[:, 0] - 0.3) < 0.05
    lost = replace(
        halved,
        Y=np.where(failed[:, None], np.inf, halved.Y),
        fidelity=np.where(failed, np.inf, halved.fidelity),
    )
    assert (np.abs(surface_of(halved).X[surface_of(halved).feasible, 0] - 0.3) < 0.05).any()
    model = surface_of(lost)
    assert (np.abs(model.X[model.feasible, 0] - 0.3) >= 0.05).all()


def test_of_stopped_trials_only_what_they_broke_is_known(halved: History) -> None:
    """Those that broke nothing may have been stopped before they set a constraint."""
    stopped = np.isfinite(halved.fidelity)
    first = np.flatnonzero(stopped)[:2]
    violation = np.zeros(len(halved))
    violation[first[0]] = 1.0
    data = Data.of(replace(halved, violation=violation))
    assert len(data.judged) == (~stopped).sum() + 1
    assert (data.judged == halved.X[first[0]]).all(axis=1).any()
    assert not (data.judged == halved.X[first[1]]).all(axis=1).any()


@pytest.mark.parametrize("d", [6, 20])
def test_after_a_thousand_trials_a_proposal_takes_half_a_second_at_most(d: int) -> None:
    """Hyperparameters included, where a third of the trials of each level went on; with three times the room."""
    space = Space({f"x{column}": Float(0.0, 1.0) for column in range(d)})
    lengths = 3 ** np.minimum(np.random.default_rng(0).geometric(2.0 / 3.0, 1000) - 1, 4)
    history = searched(np.random.default_rng(1).random((1000, d)), stopped_at=lengths, running=8, epochs=81)
    start = time.thread_time()
    GPSampler().propose(space, history, rng_for(0, 0), 1)
    assert time.thread_time() - start < 3.0 * 0.5
