"""Which configurations of a finite space were tried.

A configuration is a row of places, one for each column: level k of L is place k. A trial that left some parameters
unasked stands for all configurations that agree with it on those it asked: the others would not have mattered. One
that asked for none of them says nothing.

A trial that failed before it asked for all that others show it would have (`Conditions`) stands for one configuration
alone, whichever that was: only as many such failures as there are configurations take them all.

Where the range of a parameter depends on another one, an objective does not take all that is proposed, and what it
runs instead may have been run before. Once a configuration came twice, trials carry what was proposed to them, in a
tag: that is tried too, whatever became of it. The tag has values, for the place of a value is another one once the
known range is wider.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from luthier.base.arrays import Array, BoolArray, IntArray
from luthier.records.history import NO_REPORTS, History
from luthier.space.codec import Codec, cell_edges, encoder
from luthier.space.conditions import Conditions
from luthier.space.domains import Categorical, Int
from luthier.space.space import Space

__all__ = ["FAILURES", "SAME", "Cells", "Taken", "first_untaken", "is_end", "of_this_space", "proposed_tags"]

#: The tag of what was proposed: for each parameter a value, or the place of a choice, which stays as choices are added.
TAG = "proposed"

#: Points closer than this in every feature are the same; what is rounded on its way differs by less, and the values of
#: a grid, however unlikely, by more.
SAME = 1e-9

#: So many failures are enough to believe that every trial fails.
FAILURES = 3


class Cells:
    """The cells of a finite space: which place a number in [0, 1] stands for, and the middle of each."""

    __slots__ = ("edges", "levels", "space")

    def __init__(self, space: Space) -> None:
        self.space = space
        self.levels = np.array(space.levels, dtype=np.int64)
        #: The ends of the cells in each column whose cells are not all alike.
        self.edges = {
            column: cell_edges(domain)
            for column, domain in enumerate(space.values())
            if not isinstance(domain, Categorical) and not domain.even and domain.levels != 1
        }

    def places(self, X: Array) -> IntArray:
        """`(n, d)` places of the rows of X; -1 where X is NaN."""
        place = np.minimum(np.floor(X * self.levels), self.levels - 1)
        for column, edges in self.edges.items():
            place[:, column] = np.searchsorted(edges[1:-1], X[:, column], side="right")
        return np.where(np.isnan(X), -1, place).astype(np.int64)

    def middles(self, place: IntArray) -> Array:
        """`(n, d)` points of the unit cube that stand for places."""
        points: Array = (place + 0.5) / self.levels
        for column, edges in self.edges.items():
            points[:, column] = (edges[place[:, column]] + edges[place[:, column] + 1]) / 2
        return points

    def lasting(self, place: IntArray) -> list[list[float]]:
        """For each of the places `(n, d)` a row of d numbers that means the same in a wider space."""
        kinds = [isinstance(domain, Categorical) for domain in self.space.values()]
        values = map(Codec(self.space).decode, self.middles(place).tolist())
        return [
            [at if chosen else value for at, chosen, value in zip(row, kinds, config.values(), strict=True)]
            for row, config in zip(place.tolist(), values, strict=True)
        ]

    def found(self, rows: Sequence[Sequence[float]]) -> IntArray:
        """`(k, d)` the places of `lasting` rows that are of this space."""
        X = np.empty((len(rows), len(self.space)))
        for column, domain in enumerate(self.space.values()):
            count = len(domain.choices) if isinstance(domain, Categorical) else 0
            encode = encoder(Int(0, count - 1) if count else domain)
            X[:, column] = [encode(row[column]) for row in rows]
        return self.places(X[~np.isnan(X).any(axis=1)])


class Taken:
    """The configurations that told and running trials have taken, as tables with a byte for each configuration."""

    __slots__ = ("tables",)

    def __init__(self, cells: Cells, X: Array) -> None:
        levels = cells.levels
        if len(levels):
            X = X[~np.isnan(X).all(axis=1)]
        place = cells.places(X)
        known = place >= 0
        #: For trials that asked the same parameters: those columns, their strides, and whether each number was tried.
        self.tables: list[tuple[IntArray, IntArray, BoolArray]] = []
        for rows, pattern in alike(known):
            columns = np.flatnonzero(pattern)
            sizes = levels[columns]
            strides = strides_of(sizes)
            tried = np.zeros(np.prod(sizes, dtype=np.int64), dtype=np.bool_)
            tried[place[rows][:, columns] @ strides] = True
            self.tables.append((columns, strides, tried))

    @classmethod
    def of(cls, space: Space, history: History) -> "Taken":
        """What the told and running trials of a finite space have taken."""
        cells = Cells(space)
        here = of_this_space(history)
        X = [counted(space, here), asking(space, here), cells.middles(refused(cells, here))]
        return cls(cells, np.concatenate(X))

    def contains(self, place: IntArray) -> BoolArray:
        """`(n,)` whether each row of `place: (n, d)`, all known, was tried."""
        found = np.zeros(len(place), dtype=np.bool_)
        for columns, strides, tried in self.tables:
            found |= tried[place[:, columns] @ strides]
        return found


def first_untaken(points: Array, taken: Array) -> int:
    """The first of `points: (q, f)` that differs somewhere from each of `taken: (t, f)`, t >= 1; 0 if none does."""
    rows = (row for row, here in enumerate(points) if np.abs(taken - here).max(axis=1).min() > SAME)
    return next(rows, 0)


def proposed_tags(cells: Cells, history: History, X: Array) -> list[Mapping[str, Any]]:
    """Tags of the proposals `X: (n, d)`, which say what was proposed; none as long as no configuration came twice."""
    place = cells.places(of_this_space(history).X)
    place = place[(place >= 0).all(axis=1)]
    numbers = place @ strides_of(cells.levels)
    if len(np.unique(numbers)) == len(numbers):
        return []
    return [{TAG: dict(zip(cells.space, row, strict=True))} for row in cells.lasting(cells.places(X))]


def strides_of(sizes: IntArray) -> IntArray:
    """`(k,)` by which the places of k columns make the number of a configuration; `sizes: (k,)` are their levels."""
    return np.cumprod([1, *sizes[:0:-1]], dtype=np.int64)[::-1][: sizes.size]


def refused(cells: Cells, history: History) -> IntArray:
    """`(k, d)` the places that were proposed to told trials, of those that carry them and are of this space."""
    proposed = [
        said
        for said in (tags.get(TAG) for tags in history.tags)
        if isinstance(said, Mapping) and said.keys() == cells.space.keys()
    ]
    return cells.found([[values[name] for name in cells.space] for values in proposed])


def of_this_space(history: History) -> History:
    """The history less trials that are known to be of elsewhere."""
    if not history.elsewhere:
        return history
    n = len(history)
    gone = np.zeros(n + len(history.pending), dtype=np.bool_)
    gone[list(history.elsewhere)] = True
    here = history.without(gone[:n])
    return replace(here, pending=here.pending[~gone[n:]], pending_tags=(), reports=NO_REPORTS, elsewhere=())


def alike(known: BoolArray) -> Iterator[tuple[BoolArray, BoolArray]]:
    """The rows that know the same columns, and these columns; complete rows first, without sorting the others."""
    whole = np.asarray(known.all(axis=1))
    if whole.any():
        yield whole, np.ones(known.shape[1], dtype=np.bool_)
    if not whole.all():
        for pattern in np.unique(known[~whole], axis=0):
            yield np.asarray((known == pattern).all(axis=1)), pattern


def is_end(history: History) -> bool:
    """Whether a space that was tried whole is all there is to try.

    Before any trial has come to its end nobody knows what else it would have asked: one failure proves little.
    """
    failed = np.count_nonzero(history.Y.max(axis=1) == np.inf)
    doubtful = 0 < failed == len(history)
    return not doubtful or bool(failed + len(history.pending) >= FAILURES)


def counted(space: Space, history: History) -> Array:
    """`(k, d)` the told rows that take what they stand for: all but failures that were cut short and are too few.

    Nor does a row with a value that is outside the space by now: it tried another one.
    """
    known = history.inside
    X, failed = known.X, known.Y.max(axis=1) == np.inf
    short = np.flatnonzero(failed & np.isnan(X).any(axis=1))
    if not short.size:
        return X
    cells = Cells(space)
    unasked, places = np.isnan(X[short]), cells.places(X[short])
    # Of a parameter that others hang on and that was not asked either, any value will do.
    active = Conditions.learn(space, X[~failed]).active(np.where(unasked, 0.5, X[short]))
    lacking = np.where(active & unasked, cells.levels.astype(np.float64), 1.0).prod(axis=1)
    _, kind, failures = np.unique(places, axis=0, return_inverse=True, return_counts=True)
    keep = np.ones(len(X), dtype=np.bool_)
    keep[short[failures[kind.reshape(-1)] < lacking]] = False
    return X[keep]


def asking(space: Space, history: History) -> Array:
    """`(p, d)` the running rows, NaN where told trials show that they will not ask: there they may meet others."""
    pending, told = history.pending, history.inside
    X = told.X[told.Y.max(axis=1) < np.inf]
    whole = ~np.isnan(pending).any(axis=1)
    if not whole.any() or not np.isnan(X).any():
        return pending
    known = pending.copy()
    known[whole] = Conditions.learn(space, X).masked(pending[whole])
    return known
