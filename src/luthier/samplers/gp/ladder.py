"""What trials reported on their way, on one scale with what they had at their ends.

    n, p  told and pending trials       r  records: values of trials at levels of resource, see `fidelity.records`
    k     a level, the end being the highest        delta_k  what a training wins from level k to the next one

A value at level k is counted with what is still to be won from there to the end, the sum of delta_k and those above.
delta_k is the median over the trials that were seen before and after it: what is left says how much better or worse a
configuration is than others at the same resource, and may be modelled together with values at the end. Below a level
whose delta is not known nothing is said of the end (`explained`).
"""

from dataclasses import dataclass

import numpy as np

from luthier.base.arrays import Array, BoolArray, IntArray
from luthier.records.history import History
from luthier.samplers.fidelity.records import records_of
from luthier.samplers.gp.data import finite

__all__ = ["Ladder", "by_resource", "complete"]

#: Fewer trials than this say nothing of what is usually won.
LEAST_PAIRS = 3


def by_resource(history: History) -> bool:
    """Whether there are stopped trials to be learnt from: of one objective, and all feasible."""
    stopped = (history.fidelity < np.inf).any()
    return bool(stopped and history.Y.shape[1] == 1 and not history.violation.any())


def complete(history: History) -> BoolArray:
    """`(n,)` which trials of one objective have a value of their end."""
    return np.asarray(np.isposinf(history.fidelity) & (history.Y[:, 0] < np.inf))


@dataclass(frozen=True, slots=True, eq=False)
class Ladder:
    """Records by ascending row, each row's by ascending level."""

    #: `(r,)` which trial: a row of the history's X, or n plus one of its pending trials.
    row: IntArray
    level: IntArray
    #: `(r,)` minimised; +inf where that was reported.
    value: Array
    #: The level of the end.
    top: int

    @classmethod
    def of(cls, history: History) -> "Ladder":
        """The records of all trials of a history with one objective: of failed ones what they had reported."""
        seen = records_of(history.reports)
        ended = complete(history)
        over = np.append(ended, np.zeros(len(history.pending), dtype=np.bool_))[seen.row]
        # What a complete trial reported last is its end, whatever it then returned. Of one that reported once it is also
        # all there is to compare it with stopped ones by.
        again = np.append(False, seen.row[1:] == seen.row[:-1])[: len(seen.row)]
        kept = ~(seen.last & over & again)
        top = int(seen.level[kept].max(initial=-1)) + 1
        ends = np.flatnonzero(ended)
        row = np.concatenate([seen.row[kept], ends])
        level = np.concatenate([seen.level[kept], np.full(len(ends), top)])
        value = np.concatenate([seen.value[kept], history.Y[ends, 0]])
        order = np.lexsort((level, row))
        return cls(row[order], level[order], value[order], top)

    def __len__(self) -> int:
        return len(self.row)

    @property
    def resource(self) -> Array:
        """`(r,)` from 0 at the first level to 1 at the end."""
        return self.level / self.top if self.top else np.ones(len(self))

    def first(self, k: int) -> "Ladder":
        """The first k records alone."""
        return Ladder(self.row[:k], self.level[:k], self.value[:k], self.top)

    def aligned(self) -> Array:
        """`(r,)` finite values on the scale of the end; infinite ones are the worst of all."""
        lost = np.isposinf(self.value)
        if lost.all():
            return np.zeros(len(self))
        value = np.where(lost, np.nan, self.value)
        value[~lost] = finite(value[~lost, None])[:, 0]
        on_scale: Array = value + self.to_come(value)[self.level]
        return np.where(lost, np.nanmax(on_scale), on_scale)

    def explained(self) -> "Ladder":
        """The records at levels from which on all that is won to the end is known."""
        lowest = self.top
        while lowest and np.isfinite(self.won(self.value, lowest - 1)).sum() >= LEAST_PAIRS:
            lowest -= 1
        known = self.level >= lowest
        return Ladder(self.row[known], self.level[known], self.value[known], self.top)

    def to_come(self, value: Array) -> Array:
        """`(top + 1,)` what is won from each level to the end: at most 0 where values fall."""
        delta = np.zeros(self.top + 1)
        for k in range(self.top):
            steps = self.won(value, k)
            steps = steps[np.isfinite(steps)]
            if len(steps) >= LEAST_PAIRS:
                delta[k] = np.median(steps)
        return np.asarray(np.cumsum(delta[::-1])[::-1])

    def won(self, value: Array, k: int) -> Array:
        """What trials won from level k to the next one, of `value: (r,)`; NaN or infinite for some.

        All count that had begun at level k and were seen above it. What a trial did not report at a level, or did not
        live to see, is what it had next: between two records it wins once, and after its end nothing more.
        """
        rows = np.unique(self.row)
        place = self.row * (self.top + 1) + self.level
        first, now, then = (np.searchsorted(place, rows * (self.top + 1) + level) for level in (0, k, k + 1))
        after = np.append(self.row, -1)[then]
        seen = (after == rows) & (self.level[first] <= k)
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(value[then[seen]] - value[now[seen]])
