"""The library itself, by its public interface: `create_study`, `ask`, `suggest_*`, `tell`."""

import logging
from collections.abc import Callable, Mapping
from typing import final

import luthier
from benchmarks.quality.tuners.protocol import Running, Setup, StoppingSearch
from luthier.base.errors import SpaceExhausted
from luthier.schedulers import ASHA, Hyperband, Scheduler

__all__ = ["open_search"]

luthier.set_verbosity(logging.ERROR)

#: Name -> the scheduler of trainings of so many epochs.
SCHEDULERS: Mapping[str, Callable[[int], Scheduler]] = {
    "asha": lambda epochs: ASHA(max_resource=epochs),
    "hyperband": lambda epochs: Hyperband(max_resource=epochs),
}


@final
class LuthierSearch:
    """A study in memory; a failed training is told as +inf."""

    def __init__(self, sampler: str, setup: Setup, scheduler: Scheduler | None = None) -> None:
        self.space = setup.problem.space
        self.study = luthier.create_study(
            sampler=sampler,
            scheduler=scheduler,
            directions=["minimize"] * setup.objectives,
            seed=setup.seed,
        )
        self.stopped: set[int] = set()

    def ask(self) -> Running | None:
        """The next trial; None when a finite space is exhausted."""
        try:
            return Running(self.study.ask(), self.space)
        except SpaceExhausted:
            return None

    def tell(self, asked: Running, value: float | tuple[float, ...]) -> None:
        """The value of a trial, or its values."""
        if asked.trial.number in self.stopped:
            self.study.tell(asked.trial, state="PRUNED")
        else:
            self.study.tell(asked.trial, value)

    def report(self, asked: Running, step: int, value: float) -> bool:
        """The value after an epoch."""
        asked.trial.report(value, step)
        stop: bool = asked.trial.should_prune()
        if stop:
            self.stopped.add(asked.trial.number)
        return stop


def open_search(variant: str, setup: Setup) -> StoppingSearch:
    """A search by the sampler of that name; in `sampler+scheduler` the second one stops trainings."""
    sampler, _, scheduler = variant.partition("+")
    return LuthierSearch(sampler, setup, SCHEDULERS[scheduler](setup.epochs) if scheduler else None)
