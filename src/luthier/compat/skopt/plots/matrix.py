"""Plots of all pairs of dimensions: where was tried, and what the model predicts."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from luthier.base.errors import InvalidInput, explain
from luthier.compat.skopt.plots.canvas import chosen_point, label_of, places, pyplot, style_axis
from luthier.compat.skopt.plots.dependence import partial_dependence_1D, partial_dependence_2D
from luthier.compat.skopt.plots.single import contour, dimension_at, samples_for
from luthier.compat.skopt.space.space import Categorical

__all__ = ["plot_evaluations", "plot_objective"]


#: Inches around a matrix of axes, for the labels.
MARGIN = 0.7


class Cell(NamedTuple):
    """One pair of axes of a matrix: dimension `x` along x and, off the diagonal, dimension `y` along y."""

    ax: Any
    x: int
    y: int


def plot_evaluations(  # noqa: PLR0917 - the signature of the original
    result: Any,
    bins: int = 20,
    dimensions: list[str] | None = None,
    plot_dims: list[Any] | None = None,
    size: float = 2,
    wspace: float = 0.35,
    hspace: float = 0.35,
    cmap: str = "viridis",
    ax: Any = None,
) -> Any:
    """Plot which points were tried: a histogram of each dimension, and each pair, coloured by the order.

    Args:
        result: of a search.
        bins: of the histograms.
        dimensions: labels to show instead of the names.
        plot_dims: names or indices of the dimensions to plot; all but constants when left out.
        size: inches of one pair of axes.
        wspace: between them.
        hspace: between them.
        cmap: the colours.
        ax: `(d, d)` axes to draw in, or one for a single dimension.

    Raises:
        InvalidInput: there is no such dimension.
        MissingExtra: matplotlib is not installed.
    """
    space, order = result.space, np.arange(len(result.x_iters))
    columns = [places(dim, [p[j] for p in result.x_iters]) for j, dim in enumerate(space.dimensions)]
    best = [places(dim, [value])[0] for dim, value in zip(space.dimensions, result.x, strict=True)]

    def diagonal(cell: Cell) -> None:
        dimension = space.dimensions[cell.x]
        edges: Any = bins
        if isinstance(dimension, Categorical):
            edges = np.arange(len(dimension.categories) + 1) - 0.5
        elif dimension.prior == "log-uniform" and not dimension.is_constant:
            low, high = dimension.bounds
            edges = np.geomspace(low, high, bins)
        limits = None if np.ndim(edges) or dimension.is_constant else dimension.bounds
        cell.ax.hist(columns[cell.x], bins=edges, range=limits)

    def pair(cell: Cell) -> None:
        cell.ax.scatter(columns[cell.x], columns[cell.y], c=order, s=40, lw=0, cmap=cmap)
        cell.ax.scatter([best[cell.x]], [best[cell.y]], c=["r"], s=100, lw=0, marker="*")

    layout = {"size": size, "wspace": wspace, "hspace": hspace}
    return matrix(
        result, diagonal, pair, ylabel="Number of samples", chosen=(plot_dims, dimensions), ax=ax, **layout
    )


def plot_objective(  # noqa: PLR0917 - the signature of the original
    result: Any,
    levels: int = 10,
    n_points: int = 40,
    n_samples: int = 250,
    size: float = 2,
    wspace: float = 0.35,
    hspace: float = 0.35,
    zscale: str = "linear",
    dimensions: list[str] | None = None,
    sample_source: Any = "random",
    minimum: Any = "result",
    n_minimum_search: int | None = None,
    plot_dims: list[Any] | None = None,
    show_points: bool = True,  # noqa: FBT001, FBT002 - as above
    cmap: str = "viridis_r",
    ax: Any = None,
) -> Any:
    """Plot what the newest model predicts: along each dimension, and over each pair.

    Args:
        result: of a search with a model.
        levels: of the contours.
        n_points: along each dimension.
        n_samples: random points to average over.
        size: inches of one pair of axes.
        wspace: between them.
        hspace: between them.
        zscale: "linear" or "log".
        dimensions: labels to show instead of the names.
        sample_source: "random" to average, or what `minimum` may be, to go through that point.
        minimum: "result", "expected_minimum", "expected_minimum_random" or a point; marked by lines and stars.
        n_minimum_search: descents or random points for that.
        plot_dims: names or indices of the dimensions to plot; all but constants when left out.
        show_points: whether to draw the points tried.
        cmap: the colours.
        ax: `(d, d)` axes to draw in, or one for a single dimension.

    Raises:
        InvalidInput: there is no such dimension or choice, or the result has no model.
        MissingExtra: matplotlib is not installed.
    """
    if not result.models:
        raise InvalidInput(explain("a result with a model", "one without", "Use plot_evaluations."))
    space, model = result.space, result.models[-1]
    star = chosen_point(result, minimum, n_minimum_search)
    samples = samples_for(result, sample_source, n_samples, n_minimum_search)
    columns = [places(dim, [p[j] for p in result.x_iters]) for j, dim in enumerate(space.dimensions)]
    lines = [places(dim, [value])[0] for dim, value in zip(space.dimensions, star, strict=True)]

    def diagonal(cell: Cell) -> None:
        xi, yi = partial_dependence_1D(space, model, cell.x, samples, n_points)
        cell.ax.plot(xi, yi)
        cell.ax.axvline(lines[cell.x], linestyle="--", color="r", lw=1)
        if zscale == "log":
            cell.ax.set_yscale("log")

    def pair(cell: Cell) -> None:
        grid = partial_dependence_2D(space, model, cell.y, cell.x, samples, n_points)
        contour(cell.ax, grid, levels=levels, zscale=zscale, cmap=cmap)
        if show_points:
            cell.ax.scatter(columns[cell.x], columns[cell.y], c="k", s=10, lw=0)
        cell.ax.scatter([lines[cell.x]], [lines[cell.y]], c=["r"], s=100, lw=0, marker="*")

    layout = {"size": size, "wspace": wspace, "hspace": hspace}
    return matrix(
        result, diagonal, pair, ylabel="Partial dependence", chosen=(plot_dims, dimensions), ax=ax, **layout
    )


def matrix(
    result: Any,
    diagonal: Callable[[Cell], None],
    pair: Callable[[Cell], None],
    *,
    ylabel: str,
    chosen: tuple[list[Any] | None, list[str] | None],
    ax: Any,
    size: float,
    wspace: float,
    hspace: float,
) -> Any:
    """A triangle of axes, drawn by two functions; the axes `(d, d)`, or one for a single dimension."""
    space = result.space
    wanted, labels = chosen
    if wanted is None:
        indices = [j for j, dimension in enumerate(space.dimensions) if not dimension.is_constant] or [0]
    else:
        indices = [dimension_at(space, identifier)[0] for identifier in wanted]
    names = labels or [label_of(space, index) for index in indices]
    if len(names) != len(indices):
        raise InvalidInput(explain(f"{len(indices)} labels in dimensions", repr(labels), "Label each."))
    d = len(indices)
    if ax is None:
        figure, ax = pyplot().subplots(d, d, figsize=[size * d + 2 * MARGIN] * 2, squeeze=False)
        edge = MARGIN / (size * d + 2 * MARGIN)
        figure.subplots_adjust(
            left=edge, right=1.0 - edge, bottom=edge, top=1.0 - edge, hspace=hspace, wspace=wspace
        )
    table = np.atleast_2d(np.asarray(ax, dtype=object))
    for row, column in triangle(d):
        cell = Cell(table[row, column], indices[column], indices[row])
        (diagonal if row == column else pair)(cell)
        style(cell, space, names=names, place=(row, column, d), ylabel=ylabel)
    share_range([table[place, place] for place in range(d)])
    for row in range(d):
        for column in range(row + 1, d):
            table[row, column].axis("off")
    return table if d > 1 else table[0, 0]


def share_range(diagonal: list[Any]) -> None:
    """Give all plots of the diagonal one range along y: a dimension that matters little looks flat."""
    ends = np.array([ax.get_ylim() for ax in diagonal])
    for ax in diagonal:
        ax.set_ylim(ends[:, 0].min(), ends[:, 1].max())


def triangle(d: int) -> Iterator[tuple[int, int]]:
    """The places on and below the diagonal."""
    return ((row, column) for row in range(d) for column in range(row + 1))


def style(cell: Cell, space: Any, *, names: list[str], place: tuple[int, int, int], ylabel: str) -> None:
    """Scales, ticks and labels of one pair of axes."""
    row, column, d = place
    style_axis(("x", cell.ax), space.dimensions[cell.x])
    if row == column:
        cell.ax.yaxis.tick_right()
        cell.ax.yaxis.set_label_position("right")
        cell.ax.set_ylabel(ylabel)
        cell.ax.xaxis.tick_top()
        cell.ax.xaxis.set_label_position("top")
        cell.ax.set_xlabel(names[column])
        return
    style_axis(("y", cell.ax), space.dimensions[cell.y])
    if column:
        cell.ax.set_yticklabels([])
    else:
        cell.ax.set_ylabel(names[row])
    if row < d - 1:
        cell.ax.set_xticklabels([])
    else:
        cell.ax.set_xlabel(names[column])
        cell.ax.tick_params(axis="x", labelrotation=45)
