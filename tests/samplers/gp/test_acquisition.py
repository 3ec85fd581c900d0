"""What a search maximises."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from luthier.records.history import Reports
from luthier.samplers.gp.data import Data
from luthier.samplers.gp.fits import Fits
from luthier.samplers.gp.model import Model
from luthier.samplers.gp.surface import surface
from luthier.testing.samplers import SPACES, crowd

SPACE = SPACES["floats"]


def with_infeasible_trials() -> Model:
    """A wavy objective, and some trials that are infeasible."""
    history = crowd(SPACE, 12)
    wavy = replace(history, Y=np.sin(9.0 * history.Y), violation=(history.X[:, 0] > 0.7).astype(float))
    return Model.of(SPACE, Data.of(wavy), Fits())


def with_stopped_trials() -> Model:
    """A wavy objective, and trials that were stopped: the resource stands beside the last column."""
    history = crowd(SPACE, 24)
    values = np.sin(9.0 * history.Y + 3.0 * history.X[:, :1])
    fidelity = np.where(np.arange(24) % 3, np.inf, 1.0)
    early = Reports(row=np.arange(24), step=np.ones(24), value=values[:, 0] + 0.1)
    model = surface(SPACE, replace(history, Y=values, fidelity=fidelity, reports=early), Fits())
    if model is None:
        pytest.fail("there are enough complete trials")
    return model


@pytest.mark.parametrize("made", [with_infeasible_trials, with_stopped_trials])
def test_its_slope_is_that_of_its_score(made: Callable[[], Model]) -> None:
    """By finite differences."""
    acquisition = made().acquisition
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
