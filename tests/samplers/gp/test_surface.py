"""What is believed of configurations that were stopped on their way."""

import math
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.base.arrays import Array
from luthier.base.seeding import rng_for
from luthier.records.history import History, Reports
from luthier.samplers.gp.fits import Fits
from luthier.samplers.gp.sampler import GPSampler
from luthier.samplers.gp.surface import Surface, by_resource
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


def surface_of(history: History, fits: Fits | None = None) -> Surface:
    surface = Surface.of(SPACE, history, fits or Fits())
    if surface is None:
        pytest.fail("there are enough complete trials")
    return surface


def test_stopped_trials_tell_where_the_ends_are_best(halved: History) -> None:
    """No complete trial is near the best place, and no value of a stopped one is as low as that of a complete one."""
    best = surface_of(halved).good[0]
    assert abs(best[0] - 0.3) < 0.05
    complete = halved.X[np.isposinf(halved.fidelity)]
    assert np.abs(complete[:, 0] - 0.3).min() > 0.25


def test_a_first_epoch_is_not_taken_for_an_end(halved: History) -> None:
    """What is believed of the ends of stopped trials is near their ends, 5 below what they reported."""
    surface = surface_of(halved)
    stopped = np.isfinite(halved.fidelity)
    mean, _ = surface.process.predict(surface.acquisition.features(halved.X))
    truth = (halved.X[:, 0] - 0.3) ** 2
    assert np.corrcoef(mean[stopped], truth[stopped])[0, 1] > 0.95
    assert abs(mean[stopped].mean() - mean[~stopped].mean()) < 3.0 * mean.std()


def test_the_slope_of_the_acquisition_is_that_of_its_score(halved: History) -> None:
    """Also by the last column, which stands beside the resource; by finite differences, on a wavy function."""
    waves = np.sin(9.0 * halved.Y + 5.0 * halved.X[:, 1:])
    rough = replace(halved, Y=waves, reports=replace(halved.reports, value=np.sin(halved.reports.value)))
    acquisition = surface_of(rough).acquisition
    X = np.random.default_rng(1).random((20, 2))
    rows = np.arange(20)
    slope = acquisition.slope(X, np.arange(2))
    value, gradient = slope(X, rows)
    np.testing.assert_allclose(value, acquisition.score(X))
    for column in range(2):
        h = np.zeros(2)
        h[column] = 1e-6
        numeric = (slope(X + h, rows)[0] - slope(X - h, rows)[0]) / 2e-6
        np.testing.assert_allclose(gradient[:, column], numeric, rtol=1e-3, atol=1e-3)


def test_running_trials_are_believed_to_end_at_their_means(halved: History) -> None:
    before = surface_of(halved)
    X = np.array([[0.31, 0.5]])
    after = before.with_running(X)
    Z = before.acquisition.features(X)
    (mean, variance), (mean_after, variance_after) = (each.process.predict(Z) for each in (before, after))
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
    surface = Surface.of(space, searched(X, stopped_at=np.where(np.arange(40) % 2, 1, EPOCHS)), Fits())
    if surface is None:
        pytest.fail("there are enough complete trials")
    one, other = (surface.acquisition.score(np.array([[0.75, y], [0.25, y]])) for y in (0.1, 0.8))
    assert one[0] == other[0]
    assert one[1] != other[1]


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
        surface = Surface.of(space, history, Fits())
        X = GPSampler().propose(space, history, rng_for(0, 0), 2).X
    assert surface is not None
    assert np.isfinite(surface.known).all()
    assert ((X >= 0.0) & (X <= 1.0)).all()


def test_with_fewer_than_three_complete_trials_there_is_no_surface() -> None:
    X = np.random.default_rng(0).random((10, 2))
    assert Surface.of(SPACE, searched(X, stopped_at=np.array([EPOCHS] * 2 + [1] * 8)), Fits()) is None
    assert Surface.of(SPACE, searched(X, stopped_at=np.array([EPOCHS] * 3 + [1] * 7)), Fits()) is not None


def test_stopped_trials_count_where_there_is_one_objective_and_all_is_feasible(halved: History) -> None:
    assert by_resource(halved)
    assert not by_resource(replace(halved, fidelity=np.full(len(halved), math.inf)))
    assert not by_resource(replace(halved, violation=np.arange(float(len(halved)))))
    assert not by_resource(replace(halved, Y=np.column_stack([halved.Y, halved.Y])))


@pytest.mark.parametrize("d", [6, 20])
def test_after_a_thousand_trials_a_proposal_takes_half_a_second_at_most(d: int) -> None:
    """Hyperparameters included, where a third of the trials of each level went on; with three times the room."""
    space = Space({f"x{column}": Float(0.0, 1.0) for column in range(d)})
    lengths = 3 ** np.minimum(np.random.default_rng(0).geometric(2.0 / 3.0, 1000) - 1, 4)
    history = searched(np.random.default_rng(1).random((1000, d)), stopped_at=lengths, running=8, epochs=81)
    start = time.thread_time()
    GPSampler().propose(space, history, rng_for(0, 0), 1)
    assert time.thread_time() - start < 3.0 * 0.5
