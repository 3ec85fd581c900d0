"""Domains in the terms that every tuner has: a float, an integer or a choice, on a linear or a log scale.

A step has no counterpart in most tuners. A linear grid becomes the integers 0, 1, 2, …; a grid on a log scale becomes a
continuum whose values are moved to the grid.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from luthier.space.domains import Categorical, Domain, Float, Int
from luthier.space.space import Space

__all__ = ["Axis", "axes", "completed"]


@dataclass(frozen=True, slots=True)
class Axis:
    """One parameter as a tuner sees it. A choice is its index: `low` is 0 and `high` the last one."""

    domain: Domain
    kind: Literal["float", "int", "choice"]
    low: float
    high: float
    log: bool = False

    def value(self, raw: Any) -> Any:
        """The parameter's value for what the tuner proposed, moved into the range where that is off by rounding."""
        domain = self.domain
        if isinstance(domain, Categorical):
            return domain.choices[int(raw)]
        if domain.levels is None:
            return min(max(float(raw), domain.low), domain.high)
        place = (float(raw) - domain.low) / (domain.step or 1) if self.log else float(raw)
        return level(domain, round(place))


def level(domain: Float | Int, place: int) -> float:
    """The value at a place of a grid, the nearest one for a place outside."""
    place = min(max(place, 0), (domain.levels or 1) - 1)
    value = domain.low + place * (domain.step or 1)
    return int(value) if isinstance(domain, Int) else float(f"{value:.15g}")


def axis(domain: Domain) -> Axis:
    """The axis of a domain of two values or more."""
    if isinstance(domain, Categorical):
        return Axis(domain, "choice", 0, len(domain.choices) - 1)
    if domain.log:
        whole = isinstance(domain, Int) and domain.step == 1
        return Axis(domain, "int" if whole else "float", domain.low, domain.high, log=True)
    if domain.levels is None:
        return Axis(domain, "float", domain.low, domain.high)
    return Axis(domain, "int", 0, domain.levels - 1)


def axes(space: Space) -> dict[str, Axis]:
    """The parameters that have something to decide."""
    return {name: axis(domain) for name, domain in space.items() if domain.levels != 1}


def completed(space: Space, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration of what a tuner proposed; a parameter that it did not mention takes its first value."""
    known = axes(space)
    return {
        name: known[name].value(raw[name]) if name in known and name in raw else first(domain)
        for name, domain in space.items()
    }


def first(domain: Domain) -> Any:
    """The first value of a domain."""
    return domain.choices[0] if isinstance(domain, Categorical) else domain.low
