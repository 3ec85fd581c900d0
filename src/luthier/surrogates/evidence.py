"""How well lengthscales and noise explain data: the log evidence, with signal and mean integrated out or profiled.

    S    (n, f) scaled features          y    (n,) targets            rho  ratio of noise to signal variance
    R    k(S, S) + rho I                 c    constant mean           tau^2  signal variance

With alpha = R^-1 (y - c) and u = R^-1 1, the mean that fits best is c = (u . y) / (u . 1), and

    F = (n - 1 + a) / 2 log(a v + (y - c) . alpha) + log|R| / 2 + log(u . 1) / 2

is the negative log evidence of a flat prior of c and an inverse gamma prior of tau^2 with a pseudo-observations around
the variance v of y. Source: Rasmussen and Williams 2006, Eqs. (2.45), (5.9); the gradient by all features at once is

    dF/ds_i = 4 sum_j M_ij (s_i - s_j),    M = W * k',    W = (R^-1 - alpha alpha^T / tau^2 - u u^T / (u . 1)) / 2
"""

from typing import NamedTuple

import numpy as np
from scipy.linalg.lapack import dpotri

from luthier.base.arrays import Array
from luthier.numerics.linalg import cholesky
from luthier.surrogates.kernels import matern_slope, squared_distances

__all__ = ["Evidence", "evidence", "signal_variance", "variance"]

#: The prior of the signal variance counts as so many observations.
SIGNAL_WEIGHT = 0.5


class Evidence(NamedTuple):
    """The negative log evidence, its derivatives by the scaled features `(n, f)` and by log rho."""

    value: float
    by_features: Array
    by_noise: float


def evidence(S: Array, y: Array, rho: float, *, v: float) -> Evidence:
    """F, less a constant, and its gradient. y is of no extreme scale; `v` is its `variance`."""
    n = len(y)
    if not n:
        return Evidence(0.0, np.zeros_like(S), 0.0)
    kernel, slope = matern_slope(squared_distances(S, S))
    diagonal = slice(None, None, n + 1)
    kernel.flat[diagonal] = 1.0 + rho
    L, _ = cholesky(kernel)
    inverse, _ = dpotri(L, lower=1)
    W = inverse + inverse.T  # one triangle is zero
    W.flat[diagonal] *= 0.5
    u = W.sum(axis=1)
    weight = float(u.sum())
    alpha = W @ y
    alpha -= float(alpha.sum()) / weight * u
    tau2 = signal_variance(y, float(y @ alpha), v=v)
    # Eq. (2.45) with the mean integrated out and the signal variance profiled.
    value = (
        0.5 * (n - 1 + SIGNAL_WEIGHT) * np.log(tau2)
        + float(np.log(np.diagonal(L)).sum())
        + 0.5 * np.log(weight)
    )
    W -= (alpha / tau2)[:, None] * alpha
    W -= (u / weight)[:, None] * u
    # Eq. (5.9): half the trace of (R^-1 - alpha alpha^T / tau^2) dR, here for log rho and for all features at once.
    by_noise = 0.5 * rho * float(np.trace(W))
    W *= slope
    by_features = 2.0 * (W.sum(axis=1)[:, None] * S - W @ S)
    return Evidence(float(value), by_features, by_noise)


def variance(y: Array) -> float:
    """v, that of `y: (n,)`; 1 for equal or no targets."""
    found = float(y.var()) if len(y) else 0.0
    return found if found > 0.0 else 1.0


def signal_variance(y: Array, square: float, *, v: float) -> float:
    """The signal variance that fits best where `(y - c) . R^-1 (y - c)` is `square`; `v` is the `variance` of y."""
    return (SIGNAL_WEIGHT * v + max(square, 0.0)) / (max(len(y) - 1, 0) + SIGNAL_WEIGHT)
