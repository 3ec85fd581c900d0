"""Optuna, define-by-run. Its TPE, and its Gaussian process, know of running trials; its CMA-ES does not.

A failed training is told as +inf, which TPE counts among the bad trials and the Gaussian process clips.
"""

from collections.abc import Callable, Mapping
from typing import Any, final

import optuna
from optuna.pruners import HyperbandPruner, NopPruner, SuccessiveHalvingPruner
from optuna.samplers import CmaEsSampler, GPSampler, NSGAIISampler, RandomSampler, TPESampler
from optuna.trial import TrialState

from benchmarks.quality.tuners.protocol import Running, Setup, StoppingSearch

__all__ = ["SAMPLERS", "open_search"]

optuna.logging.set_verbosity(optuna.logging.ERROR)

#: Variant -> the sampler of a seed, with its defaults.
SAMPLERS: Mapping[str, Callable[[int], Any]] = {
    "random": lambda seed: RandomSampler(seed=seed),
    "tpe": lambda seed: TPESampler(seed=seed),
    "tpe-group": lambda seed: TPESampler(seed=seed, multivariate=True, group=True),
    "tpe-univariate": lambda seed: TPESampler(seed=seed, multivariate=False),
    "gp": lambda seed: GPSampler(seed=seed),
    "cmaes": lambda seed: CmaEsSampler(seed=seed),
    "nsga2": lambda seed: NSGAIISampler(seed=seed),
}


#: Name -> the pruner of trainings of so many epochs, with its defaults. Its successive halving then stops nothing until
#: a first training has ended; "asha1" is told as much as ours is: the first rung, and the factor.
PRUNERS: Mapping[str, Callable[[int], Any]] = {
    "": lambda _: NopPruner(),
    "asha": lambda _: SuccessiveHalvingPruner(),
    "asha1": lambda _: SuccessiveHalvingPruner(min_resource=1, reduction_factor=3),
    "hyperband": lambda epochs: HyperbandPruner(min_resource=1, max_resource=epochs),
}


@final
class OptunaSearch:
    """A study in memory."""

    def __init__(self, variant: str, setup: Setup) -> None:
        self.space = setup.problem.space
        sampler, _, pruner = variant.partition("+")
        self.study = optuna.create_study(
            sampler=SAMPLERS[sampler](setup.seed),
            pruner=PRUNERS[pruner](setup.epochs),
            directions=["minimize"] * setup.objectives,
        )
        self.stopped: set[int] = set()

    def ask(self) -> Running:
        """The next trial."""
        return Running(self.study.ask(), self.space)

    def tell(self, asked: Running, value: float | tuple[float, ...]) -> None:
        """The value of a trial, or its values."""
        if asked.trial.number in self.stopped:
            self.study.tell(asked.trial, state=TrialState.PRUNED)
        else:
            self.study.tell(asked.trial, value)

    def report(self, asked: Running, step: int, value: float) -> bool:
        """The value after an epoch."""
        asked.trial.report(value, step)
        if asked.trial.should_prune():
            self.stopped.add(asked.trial.number)
        return asked.trial.number in self.stopped


def open_search(variant: str, setup: Setup) -> StoppingSearch:
    """A search by the sampler of that name; in `sampler+pruner` the second one stops trainings."""
    return OptunaSearch(variant, setup)
