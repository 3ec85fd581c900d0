"""Optuna's patience. It is milder than luthier's own, whose `min_delta` is what an improvement needs to count.

p    patience: so many reports, and the newest one, are the recent ones
d    min_delta
"""

import math
from dataclasses import dataclass
from typing import Any, final

from luthier.base.errors import InvalidInput, explain
from luthier.compat.optuna.pruners.base import BasePruner, DoorPruner, scheduler_of
from luthier.records.curves import Curves
from luthier.records.messages import Decision
from luthier.schedulers.protocol import Scheduler

__all__ = ["PatientPruner"]


class PatientPruner(DoorPruner):
    """Asks another pruner only about trials whose recent reports are all worse than the best one before.

    Args:
        wrapped_pruner: who decides in the end; None stops every such trial.
        patience: the recent reports are so many, and the newest one.
        min_delta: worse by more than this.

    Raises:
        ValueError: `patience` or `min_delta` is negative.
    """

    def __init__(self, wrapped_pruner: BasePruner | None, patience: int, min_delta: float = 0.0) -> None:
        for name, given in (("patience", patience), ("min_delta", min_delta)):
            if not given >= 0:
                raise InvalidInput(explain(f"{name} >= 0", str(given), "Pass 0 or more."))
        self._wrapped = wrapped_pruner
        self._patience = patience
        self._min_delta = min_delta

    def scheduler(self, study: Any) -> Scheduler | None:
        """The wrapped pruner's scheduler, asked about worsening trials only."""
        inner = None
        if self._wrapped is not None:
            inner = scheduler_of(study, self._wrapped)
            if inner is None:
                return None
        return Worsening(inner, self._patience, self._min_delta)


@final
@dataclass(frozen=True, slots=True)
class Worsening:
    """Asks a scheduler about trials whose last p + 1 reports are all worse than the best before them by more than d."""

    inner: Scheduler | None
    patience: int
    min_delta: float

    def on_report(self, curves: Curves, trial: int) -> Decision:
        """Go on unless the trial got worse; NaN is passed over."""
        curve = curves.curve(trial)
        recent = [value for value in curve.values[-self.patience - 1 :] if not math.isnan(value)]
        before = curve.best[: -self.patience - 1]
        # A best value of NaN is one of nothing but NaN: no comparison with it holds.
        if not recent or not before or not before[-1] + self.min_delta < min(recent):
            return Decision.CONTINUE
        return Decision.STOP if self.inner is None else self.inner.on_report(curves, trial)
