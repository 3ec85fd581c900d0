"""Trials that were stopped for their own sake: whose loss fell below what it can be, or rose beyond all bounds.

    n  told trials      r  records of trials at levels of resource, see `Ladder`; or reports of one trial, or of all
    c  told trials that collapsed or exploded

No rule that compares trials stops one that is ahead of all who went on, and no patience ends while a loss still falls.
What such a trial reported says nothing of its end; taken for a promise, it would be looked for again and again, for no
end ever says otherwise. Like a failed trial it says that this is no place to be. So does one that was ahead until its
last report, which was worse than all before, by a rise that no complete trial ever had.
"""

from dataclasses import replace

import numpy as np

from luthier.base.arrays import Array, IntArray
from luthier.records.history import History, Reports
from luthier.samplers.gp.ladder import Ladder, by_resource, complete

__all__ = ["collapsed_as_failed"]


def collapsed_as_failed(history: History) -> History:
    """The history with what collapsed or exploded counted as failed, without its reports; itself where nothing did."""
    if not by_resource(history):
        return history
    rows = np.concatenate([collapsed(history), exploded(history)])
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
    rows = ahead(history, reports)
    begins, ends = (np.searchsorted(reports.row, rows, side=side) for side in ("left", "right"))
    curves = (reports.value[begin:end] for begin, end in zip(begins, ends, strict=True))
    return rows[[still_falls(curve) for curve in curves]]


def exploded(history: History) -> IntArray:
    """`(c,)` the rows of stopped trials that were ahead before their last report, which was the worst, out of line."""
    reports, n, none = history.reports, len(history), np.empty(0, dtype=np.int64)
    row, value = reports.row, reports.value
    with np.errstate(invalid="ignore", over="ignore"):
        rise = np.append(0.0, np.diff(value))
    later = np.append(False, row[1:] == row[:-1])[: len(row)]
    of_complete = later & np.append(complete(history), False)[np.minimum(row, n)] & np.isfinite(rise)
    if not of_complete.any():
        return none
    ends = np.append(row[1:] != row[:-1], True)
    stopped = np.append(history.fidelity < np.inf, False)[np.minimum(row, n)]
    out_of_line = later & ends & stopped & (rise > np.abs(rise[of_complete]).max())
    worst = [
        value[np.searchsorted(row, row[last]) : last].max() < value[last]
        for last in np.flatnonzero(out_of_line)
    ]
    out_of_line[out_of_line] = worst
    if not out_of_line.any():
        return none
    kept = ~out_of_line
    before = Reports(row=row[kept], step=reports.step[kept], value=value[kept])
    rows = ahead(history, before)
    return rows[np.isin(rows, row[out_of_line])]


def ahead(history: History, reports: Reports) -> IntArray:
    """The rows of stopped trials whose record at their highest level is below those of all who went on.

    Who failed there went on as far as is known: it may have stopped others by what it had.
    """
    ladder = Ladder.of(replace(history, reports=reports))
    stopped, failed = history.fidelity < np.inf, history.Y[:, 0] == np.inf
    row, level, value = ladder.row, ladder.level, ladder.value
    last = np.append(row[1:] != row[:-1], True)[: len(row)]
    highest = level[last][np.cumsum(last) - last]
    went_on = (level < highest) | np.append(failed & ~stopped, False)[np.minimum(row, len(stopped))]
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
