"""Rustuna: Optuna's API in Rust, without pruners."""

from collections.abc import Callable, Sequence
from typing import Any

import rustuna
from rustuna.distributions import CategoricalDistribution, FloatDistribution

from benchmarks.libraries.protocol import STUDY, Setup
from benchmarks.problems import Objective, Past, Ranges

__all__ = ["LIBRARY"]

SAMPLERS: dict[str, Callable[[], Any]] = {
    "random": lambda: rustuna.samplers.RandomSampler(seed=0),
    "tpe": lambda: rustuna.samplers.TPESampler(seed=0),
}


class Rustuna:
    """Rustuna with its defaults; it has no log lines."""

    name = "rustuna"

    def study(self, setup: Setup) -> Any:
        """A study by `create_study` or `load_study`.

        Raises:
            NotImplementedError: a scheduler is asked for.
        """
        if setup.scheduler is not None:
            raise NotImplementedError("Rustuna has no pruners")
        sampler = SAMPLERS[setup.sampler]()
        if setup.path is None:
            return rustuna.create_study(study_name=STUDY, sampler=sampler)
        storage = rustuna.storages.SQLite3Storage(str(setup.path))
        if setup.exists:
            return rustuna.load_study(study_name=STUDY, storage=storage, sampler=sampler)
        return rustuna.create_study(study_name=STUDY, storage=storage, sampler=sampler)

    def optimize(self, study: Any, objective: Objective, n_trials: int, *, workers: int = 1) -> None:
        """`Study.optimize`; processes are left to the caller."""
        if workers > 1:
            raise NotImplementedError("Rustuna's users start processes themselves")
        study.optimize(objective, n_trials=n_trials)

    def add(self, study: Any, ranges: Ranges, trials: Sequence[Past]) -> None:
        """`Study.add_trial` for each: there is no bulk form."""
        distributions = {name: distribution(bounds) for name, bounds in ranges.items()}
        for trial in trials:
            study.add_trial(
                rustuna.create_trial(params=trial.params, distributions=distributions, value=trial.value),
            )

    def trials(self, study: Any) -> Sequence[Any]:
        """`Study.get_trials`."""
        trials: list[Any] = study.get_trials()
        return trials


def distribution(bounds: tuple[Any, ...]) -> Any:
    """The distribution of these bounds, or of these choices."""
    return FloatDistribution(*bounds) if isinstance(bounds[0], float) else CategoricalDistribution(bounds)


LIBRARY = Rustuna()
