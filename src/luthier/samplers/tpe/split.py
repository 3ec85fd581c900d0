"""Which trials are the good ones.

A trial comes before another when, by the first of these that tells them apart,

    1. it has a result: failures and +inf come last;
    2. it breaks its constraints less (Deb 2000);
    3. it ran longer: the last value of a stopped trial is one of low fidelity and is never compared with a final one;
    4. its value is less, or, with several objectives, its front comes first, then its neighbours are far (NSGA-II);
    5. it was told earlier.

Selection is by partial sorts of thresholds, not of trials, so ties are broken alike on every machine.
"""

import math

import numpy as np

from luthier.base.arrays import Array, IntArray
from luthier.numerics.pareto import crowding, rank
from luthier.records.history import History

__all__ = ["good_trials"]


def good_trials(history: History, *, share: float, most: int) -> IntArray:
    """Rows of the best `min(ceil(share * usable), most)` told trials; usable ones have no infinite objective."""
    Y = history.Y
    rows = np.arange(len(Y))
    if not rows.size:
        return rows
    if Y.max() == math.inf:
        rows = np.flatnonzero((math.inf > Y).all(axis=1))
    wanted = min(math.ceil(share * rows.size), most)
    chosen = []
    for key in (history.violation, -history.fidelity):
        if key.min() != key.max():
            sure, rows = first(rows, key, wanted)
            chosen.append(sure)
            wanted -= sure.size
    if Y.shape[1] == 1:
        sure, tied = first(rows, Y[:, 0], wanted)
        chosen += sure, tied[: wanted - sure.size]
    else:
        chosen += first_on_fronts(rows, Y, wanted)
    return np.concatenate(chosen)


def first(rows: IntArray, key: Array, wanted: int) -> tuple[IntArray, IntArray]:
    """The `rows` that are surely among the `wanted` with the least `key`, and those that tie for the places left."""
    if wanted <= 0 or not rows.size:
        return rows[:0], rows[:0]
    values = key[rows]
    threshold = values.max() if wanted >= rows.size else np.partition(values, wanted - 1)[wanted - 1]
    return rows[values < threshold], rows[values == threshold]


def first_on_fronts(rows: IntArray, Y: Array, wanted: int) -> tuple[IntArray, IntArray]:
    """The `wanted` rows of the first fronts; the last front that fits in part is thinned where it is crowded."""
    ranks = np.zeros(len(Y))
    ranks[rows] = rank(Y[rows], enough=wanted)
    sure, tied = first(rows, ranks, wanted)
    lonely = np.argsort(-crowding(Y[tied]), kind="stable")
    return sure, tied[lonely[: max(wanted - sure.size, 0)]]
