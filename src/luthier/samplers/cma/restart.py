"""What follows a run of CMA-ES that has converged: another one, elsewhere and of another size.

    l0  size of the first run's generations      large  evaluations spent on runs that doubled the size
    u   uniform in [0, 1]                        small  evaluations spent on the others

Sources: Auger and Hansen 2005, "A restart CMA evolution strategy with increasing population size" (IPOP); Hansen 2009,
"Benchmarking a BI-population CMA-ES on the BBOB-2009 function testbed" (BIPOP).
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from luthier.base.seeding import purpose_of, rng_for
from luthier.samplers.cma.strategy import LEAST_SIZE, Start

__all__ = ["Budget", "Restarts", "following"]

#: "ipop": each run has twice the generation of the one before. "bipop": such runs in turn with small ones, so that both
#: kinds get as many evaluations. "same": the size stays.
Restarts: TypeAlias = Literal["ipop", "bipop", "same"]

#: The stream of the random choices of a restart.
PURPOSE = purpose_of("cma restart")

#: Generations do not grow beyond this: it takes too many trials to learn from one.
LARGEST_SIZE = 1 << 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What the runs so far have cost."""

    #: Size of the first run, and of the last one that doubled it.
    first: int
    doubled: int
    large: int = 0
    small: int = 0
    #: Whether the run under way is a small one.
    is_small: bool = False

    def spent(self, evaluations: int) -> "Budget":
        """After a run of so many evaluations."""
        small = self.small + evaluations * self.is_small
        large = self.large + evaluations * (not self.is_small)
        return Budget(
            first=self.first, doubled=self.doubled, large=large, small=small, is_small=self.is_small
        )


def following(
    budget: Budget, restarts: Restarts, *, seed: int, number: int, c: int, sigma: float
) -> tuple[Start, int, Budget]:
    """Start, size and budget of restart `number` >= 1 in c dimensions; a function of its arguments alone."""
    rng = rng_for(seed, number, PURPOSE)
    mean, u = rng.random(c), rng.random(2)
    if restarts == "same":
        return Start(mean=mean, sigma=sigma), budget.first, budget
    if restarts == "bipop" and number > 1 and budget.small < budget.large:
        # Hansen 2009, Sec. 2: l_s = l0 (l_l / (2 l0))^(u^2), with a step of 10^(-2u).
        size = int(budget.first * (budget.doubled / (2.0 * budget.first)) ** (u[0] ** 2))
        narrow = Start(mean=mean, sigma=sigma * 10.0 ** (-2.0 * float(u[1])))
        kept = Budget(
            first=budget.first,
            doubled=budget.doubled,
            large=budget.large,
            small=budget.small,
            is_small=True,
        )
        return narrow, max(size, LEAST_SIZE), kept
    size = min(2 * budget.doubled, LARGEST_SIZE)
    grown = Budget(first=budget.first, doubled=size, large=budget.large, small=budget.small)
    return Start(mean=mean, sigma=sigma), size, grown
