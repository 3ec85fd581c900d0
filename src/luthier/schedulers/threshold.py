"""Stop a trial whose value leaves the bounds that the user gave."""

import math
from dataclasses import dataclass
from typing import final

from luthier.base.errors import InvalidInput, explain
from luthier.records.curves import Curves
from luthier.records.messages import Decision
from luthier.schedulers.arguments import as_number, at_least, put
from luthier.schedulers.cadence import is_due
from luthier.space.arguments import shown

__all__ = ["Threshold"]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """Stops a trial that reports less than `lower`, more than `upper`, or NaN.

    The bounds are values as the objective reports them, whether it is minimised or maximised (`Curves.sign`).
    Without bounds only a NaN is stopped.

    Args:
        lower: the smallest value to go on with, itself included.
        upper: the largest value to go on with, itself included.
        n_warmup_steps: reports at smaller steps are never judged.
        interval_steps: after the warm-up, judge the first report of every so many steps.

    Raises:
        InvalidInput: a bound is NaN or no number, `lower > upper`, no number is between them, the warm-up is negative,
            the interval below 1, or one of these two not whole.
    """

    lower: float = -math.inf
    upper: float = math.inf
    n_warmup_steps: int = 0
    interval_steps: int = 1

    def __post_init__(self) -> None:
        lower, upper = as_number(self.lower), as_number(self.upper)
        got = f"[{shown(self.lower)}, {shown(self.upper)}]"
        if lower is None or upper is None:
            raise InvalidInput(explain("numbers, lower <= upper", got, "Pass numbers, or leave one out."))
        if lower > upper:
            raise InvalidInput(explain("lower <= upper", got, "Swap the bounds, or drop one."))
        if lower == math.inf or upper == -math.inf:
            fix = "Leave a bound out that is not meant."
            raise InvalidInput(
                explain("bounds that a number can keep, lower < inf and upper > -inf", got, fix)
            )
        put(
            self,
            lower=lower,
            upper=upper,
            **at_least(0, n_warmup_steps=self.n_warmup_steps),
            **at_least(1, interval_steps=self.interval_steps),
        )

    def on_report(self, curves: Curves, trial: int) -> Decision:
        """Decide at a report that is due, by its value alone."""
        curve = curves.curve(trial)
        if curve.newest is None or not is_due(curve, self.n_warmup_steps, self.interval_steps):
            return Decision.CONTINUE
        value = curves.sign * curve.values[curve.first_from(curve.newest)]
        return Decision.CONTINUE if self.lower <= value <= self.upper else Decision.STOP
