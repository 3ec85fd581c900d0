"""What trials reported on their way, on one scale with what they had at their ends.

    n, p  told and pending trials       r  records: values of trials at levels of resource, see `fidelity.records`
    k     a level, the end being the highest        b_k   how many times wider values spread at k + 1 than at k
                                                     a_k  what a training then wins from level k to the next one

A value v at level k is counted as a_k + b_k v at the next one, and so on to the end. b_k and a_k are of the trials that
were seen before and after that step, a_k the median over them: what is left says how much better or worse a
configuration is than others at the same resource, and may be modelled together with values at the end. Below a level
from which on they are not known nothing is said of the end (`explained`).
"""

from dataclasses import dataclass

import numpy as np

from luthier.base.arrays import Array, BoolArray, IntArray
from luthier.records.history import History
from luthier.samplers.fidelity.records import LEVELS, records_of
from luthier.samplers.gp.data import LARGEST, finite

__all__ = ["Ladder", "by_resource", "complete", "widening", "with_pending"]

#: Fewer trials than this say nothing of what is usually won.
LEAST_PAIRS = 3

#: A level spreads at most e^MOST times as wide as another, a million times: no two units of a loss are further apart.
MOST = np.log(1e6)

#: The level that nobody reached.
NOBODY = len(LEVELS)


def by_resource(history: History) -> bool:
    """Whether there are stopped trials to be learnt from: those of one objective."""
    return bool((history.fidelity < np.inf).any() and history.Y.shape[1] == 1)


def complete(history: History) -> BoolArray:
    """`(n,)` which trials of one objective have a value of their end."""
    return np.asarray(np.isposinf(history.fidelity) & (history.Y[:, 0] < np.inf))


def with_pending(history: History, told: BoolArray, *, pending: bool) -> BoolArray:
    """`(n + p,)` what holds of the trials that a ladder's rows name: `told: (n,)`, and `pending` of those that run."""
    return np.append(told, np.full(len(history.pending), pending, dtype=np.bool_))


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
    #: The highest level at which a complete trial reported, `NOBODY` if none did.
    longest: int

    @classmethod
    def of(cls, history: History) -> "Ladder":
        """The records of all trials of a history with one objective: of failed ones what they had reported."""
        seen = records_of(history.reports)
        ended = complete(history)
        over = with_pending(history, ended, pending=False)[seen.row]
        # What a complete trial reported last is its end, whatever it then returned, and tells no more: but where others
        # got as far without an end, it is what they are compared by.
        farthest = seen.level[~over].max(initial=-1)
        kept = ~(seen.last & over & (seen.level > farthest))
        top = int(seen.level[kept].max(initial=-1)) + 1
        ends = np.flatnonzero(ended)
        row = np.concatenate([seen.row[kept], ends])
        level = np.concatenate([seen.level[kept], np.full(len(ends), top)])
        value = np.concatenate([seen.value[kept], history.Y[ends, 0]])
        order = np.lexsort((level, row))
        longest = int(seen.level[over].max()) if over.any() else NOBODY
        return cls(row[order], level[order], value[order], top, longest)

    def __len__(self) -> int:
        return len(self.row)

    @property
    def resource(self) -> Array:
        """`(r,)` from 0 at the first level to 1 at the end."""
        return self.level / self.top if self.top else np.ones(len(self))

    def first(self, k: int) -> "Ladder":
        """The first k records alone."""
        return self.only(np.arange(len(self)) < k)

    def only(self, kept: BoolArray, *, top: int | None = None) -> "Ladder":
        """Those of `kept: (r,)`; with another level for the end, what is above it counts there."""
        end = self.top if top is None else top
        level = np.minimum(self.level[kept], end)
        return Ladder(self.row[kept], level, self.value[kept], end, self.longest)

    def lowered(self) -> "Ladder":
        """Where few trials are complete, the same with the highest level for the end that enough of them reached.

        At most one level below where a complete trial reported last: so little is won from there that the order of
        trials stands for that of their ends. Behind a first trial that few can beat it takes long until enough end.
        """
        begins = np.diff(self.row, prepend=-1) > 0
        reached = np.sort(self.level[np.diff(self.row, append=self.row.max(initial=0) + 1) > 0])
        top = int(reached[-LEAST_PAIRS]) if len(reached) >= LEAST_PAIRS else -1
        if top == self.top or top < max(0, self.longest - 1):
            return self
        below = self.level < top
        return self.only(below | begins | np.append(True, below[:-1])[: len(self)], top=top)

    def aligned(self) -> Array:
        """`(r,)` finite values on the scale of the end; infinite ones are the worst of all."""
        lost = np.isposinf(self.value)
        if lost.all():
            return np.zeros(len(self))
        value = np.where(lost, np.nan, self.value)
        value[~lost] = finite(value[~lost, None])[:, 0]
        on_scale = value.copy()
        for k in range(self.top):
            now, then = self.step(value, k)
            if len(now) >= LEAST_PAIRS:
                b = widening(now, then)
                below = self.level <= k
                on_scale[below] = np.clip(np.median(then - b * now) + b * on_scale[below], -LARGEST, LARGEST)
        return np.where(lost, np.nanmax(on_scale), on_scale)

    def explained(self) -> "Ladder":
        """The records at levels from which on all that is won to the end is known."""
        lowest = self.top
        while lowest and len(self.step(self.value, lowest - 1)[0]) >= LEAST_PAIRS:
            lowest -= 1
        return self.only(self.level >= lowest)

    def step(self, value: Array, k: int) -> tuple[Array, Array]:
        """Of `value: (r,)` what trials had at level k and at the next one, where both are finite.

        All count that had begun at level k and were seen above it. What a trial did not report at a level, or did not
        live to see, is what it had next: between two records it wins once, and after its end nothing more.
        """
        rows = np.unique(self.row)
        place = self.row * (self.top + 1) + self.level
        first, now, then = (np.searchsorted(place, rows * (self.top + 1) + level) for level in (0, k, k + 1))
        after = np.append(self.row, -1)[then]
        seen = (after == rows) & (self.level[first] <= k)
        pairs = value[now[seen]], value[then[seen]]
        known = np.isfinite(pairs).all(axis=0)
        return pairs[0][known], pairs[1][known]


def widening(x: Array, y: Array) -> float:
    """How many times wider `y: (p,)` spreads about its median than `x: (p,)`; 1 as far as chance may be the reason.

    Trainings that start alike drift apart, and a report may be a loss where the result is a percentage. The logarithm
    of the ratio is drawn towards 0 by the factor of James and Stein 1961, "Estimation with quadratic loss", where it is
    positive; of normal pairs with correlation r that of standard deviations has the variance (1 - r^2) / p to first
    order, that of mean deviations up to a seventh more; here over p - 2, for two medians are of the same pairs.
    """
    dx, dy = x - np.median(x), y - np.median(y)
    wide, high = np.abs(dx).mean(), np.abs(dy).mean()
    if not wide or not high:
        return 1.0
    dx, dy = dx / wide, dy / high
    r2 = float((dx @ dy) ** 2 / ((dx @ dx) * (dy @ dy)))
    chance = max(0.0, 1.0 - r2) / max(1, len(x) - 2)
    # Of units that differ by a power of two to the last bit the same, unless it overflows.
    with np.errstate(over="ignore", under="ignore", divide="ignore"):
        log = float(np.log(high / wide))
    if np.isinf(log):
        return float(np.exp(np.copysign(MOST, log)))
    sure = max(0.0, 1.0 - chance / log**2) if log else 0.0
    return float(np.exp(np.clip(sure * log, -MOST, MOST)))
