"""Plots in one pair of axes: a histogram of one dimension, the landscape over two."""

from collections import Counter
from typing import Any

import numpy as np

from luthier.base.errors import InvalidInput, explain
from luthier.base.optional import require
from luthier.compat.skopt.plots.canvas import axes, chosen_point, label_of, places, style_axis
from luthier.compat.skopt.plots.dependence import partial_dependence_2D
from luthier.compat.skopt.space.space import Categorical

__all__ = ["contour", "dimension_at", "plot_histogram", "plot_objective_2D", "samples_for"]


def plot_histogram(
    result: Any, dimension_identifier: Any, bins: int = 20, rotate_labels: float = 0, ax: Any = None
) -> Any:
    """Plot how often each value of a dimension was tried.

    Args:
        result: of a search.
        dimension_identifier: the name or index of the dimension.
        bins: of the histogram.
        rotate_labels: degrees by which the names of categories are turned.
        ax: to draw in.

    Raises:
        InvalidInput: there is no such dimension.
        MissingExtra: matplotlib is not installed.
    """
    index, dimension = dimension_at(result.space, dimension_identifier)
    ax = axes(ax)
    values = places(dimension, [point[index] for point in result.x_iters])
    if isinstance(dimension, Categorical):
        counts = Counter(values.tolist())
        every = range(len(dimension.categories))
        ax.bar(every, [counts.get(float(place), 0) for place in every])
        style_axis(("x", ax), dimension)
        ax.tick_params(axis="x", labelrotation=rotate_labels)
    else:
        low, high = dimension.bounds
        log = dimension.prior == "log-uniform"
        edges: Any = np.geomspace(low, high, bins) if log else bins
        ax.hist(values, bins=edges, range=None if log or low == high else (low, high))
        style_axis(("x", ax), dimension, limits=False)
    ax.set(xlabel=label_of(result.space, index), ylabel="Sample Count")
    return ax


def plot_objective_2D(  # noqa: N802, PLR0917 - the original's
    result: Any,
    dimension_identifier1: Any,
    dimension_identifier2: Any,
    n_points: int = 40,
    n_samples: int = 250,
    levels: int = 10,
    zscale: str = "linear",
    sample_source: Any = "random",
    minimum: Any = "result",
    n_minimum_search: int | None = None,
    ax: Any = None,
) -> Any:
    """Plot what the newest model predicts over two dimensions, with all points tried and a star at the minimum.

    Args:
        result: of a search with a model.
        dimension_identifier1: the name or index of the dimension along x.
        dimension_identifier2: the same along y.
        n_points: along each dimension.
        n_samples: random points to average over.
        levels: of the contours.
        zscale: "linear" or "log".
        sample_source: "random" to average, or what `minimum` may be, to go through that point.
        minimum: "result", "expected_minimum", "expected_minimum_random" or a point.
        n_minimum_search: descents or random points for that.
        ax: to draw in.

    Raises:
        InvalidInput: there is no such dimension or choice.
        MissingExtra: matplotlib is not installed.
    """
    space = result.space
    x, along_x = dimension_at(space, dimension_identifier1)
    y, along_y = dimension_at(space, dimension_identifier2)
    star = chosen_point(result, minimum, n_minimum_search)
    samples = samples_for(result, sample_source, n_samples, n_minimum_search)
    ax = axes(ax)
    grid = partial_dependence_2D(space, result.models[-1], y, x, samples, n_points)
    contour(ax, grid, levels=levels, zscale=zscale, cmap="viridis_r")
    for points, look in (
        (result.x_iters, {"c": "black", "s": 10}),
        ([star], {"c": "red", "s": 50, "marker": "*"}),
    ):
        across = places(along_x, [point[x] for point in points])
        ax.scatter(across, places(along_y, [point[y] for point in points]), linewidths=1, **look)
    style_axis(("x", ax), along_x)
    style_axis(("y", ax), along_y)
    ax.set(xlabel=label_of(space, x), ylabel=label_of(space, y))
    return ax


def contour(ax: Any, grid: Any, *, levels: int, zscale: str, cmap: str) -> None:
    """Fill the contours of `(xi, yi, zi)`."""
    ticker = require("matplotlib.ticker", extra="plot", needed_for="plots")
    xi, yi, zi = grid
    if len(xi) > 1 and len(yi) > 1:
        ax.contourf(xi, yi, zi, levels, locator=ticker.LogLocator() if zscale == "log" else None, cmap=cmap)


def samples_for(result: Any, source: Any, n_samples: int, n_search: int | None) -> Any:
    """`(s, k)` points that a partial dependence averages over."""
    space = result.space
    if isinstance(source, str) and source == "random":
        return space.transform(space.rvs(n_samples=n_samples))
    return space.transform([chosen_point(result, source, n_search)])


def dimension_at(space: Any, identifier: Any) -> tuple[int, Any]:
    """The index and the dimension of a name or index.

    Raises:
        InvalidInput: there is none.
    """
    index, dimension = space[identifier]
    if dimension is None:
        raise InvalidInput(explain(f"one of {space.dimension_names}", repr(identifier), "Correct the name."))
    return index, dimension
