"""The columns of a space by kind, as models see them: numbers and choices.

n, q  points       d  columns of the space       c  numeric ones       h  categorical ones
g     indicators, one for each choice of each categorical column
f     features: x^2 and x of each number, the indicators, whether each optional column is there, and 1
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from luthier.base.arrays import Array, BoolArray, IntArray
from luthier.space.domains import Categorical
from luthier.space.space import Space

__all__ = ["Columns"]

#: Bandwidths on a grid are at least this many times the distance between neighbours. The sum of a normal kernel over
#: the middles of the cells is then its integral, but for the borders, and a neighbour is always within reach: with
#: half of it, searches of mixed spaces stayed on one value of a coarse grid.
GRID_FLOOR = 1.0


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a space by kind. A column with a single value is of neither: nothing can be learnt about it."""

    d: int
    #: `(c,)` numeric columns. Beside them, `(c, 1)`: whether each is a grid, its number of cells, its least bandwidth.
    numbers: IntArray
    gridded: BoolArray
    any_gridded: bool
    cells: Array
    least_sigma: Array
    #: `(h,)` categorical columns, and `(h, 1)` the number of choices in each.
    choices: IntArray
    levels: Array
    #: `(g,)` for each indicator feature its place in `choices`, and `(g, 1)` the choice that it indicates.
    owner: IntArray
    choice: Array

    #: `(g,)` the prior of each choice: its share of the weights of its column.
    prior: Array
    #: Columns of choices that are not all alike: the place in `choices`, and the prior summed up to each choice.
    weighted: tuple[tuple[int, Array], ...]
    #: The sum over columns of the logarithm of one over the least prior.
    log_choices: float

    #: Places in `numbers` and in `choices` of columns that a point may lack.
    optional_numbers: IntArray
    optional_choices: IntArray

    @classmethod
    def of(cls, space: Space) -> "Columns":
        """The columns of a space. A grid of uneven cells counts as a continuum."""
        numbers, cells, choices, levels = [], [], [], []
        priors: list[Array] = []
        weighted: list[tuple[int, Array]] = []
        for column, domain in enumerate(space.values()):
            if isinstance(domain, Categorical) and domain.levels > 1:
                choices.append(column)
                levels.append(domain.levels)
                weights = np.array(space.weights.get(column, (1.0,) * domain.levels))
                if column in space.weights:
                    weighted.append((len(priors), weights.cumsum() / weights.sum()))
                priors.append(weights / weights.sum())
            elif not isinstance(domain, Categorical) and domain.levels != 1:
                numbers.append(column)
                cells.append(float(domain.levels or 0) if domain.even else 0.0)
        count = np.array(cells)[:, None]
        gridded = count > 0.0
        return cls(
            d=len(space),
            numbers=np.array(numbers, dtype=np.int64),
            gridded=gridded,
            any_gridded=bool(gridded.any()),
            cells=np.where(gridded, count, 1.0),
            least_sigma=np.where(gridded, GRID_FLOOR / np.maximum(count, 1.0), 0.0),
            choices=np.array(choices, dtype=np.int64),
            levels=np.array(levels, dtype=np.float64)[:, None],
            owner=np.repeat(np.arange(len(levels)), levels),
            choice=np.array([float(place) for count in levels for place in range(count)])[:, None],
            prior=np.concatenate([*priors, np.empty(0)]),
            weighted=tuple(weighted),
            log_choices=-sum(math.log(prior.min()) for prior in priors),
            optional_numbers=np.empty(0, dtype=np.int64),
            optional_choices=np.empty(0, dtype=np.int64),
        )

    def with_optional(self, columns: Sequence[int]) -> "Columns":
        """These columns, of which points may lack some."""
        places = [np.flatnonzero(np.isin(kind, columns)) for kind in (self.numbers, self.choices)]
        return replace(self, optional_numbers=places[0], optional_choices=places[1])

    @property
    def optional(self) -> int:
        """How many columns a point may lack."""
        return len(self.optional_numbers) + len(self.optional_choices)

    def codes(self, rows: Array) -> Array:
        """`(h, n)` places of the choices that stand in the categorical rows of `rows: (d, n)`; NaN stays NaN."""
        return np.minimum(np.floor(rows.take(self.choices, axis=0) * self.levels), self.levels - 1.0)

    def features(self, points: Array) -> Array:
        """`(q, f)` features of `points: (q, d)`, in which the logarithms of all kernels are linear.

        A column in which a point is NaN does not count for it; only optional ones may be.
        """
        rows = points.T
        x, codes = rows.take(self.numbers, axis=0), self.codes(rows)
        indicators = codes.take(self.owner, axis=0) == self.choice
        ones = np.ones((1, len(points)))
        if not self.optional:
            return np.concatenate([x * x, x, indicators, ones]).T
        has_number, has_choice = ~np.isnan(x), ~np.isnan(codes)
        x = np.where(has_number, x, 0.0)
        has = has_number[self.optional_numbers], has_choice[self.optional_choices]
        return np.concatenate([x * x, x, indicators, *has, ones]).T
