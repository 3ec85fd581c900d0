"""Objective values as a Gaussian process likes them: without outliers, hardly skewed, of mean 0 and variance 1.

    y  (n,) values, minimised, +inf where a trial failed       z  (n,) their transforms, in the same order

    x  (y - median) / scale, the scale being that of the better half: how the values near the optimum differ
    t  x between fences; beyond them only the double logarithm of x counts, so that no value is far from the others
    p  the power transform of t by Yeo and Johnson 2000 ("A new family of power transformations", Biometrika 87,
       Eq. (2.2)), with an exponent lambda that is given or makes the values most like normal ones
    z  p with its mean and deviation taken out; an infinite y is a little worse than the worst finite one

Every step is strictly increasing, up to rounding, and can be undone.
"""

import math
from dataclasses import dataclass

import numpy as np

from luthier.base.arrays import Array

__all__ = ["ROUNDING", "Outputs"]

#: Values are multiplied by it first: differences of the largest floats stay finite.
SHRINK = 0.25

#: In scales from the median, where outliers begin: bad values are compressed sooner than good ones.
UPPER_FENCE, LOWER_FENCE = 5.0, -10.0

#: The exponents that are tried. The grid is coarse, so that a further value seldom changes the exponent.
EXPONENTS = np.arange(-20, 31) / 10.0

#: The prior deviation of the exponent from 1.
EXPONENT_SCALE = 0.7

#: An infinite value stands so many standard deviations above the worst finite one.
FAILURE = 0.5

#: Quantiles that the scale is measured between.
GOOD_QUANTILE, BAD_QUANTILE = 0.1, 0.9

#: Values that differ by less than this part of themselves are one value and its rounding errors.
ROUNDING = 1e-13


@dataclass(frozen=True, slots=True)
class Outputs:
    """A strictly increasing transform of objective values, fitted to those that are known."""

    median: float
    scale: float
    exponent: float
    #: Mean and deviation of the powers.
    mean: float
    deviation: float
    #: The worst finite value's z; where a failed trial stands.
    worst: float
    #: The best and the worst finite value.
    least: float
    most: float

    #: The logarithm of the product of the slopes dz/dt at the finite values.
    log_slopes: float

    @classmethod
    def of(cls, y: Array, *, exponent: float | None = None) -> "Outputs":
        """The transform that suits `y: (n,)`; without two different finite values it moves the value to 0.

        `surrogates.learnt` finds the exponent that suits a model; without it the one is taken that makes the values
        most like normal ones, under a prior around 1.
        """
        finite = SHRINK * y[np.isfinite(y)]
        if not len(finite):
            return cls(0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0)
        median = float(np.median(finite))
        scale = good_scale(finite, median)
        t = fenced(finite, median, scale)
        exponent = likeliest_exponent(t) if exponent is None else exponent
        p = power(t, exponent)
        mean, deviation = float(p.mean()), float(p.std())
        deviation = deviation if deviation > 0.0 else 1.0
        worst = (float(p.max()) - mean) / deviation
        least, most = float(finite.min()), float(finite.max())
        log_slopes = (exponent - 1.0) * signed_logs(t) - len(t) * math.log(deviation)
        return cls(median, scale, exponent, mean, deviation, worst, least, most, log_slopes)

    def forward(self, y: Array) -> Array:
        """`z` of `y`, of any shape; +inf is finite afterwards."""
        failed = y == math.inf
        # Nothing is better than the best finite value: -inf is an error of the objective.
        known = np.where(np.isfinite(y), y, self.least / SHRINK)
        t = fenced(SHRINK * known, self.median, self.scale)
        z = (power(t, self.exponent) - self.mean) / self.deviation
        return np.where(failed, self.worst + FAILURE, z)

    def inverse(self, z: Array) -> Array:
        """`y` of `z`, of any shape: quantiles become quantiles. It leaves the known range by half of it at most."""
        t = unpowered(self.mean + self.deviation * np.asarray(z, dtype=np.float64), self.exponent)
        low, high = fenced(np.array([self.least, self.most]), self.median, self.scale)
        inside = np.clip(t, low, high)
        # Within the known range nothing overflows; beyond it t goes on as a straight line, for half the range.
        margin = 0.5 * self.most - 0.5 * self.least
        slope = min(1.0, self.scale / margin) if margin > 0.0 else 0.0
        beyond = margin * np.clip(slope * (np.clip(t, -FAR, FAR) - inside), -1.0, 1.0)
        return np.clip(unfenced(inside, self.median, self.scale) + beyond, -LARGEST, LARGEST) / SHRINK

    def interval(self, mean: Array, deviation: Array) -> tuple[Array, Array, Array]:
        """The median of y for a normal z, and its quantiles one deviation below and above."""
        return self.inverse(mean), self.inverse(mean - deviation), self.inverse(mean + deviation)


