"""One order for trials that ran for different times: a value is compared at equal resource only.

    n  told trials        p  pending trials        k  a level, see `records`; above all levels, the end

What counts of a trial is its record at the highest level that it reached. Complete trials come first, by their final
values; then, level by level from the highest, stopped and running trials by their records. So a value of low fidelity
is never taken for a final one, whatever it is, and a running trial counts as soon as it reports.

BOHB (arXiv:1807.01774, Sec. 4.1) models the highest level that has enough trials, and forgets the others. This order
keeps them all: the best share of it are the best trials of the highest levels, as many as there are.
"""

import numpy as np
from scipy.special import ndtri

from luthier.base.arrays import Array, IntArray
from luthier.records.history import History
from luthier.samplers.fidelity.records import LEVELS, highest, records_of

__all__ = ["scores"]


def scores(history: History) -> Array:
    """`(n + p,)` the place of each trial as a normal score: low is good, NaN if nothing is known, +inf if it failed.

    Trials that cannot be told apart have the same score. Reports are those of `history.reports`, and no others.
    """
    n, p = len(history), len(history.pending)
    final = np.concatenate([history.Y[:, 0], np.full(p, np.inf)])
    ended = np.concatenate([np.isposinf(history.fidelity), np.zeros(p, dtype=np.bool_)])
    complete = ended & (final < np.inf)
    level, value = np.full(n + p, -1), np.full(n + p, np.inf)
    records = highest(records_of(history.reports))
    level[records.row], value[records.row] = records.level, records.value
    level[complete], value[complete] = len(LEVELS), final[complete]
    # Whoever was stopped at an infinite loss has failed as well.
    failed = (np.arange(n + p) < n) & (final == np.inf)
    found = np.full(n + p, np.nan)
    found[failed] = np.inf
    known = np.flatnonzero((level >= 0) & ~failed)
    found[known] = normal_scores(level[known], value[known])
    return found


def normal_scores(level: IntArray, value: Array) -> Array:
    """`(k,)` normal scores of the order by descending level, then ascending value; equals share the mean place."""
    order = np.lexsort((value, -level))
    changes = (level[order][1:] != level[order][:-1]) | (value[order][1:] != value[order][:-1])
    group = np.cumsum(np.append(False, changes)[: len(order)])
    ends = np.cumsum(np.bincount(group))
    middles = ends - np.bincount(group) / 2.0
    found = np.empty(len(order))
    found[order] = ndtri(middles[group] / max(1, len(order)))
    return found
