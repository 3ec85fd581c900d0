"""Let a trial off for some reports without improvement before another scheduler may stop it."""

import math
from dataclasses import KW_ONLY, dataclass
from typing import final

from luthier.base.errors import InvalidInput, explain
from luthier.records.curves import Curves
from luthier.records.messages import Decision
from luthier.schedulers.cadence import at_least
from luthier.schedulers.protocol import Scheduler

__all__ = ["Patience"]


@final
@dataclass(frozen=True, slots=True)
class Patience:
    """Asks `scheduler` only about a trial that has not improved over its last `patience` reports.

    For curves that jitter, or rest before they fall again. A scheduler that decides at certain steps only,
    such as `ASHA`, is asked at those of them where the trial rests; what it would have said at others is not
    made up for.

    Args:
        scheduler: who decides in the end; None stops every trial that rests.
        patience: how many reports may bring nothing. Reports count and not steps; a NaN brings nothing.
        min_delta: an improvement by this much or less does not count; in the unit of the reported values.

    Raises:
        InvalidInput: `patience` is negative, or `min_delta` negative or NaN.
    """

    scheduler: Scheduler | None
    _: KW_ONLY
    patience: int
    min_delta: float = 0.0

    def __post_init__(self) -> None:
        at_least(0, patience=self.patience)
        if not self.min_delta >= 0:
            raise InvalidInput(
                explain("min_delta >= 0", str(self.min_delta), "Pass 0 to count any improvement.")
            )

    def on_report(self, curves: Curves, trial: int) -> Decision:
        """Go on while the trial improves; then decide as the wrapped scheduler does."""
        best = curves.curve(trial).best
        if self._improves(best):
            return Decision.CONTINUE
        return Decision.STOP if self.scheduler is None else self.scheduler.on_report(curves, trial)

    def _improves(self, best: list[float]) -> bool:
        """Whether the last `patience` reports lowered the running best, or there are no more than those."""
        if len(best) <= self.patience:
            return True
        now, before = best[-1], best[-1 - self.patience]
        # A first number after nothing but NaN is an improvement; nothing but NaN throughout is none.
        return now < before - self.min_delta or (math.isnan(before) and not math.isnan(now))
