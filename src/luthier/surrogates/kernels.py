"""The Matérn kernel of smoothness 5/2 on scaled features.

    S   (n, f) features divided by their lengthscales       r^2  (n, q) squared distances of their rows
    k   (1 + sqrt(5) r + 5 r^2 / 3) exp(-sqrt(5) r)
    k'  its derivative by r^2, -5/6 (1 + sqrt(5) r) exp(-sqrt(5) r)

Source: Rasmussen and Williams 2006, Eq. (4.17).
"""

import math

import numpy as np

from luthier.base.arrays import Array

__all__ = ["correlations", "matern", "matern_slope", "squared_distances"]

SQRT_5 = math.sqrt(5.0)
SLOPE_AT_0 = -5.0 / 6.0


def squared_distances(S: Array, T: Array) -> Array:
    """`(n, q)` squared distances of the rows of `S: (n, f)` and `T: (q, f)`; never negative."""
    half: Array = np.dot(S, T.T)
    half *= -2.0
    half += np.einsum("ij,ij->i", S, S)[:, None]
    half += np.einsum("ij,ij->i", T, T)
    np.maximum(half, 0.0, out=half)
    return half


def correlations(S: Array, rho: float) -> Array:
    """`(n, n)` correlations of observations at `S: (n, f)` whose noise has rho times the variance of the signal."""
    R = matern(squared_distances(S, S))
    R.flat[:: len(S) + 1] = 1.0 + rho
    return R


def matern(squares: Array) -> Array:
    """The kernel at squared distances."""
    return matern_slope(squares)[0]


def matern_slope(squares: Array) -> tuple[Array, Array]:
    """The kernel at squared distances, and its derivative by them."""
    r = np.sqrt(5.0 * squares)  # Eq. (4.17), with sqrt(5) r for r
    slope = np.exp(-r)
    kernel = r * r
    kernel *= 1.0 / 3.0
    r += 1.0
    kernel += r
    kernel *= slope
    slope *= r
    slope *= SLOPE_AT_0
    return kernel, slope
