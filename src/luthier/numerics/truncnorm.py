"""Normal kernels cut to the unit interval, from one table of the normal distribution.

    mu     centre of a kernel, in [0, 1]           Phi   distribution function of the standard normal
    sigma  its bandwidth, > 0                      mass  Phi((1 - mu) / sigma) - Phi(-mu / sigma), in [0.34, 1]

The table is built with `math.erfc`: `scipy.special` would double the time of `import luthier`. Interpolation in it is
exact to `CDF_ERROR` in Phi.
"""

import math
from functools import lru_cache

import numpy as np

from luthier.base.arrays import Array

__all__ = ["CDF_ERROR", "MAX_SIGMA", "cdf", "draw", "log_peak", "mass_ends", "quantile", "shared_log_peak"]

#: Kernels wider than the interval add nothing to a uniform prior; below this the mass is at least 0.34.
MAX_SIGMA = 1.0

#: Beyond eight deviations a 53-bit number cannot tell Phi from 0 or 1.
REACH = 8.0

#: Entries of the table: a power of two for each deviation, so that its abscissae are exact.
PER_DEVIATION = 512

#: Linear interpolation errs by at most h^2 / 8 * max|phi'| = (1 / 512)^2 / 8 * 0.242.
CDF_ERROR = 1.2e-7

#: Centres at which the shared mass is tabulated.
CENTRES = 1024

LOG_SQRT_TAU = 0.5 * math.log(2.0 * math.pi)

Z = np.linspace(-REACH, REACH, 2 * int(REACH) * PER_DEVIATION + 1)
LOWER_HALF = np.array([0.5 * math.erfc(-z / math.sqrt(2.0)) for z in Z[Z <= 0.0].tolist()])
PHI = np.concatenate([LOWER_HALF, 1.0 - LOWER_HALF[-2::-1]])
CENTRE = np.linspace(0.0, 1.0, CENTRES + 1)


def cdf(z: Array) -> Array:
    """Phi at each z; 0 and 1 beyond eight deviations, to 1e-15."""
    return np.asarray(np.interp(z, Z, PHI))


def quantile(p: Array) -> Array:
    """The z with Phi(z) = p, within eight deviations of 0."""
    return np.asarray(np.interp(p, PHI, Z))


def mass_ends(mu: Array, sigma: Array) -> tuple[Array, Array]:
    """Phi at the two ends of the interval, for kernels with centres `mu` and bandwidths `sigma` of one shape."""
    ends = np.empty((2, *mu.shape))
    np.divide(mu, -sigma, out=ends[0])
    np.divide(1.0 - mu, sigma, out=ends[1])
    lower, upper = cdf(ends)
    return lower, upper


def draw(uniform: Array, mu: Array, sigma: Array) -> Array:
    """Samples of the cut kernels by inversion of `uniform`, numbers in [0, 1); all of one shape."""
    lower, upper = mass_ends(mu, sigma)
    sample = mu + sigma * quantile(lower + uniform * (upper - lower))
    return np.minimum(np.maximum(sample, 0.0), 1.0)


def log_peak(mu: Array, sigma: Array) -> Array:
    """Log density of each cut kernel at its own centre: -log(sigma sqrt(2 pi) mass)."""
    lower, upper = mass_ends(mu, sigma)
    return -np.log(sigma * (upper - lower)) - LOG_SQRT_TAU


def shared_log_peak(mu: Array, sigma: Array) -> Array:
    """`log_peak` of many kernels `mu: (d, n)`, not NaN, with one bandwidth for each row, `sigma: (d, 1)`.

    It is read at the nearest of 1,025 centres, from one table for each bandwidth: an error of at most
    0.4 / (1024 sigma) in the logarithm, at the borders, for a fraction of the time.
    """
    place = (mu * CENTRES + 0.5).astype(np.intp)
    widths = sigma[:, 0].tolist()
    if widths.count(widths[0]) == len(widths):
        return peak_table(widths[0]).take(place)
    return np.stack([peak_table(width).take(row) for width, row in zip(widths, place, strict=True)])


@lru_cache(maxsize=256)
def peak_table(sigma: float) -> Array:
    """`log_peak` at 1,025 centres from 0 to 1."""
    # By symmetry one half of the mass is the other one read backwards.
    half = cdf(CENTRE / sigma)
    table: Array = -np.log((half + half[::-1] - 1.0) * sigma) - LOG_SQRT_TAU
    return table
