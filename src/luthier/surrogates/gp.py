"""An exact Gaussian process: hyperparameters by their posterior mode, predictions with gradients.

    Z      (n, f) features, see `inputs`       y      (n,) targets, standardised outside
    theta  (g,) inverse squared lengthscales   s^2    noise variance        tau^2  signal variance
    K      tau^2 k(r) + s^2 I                  L      its lower Cholesky factor
    alpha  K^-1 (y - c), with c the constant mean

Sources: Rasmussen and Williams, "Gaussian Processes for Machine Learning" (2006), Algorithm 2.1; lengthscale prior:
Hvarfner, Hellsten, Nardi (arXiv:2402.02229).
"""

from typing import NamedTuple

from luthier.base.arrays import Array
from luthier.surrogates.inputs import Inputs

__all__ = ["GaussianProcess", "Hyperparameters", "fit"]


class Hyperparameters(NamedTuple):
    """What is learnt by maximising the posterior; logarithms, rounded so that machines agree."""

    #: `(g,)` log lengthscales.
    lengthscale: Array
    signal: float
    noise: float
    mean: float
    #: `(g, 2)` log Kumaraswamy parameters of warped groups; zeros mean no warping.
    warp: Array


class GaussianProcess:
    """The posterior given data and hyperparameters: a value, `appended` and `with_targets` make others."""

    def __init__(self, inputs: Inputs, Z: Array, y: Array, *, hyper: Hyperparameters) -> None:
        raise NotImplementedError

    def predict(self, Z: Array) -> tuple[Array, Array]:
        """Mean `(q,)` and variance `(q,)` of the noiseless function at `Z: (q, f)`; the variance is positive."""
        raise NotImplementedError

    def gradient(self, Z: Array) -> tuple[Array, Array, Array, Array]:
        """Mean, variance, and their derivatives `(q, f)` by the features."""
        raise NotImplementedError

    def joint(self, Z: Array) -> tuple[Array, Array]:
        """Mean `(q,)` and covariance `(q, q)` of the noiseless function."""
        raise NotImplementedError

    def appended(self, Z: Array, y: Array) -> "GaussianProcess":
        """The posterior with further data, in O(n^2) for each row; hyperparameters stay."""
        raise NotImplementedError

    def with_targets(self, y: Array) -> "GaussianProcess":
        """The posterior of the same inputs with other targets `y: (n,)`, in O(n^2)."""
        raise NotImplementedError


def fit(inputs: Inputs, Z: Array, y: Array, *, starts: int = 1) -> Hyperparameters:
    """The hyperparameters of the highest posterior density, from fixed starting points: equal data, equal result."""
    raise NotImplementedError
