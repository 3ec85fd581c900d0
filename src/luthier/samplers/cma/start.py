"""Where the first run of CMA-ES begins: at a given point, around the good trials known before, or in the middle.

    a   alpha, the least deviation of a warm start        S   covariance of the good trials, and of what may lie between
    g   gamma, which part of the trials is good

Source: Nomura et al. 2021, "Warm Starting CMA-ES for Hyperparameter Optimization" (arXiv:2012.06932).
"""

import math
from collections.abc import Iterator

import numpy as np

from luthier.base.arrays import Array, IntArray
from luthier.records.history import History
from luthier.samplers.cma.strategy import Start

__all__ = ["SIGMA", "middle", "ranked", "warm_start"]

#: The usual first step size: three deviations reach the border from the middle.
SIGMA = 1.0 / 6.0

#: g and a of the paper.
GOOD_SHARE = 0.1
LEAST_DEVIATION = 0.1

#: With fewer good trials of its own the middle of the space is the better start.
LEAST_GOOD = 2


def middle(c: int, sigma: float | None = None) -> Start:
    """The middle of c dimensions."""
    return Start(mean=np.full(c, 0.5), sigma=sigma or SIGMA)


def ranked(history: History, rows: IntArray) -> tuple[IntArray, IntArray]:
    """The rows, told trials of one objective, with the best first, and their ranks; equals share one.

    Failures come last; then a trial that breaks its constraints less comes first (Deb 2000), then one that ran longer,
    for the value of a stopped trial is not to be compared with a final one, then the lower value, then the earlier one.
    """
    values = history.Y[rows, 0]
    keys = np.stack([values, -history.fidelity[rows], history.violation[rows], values == math.inf])
    order = np.lexsort(keys)
    keys = keys[:, order]
    ranks = np.zeros(len(rows), dtype=np.int64)
    ranks[1:] = (keys[:, 1:] != keys[:, :-1]).any(axis=0).cumsum()
    return rows[order], ranks


def warm_start(history: History, columns: IntArray, first: int) -> Start | None:
    """The distribution of the good ones among the first `first` told trials, or among those of earlier studies.

    A study's own trials count if their best tenth is more than one. Those of earlier studies count before, each by its
    own best tenth, for values of different studies are not compared. They may mislead: with equal probability the
    search begins in the middle as usual. None if nothing is left.
    """
    c = len(columns)
    own = list(best_tenth(history, columns, first))
    if len(own) >= LEAST_GOOD:
        return normal(*promising(np.array(own)))
    theirs = [x for earlier in history.earlier for x in best_tenth(earlier, columns, len(earlier))]
    if not theirs:
        return None
    mean, S = promising(np.array(theirs))
    gap = mean - 0.5
    # Two normals of equal weight, by their first two moments.
    return normal(0.5 + gap / 2.0, (S + SIGMA**2 * np.eye(c)) / 2.0 + np.outer(gap, gap) / 4.0)


def promising(X: Array) -> tuple[Array, Array]:
    """Mean `(c,)` and covariance `(c, c)` of the promising distribution around good trials `X: (g, c)`.

    Sec. 4 of the paper: normals of variance a^2 around each, by their first two moments.
    """
    mean: Array = X.mean(axis=0)
    S: Array = LEAST_DEVIATION**2 * np.eye(len(mean)) + (X - mean).T @ (X - mean) / len(X)
    return mean, S


def normal(mean: Array, S: Array) -> Start:
    """The start of mean `(c,)` and covariance `S: (c, c)`."""
    sigma = math.exp(float(np.linalg.slogdet(S)[1]) / (2 * len(mean)))
    return Start(mean=np.clip(mean, 0.0, 1.0), sigma=sigma, cov=S / sigma**2)


def best_tenth(history: History, columns: IntArray, first: int) -> Iterator[Array]:
    """The best tenth of the first told trials that ran to their end and know all columns."""
    X = history.X[:first, columns]
    ended = np.isfinite(history.Y[:first, 0]) & (history.fidelity[:first] == math.inf)
    rows, _ = ranked(history, np.flatnonzero(ended & ~np.isnan(X).any(axis=1)))
    return iter(X[rows[: int(GOOD_SHARE * len(rows))]])
