"""The log marginal likelihood of the kernel that searches use, with its gradient, at a fifth of the general cost.

    n, d    training points, columns            D       `(n, n, d)` squared differences of each column
    y       `(n,)` targets, normalised          s       the constant, a variance
    l       `(d,)` length scales                e       the noise, a variance; a: jitter on the diagonal
    r       `sqrt(sum_j D_j / l_j²)`            K       `s M(r) + (e + a) I`
    M       `(1 + √5 r + 5/3 r²) exp(-√5 r)`    theta   logarithms of s, l and e, those that are not fixed

Source: Rasmussen and Williams 2006, Eq. (2.30), (4.17) and (5.9).
"""

from typing import Any, NamedTuple

import numpy as np
from scipy.linalg import cho_solve, cholesky
from scipy.linalg.lapack import dpotri

from luthier.base.arrays import Array
from luthier.compat.skopt.learning.gaussian_process.kernels import (
    ConstantKernel,
    Matern,
    Product,
    Sum,
    WhiteKernel,
)

__all__ = ["Parts", "log_likelihood", "parts_of"]


class Parts(NamedTuple):
    """The hyperparameters of a kernel `constant * Matern(nu=2.5) [+ white]`."""

    #: s, l…, e as they stand: those that are fixed stay so.
    values: Array
    #: Which of them are fitted, and so in theta.
    free: Array
    #: Whether there is one length scale for all columns.
    shared: bool


def parts_of(kernel: Any, columns: int) -> Parts | None:
    """The parts of a kernel; None when it has another form."""
    white = None
    if isinstance(kernel, Sum) and isinstance(kernel.k2, WhiteKernel):
        kernel, white = kernel.k1, kernel.k2
    if not isinstance(kernel, Product) or not isinstance(kernel.k1, ConstantKernel):
        return None
    matern = kernel.k2
    if type(matern) is not Matern or matern.nu != 2.5:  # noqa: PLR2004 - the order this module is for
        return None
    scales = np.atleast_1d(np.asarray(matern.length_scale, dtype=np.float64))
    if scales.size not in {1, columns}:
        return None
    noise = 0.0 if white is None else white.noise_level
    fixed = [
        kernel.k1.hyperparameter_constant_value.fixed,
        *[matern.hyperparameter_length_scale.fixed] * scales.size,
        white is None or white.hyperparameter_noise_level.fixed,
    ]
    values = np.array([kernel.k1.constant_value, *scales, noise])
    return Parts(values, ~np.array(fixed), scales.size == 1 < columns)


def log_likelihood(theta: Array, parts: Parts, D: Array, y: Array, jitter: Any) -> tuple[float, Array]:
    """The likelihood and its gradient with respect to theta; `-inf` and zeros where K has no Cholesky factor."""
    values = parts.values.copy()
    values[parts.free] = np.exp(theta)
    s, l2, e = values[0], values[1:-1] ** 2, values[-1]
    n = len(y)
    r = np.sqrt(D @ np.broadcast_to(1.0 / l2, (D.shape[2],)))
    scaled = np.sqrt(5.0) * r
    decay = np.exp(-scaled)
    M = (1.0 + scaled + scaled**2 / 3.0) * decay  # Rasmussen and Williams, Eq. (4.17)
    K = s * M
    K.flat[:: n + 1] += e + jitter
    try:
        L = cholesky(K, lower=True, check_finite=False)
    except np.linalg.LinAlgError:
        return -np.inf, np.zeros(len(theta))
    weights = cho_solve((L, True), y, check_finite=False)
    value = -0.5 * y @ weights - np.log(np.diag(L)).sum() - 0.5 * n * np.log(2.0 * np.pi)  # Eq. (2.30)
    inverse, _ = dpotri(L, lower=1)
    inverse = np.tril(inverse) + np.tril(inverse, -1).T
    W = np.outer(weights, weights) - inverse
    slope = W * (s * 5.0 / 3.0 * (1.0 + scaled) * decay)
    by_scale = np.tensordot(slope, D, axes=2) / l2
    if parts.shared:
        by_scale = by_scale.sum(keepdims=True)
    gradient = 0.5 * np.concatenate([[s * np.sum(W * M)], by_scale, [e * np.trace(W)]])  # Eq. (5.9)
    return float(value), gradient[parts.free]
