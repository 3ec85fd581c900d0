"""Which configurations of a finite space were tried.

A configuration is a row of places, one for each column: level k of L is place k. A trial that left some parameters
unasked stands for all configurations that agree with it on those it asked: the others would not have mattered.
"""

import numpy as np

from luthier.base.arrays import Array, BoolArray, IntArray
from luthier.records.history import History
from luthier.space.space import Space

__all__ = ["Taken", "middles", "places"]

#: Configurations are looked up in a table when it has at most so many entries, else by bisection.
TABLE = 1 << 24


def places(levels: IntArray, X: Array) -> IntArray:
    """`(n, d)` places of the rows of X; -1 where X is NaN."""
    place = np.minimum(np.floor(X * levels), levels - 1)
    return np.where(np.isnan(X), -1, place).astype(np.int64)


def middles(levels: IntArray, place: IntArray) -> Array:
    """`(n, d)` points of the unit cube that stand for places."""
    points: Array = (place + 0.5) / levels
    return points


class Taken:
    """The configurations that told and running trials have taken. The space has at most 2^62 configurations."""

    __slots__ = ("groups",)

    def __init__(self, levels: IntArray, X: Array) -> None:
        place = places(levels, X)
        known = place >= 0
        #: For trials that asked the same parameters: those columns, their strides, and the numbers of what was tried.
        self.groups: list[tuple[IntArray, IntArray, IntArray, int]] = []
        patterns, group = np.unique(known, axis=0, return_inverse=True) if len(X) else (known, np.empty(0))
        for number, pattern in enumerate(patterns):
            columns = np.flatnonzero(pattern)
            sizes = levels[columns]
            strides = np.concatenate([np.cumprod(sizes[::-1])[-2::-1], [1]])[: columns.size].astype(np.int64)
            tried = np.unique(place[group.ravel() == number][:, columns] @ strides)
            self.groups.append((columns, strides, tried, int(np.prod(sizes))))

    @classmethod
    def of(cls, space: Space, history: History) -> "Taken":
        """What the told and running trials of a finite space have taken."""
        levels = np.array(space.levels, dtype=np.int64)
        return cls(levels, np.concatenate([history.X, history.pending]))

    def contains(self, place: IntArray) -> BoolArray:
        """`(n,)` whether each row of `place: (n, d)`, all known, was tried."""
        found = np.zeros(len(place), dtype=np.bool_)
        for columns, strides, tried, size in self.groups:
            number = place[:, columns] @ strides
            if size <= TABLE:
                table = np.zeros(size, dtype=np.bool_)
                table[tried] = True
                found |= table[number]
            else:
                found |= np.isin(number, tried)
        return found
