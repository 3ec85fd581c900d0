"""One order for trials that ran for different times: a value is compared at equal resource only.

    n  told trials        p  pending trials        u  resource, 1 at the first report of whoever reported first
    k  a level: the resources 3^k <= u < 3^(k+1); above all levels, the end

The record of a trial is its first report at the highest level that it reached, as at a rung of successive halving
(arXiv:1810.05934). Complete trials come first, by their final values; then, level by level from the highest, stopped
and running trials by their records. So a value of low fidelity is never taken for a final one, whatever it is, and a
running trial counts as soon as it reports.

BOHB (arXiv:1807.01774, Sec. 3.1) models the highest level that has enough trials, and forgets the others. This order
keeps them all: the best share of it are the best trials of the highest levels, as many as there are.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from luthier.base.arrays import Array, BoolArray, IntArray
from luthier.records.history import History, Reports

__all__ = ["scores"]

#: The ratio of neighbouring levels: the reduction factor that ASHA and Hyperband have by default.
RATIO = 3.0

#: So many levels are there at most: 3^40 steps are more than 64 bits count.
LEVELS = RATIO ** np.arange(41)


class Records(NamedTuple):
    """The record of each trial that reported, r in all."""

    row: IntArray
    level: IntArray
    value: Array


def scores(history: History) -> Array:
    """`(n + p,)` the place of each trial as a normal score: low is good, NaN if nothing is known, +inf if it failed.

    Trials that cannot be told apart have the same score. Reports are those of `history.reports`, and no others.
    """
    n, p = len(history), len(history.pending)
    final = np.concatenate([history.Y[:, 0], np.full(p, np.inf)])
    ended = np.concatenate([np.isposinf(history.fidelity), np.zeros(p, dtype=np.bool_)])
    complete = ended & (final < np.inf)
    level, value = np.full(n + p, -1), np.full(n + p, np.inf)
    records = records_of(history.reports)
    level[records.row], value[records.row] = records.level, records.value
    level[complete], value[complete] = len(LEVELS), final[complete]
    found = np.full(n + p, np.nan)
    found[ended & ~complete] = np.inf
    known = np.flatnonzero((level >= 0) & (complete | ~ended))
    found[known] = normal_scores(level[known], value[known])
    return found


def records_of(reports: Reports) -> Records:
    """The records of all trials."""
    row = reports.row
    if not row.size:
        return Records(row, row, reports.value)
    level = np.searchsorted(LEVELS, resources(reports.step), side="right") - 1
    same_row = row[1:] == row[:-1]
    begins: BoolArray = np.concatenate([[True], ~same_row | (level[1:] > level[:-1])])
    first = np.flatnonzero(begins)
    # Levels ascend within a row: the last one to begin is the highest.
    highest = first[np.append(row[first][1:] != row[first][:-1], True)]
    return Records(row[highest], level[highest], reports.value[highest])


def resources(step: Array) -> Array:
    """What was spent at each step, in multiples of the least; a step of 0 stands for the work that was done at it."""
    start = step.min()
    if start > 0.0:
        return np.asarray(step / start)
    spent = step - start
    unit = spent[spent > 0.0].min(initial=np.inf)
    return np.asarray(spent / unit + 1.0)


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
