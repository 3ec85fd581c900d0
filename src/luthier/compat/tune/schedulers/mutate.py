"""How one hyperparameter is mutated: drawn anew, or perturbed within its range.

    v       the value of the parent            c       a factor, one of `perturbation_factors`
    low     the smallest value of the range    high    the largest one

A perturbed value never leaves the range (Jaderberg et al. 2017, arXiv:1711.09846, section 3.1, says nothing of ranges;
without them a learning rate walks out of its own within a few rounds).
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol, final

from numpy.random import Generator

from luthier.compat.tune.variants import seeded
from luthier.space.codec import decoder
from luthier.space.domains import Float, Int, choice_key, on_grid

__all__ = ["Choices", "Drawn", "Mutation", "Neighbours", "Within", "chance"]

#: Seeds are drawn below this.
WORD = 2**32

#: What an operation that draws anew is called.
RESAMPLE = "resample"


class Mutation(Protocol):
    """One hyperparameter's way to change."""

    def resample(self, rng: Generator) -> Any:
        """A fresh value."""

    def perturb(self, value: Any, factors: Sequence[float], rng: Generator) -> tuple[Any, str]:
        """A value near `value`, and what was done to get it."""


@final
@dataclass(frozen=True, slots=True)
class Within:
    """A number of a range: multiplied by a factor, which is a shift of its logarithm, and kept within the range.

    An integer, or a number on a grid, moves by a step at least unless it is at the end of its range.
    """

    domain: Float | Int

    def resample(self, rng: Generator) -> Any:
        """A value from the range, on a log scale where it has one."""
        return decoder(self.domain)(float(rng.random()))

    def perturb(self, value: Any, factors: Sequence[float], rng: Generator) -> tuple[Any, str]:
        """`value * c`; zero, which no factor moves, is drawn anew."""
        factor = factors[int(rng.integers(len(factors)))]
        if value == 0:
            return self.resample(rng), RESAMPLE
        return self.moved(value, factor), f"* {factor}"

    def moved(self, value: float, factor: float) -> float:
        """`value * factor` on the grid and within the range."""
        domain = self.domain
        target = value * factor
        if domain.step is None:
            return min(max(target, domain.low), domain.high)
        place, wanted = ((v - domain.low) / domain.step for v in (value, target))
        places = round(wanted)
        if places == round(place) and target != value:
            places += 1 if target > value else -1
        last = round((domain.high - domain.low) / domain.step)
        places = min(max(places, 0), last)
        if isinstance(domain, Int):
            return domain.low + places * domain.step
        return min(on_grid(domain.low, domain.step, places), domain.high)


@final
@dataclass(frozen=True, slots=True)
class Choices:
    """Choices without an order: each perturbation draws one of them anew."""

    choices: Sequence[Any]

    def resample(self, rng: Generator) -> Any:
        """One of the choices."""
        return self.choices[int(rng.integers(len(self.choices)))]

    def perturb(self, value: Any, factors: Sequence[float], rng: Generator) -> tuple[Any, str]:
        """One of the choices."""
        return self.resample(rng), RESAMPLE


@final
@dataclass(frozen=True, slots=True)
class Neighbours:
    """Choices in an order: a perturbation moves to the one on the left or on the right."""

    choices: Sequence[Any]

    def resample(self, rng: Generator) -> Any:
        """One of the choices."""
        return self.choices[int(rng.integers(len(self.choices)))]

    def perturb(self, value: Any, factors: Sequence[float], rng: Generator) -> tuple[Any, str]:
        """The neighbour; a value that is not among the choices is drawn anew."""
        keys = [choice_key(choice) for choice in self.choices]
        if choice_key(value) not in keys:
            return self.resample(rng), RESAMPLE
        shift = -1 if rng.random() < 1 / 2 else 1
        place = keys.index(choice_key(value))
        new = min(max(place + shift, 0), len(keys) - 1)
        side = "left" if shift < 0 else "right"
        return self.choices[new], f"shift {side}" if new != place else f"shift {side} (noop)"


@final
@dataclass(frozen=True, slots=True)
class Drawn:
    """A function without arguments: its range is unknown, so each perturbation asks it anew."""

    function: Callable[[], Any]

    def resample(self, rng: Generator) -> Any:
        """What the function returns, under global generators that were seeded for it."""
        with chance(rng):
            return self.function()

    def perturb(self, value: Any, factors: Sequence[float], rng: Generator) -> tuple[Any, str]:
        """What the function returns."""
        return self.resample(rng), RESAMPLE


def chance(rng: Generator) -> AbstractContextManager[None]:
    """Let the user's code draw from the global generators in a reproducible way; they are as before at the end."""
    return seeded(int(rng.integers(WORD)), 0, "mutation")
