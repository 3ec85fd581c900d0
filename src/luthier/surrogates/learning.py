"""Hyperparameters of the highest posterior density.

    l    (g,) lengthscales       rho  ratio of noise to signal variance       a, b  (c,) warping of c numbers

Signal variance and mean follow from the others, see `evidence`. L-BFGS-B climbs from fixed points.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, minimize

from luthier.base.arrays import Array
from luthier.numerics.linalg import Factor
from luthier.surrogates.evidence import evidence, signal_variance, variance
from luthier.surrogates.hyper import Hyperparameters, scaled, scaled_by_warp
from luthier.surrogates.inputs import Inputs, Kind
from luthier.surrogates.kernels import correlations
from luthier.surrogates.priors import Prior, prior

__all__ = ["fit", "posterior", "profiled"]

#: Hyperparameters in logs are multiples of it: machines differ in last bits, and a percent changes no decision.
GRAIN = 0.01

#: log rho stays between these. With 1e-6 in place of the first, exact objectives were predicted much less surely; with
#: less, rounding errors of 500 points begin to show.
LEAST_NOISE, MOST_NOISE = math.log(1e-8), math.log(1e2)

#: Other logarithms stay within so many deviations of their prior's location.
REACH = 4.0

#: Iterations of L-BFGS-B from one start.
ITERATIONS = 60

#: Hyperparameters are rounded in the end: steps that win less of the log density, or slopes below that, move none.
LEAST_GAIN, LEAST_SLOPE = 1e-5, 1e-2

#: More trials than this are first represented by so many of them; what those teach is then improved for few iterations.
ENOUGH, LAST_ITERATIONS = 200, 15

#: Starting points: deviations of all log lengthscales from their location, in scales, and the noise ratio.
STARTS = ((0.0, 1e-3), (-1.0, 1e-5), (1.0, 1e-1))

#: Warping has two parameters more for each number; from so many points on it predicted held-out points better.
WARPED_FROM = 20

#: Log densities that differ by less are equal: the earlier start is kept.
DECIMALS = 4


def fit(
    inputs: Inputs, Z: Array, y: Array, *, starts: int = 1, warped_from: int = WARPED_FROM
) -> Hyperparameters:
    """The hyperparameters of the highest posterior density, from fixed starting points: equal data, equal result.

    Args:
        inputs: f features in g groups.
        Z: `(n, f)` features.
        y: `(n,)` targets, of the scale of 1.
        starts: how many of the fixed points to climb from.
        warped_from: from so many points on numbers are warped.
    """
    warping = len(y) >= warped_from
    target = Target.of(inputs, Z, y, warping=warping)
    points, iterations = [target.start(*start) for start in STARTS[:starts]], ITERATIONS
    if len(y) > ENOUGH:
        # Every k-th trial: early ones and late ones.
        part = slice(None, None, math.ceil(len(y) / ENOUGH))
        points = [
            climbed(Target.of(inputs, Z[part], y[part], warping=warping), points, iterations=iterations)
        ]
        iterations = LAST_ITERATIONS
    best = climbed(target, points, iterations=iterations) if len(y) > 1 else points[0]
    return target.complete(np.clip(np.rint(best / GRAIN) * GRAIN, target.low, target.high))


def climbed(target: "Target", points: Sequence[Array], *, iterations: int) -> Array:
    """The best of the points that L-BFGS-B reaches from those given; of equal ones the first."""
    best, least = points[0], math.inf
    for point in points:
        found = minimize(
            target.value,
            point,
            jac=True,
            method="L-BFGS-B",
            bounds=Bounds(target.low, target.high),
            options={"maxiter": iterations, "ftol": LEAST_GAIN, "gtol": LEAST_SLOPE},
        )
        value = round(float(found.fun), DECIMALS)
        if value < least:
            best, least = found.x, value
    return best


def posterior(inputs: Inputs, Z: Array, y: Array, *, hyper: Hyperparameters) -> float:
    """The log posterior density of hyperparameters, less a constant; their mean and signal variance do not count."""
    target = Target.of(inputs, Z, y, warping=bool(hyper.warp.any()))
    return -round(target.value(target.point(hyper))[0], DECIMALS)


def profiled(factor: Factor, y: Array, *, hyper: Hyperparameters) -> Hyperparameters:
    """Hyperparameters whose mean and signal variance are those that fit best; lengthscales and rho stay."""
    u = factor.solved(np.ones((1, len(y))))[0]
    mean = round(float(u @ y) / float(u.sum()), 9) if len(y) else 0.0
    whitened = factor.whitened((y - mean)[None, :])[0]
    signal = math.log(signal_variance(y, float(whitened @ whitened), v=variance(y)))
    signal = round(signal / GRAIN) * GRAIN
    return hyper._replace(mean=mean, signal=signal, noise=signal + hyper.noise - hyper.signal)


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """The negative log posterior density of a point: log lengthscales, log rho, log a and log b of warped numbers."""

    inputs: Inputs
    Z: Array
    y: Array
    #: How many numbers are warped: all or none.
    c: int
    prior: Prior
    low: Array
    high: Array
    #: The variance of y.
    v: float

    @classmethod
    def of(cls, inputs: Inputs, Z: Array, y: Array, *, warping: bool) -> "Target":
        """The target for some data."""
        c = int((inputs.kind == Kind.NUMBER).sum()) if warping else 0
        believed, g = prior(inputs, warped=c), len(inputs.kind)
        reach = REACH * believed.deviation
        low, high = believed.loc - reach, believed.loc + reach
        low[g], high[g] = LEAST_NOISE, MOST_NOISE
        return cls(inputs, Z, y, c, believed, low, high, variance(y))

    def start(self, deviation: float, rho: float) -> Array:
        """The point where log lengthscales deviate from their location by some scales, without warping."""
        point, g = self.prior.loc.copy(), len(self.inputs.kind)
        point[:g] += deviation * self.prior.deviation[:g]
        point[g] = math.log(rho)
        return point

    def hyper(self, point: Array) -> Hyperparameters:
        """The hyperparameters of a point, for a signal variance of 1 and a mean of 0."""
        g = len(self.inputs.kind)
        warp = np.zeros((g, 2))
        warp[: self.c] = point[g + 1 :].reshape(self.c, 2)
        return Hyperparameters(point[:g], 0.0, float(point[g]), 0.0, warp)

    def point(self, hyper: Hyperparameters) -> Array:
        """The point of some hyperparameters."""
        warp = hyper.warp[: self.c].ravel()
        return np.concatenate([hyper.lengthscale, [hyper.noise - hyper.signal], warp])

    def complete(self, point: Array) -> Hyperparameters:
        """The hyperparameters of a point, with the mean and the signal variance that fit best."""
        hyper = self.hyper(point)
        factor = Factor.of(correlations(scaled(self.inputs, self.Z, hyper), math.exp(hyper.noise)))
        return profiled(factor, self.y, hyper=hyper)

    def value(self, point: Array) -> tuple[float, Array]:
        """The negative log posterior density at a point, less a constant, and its gradient."""
        inputs, hyper, g = self.inputs, self.hyper(point), len(self.inputs.kind)
        S, by_warp = scaled_by_warp(inputs, self.Z, hyper) if self.c else (scaled(inputs, self.Z, hyper), ())
        fitted = evidence(S, self.y, math.exp(hyper.noise), v=self.v)
        slope = np.empty(len(point))
        slope[:g] = -np.bincount(inputs.group, (S * fitted.by_features).sum(axis=0), minlength=g)
        slope[g] = fitted.by_noise
        by_numbers = fitted.by_features[:, : self.c] * np.exp(-point[: self.c])
        for place, by in enumerate(by_warp, g + 1):
            slope[place::2] = (by_numbers * by).sum(axis=0)
        more, by_prior = self.prior.negative_log(point)
        return fitted.value + more, slope + by_prior
