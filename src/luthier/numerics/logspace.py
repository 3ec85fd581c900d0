"""Logarithms of small numbers without underflow: sums, differences and what expected improvement is made of.

    phi, Phi   density and distribution function of the standard normal
    h(z)       phi(z) + z Phi(z): the expected excess of z over a standard normal, expected improvement's core
    erfcx(x)   exp(x^2) erfc(x)

Nothing here warns or raises, whatever the arguments: under `np.errstate(all="raise", under="ignore")` too. Sources:
Ament et al. 2023, "Unexpected improvements to expected improvement" (arXiv:2310.20708), Eqs. (9) and (14); log1mexp:
Maechler 2012, "Accurately computing log(1 - exp(-|a|))".
"""

import math

import numpy as np
from scipy.special import erfcx, log_ndtr, ndtr

from luthier.base.arrays import Array

__all__ = ["log1mexp", "log_cdf", "log_h", "log_h_and_slope", "log_pdf", "logsumexp"]

LOG_2 = math.log(2.0)
LOG_SQRT_TAU = 0.5 * math.log(2.0 * math.pi)
SQRT_HALF = math.sqrt(0.5)
SQRT_TAU = math.sqrt(2.0 * math.pi)

#: Above this z the direct sum phi + z Phi loses no digits; below, both terms nearly cancel.
DIRECT = -1.0

#: Below this z the series of h in 1 / z^2 errs less, by 945 / z^8, than the difference that it replaces.
ASYMPTOTIC = -100.0

#: Larger arguments are cut to it, so that squares stay finite.
LARGEST = 1e150


def log1mexp(x: Array) -> Array:
    """`log(1 - exp(x))` for `x <= 0`; -inf at 0."""
    x = np.asarray(x, dtype=np.float64)
    close = x > -LOG_2
    with np.errstate(divide="ignore"):
        return np.where(close, np.log(-np.expm1(np.where(close, x, -1.0))), np.log1p(-np.exp(x)))


def moderate(z: Array) -> Array:
    """`z` where its square is finite, else the nearest such value; on short arrays twice as fast as `np.clip`."""
    return np.minimum(np.maximum(z, -LARGEST), LARGEST)


def log_pdf(z: Array) -> Array:
    """Log density of the standard normal; finite up to |z| = 1e150."""
    z = moderate(z)
    return -0.5 * z * z - LOG_SQRT_TAU


def log_cdf(z: Array) -> Array:
    """Log of the standard normal's distribution function."""
    return np.asarray(log_ndtr(moderate(z)))


def logsumexp(x: Array, axis: int = -1) -> Array:
    """`log(sum(exp(x)))` along an axis; -inf where all are -inf."""
    top = np.max(x, axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore", over="ignore"):
        total = np.log(np.exp(x - top).sum(axis=axis, keepdims=True)) + top
    return np.asarray(np.squeeze(total, axis=axis))


def log_h(z: Array) -> Array:
    """`log(phi(z) + z Phi(z))`: log expected improvement is this plus the log of the standard deviation."""
    return log_h_and_slope(z)[0]


def log_h_and_slope(z: Array) -> tuple[Array, Array]:
    """`log_h` and its derivative, `Phi(z) / h(z)`."""
    z = moderate(z)
    body = np.maximum(z, DIRECT)
    cdf = ndtr(body)
    h = np.exp(log_pdf(body)) + body * cdf
    value, slope = np.log(h), cdf / h
    below = z <= DIRECT
    if below.any():
        tail = z[below]
        log_ratio, ratio = tail_ratios(tail)
        value[below] = log_pdf(tail) + log_ratio
        slope[below] = ratio * np.exp(-log_ratio)
    return value, slope


def tail_ratios(z: Array) -> tuple[Array, Array]:
    """`log(h(z) / phi(z))` and `Phi(z) / phi(z)` for `z <= -1`."""
    ratio = (SQRT_TAU / 2.0) * erfcx(-SQRT_HALF * z)
    far = z < ASYMPTOTIC
    # Eq. (14): h / phi = 1 - |z| Phi / phi, where Phi / phi = sqrt(pi / 2) erfcx(|z| / sqrt(2)).
    log_ratio = log1mexp(np.log(np.where(far, 0.5, -z * ratio)))
    if far.any():
        inverse = 1.0 / z[far]
        square = inverse * inverse
        # h / phi = 1 / z^2 - 3 / z^4 + 15 / z^6 - 105 / z^8 + ...
        series = 2.0 * np.log(-inverse) + np.log1p(square * (-3.0 + square * (15.0 - 105.0 * square)))
        log_ratio[far] = series
    return log_ratio, ratio
