"""An exact Gaussian process: hyperparameters by their posterior mode, predictions with gradients.

    Z      (n, f) features, see `inputs`       y      (n,) targets, of the scale of 1
    l      (g,) lengthscales                   S      features divided by their lengthscales
    s^2    noise variance                      tau^2  signal variance        rho = s^2 / tau^2
    R      k(S, S) + rho I                     alpha  R^-1 (y - c), with c the constant mean
    V      correlations of points with the data, whitened: multiplied by the inverse Cholesky factor of R
    w      (n,) weights whose products with correlations are covariances with one point, see `beside`
    q      the number of points asked about

Sources: Rasmussen and Williams, "Gaussian Processes for Machine Learning" (2006), Algorithm 2.1; lengthscale prior:
Hvarfner, Hellsten, Nardi (arXiv:2402.02229).
"""

import math
from typing import NamedTuple

import numpy as np

from luthier.base.arrays import Array
from luthier.numerics.linalg import Factor
from luthier.surrogates.hyper import Hyperparameters, scaled, scaled_slope
from luthier.surrogates.inputs import Inputs
from luthier.surrogates.kernels import correlations, matern, matern_slope, squared_distances
from luthier.surrogates.learning import fit, profiled

__all__ = ["GaussianProcess", "Gradient", "Hyperparameters", "fit"]

#: The variance of the function is at least this part of the signal variance: rounding makes it zero or negative.
LEAST_VARIANCE = 1e-10


class Gradient(NamedTuple):
    """Predictions `(q,)` and their derivatives `(q, f)` by the features."""

    mean: Array
    variance: Array
    covariance: Array
    by_mean: Array
    by_variance: Array
    by_covariance: Array


class GaussianProcess:
    """The posterior given data and hyperparameters: a value, `appended` and `calibrated` make others.

    Args:
        inputs: f features in g groups.
        Z: `(n, f)` features of the data.
        y: `(n,)` targets, of the scale of 1.
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
        return self.compared(Z, np.zeros(len(self.y)))[:2]

    def compared(self, Z: Array, w: Array) -> tuple[Array, Array, Array]:
        """The same, and the covariance `(q,)` with the point that the weights `w` come from, see `beside`."""
        k = matern(squared_distances(self.scaled(Z), self.S))
        V = self.factor.whitened(k)
        return self.hyper.mean + k @ self.alpha, self.variance(V), k @ w

    def beside(self, row: int) -> Array:
        """The weights `w: (n,)` with which `k @ w` is the posterior covariance with the point of a row of the data.

        As k(S, s_row) is a column of R less rho, R^-1 times it is a unit vector less rho R^-1 of it: the covariance
        tau^2 (k(s, s_row) - k(s, S) R^-1 k(S, s_row)) is tau^2 rho k(s, S) R^-1 e_row.
        """
        unit = np.zeros((1, len(self.y)))
        unit[0, row] = 1.0
        weights: Array = self.tau2 * self.rho * self.factor.solved(unit)[0]
        return weights

    def variance(self, V: Array) -> Array:
        """Variances of points with whitened correlations `V: (q, n)`."""
        variance: Array = np.maximum(1.0 - np.einsum("ij,ij->i", V, V), LEAST_VARIANCE)
        return self.tau2 * variance

    def gradient(self, Z: Array, w: Array | None = None) -> Gradient:
        """Mean, variance, the covariance that `w` stands for (0 without), and their derivatives by the features."""
        S = self.scaled(Z)
        w = np.zeros(len(self.y)) if w is None else w
        k, slope = matern_slope(squared_distances(S, self.S))
        V = self.factor.whitened(k)
        rate = scaled_slope(self.inputs, Z, self.hyper)
        by_mean, by_covariance = (self.pulled(S, slope * weights) * rate for weights in (self.alpha, w))
        # The variance falls by 2 V . dV.
        slope *= self.factor.multiplied(V, transposed=False)
        by_variance = self.pulled(S, slope) * (-2.0 * self.tau2 * rate)
        mean = self.hyper.mean + k @ self.alpha
        return Gradient(mean, self.variance(V), k @ w, by_mean, by_variance, by_covariance)

    def pulled(self, S: Array, pull: Array) -> Array:
        """The derivatives `(q, f)` by `S: (q, f)` of sums over the data whose terms have those `(q, n)` by r^2."""
        # d r^2 / ds = 2 (s - s_j)
        slope: Array = 2.0 * (pull.sum(axis=1)[:, None] * S - pull @ self.S)
        return slope

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

    def calibrated(self) -> "GaussianProcess":
        """With the signal variance and the mean that fit the targets best; lengthscales and rho stay. O(n^2)."""
        return GaussianProcess(
            self.inputs,
            self.Z,
            self.y,
            hyper=profiled(self.factor, self.y, hyper=self.hyper),
            factor=self.factor,
        )
