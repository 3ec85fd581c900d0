"""Priors of numeric parameters: where in its range a value is likely before any trial has been run.

Symbols: t a value on the scale of its domain (its logarithm with log=True), F the distribution function, q in [0, 1].
A domain cuts its prior off at its bounds.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from luthier.base.errors import InvalidDomain, explain
from luthier.space.arguments import as_number

if TYPE_CHECKING:
    from statistics import NormalDist

    from luthier.base.arrays import Array

__all__ = ["Beta", "Normal", "Prior", "prior_from_json", "prior_to_json"]


@dataclass(frozen=True)
class Normal:
    """The normal distribution with mean `mu` and standard deviation `sigma`.

    It is that of the parameter, or with `log=True` of its natural logarithm.

    Raises:
        InvalidDomain: a parameter is no finite number, or `sigma <= 0`.
    """

    mu: float
    sigma: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "mu", as_number(self.mu, "mu"))
        object.__setattr__(self, "sigma", as_number(self.sigma, "sigma"))
        if self.sigma <= 0:
            raise InvalidDomain(explain("sigma > 0", f"sigma={self.sigma}", "Correct the prior."))

    @cached_property
    def _distribution(self) -> "NormalDist":
        from statistics import NormalDist  # brings fractions and decimals along, which few studies need

        return NormalDist(self.mu, self.sigma)

    def cdf(self, t: float) -> float:
        """F(t)."""
        return self._distribution.cdf(t)

    def cdf_of_all(self, t: "Array") -> "Array":
        """`(n,)` F of `t: (n,)`."""
        import numpy as np

        return np.array([self._distribution.cdf(one) for one in t.tolist()])

    def ppf(self, q: float) -> float:
        """The t with F(t) = q; infinite at the ends."""
        if q <= 0.0 or q >= 1.0:
            return -math.inf if q <= 0.0 else math.inf
        return self._distribution.inv_cdf(q)


@dataclass(frozen=True)
class Beta:
    """The beta distribution on [0, 1] with shapes `a` and `b`.

    It is that of the parameter, or with `log=True` of its natural logarithm.

    Raises:
        InvalidDomain: a shape is no finite and positive number.
    """

    a: float
    b: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "a", as_number(self.a, "a"))
        object.__setattr__(self, "b", as_number(self.b, "b"))
        if min(self.a, self.b) <= 0:
            raise InvalidDomain(
                explain("shapes a > 0 and b > 0", f"a={self.a}, b={self.b}", "Correct the prior.")
            )

    def cdf(self, t: float) -> float:
        """F(t)."""
        from scipy.special import betainc

        return float(betainc(self.a, self.b, min(max(t, 0.0), 1.0)))

    def cdf_of_all(self, t: "Array") -> "Array":
        """`(n,)` F of `t: (n,)`."""
        from scipy.special import betainc

        found: Array = betainc(self.a, self.b, t.clip(0.0, 1.0))
        return found

    def ppf(self, q: float) -> float:
        """The t with F(t) = q."""
        from scipy.special import betaincinv

        t = float(betaincinv(self.a, self.b, min(max(q, 0.0), 1.0)))
        return round(q) if math.isnan(t) else t  # scipy gives up on some of the smallest numbers


Prior: TypeAlias = Normal | Beta

#: How a prior is written.
KINDS: dict[str, type[Normal] | type[Beta]] = {"beta": Beta, "normal": Normal}


def prior_to_json(prior: Prior) -> dict[str, Any]:
    """The JSON object of a prior, such as `{"type": "normal", "mu": 0.0, "sigma": 1.0}`."""
    if isinstance(prior, Normal):
        return {"type": "normal", "mu": prior.mu, "sigma": prior.sigma}
    return {"type": "beta", "a": prior.a, "b": prior.b}


def prior_from_json(form: dict[str, Any]) -> Prior:
    """The prior of a JSON object.

    Raises:
        InvalidDomain: the type is unknown, or a parameter wrong.
    """
    shapes = dict(form)
    kind = KINDS.get(shapes.pop("type", ""))
    if kind is None:
        raise InvalidDomain(explain("a prior of type beta or normal", repr(form), "Correct the prior."))
    return kind(**shapes)
