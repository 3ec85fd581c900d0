"""Pruners: whether a trial goes on. `BasePruner` is for those of your own, `DoorPruner` for luthier's schedulers."""

from abc import ABC, abstractmethod
from typing import Any

from luthier.compat.optuna.trial.frozen import FrozenTrial
from luthier.records.curves import Curves
from luthier.records.messages import Decision
from luthier.schedulers.protocol import Scheduler

__all__ = ["BasePruner", "DoorPruner", "DoorScheduler", "scheduler_of"]


class BasePruner(ABC):
    """Decides whether a trial is stopped; it is asked at every report."""

    @abstractmethod
    def prune(self, study: Any, trial: FrozenTrial) -> bool:
        """Whether to stop a trial after its newest report."""


class DoorPruner(BasePruner):
    """A pruner that is one of luthier's schedulers."""

    @abstractmethod
    def scheduler(self, study: Any) -> Scheduler | None:
        """The scheduler, None when nothing is to be stopped, or not yet."""

    def prune(self, study: Any, trial: FrozenTrial) -> bool:
        """Whether to stop a trial after its newest report."""
        scheduler = self.scheduler(study)
        if scheduler is None:
            return False
        return scheduler.on_report(study._view.curves, trial.number) is Decision.STOP  # noqa: SLF001 - of the door


class ForeignScheduler:
    """Asks a pruner that speaks of studies and frozen trials."""

    def __init__(self, study: Any, pruner: BasePruner) -> None:
        self.study = study
        self.pruner = pruner

    def on_report(self, curves: Curves, trial: int) -> Decision:
        """Decide as the pruner does."""
        frozen = self.study._book.trial(trial)  # noqa: SLF001 - of the door
        return Decision.STOP if self.pruner.prune(self.study, frozen) else Decision.CONTINUE


class DoorScheduler:
    """The Scheduler of a study of this door: asks whatever pruner the study has at the moment."""

    def __init__(self, study: Any) -> None:
        self.study = study

    def on_report(self, curves: Curves, trial: int) -> Decision:
        """Decide as the study's pruner does."""
        scheduler = scheduler_of(self.study, self.study.pruner)
        return Decision.CONTINUE if scheduler is None else scheduler.on_report(curves, trial)


def scheduler_of(study: Any, pruner: BasePruner) -> Scheduler | None:
    """The scheduler behind a pruner; one of your own, or one that overrides `prune`, is asked itself."""
    if isinstance(pruner, DoorPruner) and type(pruner).prune is DoorPruner.prune:
        return pruner.scheduler(study)
    return ForeignScheduler(study, pruner)
