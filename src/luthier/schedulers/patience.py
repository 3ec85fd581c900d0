"""Let a trial off for some reports without improvement before another scheduler may stop it."""

import math
from dataclasses import KW_ONLY, dataclass
from typing import Any, final

from luthier.base.errors import InvalidInput, explain
from luthier.base.names import making
from luthier.records.curves import Curves
from luthier.records.messages import Decision
from luthier.schedulers.arguments import as_number, at_least, put
from luthier.schedulers.protocol import Scheduler
from luthier.schedulers.registry import SCHEDULERS
from luthier.space.arguments import shown

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
        InvalidInput: `scheduler` is none, such as a name or a class, `patience` is negative or not whole, or
            `min_delta` is negative or NaN.
    """

    scheduler: Scheduler | None
    _: KW_ONLY
    patience: int
    min_delta: float = 0.0

    def __post_init__(self) -> None:
        check_scheduler(self.scheduler)
        counts = at_least(0, patience=self.patience)
        delta = as_number(self.min_delta)
        if delta is None or delta < 0:
            got, fix = shown(self.min_delta), "Pass 0 to count any improvement."
            raise InvalidInput(explain("a number, min_delta >= 0", got, fix))
        put(self, min_delta=delta, **counts)

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


def check_scheduler(scheduler: Any) -> None:
    """Raise InvalidInput unless it is a scheduler, or None."""
    if isinstance(scheduler, type):
        got, fix = f"the class {scheduler.__name__}", f"Make one: {making(scheduler)}."
    elif scheduler is None or isinstance(scheduler, Scheduler):
        return
    else:
        entry = SCHEDULERS.get(scheduler.lower()) if isinstance(scheduler, str) else None
        named = "an object such as luthier.schedulers.ASHA(), or None"
        if entry is not None:
            named = f"luthier.schedulers.{type(entry.make()).__name__}()"
        got, fix = repr(scheduler), f"Pass {named}."
    raise InvalidInput(explain("a scheduler or None as `scheduler`", got, fix))
