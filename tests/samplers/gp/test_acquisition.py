"""What a search maximises."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from luthier.records.history import History, Reports
from luthier.samplers.gp.data import Data
from luthier.samplers.gp.fits import Fits
from luthier.samplers.gp.model import Model
from luthier.samplers.gp.surface import surface
from luthier.space.domains import Categorical, Float, Int
from luthier.space.space import Space
from luthier.testing.samplers import SPACES, crowd

SPACE = SPACES["floats"]

#: y is asked for under one kind only.
BRANCHES = Space(
    {
        "kind": Categorical(("with", "without")),
        "k": Int(1, 9),
        "x": Float(0.0, 1.0),
        "y": Float(1e-4, 1.0, log=True),
    }
)


def wavy(history: History, m: int = 1) -> History:
    """The history with m wavy objectives."""
    waves = [
        np.sin((9.0 - j) * history.Y[:, 0] + 3.0 * j * np.nan_to_num(history.X[:, -1])) for j in range(m)
    ]
    return replace(history, Y=np.column_stack(waves))


def with_infeasible_trials() -> Model:
    """A wavy objective, and some trials that are infeasible."""
    history = wavy(crowd(SPACE, 12))
    return Model.of(SPACE, Data.of(replace(history, violation=(history.X[:, 0] > 0.7).astype(float))), Fits())


def with_stopped_trials() -> Model:
    """A wavy objective, and trials that were stopped: the resource stands beside the last column."""
    history = wavy(crowd(SPACE, 24))
    fidelity = np.where(np.arange(24) % 3, np.inf, 1.0)
    early = Reports(row=np.arange(24), step=np.ones(24), value=history.Y[:, 0] + 0.1)
    model = surface(SPACE, replace(history, fidelity=fidelity, reports=early), Fits())
    if isinstance(model, str):
        pytest.fail(f"there are enough complete trials: {model}")
    return model


def with_branches(m: int) -> Model:
    """Several objectives of numbers, a choice and a parameter of one branch, and running trials."""
    history = crowd(BRANCHES, 20, pending=2)
    X = np.where((history.X[:, :1] > 0.5) & (np.arange(4) == 3), np.nan, history.X)
    model = Model.of(BRANCHES, Data.of(wavy(replace(history, X=X), m)), Fits())
    return model.with_running(history.pending)


MODELS: dict[str, Callable[[], Model]] = {
    "infeasible trials": with_infeasible_trials,
    "stopped trials": with_stopped_trials,
    "branches": lambda: with_branches(1),
    "branches, two objectives": lambda: with_branches(2),
    "branches, three objectives": lambda: with_branches(3),
}


@pytest.mark.parametrize("made", MODELS.values(), ids=MODELS)
def test_its_slope_is_that_of_its_score(made: Callable[[], Model]) -> None:
    """By finite differences; what is no number, or inactive, stays as it is. Grids count as continua there."""
    model = made()
    acquisition, d = model.acquisition, model.X.shape[1]
    X = np.random.default_rng(0).random((20, d))
    rows = np.arange(20)
    numbers = np.arange(d) if d == 2 else np.array([1, 2, 3])
    slope = acquisition.slope(X, numbers)
    value, gradient = slope(X[:, numbers], rows)
    if d == 2:
        np.testing.assert_allclose(value, acquisition.score(X))
    for place in range(len(numbers)):
        h = np.zeros(len(numbers))
        h[place] = 1e-6
        numeric = (slope(X[:, numbers] + h, rows)[0] - slope(X[:, numbers] - h, rows)[0]) / 2e-6
        np.testing.assert_allclose(gradient[:, place], numeric, rtol=1e-3, atol=1e-3)
