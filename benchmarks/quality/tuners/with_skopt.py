"""scikit-optimize's `gp_minimize` optimiser over the joint space. What runs is told as a lie to a copy ("cl_min").

It knows no failures: a failed training is told as the worst value so far.
"""

from typing import Any, final

import numpy as np
from skopt import Optimizer
from skopt.space import Categorical, Integer, Real

from benchmarks.quality.tuners.axes import Axis, axes, completed
from benchmarks.quality.tuners.failures import Failures
from benchmarks.quality.tuners.protocol import Fixed, Search, Setup

__all__ = ["open_search"]


SEEDS = 2**31 - 1


def dimension(name: str, axis: Axis) -> Any:
    """A parameter in its terms."""
    if axis.kind == "choice":
        return Categorical([str(place) for place in range(int(axis.high) + 1)], name=name)
    kind, prior = Integer if axis.kind == "int" else Real, "log-uniform" if axis.log else "uniform"
    return kind(axis.low, axis.high, prior=prior, name=name)


@final
class SkoptSearch:
    """`skopt.Optimizer` with the defaults of `gp_minimize`: 10 initial points, a Gaussian process, gp_hedge."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.known = axes(setup.problem.space)
        self.optimizer = Optimizer(
            [dimension(name, axis) for name, axis in self.known.items()], "GP", random_state=setup.seed
        )
        self.failures = Failures()
        self.running: list[list[Any]] = []
        self.rng = np.random.default_rng(setup.seed)

    def ask(self) -> Fixed:
        """The next configuration; beside running ones, that of a copy which was told lies of them.

        Before the first value nothing is told: the copy draws at random, from another seed, as initial points are.
        """
        optimizer = self.optimizer
        if self.running:
            optimizer = self.optimizer.copy(random_state=int(self.rng.integers(SEEDS)))
            if optimizer.yi:
                optimizer.tell(list(self.running), [min(optimizer.yi)] * len(self.running))
        point = optimizer.ask()
        self.running.append(point)
        raw = dict(zip(self.known, point, strict=True))
        return Fixed(completed(self.setup.problem.space, raw), point)

    def tell(self, asked: Fixed, value: float) -> None:
        """The value of a configuration."""
        self.running = [point for point in self.running if point is not asked.token]
        known = self.failures.told(asked, value)
        if known:
            self.optimizer.tell([one.asked.token for one in known], [one.value for one in known])


def open_search(_variant: str, setup: Setup) -> Search:
    """A search by a Gaussian process with its defaults."""
    return SkoptSearch(setup)
