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
    """The distribution of the good ones among the first `first` told trials, and among those of earlier studies.

    Values of different studies are not compared: each gives its own best tenth. A study's own trials count if their
    best tenth is more than one; None if nothing is left.
    """
    good = list(best_tenth(history, columns, first))
    if len(good) < LEAST_GOOD:
        good.clear()
    for earlier in history.earlier:
        good.extend(best_tenth(earlier, columns, len(earlier)))
    if not good:
        return None
    X = np.array(good)
    c = len(columns)
    # The promising distribution of Sec. 4: normals of variance a^2 around the good trials, by their first two moments.
    mean = X.mean(axis=0)
    S = LEAST_DEVIATION**2 * np.eye(c) + (X - mean).T @ (X - mean) / len(X)
    sigma = math.exp(float(np.linalg.slogdet(S)[1]) / (2 * c))
    return Start(mean=np.clip(mean, 0.0, 1.0), sigma=sigma, cov=S / sigma**2)


def best_tenth(history: History, columns: IntArray, first: int) -> Iterator[Array]:
    """The best tenth of the first told trials that ran to their end and know all columns."""
    X = history.X[:first, columns]
    ended = np.isfinite(history.Y[:first, 0]) & (history.fidelity[:first] == math.inf)
    rows, _ = ranked(history, np.flatnonzero(ended & ~np.isnan(X).any(axis=1)))
    return iter(X[rows[: int(GOOD_SHARE * len(rows))]])
