"""An exact Gaussian process: hyperparameters by their posterior mode, predictions with gradients.

    Z      (n, f) features, see `inputs`       y      (n,) targets, standardised outside
    l      (g,) lengthscales                   S      features divided by their lengthscales
    s^2    noise variance                      tau^2  signal variance        rho = s^2 / tau^2
    R      k(S, S) + rho I                     alpha  R^-1 (y - c), with c the constant mean
    V      correlations of points with the data, whitened: multiplied by the inverse Cholesky factor of R

Sources: Rasmussen and Williams, "Gaussian Processes for Machine Learning" (2006), Algorithm 2.1; lengthscale prior:
Hvarfner, Hellsten, Nardi (arXiv:2402.02229).
"""

import math

import numpy as np

from luthier.base.arrays import Array
from luthier.numerics.linalg import Factor
from luthier.surrogates.hyper import Hyperparameters, scaled, scaled_slope
from luthier.surrogates.inputs import Inputs
from luthier.surrogates.kernels import correlations, matern, matern_slope, squared_distances
from luthier.surrogates.learning import fit, profiled

__all__ = ["GaussianProcess", "Hyperparameters", "fit"]

#: The variance of the function is at least this part of the signal variance: rounding makes it zero or negative.
LEAST_VARIANCE = 1e-10


class GaussianProcess:
    """The posterior given data and hyperparameters: a value, `appended` and `with_targets` make others.

    Args:
        inputs: f features in g groups.
        Z: `(n, f)` features of the data.
        y: `(n,)` targets, standardised.
        hyper: the hyperparameters; their mean and signal variance may be those of fewer data, see `calibrated`.
        factor: that of R, where it is known.
    """

    __slots__ = ("S", "Z", "alpha", "factor", "hyper", "inputs", "tau2", "y")

    def __init__(
        self, inputs: Inputs, Z: Array, y: Array, *, hyper: Hyperparameters, factor: Factor | None = None
    ) -> None:
        self.inputs = inputs
        self.hyper = hyper
        self.Z = Z
        self.y = y
        self.tau2 = math.exp(hyper.signal)
        self.S = self.scaled(Z)
        self.factor = Factor.of(correlations(self.S, self.rho)) if factor is None else factor
        self.alpha = self.factor.solved((y - hyper.mean)[None, :])[0]

    def scaled(self, Z: Array) -> Array:
        """Features where the kernel lives."""
        return scaled(self.inputs, Z, self.hyper)

    @property
    def rho(self) -> float:
        """The ratio of noise to signal variance."""
        return math.exp(self.hyper.noise - self.hyper.signal)

    def predict(self, Z: Array) -> tuple[Array, Array]:
        """Mean `(q,)` and variance `(q,)` of the noiseless function at `Z: (q, f)`; the variance is positive."""
        k = matern(squared_distances(self.scaled(Z), self.S))
        V = self.factor.whitened(k)
        return self.hyper.mean + k @ self.alpha, self.variance(V)

    def variance(self, V: Array) -> Array:
        """Variances of points with whitened correlations `V: (q, n)`."""
        variance: Array = np.maximum(1.0 - np.einsum("ij,ij->i", V, V), LEAST_VARIANCE)
        return self.tau2 * variance

    def gradient(self, Z: Array) -> tuple[Array, Array, Array, Array]:
        """Mean, variance, and their derivatives `(q, f)` by the features."""
        S = self.scaled(Z)
        k, slope = matern_slope(squared_distances(S, self.S))
        V = self.factor.whitened(k)
        rate = scaled_slope(self.inputs, Z, self.hyper)
        # d r^2 / ds = 2 (s - s_j); the variance falls by 2 V . dV.
        pull = slope * self.alpha
        by_mean = 2.0 * (pull.sum(axis=1)[:, None] * S - pull @ self.S) * rate
        slope *= self.factor.multiplied(V, transposed=False)
        by_variance = -4.0 * self.tau2 * (slope.sum(axis=1)[:, None] * S - slope @ self.S) * rate
        return self.hyper.mean + k @ self.alpha, self.variance(V), by_mean, by_variance

    def joint(self, Z: Array) -> tuple[Array, Array]:
        """Mean `(q,)` and covariance `(q, q)` of the noiseless function."""
        S = self.scaled(Z)
        k = matern(squared_distances(S, self.S))
        V = self.factor.whitened(k)
        covariance = self.tau2 * (matern(squared_distances(S, S)) - V @ V.T)
        covariance.flat[:: len(S) + 1] = self.variance(V)
        return self.hyper.mean + k @ self.alpha, covariance

    def appended(self, Z: Array, y: Array) -> "GaussianProcess":
        """The posterior with further data, in O(n^2) for each row; hyperparameters stay."""
        S = self.scaled(Z)
        factor = self.factor.appended(matern(squared_distances(S, self.S)), correlations(S, self.rho))
        return GaussianProcess(
            self.inputs,
            np.concatenate([self.Z, Z]),
            np.concatenate([self.y, y]),
            hyper=self.hyper,
            factor=factor,
        )

    def with_targets(self, y: Array) -> "GaussianProcess":
        """The posterior of the same inputs with other targets `y: (n,)`, in O(n^2)."""
        return GaussianProcess(self.inputs, self.Z, y, hyper=self.hyper, factor=self.factor)

    def calibrated(self) -> "GaussianProcess":
        """With the signal variance and the mean that fit the targets best; lengthscales and rho stay. O(n^2)."""
        return GaussianProcess(
            self.inputs,
            self.Z,
            self.y,
            hyper=profiled(self.factor, self.y, hyper=self.hyper),
            factor=self.factor,
        )
