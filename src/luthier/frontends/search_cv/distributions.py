"""Distributions of scipy.stats as search ranges.

    uniform, loguniform (reciprocal), randint    the range of the same law
    norm, lognorm                                a range with a normal prior, on the value or on its logarithm
    anything else with a ppf                     the quantiles: u in [0, 1] stands for ppf(u)

A law is recognised by what the frozen distribution says of itself (support, ppf), so shapes, loc and scale may be given
in any form.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from luthier.space.domains import Float, Int
from luthier.space.priors import Normal

__all__ = ["Quantile", "quantile_of", "range_of"]

#: A distribution without an end is searched up to where only this share of its values lies beyond.
TAIL = 1e-4

#: A normal variable is below its mean plus one standard deviation with this probability.
ONE_SIGMA = 0.8413447460685429


@dataclass(frozen=True, slots=True)
class Quantile:
    """A distribution by the inverse of its distribution function, for probabilities from `low` to `high`."""

    ppf: Callable[[float], Any]
    low: float
    high: float
    discrete: bool

    def value(self, u: float) -> float:
        """The value that a share `u` of the distribution does not exceed."""
        value = self.ppf(u)
        return int(value) if self.discrete else float(value)


def range_of(frozen: Any) -> Float | Int | None:
    """The range with the law of a frozen distribution; None where no range has it."""
    law = getattr(getattr(frozen, "dist", None), "name", None)
    if law in {"uniform", "randint", "loguniform", "reciprocal"}:
        first, last = frozen.support()
        if law == "randint":
            return Int(int(first), int(last))
        if law == "uniform":
            return Float(float(first), float(last))
        return Float(float(first), float(last), log=True) if symmetric_in_logarithm(frozen, 0.0) else None
    if law not in {"norm", "lognorm"}:
        return None
    low, median, above, high = (float(frozen.ppf(q)) for q in (TAIL, 0.5, ONE_SIGMA, 1.0 - TAIL))
    if law == "norm":
        return Float(low, high, prior=Normal(median, above - median))
    if not symmetric_in_logarithm(frozen, 1.0 - ONE_SIGMA):
        return None
    return Float(low, high, log=True, prior=Normal(math.log(median), math.log(above / median)))


def symmetric_in_logarithm(frozen: Any, q: float) -> bool:
    """Whether the logarithm of the values is a symmetric variable: a `loc` makes it another law."""
    low, median, high = (float(frozen.ppf(p)) for p in (q, 0.5, 1.0 - q))
    return low > 0.0 and math.isclose(low * high, median * median, rel_tol=1e-6)


def quantile_of(distribution: Any) -> Quantile | None:
    """The quantiles of a distribution; None where it can only be drawn from."""
    ppf = getattr(distribution, "ppf", None) or getattr(distribution, "icdf", None)
    if not callable(ppf):
        return None
    low = 0.0 if math.isfinite(ppf(0.0)) else TAIL
    high = 1.0 if math.isfinite(ppf(1.0)) else 1.0 - TAIL
    return Quantile(ppf, low, high, callable(getattr(distribution, "pmf", None)))
