"""What an importance is computed from: complete trials with finite losses, best first when ranked.

    Y  (n, m) losses of n trials for m objectives, minimised

A trial counts when its loss is known, whoever proposed it and whether or not it met its constraints.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from luthier.analysis.importance.target import Target, told
from luthier.base.arrays import Array, BoolArray
from luthier.numerics.pareto import crowding, rank
from luthier.records.state import TrialState
from luthier.records.trial import TrialRecord

__all__ = ["Evidence", "Target", "evidence", "names_of", "overwhelming", "standardised", "top"]


#: A trial that holds more of the variance than this is what shares are about; of fewer trials one usually does.
MOST_SHARE = 0.5
LEAST_CROWD = 10


class Evidence(NamedTuple):
    """Trials and their losses."""

    records: Sequence[TrialRecord]
    #: `Y: (n, m)`, finite, minimised.
    Y: Array


def evidence(
    records: Sequence[TrialRecord], signs: Sequence[float], target: Target | None = None
) -> Evidence:
    """The complete trials whose loss is a finite number.

    Args:
        records: trials in any state.
        signs: what turns each objective into one that is minimised.
        target: what to explain instead of the objective, lower is better.

    Raises:
        InvalidInput: `target` returns what is no number.
    """
    kept: list[TrialRecord] = []
    losses: list[list[float]] = []
    for record in records:
        if record.state is not TrialState.COMPLETE:
            continue
        if target is None:
            row = [sign * value for sign, value in zip(signs, record.values or (), strict=False)]
        else:
            loss = told(target, record)
            row = [] if loss is None else [loss]
        if row and all(map(math.isfinite, row)):
            kept.append(record)
            losses.append(row)
    width = len(losses[0]) if losses else 1
    return Evidence(kept, np.array(losses, dtype=np.float64).reshape(len(kept), width))


def names_of(records: Sequence[TrialRecord], *, everywhere: bool = False) -> list[str]:
    """Names of parameters with a known range, in the order seen; with `everywhere` only those that every trial has."""
    ranged = {name for record in records for name in record.domains}
    names = [
        name for name in dict.fromkeys(name for record in records for name in record.params) if name in ranged
    ]
    return [name for name in names if not everywhere or all(name in record.params for record in records)]


def overwhelming(seen: Evidence) -> tuple[TrialRecord, float] | None:
    """The trial that holds most of the variance of the first loss by itself, and its share of it; None if none does."""
    if len(seen.records) < LEAST_CROWD:
        return None
    squares = standardised(seen.Y[:, 0]) ** 2
    place = int(squares.argmax())
    share = float(squares[place] / (squares.sum() or 1.0))
    return (seen.records[place], share) if share > MOST_SHARE else None


def standardised(y: Array) -> Array:
    """`y: (n,)` of mean 0 and variance 1, in proportion; a constant becomes 0."""
    y = y / max(float(np.abs(y).max()), np.finfo(np.float64).tiny)
    centred: Array = y - y.mean()
    return centred / (float(centred.std()) or 1.0)


def top(Y: Array, quantile: float) -> BoolArray:
    """`(n,)` whether each row is among the best `quantile` of `Y: (n, m)`.

    One objective: all that are no worse than the quantile, ties included. Several: by non-domination rank, and in the
    rank that does not fit whole, by crowding distance (Deb et al. 2002), so that larger quantiles hold smaller ones.
    """
    count = math.ceil(quantile * len(Y))
    if count >= len(Y):
        return np.ones(len(Y), dtype=np.bool_)
    if Y.shape[1] == 1:
        losses = Y[:, 0]
        within: BoolArray = losses <= np.partition(losses, count - 1)[count - 1]
        return within
    ranks = rank(Y)
    spread = np.empty(len(Y))
    for level in np.unique(ranks):
        members = np.flatnonzero(ranks == level)
        spread[members] = crowding(Y[members])
    order = np.lexsort((-spread, ranks))
    mask = np.zeros(len(Y), dtype=np.bool_)
    mask[order[:count]] = True
    return mask
