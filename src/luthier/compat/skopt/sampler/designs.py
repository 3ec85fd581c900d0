"""Designs: the Latin hypercube and the regular grid.

    n   points      d   dimensions      order   levels of each dimension of a grid

Source of the hypercube: McKay, Beckman and Conover 1979; of maximin: Johnson, Moore and Ylvisaker 1990.
"""

import math
from typing import final

import numpy as np

from luthier.base.arrays import Array
from luthier.base.errors import InvalidInput, explain
from luthier.compat.skopt.rng import Rng
from luthier.compat.skopt.sampler.base import InitialPointGenerator

__all__ = ["Grid", "Lhs"]

#: Grids of more points than this are not laid out.
LARGEST = 10**6

BORDERS = ("include", "exclude", "only")
CRITERIA = ("maximin", "ratio", "correlation", None)


@final
class Lhs(InitialPointGenerator):
    """A Latin hypercube: of n slices of each dimension, every one has one point.

    Args:
        lhs_type: "classic" puts a point anywhere in its slice, "centered" in the middle.
        criterion: which of several cubes is taken: "maximin" has the largest smallest distance, "ratio" the smallest
            ratio of largest to smallest distance, "correlation" the least correlated columns, None the first.
        iterations: how many cubes are drawn.
    """

    def __init__(
        self, lhs_type: str = "classic", criterion: str | None = "maximin", iterations: int = 1000
    ) -> None:
        self.lhs_type = lhs_type
        self.criterion = criterion
        self.iterations = iterations

    def unit_points(self, n_dims: int, n_samples: int, rng: Rng) -> Array:
        """The best of the cubes.

        Raises:
            InvalidInput: the type or the criterion is unknown.
        """
        if self.lhs_type not in {"classic", "centered"}:
            raise InvalidInput(
                explain('lhs_type "classic" or "centered"', repr(self.lhs_type), "Correct it.")
            )
        if self.criterion not in CRITERIA:
            raise InvalidInput(
                explain(f"criterion to be one of {CRITERIA}", repr(self.criterion), "Correct it.")
            )
        best = self.cube(n_dims, n_samples, rng)
        if self.criterion is None or n_samples == 1:
            return best
        cost = badness(best, self.criterion)
        for _ in range(self.iterations - 1):
            cube = self.cube(n_dims, n_samples, rng)
            other = badness(cube, self.criterion)
            if other < cost:
                best, cost = cube, other
        return best

    def cube(self, n_dims: int, n_samples: int, rng: Rng) -> Array:
        """One cube."""
        inside = rng.uniform(size=(n_samples, n_dims)) if self.lhs_type == "classic" else 0.5
        slices = np.column_stack([rng.permutation(n_samples) for _ in range(n_dims)])
        return np.asarray((slices + inside) / n_samples)


@final
class Grid(InitialPointGenerator):
    """A regular grid, in random order.

    Args:
        border: "exclude" keeps the grid inside, "include" takes the ends of each dimension too, "only" just the border.
        use_full_layout: whether to lay out the largest whole grid of at most n points, and to complete it by another;
            else n points of the smallest grid that has so many.
        append_border: as `border`, for the grid that completes the first.
    """

    def __init__(
        self,
        border: str = "exclude",
        use_full_layout: bool = True,  # noqa: FBT001, FBT002 - the original's
        append_border: str = "only",
    ) -> None:
        self.border = border
        self.use_full_layout = use_full_layout
        self.append_border = append_border

    def unit_points(self, n_dims: int, n_samples: int, rng: Rng) -> Array:
        """Points of the grid, all different as long as it has so many.

        Raises:
            InvalidInput: a border is unknown, or the grid would be too large to lay out.
        """
        for border in (self.border, self.append_border):
            if border not in BORDERS:
                raise InvalidInput(explain(f"a border of {BORDERS}", repr(border), "Correct it."))
        order = order_of(self.border, n_dims, n_samples)
        if not self.use_full_layout and len(layout(self.border, n_dims, order)) < n_samples:
            order += 1
        points = layout(self.border, n_dims, order)
        rng.shuffle(points)
        while len(points) < n_samples:
            missing = n_samples - len(points)
            more = layout(self.append_border, n_dims, order_of(self.append_border, n_dims, missing) + 1)
            rng.shuffle(more)
            points = np.concatenate([points, more[:missing]])
        return points[:n_samples]


def badness(cube: Array, criterion: str) -> float:
    """What a criterion minimises."""
    from scipy.spatial.distance import pdist

    if criterion == "correlation":
        correlation = np.atleast_2d(np.corrcoef(cube.T)) - np.eye(cube.shape[1])
        return float(np.abs(correlation).max())
    gaps = pdist(cube)
    return -float(gaps.min()) if criterion == "maximin" else float(gaps.max() / max(gaps.min(), 1e-12))


def order_of(border: str, n_dims: int, n_samples: int) -> int:
    """The levels of each dimension of the largest grid of at most n points."""
    free = 1 if border == "only" else n_dims
    room = n_samples / 2 ** (n_dims - 1) if border == "only" else n_samples
    order = math.floor(math.pow(max(room, 1), 1 / free) + 1e-9)
    return max(order, 1 if border == "exclude" else 2)


def layout(border: str, n_dims: int, order: int) -> Array:
    """All points of a grid of the unit cube.

    Raises:
        InvalidInput: they are too many.
    """
    inside, whole = np.arange(1, order + 1) / (order + 1), np.linspace(0.0, 1.0, max(order, 2))
    axes = {
        "exclude": [inside] * n_dims,
        "include": [whole] * n_dims,
        "only": [np.array([0.0, 1.0])] * (n_dims - 1) + [whole],
    }[border]
    size = math.prod(map(len, axes))
    if size > LARGEST:
        raise InvalidInput(
            explain(f"a grid of at most {LARGEST} points", f"one of {size}", 'Use "sobol" or "lhs".')
        )
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(size, n_dims)
