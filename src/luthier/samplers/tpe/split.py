"""Which trials are the good ones.

A trial comes before another when, by the first of these that tells them apart,

    1. it has a result: failures and +inf come last;
    2. it breaks its constraints less (Deb 2000);
    3. it ran longer: the last value of a stopped trial is one of low fidelity and is never compared with a final one;
    4. its value is less, or, with several objectives, its front comes first, and then it adds more hypervolume to the
       trials before it (as in MOTPE: Ozaki, Tanigaki, Watanabe and Onishi 2020);
    5. it was told earlier.

Selection is by partial sorts of thresholds, not of trials, so ties are broken alike on every machine.
"""

import math

import numpy as np

from luthier.base.arrays import Array, IntArray
from luthier.numerics.hypervolume import greedy
from luthier.numerics.pareto import crowding, rank
from luthier.records.history import History

__all__ = ["good_trials"]

#: The reference point of hypervolumes, in units of the range of a front, from its least values. Just beyond one: then
#: the ends of the front count, but not more than its middle.
REFERENCE = 1.1

#: From a front of more trials than this, those far from their neighbours are looked at: choosing takes bounded time.
MOST = 256

#: Objectives are cut to this size before differences are taken, which are finite then.
HUGE = 1e300


def good_trials(history: History, *, share: float, most: int) -> IntArray:
    """Rows of the best `min(ceil(share * usable), most)` told trials; usable ones have no infinite objective."""
    Y = history.Y
    several = Y.shape[1] > 1
    rows = np.arange(len(Y)) if several else None
    usable = len(Y)
    if usable and Y.max() == math.inf:
        rows = np.flatnonzero((math.inf > Y).all(axis=1))
        usable = rows.size
    if not usable:
        return np.empty(0, dtype=np.int64)
    wanted = min(math.ceil(share * usable), most)
    keys = [] if several else [Y[:, 0]]
    if history.fidelity.min() < math.inf:
        keys.insert(0, -history.fidelity)
    if history.violation.any():
        keys.insert(0, history.violation)
    chosen = []
    for key in keys:
        sure, rows = first(rows, key, wanted)
        chosen.append(sure)
        wanted -= sure.size
    if several and rows is not None:
        chosen += first_on_fronts(rows, Y, wanted)
    elif rows is not None:
        chosen.append(rows[:wanted])
    return np.concatenate(chosen)


def first(rows: IntArray | None, key: Array, wanted: int) -> tuple[IntArray, IntArray]:
    """The rows that are surely among the `wanted` >= 1 with the least key, and those that tie for the places left.

    Only `rows` are looked at; all when it is None. A tie is never complete before its last place is taken, so at least
    one place is left after each key.
    """
    values = key if rows is None else key[rows]
    threshold = np.partition(values, wanted - 1)[wanted - 1]
    (sure,), (tied,) = (values < threshold).nonzero(), (values == threshold).nonzero()
    return (sure, tied) if rows is None else (rows[sure], rows[tied])


def first_on_fronts(rows: IntArray, Y: Array, wanted: int) -> tuple[IntArray, IntArray]:
    """The `wanted` rows of the first fronts; of the last front that fits in part, those that add most hypervolume."""
    ranks = np.zeros(len(Y))
    ranks[rows] = rank(Y[rows], enough=wanted)
    sure, tied = first(rows, ranks, wanted)
    places = wanted - sure.size
    if places >= tied.size:
        return sure, tied
    if tied.size > max(MOST, places):
        tied = tied[np.argsort(-crowding(Y[tied]), kind="stable")[: max(MOST, places)]]
    chosen, _ = greedy(in_range(Y[tied]), np.full(Y.shape[1], REFERENCE), places)
    return sure, tied[chosen]


def in_range(Y: Array) -> Array:
    """`Y: (n, m)`, each objective moved to [0, 1]."""
    finite = np.clip(Y, -HUGE, HUGE)
    least = finite.min(axis=0)
    span = finite.max(axis=0) - least
    return np.asarray((finite - least) / np.where(span > 0.0, span, 1.0))