#: No known t is as far from 0: logarithms of logarithms of floats are small.
FAR = 1e3

#: The largest float, shrunk.
LARGEST = SHRINK * np.finfo(np.float64).max


def good_scale(finite: Array, median: float) -> float:
    """By how much the better half differs, or all if it does not; 1 for equal values."""
    low, high = np.quantile(finite, [GOOD_QUANTILE, BAD_QUANTILE]).tolist()
    for end in (low, high, float(finite.max()), float(finite.min())):
        width = abs(end - median)
        if width > ROUNDING * max(abs(end), abs(median)):
            return float(width)
    return 1.0


def fenced(y: Array, median: float, scale: float) -> Array:
    """`t` of shrunk values: linear between the fences, f (1 + log(1 + log(x / f))) beyond a fence f."""
    away = np.asarray(y - median)
    with np.errstate(over="ignore"):
        x = np.asarray(away / scale)
    t = np.array(np.clip(x, LOWER_FENCE, UPPER_FENCE))
    for fence, beyond in ((UPPER_FENCE, x > UPPER_FENCE), (LOWER_FENCE, x < LOWER_FENCE)):
        if beyond.any():
            # The quotient may overflow, the difference of logarithms cannot.
            excess = np.log(np.abs(away[beyond])) - math.log(scale) - math.log(abs(fence))
            t[beyond] = fence * (1.0 + np.log1p(np.maximum(excess, 0.0)))
    return t


def unfenced(t: Array, median: float, scale: float) -> Array:
    """Shrunk values of `t`."""
    x = np.array(np.clip(t, LOWER_FENCE, UPPER_FENCE) * scale)
    for fence, beyond in ((UPPER_FENCE, t > UPPER_FENCE), (LOWER_FENCE, t < LOWER_FENCE)):
        if beyond.any():
            excess = np.expm1(t[beyond] / fence - 1.0) + math.log(abs(fence)) + math.log(scale)
            x[beyond] = math.copysign(1.0, fence) * np.exp(np.minimum(excess, math.log(2.0 * LARGEST)))
    return x + median


def power(t: Array, exponent: float) -> Array:
    """The transform of Yeo and Johnson with exponent lambda, Eq. (2.2)."""
    above, below = np.log1p(np.maximum(t, 0.0)), np.log1p(np.maximum(-t, 0.0))
    return grown(above, exponent) - grown(below, 2.0 - exponent)


def unpowered(p: Array, exponent: float) -> Array:
    """`t` of powers `p`; +-inf where no t has that power."""
    return np.where(
        p > 0.0, shrunk(np.maximum(p, 0.0), exponent), -shrunk(np.maximum(-p, 0.0), 2.0 - exponent)
    )


def grown(logs: Array, exponent: float) -> Array:
    """`(exp(exponent * logs) - 1) / exponent`."""
    return logs if exponent == 0.0 else np.expm1(exponent * logs) / exponent


def shrunk(p: Array, exponent: float) -> Array:
    """The inverse of `grown`, less 1, of the exponential of the logs: inf beyond its bound."""
    with np.errstate(over="ignore", divide="ignore"):
        logs = p if exponent == 0.0 else np.log1p(np.maximum(exponent * p, -1.0)) / exponent
        return np.asarray(np.expm1(logs))


def likeliest_exponent(t: Array) -> float:
    """The exponent of the highest posterior density, if the powers are normal; 1 for values equal up to rounding."""
    if float(np.ptp(t)) <= ROUNDING:
        return 1.0
    slope, n = signed_logs(t), len(t)
    values = [
        -0.5 * n * math.log(float(power(t, exponent).var()))
        + (exponent - 1.0) * slope
        - 0.5 * ((exponent - 1.0) / EXPONENT_SCALE) ** 2
        for exponent in EXPONENTS.tolist()
    ]
    return float(EXPONENTS[int(np.argmax(np.round(values, 6)))])


def signed_logs(t: Array) -> float:
    """The sum of `sign(t) log(1 + |t|)`: lambda - 1 times it is the log of the product of the slopes dp/dt."""
    return float((np.sign(t) * np.log1p(np.abs(t))).sum())
