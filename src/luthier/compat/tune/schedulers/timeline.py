"""Learning curves over any attribute of results, for luthier's own rules.

Times are counted in thousandths, for a curve has whole steps and `time_total_s` does not.
"""

import math
from collections.abc import Mapping
from typing import Any, final

from luthier.compat.tune.storable import number_of
from luthier.compat.tune.trial import TuneTrial
from luthier.records.curves import Curves

__all__ = ["PARTS", "Timeline", "iteration_of", "number_in", "saved_at", "ticks"]

#: Steps of a curve in one unit of time.
PARTS = 1000


@final
class Timeline:
    """The curves of all members of an experiment, minimised; a function of their results alone.

    Args:
        time_attr: which entry of a result is its time.
        metric: which entry is its value.
        mode: "min" or "max".
    """

    def __init__(self, time_attr: str, metric: str, mode: str) -> None:
        self.time_attr = time_attr
        self.metric = metric
        self.curves = Curves(-1.0 if mode == "max" else 1.0)

    def add(self, trial: TuneTrial, result: Mapping[str, Any]) -> bool:
        """Take a result in; False where it has no time, or one that was there before.

        A metric that is missing, None or no number counts as NaN, which is worse than anything.
        """
        time = number_in(result, self.time_attr)
        if not math.isfinite(time):
            return False
        value = self.curves.sign * number_in(result, self.metric)
        return self.curves.add(trial.member, ticks(time), value)


def ticks(time: float) -> int:
    """A time as a step of a curve."""
    return math.floor(time * PARTS)


def number_in(result: Mapping[str, Any], name: str) -> float:
    """A number of a result; NaN where there is none."""
    return number_of(result.get(name))


def iteration_of(result: Mapping[str, Any]) -> int:
    """The iteration of a result; -1 where it has none."""
    number = number_in(result, "training_iteration")
    return -1 if math.isnan(number) else int(number)


def saved_at(trial: TuneTrial) -> int:
    """The iteration of a member's newest checkpoint; -1 where there is none."""
    return iteration_of(trial.checkpoints[-1][1]) if trial.checkpoints else -1
