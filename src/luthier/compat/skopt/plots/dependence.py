"""Partial dependence: what a model predicts along one or two dimensions, averaged over the others.

    xi, yi   where along a dimension       zi   means of the prediction there
    samples  `(s, k)` points to average over, as the model sees them

Source: Friedman 2001, "Greedy Function Approximation", Section 8.2.
"""

from typing import Any

import numpy as np

from luthier.base.arrays import Array
from luthier.compat.skopt.plots.canvas import places
from luthier.compat.skopt.space.space import Categorical, Dimension

__all__ = ["evenly_spaced", "partial_dependence", "partial_dependence_1D", "partial_dependence_2D"]


def partial_dependence(  # noqa: PLR0917 - the signature of the original
    space: Any,
    model: Any,
    i: int,
    j: int | None = None,
    sample_points: Any = None,
    n_samples: int = 250,
    n_points: int = 40,
    x_eval: Any = None,
) -> tuple[Array, ...]:
    """`(xi, yi)` of dimension i, or `(xi, yi, zi)` of dimensions j and i.

    Args:
        space: of the search.
        model: fitted.
        i: a dimension.
        j: another, for two.
        sample_points: `(s, k)` points to average over; drawn when left out.
        n_samples: how many are drawn.
        n_points: along each dimension.
        x_eval: the one point to go through instead of an average.
    """
    if x_eval is not None:
        samples = space.transform([x_eval])
    elif sample_points is not None:
        samples = np.asarray(sample_points)
    else:
        samples = space.transform(space.rvs(n_samples=n_samples))
    if j is None:
        return partial_dependence_1D(space, model, i, samples, n_points)
    return partial_dependence_2D(space, model, i, j, samples, n_points)


def partial_dependence_1D(  # noqa: N802 - the original's
    space: Any, model: Any, i: int, samples: Any, n_points: int = 40
) -> tuple[Array, Array]:
    """`(xi, yi)`: points along dimension i, and the mean prediction at each."""
    xi, shown = evenly_spaced(space.dimensions[i], n_points)
    start, stop = span(space, i)
    rows = np.repeat(np.asarray(samples, dtype=np.float64)[None], len(shown), axis=0)
    rows[:, :, start:stop] = shown[:, None, :]
    return xi, averaged(model, rows)


def partial_dependence_2D(  # noqa: N802, PLR0917 - the original's
    space: Any, model: Any, i: int, j: int, samples: Any, n_points: int = 40
) -> tuple[Array, Array, Array]:
    """`(xi, yi, zi)`: points along dimensions j and i, and `zi[row of yi, column of xi]`, the mean predictions."""
    xi, shown_x = evenly_spaced(space.dimensions[j], n_points)
    yi, shown_y = evenly_spaced(space.dimensions[i], n_points)
    (x_start, x_stop), (y_start, y_stop) = span(space, j), span(space, i)
    zi = np.empty((len(yi), len(xi)))
    for row, y in enumerate(shown_y):
        rows = np.repeat(np.asarray(samples, dtype=np.float64)[None], len(xi), axis=0)
        rows[:, :, x_start:x_stop] = shown_x[:, None, :]
        rows[:, :, y_start:y_stop] = y
        zi[row] = averaged(model, rows)
    return xi, yi, zi


def evenly_spaced(dimension: Dimension, n_points: int) -> tuple[Array, Array]:
    """Points along a dimension, on its scale, and `(n, k)` what a model sees of them; all categories by place."""
    if isinstance(dimension, Categorical):
        chosen = np.linspace(
            0, len(dimension.categories) - 1, min(len(dimension.categories), n_points), dtype=np.int64
        )
        return places(dimension, dimension.of_codes(chosen)), dimension.encode(chosen)
    low, high = dimension.bounds
    if dimension.prior == "log-uniform":
        xi = np.clip(np.geomspace(low, high, n_points), low, high)
    else:
        xi = np.linspace(low, high, n_points)
    return xi, dimension.encode(xi)


def averaged(model: Any, rows: Array) -> Array:
    """`(n,)` mean predictions over the samples of `rows: (n, s, k)`; of the value, where seconds are predicted too."""
    n, s, k = rows.shape
    means: Array = np.asarray(model.predict(rows.reshape(n * s, k))).reshape(n, s, -1)[:, :, 0].mean(axis=1)
    return means


def span(space: Any, index: int) -> tuple[int, int]:
    """The columns of a dimension."""
    ends = np.cumsum([0, *(dimension.transformed_size for dimension in space.dimensions)])
    return int(ends[index]), int(ends[index + 1])
