"""The points of a space as a Gaussian process sees them: coordinates of a Euclidean space, in groups.

    n  points       d  columns of the space       f  features       g  groups

Every group has one lengthscale, and the squared distance of two points is a weighted sum over groups,

    r^2(x, x') = sum_g theta_g D_g(x, x'),    D_g = sum over the features of g of (z - z')^2,

so that one kernel serves numbers, choices and parameters that are not always there:

    number       one feature, the middle of its cell on a grid
    choice       one feature each, 0 or 1/sqrt(2): D is 0 for equal choices and 1 for different ones (Hamming)
    inactive     where a column is NaN its features are those of the middle, and a further group of one feature says
                 whether the column is active; columns that are always active have no such group

A column is inactive where it was not asked for, whether its conditions are known or not, as before an objective was
given that parameter. One that NaN alone stood for would have the middle value there.
"""

import math
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import lru_cache

import numpy as np

from luthier.base.arrays import Array, BoolArray, IntArray
from luthier.space.codec import MOST_CELLS, FineGrid, cell_edges, encoder
from luthier.space.domains import Categorical, Domain, Float, Int
from luthier.space.space import Space

__all__ = ["Inputs", "Kind", "partly_known"]

#: The features of two different choices differ in two places, by this much in each.
INDICATOR = math.sqrt(0.5)

MIDDLE = 0.5


class Kind(IntEnum):
    """What a group stands for."""

    NUMBER = 0
    CHOICE = 1
    ACTIVITY = 2


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """How points become features: first all numbers, then the indicators of choices, then those of activity."""

    #: `(f,)` the group of each feature, and `(f,)` the column of the space that it comes from.
    group: IntArray
    column: IntArray
    #: `(f,)` whether the feature is the number itself, so that a derivative by it is one by the coordinate.
    smooth: BoolArray
    #: `(g,)` what each group stands for, values of `Kind`.
    kind: IntArray
    #: `(c,)` for each number the cells of its even grid, 0 for none; for uneven ones their places, and how they round.
    cells: Array
    uneven: tuple[tuple[int, "Table | FineGrid"], ...]
    #: For each indicator of a choice the choice, and the number of choices of its column.
    choice: Array
    levels: Array
    #: Values of the last columns, where points come without them.
    fixed: tuple[float, ...] = ()

    @classmethod
    def of(cls, space: Space, conditional: tuple[int, ...] = ()) -> "Inputs":
        """The inputs of a space in which the `conditional` columns are not always active; constants are left out."""
        domains = list(space.values())
        varying = [column for column, domain in enumerate(domains) if domain.levels != 1]
        choices = [column for column in varying if isinstance(domains[column], Categorical)]
        numbers = [column for column in varying if column not in choices]
        activity = list(conditional)
        levels = [domains[column].levels or 0 for column in choices]
        widths = [1] * len(numbers) + levels + [1] * len(activity)
        kind = [Kind.NUMBER] * len(numbers) + [Kind.CHOICE] * len(choices) + [Kind.ACTIVITY] * len(activity)
        return cls(
            group=np.repeat(np.arange(len(widths)), widths),
            column=np.repeat(np.array(numbers + choices + activity, dtype=np.int64), widths),
            smooth=np.repeat(np.array(kind, dtype=np.int64) == Kind.NUMBER, widths),
            kind=np.array(kind, dtype=np.int64),
            cells=np.array([even_cells(domains[column]) for column in numbers], dtype=np.float64),
            uneven=tuple(
                (place, grid)
                for place, column in enumerate(numbers)
                if (grid := Table.of(domains[column]) or FineGrid.of(domains[column])) is not None
            ),
            choice=np.array([float(place) for count in levels for place in range(count)]),
            levels=np.repeat(np.array(levels, dtype=np.float64), levels),
        )

    def at(self, *values: float) -> "Inputs":
        """The inputs of points that come without the last columns: all have these values there."""
        return replace(self, fixed=values)

    def features(self, X: Array, *, rounded: bool = True) -> Array:
        """`Z: (n, f)` of `X: (n, d)`, NaN where inactive; not `rounded`, grids count as continua, for gradients.

        X is `(n, d - e)` where the e last columns are `fixed`.
        """
        if self.fixed:
            X = np.column_stack([X, np.tile(self.fixed, (len(X), 1))])
        taken = X.take(self.column, axis=1)
        unknown = np.isnan(taken)
        c, last = len(self.cells), len(self.cells) + len(self.choice)
        numbers = np.where(unknown[:, :c], MIDDLE, taken[:, :c])
        if rounded:
            numbers = self.rounded(numbers)
        # A choice that is not there is at equal distance from all.
        codes = np.minimum(
            np.floor(np.where(unknown, 0.0, taken)[:, c:last] * self.levels), self.levels - 1.0
        )
        indicators = np.where(unknown[:, c:last], 1.0 / self.levels, codes == self.choice) * INDICATOR
        return np.concatenate([numbers, indicators, ~unknown[:, last:]], axis=1)

    def rounded(self, numbers: Array) -> Array:
        """Numbers `(n, c)` moved to the values of their grids."""
        on_grid = self.cells > 0.0
        if on_grid.any():
            cells = np.where(on_grid, self.cells, 1.0)
            middles = (np.clip(np.floor(numbers * cells), 0.0, cells - 1.0) + 0.5) / cells
            numbers = np.where(on_grid, middles, numbers)
        for place, grid in self.uneven:
            numbers[:, place] = grid.rounded(numbers[:, place])
        return numbers


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """An uneven grid of few values: the `(L + 1,)` edges of their cells, and `(L,)` their numbers in [0, 1]."""

    edges: Array
    numbers: Array

    @classmethod
    def of(cls, domain: Domain) -> "Table | None":
        """The table of a domain; None where it is no uneven grid, or one of too many values."""
        if isinstance(domain, Categorical) or domain.even or not 0 < (domain.levels or 0) <= MOST_CELLS:
            return None
        return table(domain)

    def rounded(self, u: Array) -> Array:
        """`(n,)` numbers in [0, 1] moved to those of the values."""
        found: Array = self.numbers[np.searchsorted(self.edges[1:-1], u, side="right")]
        return found


def partly_known(X: Array) -> tuple[int, ...]:
    """The columns of `X: (n, d)` that are NaN in some rows and not in others; rows NaN throughout do not count."""
    known = ~np.isnan(X)
    known = known[known.any(axis=1)]
    return tuple(np.flatnonzero(known.any(axis=0) & ~known.all(axis=0)).tolist())


def even_cells(domain: Float | Int | Categorical) -> int:
    """The number of values of an even grid, else 0."""
    return 0 if isinstance(domain, Categorical) or not domain.even else domain.levels or 0


@lru_cache(maxsize=256)
def table(domain: Float | Int) -> Table:
    """The table of an uneven grid, kept: the values are encoded one by one."""
    encode, step = encoder(domain), domain.step or 1
    values = [encode(domain.low + k * step) for k in range(domain.levels or 1)]
    edges = cell_edges(domain)
    # A value of a float grid that its own encoder rounds away is the middle of its cell.
    middles = (edges[1:] + edges[:-1]) / 2.0
    return Table(edges, np.where(np.isnan(values), middles, values))
