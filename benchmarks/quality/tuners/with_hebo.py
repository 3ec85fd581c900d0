"""HEBO over the joint space. It knows of no running trials, so workers are served from its own batches.

It drops values that are not finite from what it observes. Its evolution strategy, pymoo's, seeds itself from the
operating system, so that a repetition of a run differs; and it compares all pairs of individuals one by one, which
was two fifths of HEBO's time: here it finds the same duplicates by a set.
"""

from typing import Any, final

import numpy as np
import pandas as pd
import torch
from hebo.design_space.design_space import DesignSpace
from hebo.optimizers.hebo import HEBO
from pymoo.core.mixed import MixedVariableDuplicateElimination

from benchmarks.quality.tuners.axes import Axis, axes, completed
from benchmarks.quality.tuners.protocol import Fixed, Search, Setup

__all__ = ["open_search"]

torch.set_num_threads(1)


def duplicates(_self: object, population: Any, other: Any, found: Any) -> Any:
    """Mark in `found` who equals somebody of `other`, or somebody later where there is no other."""
    names = list(population[0].X)
    own = [tuple(individual.X[name] for name in names) for individual in population]
    seen = set() if other is None else {tuple(individual.X[name] for name in names) for individual in other}
    for place in reversed(range(len(own))):
        found[place] |= own[place] in seen
        if other is None:
            seen.add(own[place])
    return found


MixedVariableDuplicateElimination._do = duplicates  # noqa: SLF001 - the one place where pairs are compared


def parameter(name: str, axis: Axis) -> dict[str, Any]:
    """A parameter in its terms."""
    if axis.kind == "choice":
        return {"name": name, "type": "cat", "categories": [str(i) for i in range(int(axis.high) + 1)]}
    kind = {
        ("float", False): "num",
        ("float", True): "pow",
        ("int", False): "int",
        ("int", True): "pow_int",
    }[axis.kind, axis.log]
    return {"name": name, "type": kind, "lb": axis.low, "ub": axis.high, "base": 10}


@final
class HeboSearch:
    """An optimiser that proposes as many points at once as there are workers."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        np.random.seed(setup.seed)  # noqa: NPY002 - HEBO draws from the global state
        torch.manual_seed(setup.seed)
        space = DesignSpace().parse(
            [parameter(name, axis) for name, axis in axes(setup.problem.space).items()]
        )
        self.optimizer = HEBO(space, scramble_seed=setup.seed)
        self.batch: list[Any] = []

    def ask(self) -> Fixed:
        """The next configuration of a batch, of a new one when that is used up."""
        if not self.batch:
            proposed = self.optimizer.suggest(n_suggestions=self.setup.workers)
            self.batch = [proposed.iloc[[row]] for row in range(len(proposed))]
        point = self.batch.pop(0)
        raw = point.iloc[0].to_dict()
        return Fixed(completed(self.setup.problem.space, raw), point)

    def tell(self, asked: Fixed, value: float) -> None:
        """The value of a configuration."""
        self.optimizer.observe(pd.DataFrame(asked.token), np.array([[value]]))


def open_search(_variant: str, setup: Setup) -> Search:
    """A search with its defaults."""
    return HeboSearch(setup)
