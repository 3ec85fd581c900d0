"""What a point promises: the log of its expected improvement, and of its chance to be feasible.

    X  (q, d) complete points of the unit cube       Z  (q, f) their features, inactive columns masked
    v  (q, m) variances of the noiseless objectives at the points           r  (m,) noise variances
    c  (q, m) their covariances with the objective at the incumbent, the known point that is believed to be the best

An improvement is judged by what one more noisy observation can tell: by its lead over the incumbent in posterior means,
once it was seen. The change of that lead has the deviation

    s = |v - c| / sqrt(v + r),

which is sqrt(v) where nothing is noisy. To repeat the incumbent changes no lead, and next to it noise hides what there
is to know: under noise trials keep the distance at which they teach, where sqrt(v) in place of s repeats one place for
ever. Source: Frazier, Powell and Dayanik 2009, "The knowledge-gradient policy for correlated normal beliefs", Eq. (15),
for two alternatives. With several objectives there is no one incumbent, and c = 0.
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

#: The change of a difference is at least this part of the change of the point alone: its logarithm stays finite where
#: the point and the incumbent are all but the same.
LEAST_CHANGE = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Acquisition:
    """Log of the expected improvement times the chance of feasibility."""

    inputs: Inputs
    activity: Activity
    #: One process for each objective, or none: then only feasibility counts.
    objectives: tuple[GaussianProcess, ...]
    improvement: Improvement | None
    #: The weights of each objective's covariance with the incumbent, see `GaussianProcess.beside`.
    beside: tuple[Array, ...]
    #: Predicts violation, negative where feasible; None when nothing was ever infeasible.
    violation: GaussianProcess | None

    def score(self, X: Array) -> Array:
        """`(q,)` at complete points."""
        Z = self.inputs.features(self.activity.masked(X))
        score = np.zeros(len(X))
        if self.improvement is not None:
            pairs = zip(self.objectives, self.beside, strict=True)
            parts = [process.compared(Z, w) for process, w in pairs]
            mu, v, c = (np.column_stack(part) for part in zip(*parts, strict=True))
            score = self.improvement.log_expected(mu, self.telling(v, c)[0])
        if self.violation is not None:
            mean, variance = self.violation.predict(Z)
            score = score + log_cdf(-mean / np.sqrt(variance))
        return score

    def telling(self, v: Array, c: Array) -> tuple[Array, Array, Array]:
        """`(q, m)` deviations s, and their derivatives by v and by c."""
        total = v + np.exp([process.hyper.noise for process in self.objectives])
        root = np.sqrt(total)
        change = np.hypot(v - c, LEAST_CHANGE * v)
        by_c = (c - v) / (change * root)
        return change / root, (LEAST_CHANGE**2 * v / change - change / (2.0 * total)) / root - by_c, by_c

    def slope(self, X: Array, numbers: IntArray) -> Slope:
        """Score and gradient by the columns `numbers`, whose values are given, the others being those of rows of X.

        Grids count as continua, and what is active stays so.
        """
        active = ~np.isnan(self.activity.masked(X))
        place = np.full(X.shape[1], -1)
        place[numbers] = np.arange(len(numbers))
        smooth = np.flatnonzero(self.inputs.smooth & (self.inputs.column < X.shape[1]))
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
            pairs = zip(self.objectives, self.beside, strict=True)
            parts = [process.gradient(Z, w) for process, w in pairs]
            mu, v, c = (np.column_stack([part[place] for part in parts]) for place in range(3))
            s, by_v, by_c = self.telling(v, c)
            value, by_mu, by_s = self.improvement.slopes(mu, s)
            by_v, by_c = by_s * by_v, by_s * by_c
            for j, part in enumerate(parts):
                slope += by_mu[:, j, None] * part.by_mean + by_v[:, j, None] * part.by_variance
                slope += by_c[:, j, None] * part.by_covariance
        if self.violation is not None:
            judged = self.violation.gradient(Z)
            s = np.sqrt(judged.variance)
            z = -judged.mean / s
            hazard = np.exp(log_pdf(z) - log_cdf(z))
            value = value + log_cdf(z)
            slope += (-hazard / s)[:, None] * judged.by_mean
            slope += (hazard * judged.mean / (2.0 * s * judged.variance))[:, None] * judged.by_variance
        return value, slope
