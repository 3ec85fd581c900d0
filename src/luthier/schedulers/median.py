"""Stop a trial whose best value so far is behind what complete trials had reported at the same step.

A percentile p stands for the p/100-quantile of minimised values: small is strict.
"""

import math
from dataclasses import KW_ONLY, dataclass, field
from typing import final

from luthier.base.errors import InvalidInput, explain
from luthier.records.curves import Curves
from luthier.records.messages import Decision
from luthier.schedulers.arguments import as_number, at_least, put
from luthier.schedulers.cadence import is_due
from luthier.space.arguments import shown

__all__ = ["Median", "Percentile"]


@final
@dataclass(frozen=True, slots=True)
class Percentile:
    """Stops a trial whose best value so far is behind the best `percentile` percent of complete trials.

    The median rule of Golovin et al. 2017 ("Google Vizier", section 3.2.1) with a percentile of choice; what
    is compared with is the value at the step and not a running mean. A trial that is as good goes on; one
    that has only reported NaN does not.

    Args:
        percentile: in [0, 100]. 25 keeps a trial that would be in the best quarter, 0 only one that leads.
        n_startup_trials: how many feasible trials that reported must have run to their end before any is stopped.
        n_warmup_steps: reports at smaller steps are never judged.
        interval_steps: after the warm-up, judge the first report of every so many steps.
        n_min_trials: how many complete trials must have reported this very step, NaN apart.

    Raises:
        InvalidInput: `percentile` outside [0, 100], a negative count, an interval or `n_min_trials` below 1, or a
            count that is not whole.
    """

    percentile: float
    _: KW_ONLY
    n_startup_trials: int = 5
    n_warmup_steps: int = 0
    interval_steps: int = 1
    n_min_trials: int = 1

    def __post_init__(self) -> None:
        percentile = as_number(self.percentile)
        if percentile is None or not 0 <= percentile <= 100:
            got, fix = shown(self.percentile), "Pass 25 to keep the best quarter."
            raise InvalidInput(explain("a number, percentile in [0, 100]", got, fix))
        put(
            self,
            percentile=percentile,
            **at_least(0, n_startup_trials=self.n_startup_trials, n_warmup_steps=self.n_warmup_steps),
            **at_least(1, interval_steps=self.interval_steps, n_min_trials=self.n_min_trials),
        )

    def on_report(self, curves: Curves, trial: int) -> Decision:
        """Decide at a report that is due, once enough complete trials reported the same step."""
        curve = curves.curve(trial)
        if curves.n_completed < self.n_startup_trials or curve.newest is None:
            return Decision.CONTINUE
        if not is_due(curve, self.n_warmup_steps, self.interval_steps):
            return Decision.CONTINUE
        if math.isnan(curve.best[-1]):
            return Decision.STOP
        others = curves.completed_at(curve.newest)
        if len(others) < self.n_min_trials:
            return Decision.CONTINUE
        keeps_up = curve.best[-1] <= others.quantile(self.percentile / 100)
        return Decision.CONTINUE if keeps_up else Decision.STOP


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Median:
    """Stops a trial whose best value so far is worse than the median of complete trials at the same step.

    `Percentile(50)` under the name the field knows: arguments, defaults and errors are those of `Percentile`.
    """

    n_startup_trials: int = 5
    n_warmup_steps: int = 0
    interval_steps: int = 1
    n_min_trials: int = 1
    _rule: Percentile = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        rule = Percentile(
            50.0,
            n_startup_trials=self.n_startup_trials,
            n_warmup_steps=self.n_warmup_steps,
            interval_steps=self.interval_steps,
            n_min_trials=self.n_min_trials,
        )
        put(self, _rule=rule)

    def on_report(self, curves: Curves, trial: int) -> Decision:
        """Decide as `Percentile(50)` does."""
        return self._rule.on_report(curves, trial)
