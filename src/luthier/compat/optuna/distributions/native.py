"""Between Optuna's distributions and luthier's domains."""

from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.base.jsonvalue import native
from luthier.compat.optuna.distributions.base import BaseDistribution
from luthier.compat.optuna.distributions.kinds import (
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
    shared,
)
from luthier.space.domains import Categorical, Domain, Float, Int, interned

__all__ = ["distribution_of", "domain_of", "native_value"]


def domain_of(distribution: BaseDistribution) -> Domain:
    """The domain of a distribution.

    Raises:
        ValueError: it is none of the three kinds, or a range that cannot exist.
    """
    if isinstance(distribution, FloatDistribution):
        return interned(Float, distribution.low, distribution.high, bool(distribution.log), distribution.step)
    if isinstance(distribution, IntDistribution):
        return interned(Int, distribution.low, distribution.high, bool(distribution.log), distribution.step)
    if isinstance(distribution, CategoricalDistribution):
        return Categorical(distribution.choices)
    raise InvalidInput(explain("a float, int or categorical distribution", repr(distribution), "Use one."))


def distribution_of(domain: Domain) -> BaseDistribution:
    """The distribution of a domain. Optuna has no grid on a log scale: there the step is left out."""
    if isinstance(domain, Float):
        step = None if domain.log else domain.step
        return shared(FloatDistribution, domain.low, domain.high, domain.log, step)
    if isinstance(domain, Int):
        return shared(IntDistribution, domain.low, domain.high, domain.log, 1 if domain.log else domain.step)
    return CategoricalDistribution(domain.choices)


def native_value(distribution: BaseDistribution, value: Any) -> Any:
    """What a sampler gave, as the type that an objective gets: a float, an int, or the choice itself."""
    value = native(value)
    if isinstance(distribution, CategoricalDistribution):
        return distribution.to_external_repr(distribution.to_internal_repr(value))
    return int(value) if isinstance(distribution, IntDistribution) else float(value)
