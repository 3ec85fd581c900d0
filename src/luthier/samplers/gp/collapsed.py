"""Trials that were stopped for their own sake: whose loss fell below what it can be, or to nothing.

    n  told trials      r  records of trials at levels of resource, see `Ladder`; or reports of one trial
    c  told trials that collapsed

No rule that compares trials stops one that is ahead of all who went on, and no patience ends while a loss still falls.
What such a trial reported says nothing of its end; taken for a promise, it would be looked for again and again, for no
end ever says otherwise. Like a failed trial it says that this is no place to be.
"""

from dataclasses import replace

import numpy as np

from luthier.base.arrays import Array, BoolArray, IntArray
from luthier.records.history import History, Reports
from luthier.samplers.gp.ladder import Ladder, by_resource

__all__ = ["collapsed_as_failed"]


def collapsed_as_failed(history: History) -> History:
    """The history with what collapsed counted as failed, without its reports; itself where nothing did."""
    rows = collapsed(history) if by_resource(history) else np.empty(0, dtype=np.int64)
    if not rows.size:
        return history
    out = np.isin(np.arange(len(history)), rows)
    every = history.reports
    kept = ~np.isin(every.row, rows)
    return replace(
        history,
        Y=np.where(out[:, None], np.inf, history.Y),
        fidelity=np.where(out, np.inf, history.fidelity),
        reports=Reports(row=every.row[kept], step=every.step[kept], value=every.value[kept]),
    )


def collapsed(history: History) -> IntArray:
    """`(c,)` the rows of stopped trials that were ahead of all who went on, and fell steepest at their last report."""
    reports = history.reports
    rows = ahead(Ladder.of(history), history.fidelity < np.inf)
    begins, ends = (np.searchsorted(reports.row, rows, side=side) for side in ("left", "right"))
    curves = (reports.value[begin:end] for begin, end in zip(begins, ends, strict=True))
    return rows[[still_falls(curve) for curve in curves]]


def ahead(ladder: Ladder, stopped: BoolArray) -> IntArray:
    """The rows of `stopped: (n,)` trials whose record at their highest level is below those of all who went on."""
    row, level, value = ladder.row, ladder.level, ladder.value
    last = np.append(row[1:] != row[:-1], True)[: len(row)]
    highest = level[last][np.cumsum(last) - last]
    went_on = level < highest
    least = np.full(ladder.top + 1, np.inf)
    np.minimum.at(least, level[went_on], value[went_on])
    followed = np.bincount(level[went_on], minlength=ladder.top + 1) > 0
    own = np.append(stopped, False)[np.minimum(row, len(stopped))]
    rows: IntArray = row[last & own & followed[level] & (value < least[level])]
    return rows


def still_falls(curve: Array) -> bool:
    """Whether no earlier report of `curve: (r,)` lowered its least value by as much as the last one did."""
    least = np.minimum.accumulate(curve)
    with np.errstate(invalid="ignore", over="ignore"):
        falls = np.nan_to_num(least[:-1] - least[1:], nan=0.0)  # inf - inf: nothing was won
    return not falls.size or bool(falls[-1] > falls[:-1].max(initial=0.0))
