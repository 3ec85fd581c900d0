"""Tables over a complete grid: each axis is looked up exactly, or between its two nearest knots.

    A axes with K_1 … K_A entries     table (K_1, …, K_A) or, with learning curves, (K_1, …, K_A, epochs)

Between knots the table is multilinear, so its least value is that of an entry: the optimum is known exactly.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.quality.problems.axes import Axis, asked
from luthier.base.arrays import Array
from luthier.testing.problems import Get

__all__ = ["TABLES", "Grid", "stored"]

#: Where the tables lie, one `.npz` each.
TABLES = Path(__file__).parents[1] / "tables"


@cache
def stored(name: str) -> Mapping[str, Array]:
    """The arrays of a table, in double precision."""
    with np.load(TABLES / f"{name}.npz") as arrays:
        return {key: arrays[key].astype(np.float64) for key in arrays.files}


@dataclass(frozen=True, slots=True)
class Grid:
    """The axes of a table, and the table's name."""

    name: str
    axes: Sequence[Axis]

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of entries of each axis."""
        return tuple(len(axis.values) for axis in self.axes)

    def at(self, get: Get) -> Array:
        """The entry of a configuration, () or (epochs,); an inactive parameter counts as its first value."""
        table, config = stored(self.name)["values"], asked(self.axes, get)
        corners = [
            axis.corners(config[axis.name]) if axis.name in config else [(0, 1.0)] for axis in self.axes
        ]
        total = np.zeros(table.shape[len(corners) :])
        for corner in product(*corners):
            weight = math.prod(part for _, part in corner)
            total = total + weight * table[tuple(place for place, _ in corner)]
        return total

    def config(self, index: Sequence[int]) -> dict[str, Any]:
        """The configuration of an entry, with its active parameters alone."""
        values = {axis.name: axis.values[k] for axis, k in zip(self.axes, index, strict=True)}
        return asked(self.axes, values.__getitem__)
