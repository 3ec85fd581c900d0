"""Optuna."""

from collections.abc import Callable, Sequence
from typing import Any

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution
from optuna.pruners import HyperbandPruner, MedianPruner, NopPruner, SuccessiveHalvingPruner

from benchmarks.libraries.protocol import MAX_STEPS, STUDY, Setup
from benchmarks.problems import Objective, Past, Ranges

__all__ = ["LIBRARY"]

optuna.logging.set_verbosity(optuna.logging.WARNING)

SAMPLERS: dict[str, Callable[[], Any]] = {
    "random": lambda: optuna.samplers.RandomSampler(seed=0),
    "tpe": lambda: optuna.samplers.TPESampler(seed=0),
    "gp": lambda: optuna.samplers.GPSampler(seed=0),
    "cma": lambda: optuna.samplers.CmaEsSampler(seed=0),
}

PRUNERS: dict[str | None, Callable[[], Any]] = {
    None: NopPruner,
    "median": MedianPruner,
    "asha": lambda: SuccessiveHalvingPruner(min_resource=1, reduction_factor=3),
    "hyperband": lambda: HyperbandPruner(min_resource=1, max_resource=MAX_STEPS, reduction_factor=3),
}


class Optuna:
    """Optuna with its defaults, which since version 5 are multivariate TPE with the constant liar."""

    name = "optuna"

    def study(self, setup: Setup) -> Any:
        """A study by `create_study` or `load_study`."""
        url = f"sqlite:///{setup.path}" if setup.path else None
        sampler, pruner = SAMPLERS[setup.sampler](), PRUNERS[setup.scheduler]()
        if setup.exists:
            return optuna.load_study(study_name=STUDY, storage=url, sampler=sampler, pruner=pruner)
        directions = ["minimize"] * setup.objectives
        return optuna.create_study(
            study_name=STUDY, storage=url, sampler=sampler, pruner=pruner, directions=directions
        )

    def optimize(self, study: Any, objective: Objective, n_trials: int, *, workers: int = 1) -> None:
        """`Study.optimize`; its own `n_jobs` are threads, so processes are left to the caller."""
        if workers > 1:
            raise NotImplementedError("Optuna's users start processes themselves")
        study.optimize(objective, n_trials=n_trials)

    def add(self, study: Any, ranges: Ranges, trials: Sequence[Past]) -> None:
        """`Study.add_trials`."""
        distributions = {name: distribution(bounds) for name, bounds in ranges.items()}
        study.add_trials(
            [
                optuna.create_trial(params=trial.params, distributions=distributions, value=trial.value)
                for trial in trials
            ],
        )

    def trials(self, study: Any) -> Sequence[Any]:
        """Without the copy that `Study.trials` makes."""
        trials: list[Any] = study.get_trials(deepcopy=False)
        return trials


def distribution(bounds: tuple[Any, ...]) -> Any:
    """The distribution of these bounds, or of these choices."""
    return FloatDistribution(*bounds) if isinstance(bounds[0], float) else CategoricalDistribution(bounds)


LIBRARY = Optuna()
