"""Points to look at: anywhere, around good ones, and next to them on grids and among choices.

X  (q, d) complete points of the unit cube: no NaN, grids and choices at the middles of their cells
"""

import numpy as np
from numpy.random import Generator

from luthier.base.arrays import Array, IntArray
from luthier.numerics.qmc import shifted
from luthier.samplers.weighted import by_weight
from luthier.space.codec import MOST_CELLS, FineGrid, cell_edges
from luthier.space.domains import Categorical
from luthier.space.space import Space

__all__ = ["Moves"]

#: Standard deviations of moves around a good point: a fifth of the range down to where searches end.
SCALES = (0.2, 0.07, 0.02, 0.005)

#: At most about this many columns move at once, on average half of it: in many dimensions a move of all is a jump.
MOVED = 6.0

#: A choice that may move keeps its value this often.
KEPT = 0.5

#: Steps of grid columns that count as next to a value: many cells are crossed by climbing, not by steps.
STEPS = (-2, -1, 1, 2)

#: Of columns with more choices than this, a few are drawn.
MOST_CHOICES = 12

#: Proposals on continua are multiples of this, which is finer than objectives tell apart. Climbs end a part of about
#: 1e-9 to 1e-6 of the range apart on different machines: with multiples of 2^-32 these two parted in 34 of 40 searches
#: of 30 to 60 trials, with these in 4, and late.
GRAIN = 2.0**-16


class Moves:
    """The moves of one space."""

    __slots__ = ("choices", "edges", "fine", "levels", "numbers", "space", "varying")

    def __init__(self, space: Space) -> None:
        domains = list(space.values())
        self.space = space
        #: Columns that vary: numeric ones, choices, and both.
        self.numbers = columns(
            [not isinstance(domain, Categorical) and domain.levels != 1 for domain in domains]
        )
        self.choices = columns([isinstance(domain, Categorical) and domain.levels > 1 for domain in domains])
        self.varying = np.concatenate([self.numbers, self.choices])
        #: The ends of the cells in each grid column, and the grids of those that have too many.
        self.edges: dict[int, Array] = {}
        self.fine = {
            column: grid
            for column in self.numbers.tolist()
            if (grid := FineGrid.of(domains[column])) is not None
        }
        for column in self.numbers.tolist():
            domain = domains[column]
            if not isinstance(domain, Categorical) and domain.levels and domain.levels <= MOST_CELLS:
                self.edges[column] = (
                    np.linspace(0.0, 1.0, domain.levels + 1) if domain.even else cell_edges(domain)
                )
        self.levels = np.array([domains[column].levels for column in self.choices.tolist()], dtype=np.int64)

    @property
    def has_steps(self) -> bool:
        """Whether any column has values next to a value."""
        return bool(self.edges or self.fine or self.choices.size)

    def snapped(self, X: Array) -> Array:
        """X with grids and choices moved to the middles of their cells, and continua to multiples of `GRAIN`."""
        out = np.round(X / GRAIN) * GRAIN
        for column, edges in self.edges.items():
            place = np.searchsorted(edges[1:-1], X[:, column], side="right")
            out[:, column] = (edges[place] + edges[place + 1]) / 2.0
        for column, grid in self.fine.items():
            out[:, column] = grid.rounded(X[:, column])
        if self.choices.size:
            place = np.minimum(np.floor(X[:, self.choices] * self.levels), self.levels - 1)
            out[:, self.choices] = (place + 0.5) / self.levels
        return out

    def anywhere(self, rng: Generator, count: int) -> Array:
        """`count` points spread over the space, each uniform by itself; choices by their weights."""
        return by_weight(self.space, shifted(count, len(self.space), rng))

    def around(self, rng: Generator, centres: Array, count: int) -> Array:
        """`count` points around the `centres: (k, d)`, at all scales, some columns moved and the others kept."""
        X = centres[np.arange(count) % len(centres)]
        scale = np.array(SCALES)[rng.integers(len(SCALES), size=count)]
        share = np.minimum(MOVED / self.varying.size, 1.0) * rng.random(count)
        moved = rng.random(X.shape) < share[:, None]
        moved[np.arange(count), self.varying[rng.integers(self.varying.size, size=count)]] = True
        steps = rng.standard_normal(X.shape) * scale[:, None]
        place = np.clip(X + np.where(moved, steps, 0.0), 0.0, 1.0)
        if self.choices.size:
            jump = moved[:, self.choices] & (rng.random((count, self.choices.size)) > KEPT)
            place[:, self.choices] = np.where(jump, rng.random(jump.shape), X[:, self.choices])
        return place

    def along(self, rng: Generator, centre: Array, count: int) -> Array:
        """`count` points that differ from the `centre: (d,)` in one column, which has any value."""
        X = np.tile(centre, (count, 1))
        row = np.arange(count)
        X[row, self.varying[(row + rng.integers(self.varying.size)) % self.varying.size]] = rng.random(count)
        return X

    def next_to(self, rng: Generator, centre: Array) -> Array:
        """All points one move of a discrete column away from the `centre: (d,)`, a few of many choices."""
        rows = []
        for column, levels in zip(self.choices.tolist(), self.levels.tolist(), strict=True):
            places = np.arange(levels) if levels <= MOST_CHOICES else rng.integers(levels, size=MOST_CHOICES)
            here = min(int(centre[column] * levels), levels - 1)
            rows += [(column, (place + 0.5) / levels) for place in places.tolist() if place != here]
        for column, edges in self.edges.items():
            here = int(np.searchsorted(edges[1:-1], centre[column], side="right"))
            near = [here + step for step in STEPS if 0 <= here + step < len(edges) - 1]
            rows += [(column, (edges[place] + edges[place + 1]) / 2.0) for place in near]
        for column, grid in self.fine.items():
            values = grid.values(centre[[column]]) + np.array(STEPS) * grid.step
            rows += [(column, u) for u in grid.numbers(values).tolist() if u != centre[column]]
        X = np.tile(centre, (len(rows), 1))
        for row, (column, value) in enumerate(rows):
            X[row, column] = value
        return X


def columns(which: list[bool]) -> IntArray:
    """The places of true entries."""
    return np.flatnonzero(np.array(which, dtype=np.bool_))
