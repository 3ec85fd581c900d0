"""What a point promises: the log of its expected improvement, and of its chance to be feasible.

X  (q, d) complete points of the unit cube       Z  (q, f) their features, inactive columns masked
"""

from dataclasses import dataclass

import numpy as np

from luthier.base.arrays import Array, IntArray
from luthier.numerics.logspace import log_cdf, log_pdf
from luthier.numerics.maximize import Slope
from luthier.samplers.gp.activity import Activity
from luthier.samplers.gp.improvement import Improvement
from luthier.surrogates.gp import GaussianProcess
from luthier.surrogates.inputs import Inputs

__all__ = ["Acquisition"]


@dataclass(frozen=True, slots=True, eq=False)
class Acquisition:
    """Log of the expected improvement times the chance of feasibility."""

    inputs: Inputs
    activity: Activity
    #: One process for each objective, or none: then only feasibility counts.
    objectives: tuple[GaussianProcess, ...]
    improvement: Improvement | None
    #: Predicts violation, negative where feasible; None when nothing was ever infeasible.
    violation: GaussianProcess | None

    def score(self, X: Array) -> Array:
        """`(q,)` at complete points."""
        Z = self.inputs.features(self.activity.masked(X))
        score = np.zeros(len(X))
        if self.improvement is not None:
            parts = [process.predict(Z) for process in self.objectives]
            mu, variance = (np.column_stack(part) for part in zip(*parts, strict=True))
            score = self.improvement.log_expected(mu, self.learnable(variance)[0])
        if self.violation is not None:
            mean, variance = self.violation.predict(Z)
            score = score + log_cdf(-mean / np.sqrt(variance))
        return score

    def learnable(self, variance: Array) -> tuple[Array, Array]:
        """By how much one noisy observation would move the means, and the slope of that by the variance, `(q, m)`.

        The standard deviation of the posterior mean once the point is observed, v / sqrt(v + noise), in place of
        sqrt(v): to repeat what is known but for its noise teaches little, and is not worth a trial.
        """
        noise = np.exp([process.hyper.noise for process in self.objectives])
        total = variance + noise
        root = np.sqrt(total)
        return variance / root, (variance + 2.0 * noise) / (2.0 * total * root)

    def slope(self, X: Array, numbers: IntArray) -> Slope:
        """Score and gradient by the columns `numbers`, whose values are given, the others being those of rows of X.

        Grids count as continua, and what is active stays so.
        """
        active = ~np.isnan(self.activity.masked(X))
        place = np.full(X.shape[1], -1)
        place[numbers] = np.arange(len(numbers))
        smooth = np.flatnonzero(self.inputs.smooth)
        target = place[self.inputs.column[smooth]]
        lit = active[:, self.inputs.column[smooth]]

        def value_and_gradient(x: Array, row: IntArray) -> tuple[Array, Array]:
            points = X[row]
            points[:, numbers] = x
            Z = self.inputs.features(np.where(active[row], points, np.nan), rounded=False)
            value, by_feature = self.with_slope(Z)
            gradient = np.zeros(x.shape)
            gradient[:, target] = np.where(lit[row], by_feature[:, smooth], 0.0)
            return value, gradient

        return value_and_gradient

    def with_slope(self, Z: Array) -> tuple[Array, Array]:
        """`(q,)` scores and their derivatives `(q, f)` by the features."""
        value, slope = np.zeros(len(Z)), np.zeros(Z.shape)
        if self.improvement is not None:
            parts = [process.gradient(Z) for process in self.objectives]
            mu, variance = (np.column_stack([part[place] for part in parts]) for place in range(2))
            s, by_variance = self.learnable(variance)
            value, by_mu, by_s = self.improvement.slopes(mu, s)
            by_s *= by_variance
            for j, (_, _, dmu, dvariance) in enumerate(parts):
                slope += by_mu[:, j, None] * dmu + by_s[:, j, None] * dvariance
        if self.violation is not None:
            mean, variance, dmean, dvariance = self.violation.gradient(Z)
            s = np.sqrt(variance)
            z = -mean / s
            hazard = np.exp(log_pdf(z) - log_cdf(z))
            value = value + log_cdf(z)
            slope += (-hazard / s)[:, None] * dmean + (hazard * mean / (2.0 * s * variance))[
                :, None
            ] * dvariance
        return value, slope
