"""The parameters of a table: what they may be, when they are active, which of their values were run."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from luthier.space.domains import Categorical, Domain, Float
from luthier.space.space import Space
from luthier.testing.problems import Get

__all__ = ["Axis", "asked", "space_of"]


@dataclass(frozen=True, slots=True)
class Axis:
    """One parameter and the entries of its axis."""

    name: str
    domain: Domain
    #: The values that were run, of a continuum; none for a parameter that is looked up exactly.
    knots: tuple[float, ...] = ()
    #: The parameter, and its values under which this one is active; it must stand before this one.
    when: tuple[str, tuple[Any, ...]] | None = None

    @property
    def values(self) -> tuple[Any, ...]:
        """The value of each entry."""
        if self.knots:
            return self.knots
        if isinstance(self.domain, Categorical):
            return self.domain.choices
        step, levels = self.domain.step or 0.0, self.domain.levels or 1
        if isinstance(self.domain, Float):
            return tuple(float(f"{self.domain.low + k * step:.12g}") for k in range(levels))
        return tuple(self.domain.low + k * int(step) for k in range(levels))

    def corners(self, value: Any) -> list[tuple[int, float]]:
        """The entries that a value lies between, with their weights; a single one where it is looked up exactly."""
        if isinstance(self.domain, Categorical):
            return [(self.domain.place_of(value) or 0, 1.0)]
        if not self.knots:
            return [(round((value - self.domain.low) / (self.domain.step or 1)), 1.0)]
        scale = math.log if self.domain.log else float
        right = min(max(bisect_right(self.knots, value), 1), len(self.knots) - 1)
        low, high = scale(self.knots[right - 1]), scale(self.knots[right])
        part = min(max((scale(value) - low) / (high - low), 0.0), 1.0)
        return [(place, weight) for place, weight in ((right - 1, 1.0 - part), (right, part)) if weight > 0]


def space_of(axes: Sequence[Axis]) -> Space:
    """The search space of these parameters."""
    return Space({axis.name: axis.domain for axis in axes})


def asked(axes: Sequence[Axis], get: Get) -> dict[str, Any]:
    """The values of the active parameters, asked for in order; one that hangs on an inactive one is inactive."""
    values: dict[str, Any] = {}
    for axis in axes:
        if axis.when is None or values.get(axis.when[0]) in axis.when[1]:
            values[axis.name] = get(axis.name)
    return values
