"""What trials had at the same resource: their records at levels.

    u  resource, 1 at the first report of whoever reported first
    k  a level: the resources 3^k <= u < 3^(k+1)

The record of a trial at a level is its first report there, as at a rung of successive halving (arXiv:1810.05934).
"""

from typing import NamedTuple

import numpy as np

from luthier.base.arrays import Array, BoolArray, IntArray
from luthier.records.history import Reports

__all__ = ["LEVELS", "Records", "highest", "records_of"]

#: The ratio of neighbouring levels: the reduction factor that ASHA and Hyperband have by default.
RATIO = 3.0

#: So many levels are there at most: 3^40 steps are more than 64 bits count.
LEVELS = RATIO ** np.arange(41)


class Records(NamedTuple):
    """Records `(r,)` of trials at levels: by ascending row, each row's by ascending level."""

    row: IntArray
    level: IntArray
    value: Array
    #: Whether it is the last report of its trial.
    last: BoolArray


def records_of(reports: Reports) -> Records:
    """All records of all trials."""
    row = reports.row
    if not row.size:
        return Records(row, row, reports.value, np.empty(0, dtype=np.bool_))
    level = np.searchsorted(LEVELS, resources(reports.step), side="right") - 1
    same_row = row[1:] == row[:-1]
    begins: BoolArray = np.concatenate([[True], ~same_row | (level[1:] > level[:-1])])
    last = np.append(~same_row, True)
    return Records(row[begins], level[begins], reports.value[begins], last[begins])


def highest(records: Records) -> Records:
    """Of each trial the record at its highest level."""
    # Levels ascend within a row: the last one is the highest.
    last = np.append(records.row[1:] != records.row[:-1], True)[: len(records.row)]
    return Records(*(column[last] for column in records))


def resources(step: Array) -> Array:
    """What was spent at each step, in multiples of the least; a step of 0 stands for the work that was done at it."""
    start = step.min()
    if start > 0.0:
        return np.asarray(step / start)
    spent = step - start
    unit = spent[spent > 0.0].min(initial=np.inf)
    return np.asarray(spent / unit + 1.0)
