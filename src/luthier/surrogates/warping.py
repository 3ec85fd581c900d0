"""Kumaraswamy's distribution function: it stretches one end of [0, 1] and squeezes the other.

    w = 1 - (1 - z^a)^b,    a, b > 0;    a = b = 1 is the identity

An objective that changes quickly at one end of a range and slowly elsewhere is stationary after the right warping.
Source: Snoek, Swersky, Zemel, Adams 2014, "Input warping for Bayesian optimization of non-stationary functions"
(arXiv:1402.0929), with Kumaraswamy's in place of the beta distribution as in HEBO (Cowen-Rivers et al. 2022, Eq. (5)).
"""

import numpy as np

from luthier.base.arrays import Array

__all__ = ["warped", "warped_by_parameters", "warped_slope"]

#: Features are kept so far from 0 and 1: slopes are infinite at the ends.
MARGIN = 1e-6


def warped(Z: Array, log_a: Array, log_b: Array) -> Array:
    """`w` of features `Z: (n, f)` by the parameters `(f,)` of each."""
    _, _, tail = parts(Z, log_a, log_b)
    return -np.expm1(tail)


def warped_slope(Z: Array, log_a: Array, log_b: Array) -> Array:
    """`(n, f)` derivatives of w by z."""
    inner, log_z, tail = parts(Z, log_a, log_b)
    # a b z^(a - 1) (1 - z^a)^(b - 1)
    slope: Array = np.exp(log_a + log_b + (np.exp(log_a) - 1.0) * log_z + tail - inner)
    return slope


def warped_by_parameters(Z: Array, log_a: Array, log_b: Array) -> tuple[Array, Array, Array]:
    """w, and its derivatives by log a and by log b, each `(n, f)`."""
    inner, log_z, tail = parts(Z, log_a, log_b)
    by_a = np.exp(tail - inner + log_a + log_b + np.exp(log_a) * log_z) * log_z
    return -np.expm1(tail), by_a, -np.exp(tail) * tail


def parts(Z: Array, log_a: Array, log_b: Array) -> tuple[Array, Array, Array]:
    """`log(1 - z^a)`, `log z`, and `b log(1 - z^a)`."""
    log_z = np.log(np.minimum(np.maximum(Z, MARGIN), 1.0 - MARGIN))
    inner = np.log(-np.expm1(np.exp(log_a) * log_z))
    return inner, log_z, np.exp(log_b) * inner
