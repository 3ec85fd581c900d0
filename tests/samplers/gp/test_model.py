"""What is believed after a history."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from luthier.samplers.gp.data import Data
from luthier.samplers.gp.model import Fits, Model, fitted_rows
from luthier.samplers.gp.moves import Moves
from luthier.testing.samplers import SPACES, crowd

SPACE = SPACES["mixed"]


def model(n: int) -> Model:
    return Model.of(SPACE, Data.of(crowd(SPACE, n)), Fits())


@given(n=st.integers(1, 5000))
def test_hyperparameters_follow_the_trials_closely(n: int) -> None:
    """All of few trials, nine in ten of many, and never fewer than for fewer trials."""
    k = fitted_rows(n)
    assert k <= n
    assert k > 0.9 * n or n - k <= 1
    assert fitted_rows(n + 1) >= k


def test_what_was_fitted_before_decides_nothing() -> None:
    fits = Fits()
    for n in range(3, 40):
        kept = Model.of(SPACE, Data.of(crowd(SPACE, n)), fits)
    X = Moves(SPACE).anywhere(np.random.default_rng(0), 20)
    np.testing.assert_array_equal(kept.acquisition.score(X), model(39).acquisition.score(X))


def test_running_trials_are_believed_to_end_at_their_means() -> None:
    """The mean stays, what may be learnt there shrinks, and so does the promise."""
    before = model(20)
    X = np.array([[0.05, 0.055, 0.1, 0.5]])
    Z = before.inputs.features(X)
    after = before.with_running(X)
    (mean, variance), (mean_after, variance_after) = (
        each.objectives[0].predict(Z) for each in (before, after)
    )
    np.testing.assert_allclose(mean, mean_after, atol=1e-6)
    assert variance_after[0] < 0.1 * variance[0]
    assert after.acquisition.score(X)[0] < before.acquisition.score(X)[0]


def test_the_slope_of_the_acquisition_is_that_of_its_score() -> None:
    """Where the objective is wavy, and some trials are infeasible; by finite differences."""
    space = SPACES["floats"]
    history = crowd(space, 12)
    wavy = replace(history, Y=np.sin(9.0 * history.Y), violation=(history.X[:, 0] > 0.7).astype(float))
    acquisition = Model.of(space, Data.of(wavy), Fits()).acquisition
    X = np.random.default_rng(0).random((20, 2))
    rows = np.arange(20)
    slope = acquisition.slope(X, np.arange(2))
    value, gradient = slope(X, rows)
    np.testing.assert_allclose(value, acquisition.score(X))
    for column in range(2):
        h = np.zeros(2)
        h[column] = 1e-6
        numeric = (slope(X + h, rows)[0] - slope(X - h, rows)[0]) / 2e-6
        np.testing.assert_allclose(gradient[:, column], numeric, rtol=1e-3, atol=1e-3)
