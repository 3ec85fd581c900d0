"""k nearest neighbours on the diabetes data at every entry of a grid: each search for neighbours serves all k."""

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.decomposition import PCA
from sklearn.model_selection import KFold
from sklearn.neighbors import NearestNeighbors
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import QuantileTransformer, StandardScaler

from benchmarks.quality.problems.axes import Axis
from luthier.base.arrays import Array

__all__ = ["neighbours"]

FOLDS, SEED = 5, 9

#: Added to a distance before it is inverted, so that a twin weighs much but not all.
NEAR = 1e-6

#: The most neighbours of the grid.
MOST = 40


def neighbours(axes: Sequence[Axis]) -> Array:
    """The root mean squared errors `(neighbours, weights, power, components, scaling)` of a standardised target."""
    X, y = load_diabetes(return_X_y=True, scaled=False)
    y = (y - y.mean()) / y.std()
    values = np.empty([len(axis.values) for axis in axes], dtype=np.float64)
    settings = [list(enumerate(axis.values)) for axis in axes[2:]]
    for (i, power), (j, components), (k, scaling) in product(*settings):
        steps = make_pipeline(scaler(scaling), PCA(components, random_state=SEED))
        found = errors(X, y, steps, power)
        for row, column in product(*map(range, values.shape[:2])):
            kind, count = axes[1].values[column], axes[0].values[row]
            values[row, column, i, j, k] = found[kind][count - 1]
    return values


def scaler(name: str) -> Any:
    """The step before the components."""
    match name:
        case "standard":
            return StandardScaler()
        case "rank":
            return QuantileTransformer(n_quantiles=100)
        case _:
            return "passthrough"


def errors(X: Array, y: Array, steps: Any, power: float) -> dict[str, Array]:
    """Kind of weights -> `(MOST,)` the errors with 1 to MOST neighbours, the mean over the folds."""
    total = {kind: np.zeros(MOST) for kind in ("distance", "uniform")}
    for train, held in KFold(FOLDS, shuffle=True, random_state=SEED).split(X):
        steps.fit(X[train])
        search = NearestNeighbors(n_neighbors=MOST, p=power).fit(steps.transform(X[train]))
        distance, place = search.kneighbors(steps.transform(X[held]))
        for kind in total:
            weight = 1.0 / (distance + NEAR) if kind == "distance" else np.ones_like(distance)
            guess = np.cumsum(weight * y[train][place], axis=1) / np.cumsum(weight, axis=1)
            total[kind] += np.sqrt(np.mean((guess - y[held][:, None]) ** 2, axis=0)) / FOLDS
    return total
