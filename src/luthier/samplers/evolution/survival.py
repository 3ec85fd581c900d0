"""Who survives: constraint domination, fronts, and lonely neighbours first.

Sources: Deb et al. 2002, "A fast and elitist multiobjective genetic algorithm: NSGA-II"; constraints: Deb 2000.
"""

from typing import NamedTuple, Protocol, final, runtime_checkable

import numpy as np

from luthier.base.arrays import Array, BoolArray, IntArray
from luthier.numerics.pareto import crowding, rank
from luthier.records.history import History

__all__ = ["Crowding", "Pool", "Survival", "levels", "split"]


class Pool(NamedTuple):
    """k told trials, among them each configuration once."""

    #: `Y: (k, m)`, `violation: (k,)` and `fidelity: (k,)` as in `History`.
    Y: Array
    violation: Array
    fidelity: Array
    #: `(k,)` whether an earlier row has the same parameters.
    repeated: BoolArray

    @classmethod
    def of(cls, history: History, rows: IntArray) -> "Pool":
        """The rows of a history."""
        seen: set[bytes] = set()
        repeated = np.zeros(len(rows), dtype=np.bool_)
        for place, row in enumerate(history.X[rows]):
            key = row.tobytes()
            repeated[place] = key in seen
            seen.add(key)
        return cls(history.Y[rows], history.violation[rows], history.fidelity[rows], repeated)


@runtime_checkable
class Survival(Protocol):
    """Chooses survivors, and says who of them wins a tournament."""

    def survivors(self, pool: Pool, size: int) -> IntArray:
        """The rows of the pool that survive, at most `size`, ascending."""

    def merits(self, pool: Pool) -> IntArray:
        """`(k,)` the smaller, the better as a parent; equals draw lots."""


@final
class Crowding:
    """NSGA-II: the first fronts survive; the last one that fits in part loses its most crowded member, one by one.

    Distances are taken anew after each loss (Kukkonen and Deb 2006), else whole crowds would go at once.
    """

    __slots__ = ()

    def survivors(self, pool: Pool, size: int) -> IntArray:
        """The rows of the pool that survive, at most `size`, ascending."""
        level = levels(pool)
        whole, last = split(level, size)
        if not last.size:
            return whole
        while whole.size + last.size > size:
            distance = crowding(pool.Y[last])
            # The newest of the most crowded ones goes.
            last = np.delete(last, len(last) - 1 - int(distance[::-1].argmin()))
        return np.sort(np.concatenate([whole, last]))

    def merits(self, pool: Pool) -> IntArray:
        """`(k,)` the place in the order of fronts, and within a front of crowding."""
        level = levels(pool)
        distance = np.zeros(len(level))
        for front in range(int(level.max(initial=-1)) + 1):
            rows = np.flatnonzero(level == front)
            distance[rows] = crowding(pool.Y[rows])
        return dense(np.stack([-distance, level]))


def tiers(pool: Pool) -> IntArray:
    """`(k,)` classes that come before the objectives, 0 the best.

    Repetitions come after all others; before them failures; before them those that break their constraints, by how
    much; those that stopped early come after those that ended.
    """
    failed = np.isposinf(pool.Y).any(axis=1)
    return dense(np.stack([-pool.fidelity, pool.violation, failed, pool.repeated]))


def levels(pool: Pool) -> IntArray:
    """`(k,)` fronts under constraint domination, 0 the best: within each tier members are ranked by the objectives."""
    tier = tiers(pool)
    level = np.zeros(len(tier), dtype=np.int64)
    first = 0
    for number in range(int(tier.max(initial=-1)) + 1):
        rows = np.flatnonzero(tier == number)
        level[rows] = first + fronts(pool.Y[rows])
        first = int(level[rows].max()) + 1
    return level


def fronts(Y: Array) -> IntArray:
    """`(k,)` ranks of the rows of `Y: (k, m)`; one objective needs no fronts."""
    return dense(Y.T) if Y.shape[1] == 1 else rank(Y)


def split(level: IntArray, size: int) -> tuple[IntArray, IntArray]:
    """The rows of the levels that fit into `size` as a whole, and those of the level after them, if places are left."""
    if len(level) <= size:
        return np.arange(len(level)), np.empty(0, dtype=np.int64)
    cut = np.sort(level)[size - 1]
    whole, last = np.flatnonzero(level < cut), np.flatnonzero(level == cut)
    if whole.size + last.size == size:
        return np.sort(np.concatenate([whole, last])), np.empty(0, dtype=np.int64)
    return whole, last


def dense(keys: Array) -> IntArray:
    """`(k,)` the place of each column of `keys: (r, k)` in their order, the last row first; equals share one."""
    if (keys[:, 1:] == keys[:, :-1]).all():
        return np.zeros(keys.shape[1], dtype=np.int64)
    order = np.lexsort(keys)
    ordered = keys[:, order]
    place = np.zeros(keys.shape[1], dtype=np.int64)
    place[order[1:]] = (ordered[:, 1:] != ordered[:, :-1]).any(axis=0).cumsum()
    return place
