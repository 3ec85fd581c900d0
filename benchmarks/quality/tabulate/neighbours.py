"""k nearest neighbours on the diabetes data at every entry of a grid: each search for neighbours serves all k."""

from collections.abc import Sequence
from itertools import product

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


def neighbours(axes: Sequence[Axis]) -> Array:
    """The root mean squared errors `(neighbours, weights, power, components, scaling)` of a standardised target."""
    X, y = load_diabetes(return_X_y=True, scaled=False)
    y = (y - y.mean()) / y.std()
    values = np.empty([len(axis.values) for axis in axes], dtype=np.float32)
    powers, components, scalings = (range(len(axis.values)) for axis in axes[2:])
    for power, component, scaling in product(powers, components, scalings):
        settings = (axes[2].values[power], axes[3].values[component], axes[4].values[scaling])
        values[:, :, power, component, scaling] = errors(X, y, axes[0].values, axes[1].values, *settings)
    return values


def errors(
    X: Array,
    y: Array,
    counts: Sequence[int],
    weights: Sequence[str],
    power: float,
    components: int,
    scaling: str,
) -> Array:
    """`(counts, weights)` the errors, the mean over the folds."""
    scaler = {
        "none": "passthrough",
        "standard": StandardScaler(),
        "rank": QuantileTransformer(n_quantiles=100),
    }[scaling]
    total = np.zeros((len(counts), len(weights)))
    for train, held in KFold(FOLDS, shuffle=True, random_state=SEED).split(X):
        pipeline = make_pipeline(scaler, PCA(components, random_state=SEED)).fit(X[train])
        search = NearestNeighbors(n_neighbors=max(counts), p=power).fit(pipeline.transform(X[train]))
        distance, place = search.kneighbors(pipeline.transform(X[held]))
        for column, kind in enumerate(weights):
            weight = 1.0 / (distance + NEAR) if kind == "distance" else np.ones_like(distance)
            guess = np.cumsum(weight * y[train][place], axis=1) / np.cumsum(weight, axis=1)
            error = np.sqrt(np.mean((guess - y[held][:, None]) ** 2, axis=0))
            total[:, column] += error[np.array(counts) - 1] / FOLDS
    return total
