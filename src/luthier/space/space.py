"""A search space: an ordered mapping from parameter names to domains, and its algebra."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from luthier.base.errors import InvalidDomain, explain
from luthier.space.domains import Categorical, Domain, Float, Int, check_domain

__all__ = ["Space"]

#: A choice has at least this part of the largest weight: its logarithm is finite.
LEAST_WEIGHT = 1e-300

#: The kinds of domains: a look at the types of all is far cheaper than one at each.
KINDS = frozenset({Float, Int, Categorical})


@dataclass(frozen=True)
class Space(Mapping[str, Domain]):
    """An immutable mapping `name -> Domain`. The order of names is the order of columns in `X: (n, d)`.

    Raises:
        InvalidDomain: that is no mapping, or one of its values is no domain.
    """

    domains: Mapping[str, Domain]

    def __post_init__(self) -> None:
        if not isinstance(self.domains, Mapping):
            got, fix = repr(self.domains), "Pass {'x': luthier.Float(0, 1)}."
            raise InvalidDomain(explain("a dict of ranges", got, fix))
        if KINDS.issuperset(map(type, self.domains.values())):
            return
        for name, domain in self.domains.items():
            check_domain(name, domain)

    def __getitem__(self, name: str) -> Domain:
        return self.domains[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.domains)

    def __len__(self) -> int:
        return len(self.domains)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Space) and list(self.items()) == list(other.items())

    def __hash__(self) -> int:
        return hash(tuple(self.domains.items()))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(self.domains)

    @cached_property
    def levels(self) -> tuple[int | None, ...]:
        """The number of values of each column, None for a continuum."""
        return tuple(domain.levels for domain in self.domains.values())

    @cached_property
    def size(self) -> int | None:
        """The number of configurations, None when any parameter is a continuum."""
        product = 1
        for levels in self.levels:
            if levels is None:
                return None
            product *= levels
        return product

    @cached_property
    def weights(self) -> Mapping[int, tuple[float, ...]]:
        """The weights of the choices in each column that has some, in parts of the largest one."""
        return {
            column: in_parts(domain.weights)
            for column, domain in enumerate(self.domains.values())
            if isinstance(domain, Categorical) and domain.weights is not None
        }

    def with_domain(self, name: str, domain: Domain) -> "Space":
        """This space with one domain added or replaced; a replaced one keeps its column."""
        return Space({**self.domains, name: domain})

    def without(self, names: Mapping[str, Any]) -> "Space":
        """This space less the named parameters."""
        return Space({name: domain for name, domain in self.domains.items() if name not in names})


def in_parts(weights: tuple[float, ...]) -> tuple[float, ...]:
    """Positive weights of any size in parts of the largest one."""
    largest = max(weights)
    return tuple(max(weight / largest, LEAST_WEIGHT) for weight in weights)
