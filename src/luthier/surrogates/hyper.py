"""The hyperparameters of a Gaussian process, and how they place points in the space where its kernel lives.

Z  (n, f) features, numbers first       W  the same, numbers warped       S  W divided by the lengthscales of the groups
"""

from typing import NamedTuple

import numpy as np

from luthier.base.arrays import Array
from luthier.surrogates.inputs import Inputs
from luthier.surrogates.warping import warped, warped_by_parameters, warped_slope

__all__ = ["Hyperparameters", "scaled", "scaled_by_warp", "scaled_slope"]


class Hyperparameters(NamedTuple):
    """What is learnt by maximising the posterior; logarithms, rounded so that machines agree."""

    #: `(g,)` log lengthscales.
    lengthscale: Array
    #: Logs of the signal variance and of the noise variance.
    signal: float
    noise: float
    #: The constant mean itself.
    mean: float
    #: `(g, 2)` log Kumaraswamy parameters of warped groups; zeros mean no warping.
    warp: Array


def scaled(inputs: Inputs, Z: Array, hyper: Hyperparameters) -> Array:
    """`S` of `Z: (n, f)`."""
    if hyper.warp.any():
        Z, c = Z.copy(), len(inputs.cells)
        Z[:, :c] = warped(Z[:, :c], *hyper.warp[:c].T)
    S: Array = Z / np.exp(hyper.lengthscale)[inputs.group]
    return S


def scaled_by_warp(inputs: Inputs, Z: Array, hyper: Hyperparameters) -> tuple[Array, tuple[Array, ...]]:
    """`S` of `Z: (n, f)`, and for its c numbers the derivatives of W by log a and by log b, each `(n, c)`."""
    c = len(inputs.cells)
    W, by_a, by_b = warped_by_parameters(Z[:, :c], *hyper.warp[:c].T)
    if hyper.warp.any():  # else W is Z itself, to the last bit
        Z = Z.copy()
        Z[:, :c] = W
    S: Array = Z / np.exp(hyper.lengthscale)[inputs.group]
    return S, (by_a, by_b)


def scaled_slope(inputs: Inputs, Z: Array, hyper: Hyperparameters) -> Array:
    """The derivative of each feature of S by that of Z, `(n, f)` or `(f,)`."""
    rate: Array = np.exp(-hyper.lengthscale)[inputs.group]
    if not hyper.warp.any():
        return rate
    slope, c = np.tile(rate, (len(Z), 1)), len(inputs.cells)
    slope[:, :c] *= warped_slope(Z[:, :c], *hyper.warp[:c].T)
    return slope
