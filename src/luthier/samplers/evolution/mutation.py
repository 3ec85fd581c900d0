"""Polynomial mutation: a number moves a little, seldom far, and never out of the unit interval.

    x   number before, in [0, 1]        eta   distribution index: the larger, the nearer
    u   uniform in [0, 1)               d     distance of x to the lower and to the upper border

Source: Deb and Goyal 1996, in the bounded form of Deb's NSGA-II.
"""

import numpy as np
from numpy.random import Generator

from luthier.base.arrays import Array

__all__ = ["polynomial"]


def polynomial(x: Array, rng: Generator, eta: float) -> Array:
    """`(c,)` mutants of `x: (c,)`."""
    u, power = rng.random(len(x)), 1.0 / (eta + 1.0)
    down = u < 0.5  # noqa: PLR2004 - as often down as up
    lower = 2.0 * u + (1.0 - 2.0 * u) * (1.0 - x) ** (eta + 1.0)
    upper = 2.0 * (1.0 - u) + (2.0 * u - 1.0) * x ** (eta + 1.0)
    step = np.where(
        down,
        np.clip(lower, 0.0, None) ** power - 1.0,
        1.0 - np.clip(upper, 0.0, None) ** power,
    )
    return np.clip(x + step, 0.0, 1.0)
