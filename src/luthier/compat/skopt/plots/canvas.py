"""What all plots share: the axes they are drawn in, and how a dimension looks along an axis."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from luthier.base.arrays import Array
from luthier.base.errors import InvalidInput, explain
from luthier.base.optional import require
from luthier.compat.skopt.minima import expected_minimum, expected_minimum_random_sampling
from luthier.compat.skopt.space.space import Categorical, Dimension

__all__ = ["axes", "chosen_point", "label_of", "places", "pyplot", "style_axis"]

#: Random points in which a minimum of the model is looked for at most, where nothing else was said.
MOST_POINTS = 100_000


def pyplot() -> Any:
    """Matplotlib's pyplot.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    return require("matplotlib.pyplot", extra="plot", needed_for="plots")


def axes(ax: Any) -> Any:
    """The axes given, or the current ones."""
    return pyplot().gca() if ax is None else ax


def label_of(space: Any, index: int) -> str:
    """What a dimension is called in a plot."""
    name = space.dimensions[index].name
    return f"$X_{{{index}}}$" if name is None else str(name)


def places(dimension: Dimension, values: Sequence[Any]) -> Array:
    """Where values lie along an axis: categories by their place."""
    codes = dimension.to_codes(values) if len(values) else np.empty(0)
    return np.asarray(codes, dtype=np.float64)


def style_axis(axis: Any, dimension: Dimension, *, limits: bool = True) -> None:
    """Scale and label an axis by its dimension.

    Args:
        axis: `("x", ax)` or `("y", ax)`.
        dimension: along it.
        limits: whether to set the limits too.
    """
    which, ax = axis
    if isinstance(dimension, Categorical):
        getattr(ax, f"set_{which}ticks")(
            range(len(dimension.categories)), labels=[str(category) for category in dimension.categories]
        )
        return
    if dimension.prior == "log-uniform":
        getattr(ax, f"set_{which}scale")("log")
    if limits and not dimension.is_constant:
        getattr(ax, f"set_{which}lim")(*dimension.bounds)


def chosen_point(result: Any, choice: Any, n_search: int | None = None) -> list[Any]:
    """The point that a choice names.

    Args:
        result: of a search.
        choice: "result" for the best point, "expected_minimum" or "expected_minimum_random" of the model, or a point.
        n_search: descents or random points of that.

    Raises:
        InvalidInput: the choice is unknown, or cannot be made in a space with categories.
    """
    if isinstance(choice, list | tuple):
        if len(choice) != result.space.n_dims:
            raise InvalidInput(
                explain(f"a point of {result.space.n_dims} values", repr(choice), "Complete it.")
            )
        return list(choice)
    if choice == "result":
        return list(result.x)
    if choice == "expected_minimum":
        if result.space.is_partly_categorical:
            raise InvalidInput(
                explain(
                    "a space without categories for expected_minimum",
                    "one that has some",
                    'Use "expected_minimum_random".',
                ),
            )
        return expected_minimum(result, n_random_starts=n_search or 20)[0]
    if choice == "expected_minimum_random":
        count = min(10**result.space.n_dims, MOST_POINTS) if n_search is None else n_search
        return expected_minimum_random_sampling(result, n_random_starts=count)[0]
    raise InvalidInput(
        explain(
            '"result", "expected_minimum", "expected_minimum_random" or a list', repr(choice), "Pass one."
        )
    )
