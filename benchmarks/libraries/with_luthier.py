"""luthier."""

import logging
from collections.abc import Sequence
from typing import Any

import luthier
from benchmarks.libraries.protocol import MAX_STEPS, STUDY, Setup
from benchmarks.problems import Objective, Past, Ranges
from luthier.schedulers import ASHA, Hyperband, Median, Scheduler

__all__ = ["LIBRARY"]

luthier.set_verbosity(logging.WARNING)

SAMPLERS = {"random": "uniform", "tpe": "tpe", "gp": "gp", "cma": "cma"}

SCHEDULERS: dict[str, Scheduler] = {
    "median": Median(),
    "asha": ASHA(max_resource=MAX_STEPS),
    "hyperband": Hyperband(max_resource=MAX_STEPS),
}


class Luthier:
    """The library itself."""

    name = "luthier"

    def study(self, setup: Setup) -> luthier.Study:
        """A study by `create_study` or `load_study`."""
        sampler = SAMPLERS[setup.sampler]
        scheduler = SCHEDULERS[setup.scheduler] if setup.scheduler else None
        url = f"sqlite:///{setup.path}" if setup.path else None
        if setup.exists and url:
            return luthier.load_study(STUDY, storage=url, sampler=sampler, scheduler=scheduler)
        return luthier.create_study(
            STUDY,
            storage=url,
            directions=["minimize"] * setup.objectives,
            sampler=sampler,
            scheduler=scheduler,
            seed=0,
        )

    def optimize(self, study: Any, objective: Objective, n_trials: int, *, workers: int = 1) -> None:
        """`Study.optimize`, which starts its own workers."""
        study.optimize(objective, n_trials, workers=workers, progress=False)

    def add(self, study: Any, ranges: Ranges, trials: Sequence[Past]) -> None:
        """`Study.add_trials`."""
        domains = {name: domain(bounds) for name, bounds in ranges.items()}
        study.add_trials(
            luthier.TrialRecord(
                number=-1,
                state=luthier.TrialState.COMPLETE,
                params=trial.params,
                domains=domains,
                values=(trial.value,),
                created=0.0,
            )
            for trial in trials
        )

    def trials(self, study: Any) -> Sequence[Any]:
        """`Study.trials`: records are immutable, nothing is copied."""
        records: list[luthier.TrialRecord] = study.trials
        return records


def domain(bounds: tuple[Any, ...]) -> luthier.Float | luthier.Categorical:
    """The domain of these bounds, or of these choices."""
    return luthier.Float(*bounds) if isinstance(bounds[0], float) else luthier.Categorical(bounds)


LIBRARY = Luthier()
