"""SMAC3's HyperparameterOptimizationFacade, with declared conditions, by ask and tell.

Running trials are its own. A failed training is told as CRASHED, at the cost of the worst value so far: an infinite one
is NaN on the scale on which its forest learns. Where values come with noise it is told so, and spends trials on
repeating good configurations, as it documents.
"""

import logging
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, final

from ConfigSpace import (
    CategoricalHyperparameter,
    ConfigurationSpace,
    InCondition,
    UniformFloatHyperparameter,
    UniformIntegerHyperparameter,
)
from smac import HyperparameterOptimizationFacade, Scenario
from smac.runhistory import StatusType, TrialValue

from benchmarks.quality.tree import conditions_of
from benchmarks.quality.tuners.axes import Axis, axes, completed
from benchmarks.quality.tuners.failures import Failures
from benchmarks.quality.tuners.protocol import Fixed, Search, Setup
from luthier.testing.problems import Problem

__all__ = ["configuration_space", "open_search"]

logging.getLogger("smac").setLevel(logging.ERROR)


def hyperparameter(name: str, axis: Axis) -> Any:
    """A parameter in its terms."""
    if axis.kind == "choice":
        return CategoricalHyperparameter(name, [str(place) for place in range(int(axis.high) + 1)])
    kind = UniformIntegerHyperparameter if axis.kind == "int" else UniformFloatHyperparameter
    return kind(name, axis.low, axis.high, log=axis.log)


def values(axis: Axis, places: Iterable[int]) -> list[str] | list[int]:
    """Places of a parent in the terms of its hyperparameter."""
    return sorted(map(str, places)) if axis.kind == "choice" else sorted(places)


def configuration_space(problem: Problem, seed: int) -> Any:
    """The search space with its conditions."""
    known = axes(problem.space)
    space = ConfigurationSpace(seed=seed)
    made = {name: hyperparameter(name, axis) for name, axis in known.items()}
    space.add(*made.values())
    conditions = [
        InCondition(made[name], made[found.parent], values(known[found.parent], found.places))
        for name, found in conditions_of(problem).items()
        if name in made and found.parent in made
    ]
    if conditions:
        space.add(*conditions)
    return space


@final
class SmacSearch:
    """A facade whose objective is never called."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.failures = Failures()
        self.folder = tempfile.TemporaryDirectory(prefix="smac-")
        scenario = Scenario(
            configuration_space(setup.problem, setup.seed),
            deterministic=not setup.noisy,
            n_trials=setup.trials,
            seed=setup.seed,
            output_directory=Path(self.folder.name),
        )
        self.facade = HyperparameterOptimizationFacade(
            scenario, target_function=unused, overwrite=True, logging_level=False
        )

    def ask(self) -> Fixed | None:
        """The next configuration; None when it has nothing new."""
        try:
            info = self.facade.ask()
        except StopIteration:
            return None
        return Fixed(completed(self.setup.problem.space, dict(info.config)), info)

    def tell(self, asked: Fixed, value: float) -> None:
        """The value of a configuration."""
        for one in self.failures.told(asked, value):
            status = StatusType.CRASHED if one.failed else StatusType.SUCCESS
            self.facade._optimizer.tell(  # noqa: SLF001 - the facade's own `tell`, without writing to disk each time
                one.asked.token, TrialValue(cost=one.value, time=1.0, status=status), save=False
            )


def unused(config: Any, seed: int = 0) -> float:
    """The objective that ask and tell do without."""
    raise NotImplementedError


def open_search(_variant: str, setup: Setup) -> Search:
    """A search by a random forest with its defaults."""
    return SmacSearch(setup)
