"""Early termination of sweeps: Hyperband as their files describe it, over learning curves.

    b    a band: an iteration at which runs are compared, min_iter·η^k or max_iter/η^k
    η    `eta`: about one run in η goes on
    n    runs that have come as far as the band

An iteration is one report of the metric, the first one is 1. At every report a run is compared at the highest band that
it has reached: it stops when its value there is worse than number ⌊n/η⌋ (from 0) of all values there, sorted. Lenient
bands (`strict: false`) compare its best value so far instead.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, final

from luthier.records.curves import Curves
from luthier.records.messages import Decision

__all__ = ["Bands"]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """Stops runs that are not among the best at their band. Steps of the curves are iterations, counted from 1.

    Args:
        min_iter: the first band; the others follow at η, η², … times it.
        max_iter: where a run is done, in whose place bands are counted backwards; with `s`.
        s: how many bands there are below `max_iter`.
        eta: η.
        strict: compare the value at the band, not the best one so far.
    """

    min_iter: int | None = None
    max_iter: int | None = None
    s: int | None = None
    eta: float = 3
    strict: bool = True

    @classmethod
    def of(cls, block: Mapping[str, Any] | None) -> Self | None:
        """The bands of a checked `early_terminate` block."""
        if block is None:
            return None
        return cls(**{key: value for key, value in block.items() if key != "type"})

    def reached(self, iterations: int) -> int | None:
        """The highest band that a run of so many iterations has reached; None before the first."""
        if self.max_iter is not None:
            bands = [int(self.max_iter / self.eta**k) for k in range(1, int(self.s or 0) + 1)]
            return max((band for band in bands if 1 <= band <= iterations), default=None)
        first, k = self.min_iter or 1, 0
        if iterations < first:
            return None
        while int(first * self.eta ** (k + 1)) <= iterations:
            k += 1
        return int(first * self.eta**k)

    def on_report(self, curves: Curves, trial: int) -> Decision:
        """Compare the run with all others at its band."""
        curve = curves.curve(trial)
        band = self.reached(len(curve.steps))
        if band is None:
            return Decision.CONTINUE
        column = curves.rung(band, band + 1).sorted
        value = curve.at(band) if self.strict else curve.best[-1]
        if value is None or not column:
            return Decision.CONTINUE
        return Decision.STOP if value > column[int(len(column) / self.eta)] else Decision.CONTINUE
