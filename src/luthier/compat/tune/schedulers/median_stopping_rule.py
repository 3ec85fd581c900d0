"""The median stopping rule over running means.

Source: Golovin et al. 2017, "Google Vizier" (KDD), section 3.2.1.
"""

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from luthier.compat.support import absent, differs
from luthier.compat.tune.contract import restorable
from luthier.compat.tune.schedulers.async_hyperband import checked_mode
from luthier.compat.tune.schedulers.timeline import number_in
from luthier.compat.tune.schedulers.trial_scheduler import FIFOScheduler
from luthier.compat.tune.trial import TuneTrial

__all__ = ["MedianStoppingRule"]


@dataclass(slots=True)
class Course:
    """What a trial reported from the grace period on, minimised, and its best value of all."""

    times: list[float] = field(default_factory=list)
    #: Of the values up to each of the times, without NaN: their sum, and how many there are.
    sums: list[tuple[float, int]] = field(default_factory=list)
    best: float = math.inf

    def add(self, time: float, value: float) -> None:
        """Append a value; one of a time that was passed before stands already."""
        if self.times and time <= self.times[-1]:
            return
        total, count = self.sums[-1] if self.sums else (0.0, 0)
        self.times.append(time)
        self.sums.append((total, count) if math.isnan(value) else (total + value, count + 1))

    def mean_until(self, time: float) -> float | None:
        """The mean of the values up to a time that the trial has reached; None when it has not."""
        if not self.times or self.times[-1] < time:
            return None
        place = bisect_right(self.times, time)
        total, count = self.sums[place - 1] if place else (0.0, 0)
        return total / count if count else math.inf


@restorable
class MedianStoppingRule(FIFOScheduler):
    """Stops a trial whose best value so far is worse than the median of the other trials' running means at its time.

    A mean is taken from the grace period up to the time, over every other trial that has come so far, ended or not. A
    trial is never paused: where too few others are known it goes on. NaN is worse than anything.

    Args:
        time_attr: the entry of results that is the time.
        metric: the entry to compare; None takes that of `TuneConfig`.
        mode: "min" or "max".
        grace_period: no trial is judged before.
        min_samples_required: how many other trials must have come so far.
        min_time_slice: the least time before a pause, of which there are none.
        hard_stop: True; False would pause.

    Raises:
        InvalidInput: the mode is neither "min" nor "max".
        NotImplementedError: `hard_stop` is False.
    """

    _compares = True

    def __init__(  # noqa: PLR0917 - the signature of the original
        self,
        time_attr: str = "time_total_s",
        metric: str | None = None,
        mode: str | None = None,
        grace_period: float = 60.0,
        min_samples_required: int = 3,
        min_time_slice: float = 0,
        hard_stop: bool = True,  # noqa: FBT001, FBT002 - as above
    ) -> None:
        if not hard_stop:
            fix = "Leave it out: a trial that is behind the median is stopped."
            raise absent("tune.schedulers.MedianStoppingRule(hard_stop=False)", fix)
        if min_time_slice:
            differs(
                "tune.schedulers.MedianStoppingRule(min_time_slice)", "no trial is ever paused", stacklevel=4
            )
        self._metric, self._mode = checked_mode(metric, mode)
        self._time_attr = time_attr
        self._grace = grace_period
        self._least = min_samples_required
        self._courses: dict[str, Course] = {}

    def on_trial_result(self, tune_controller: Any, trial: TuneTrial, result: Mapping[str, Any]) -> str:
        """Stop a trial that is behind."""
        time = number_in(result, self._time_attr)
        if math.isnan(time):
            return self.CONTINUE
        sign = -1.0 if self.mode == "max" else 1.0
        value = sign * number_in(result, self.metric or "")
        course = self._courses.setdefault(trial.trial_id, Course())
        course.best = min(course.best, math.inf if math.isnan(value) else value)
        if time < self._grace:
            return self.CONTINUE
        course.add(time, value)
        means = [other.mean_until(time) for name, other in self._courses.items() if name != trial.trial_id]
        known = [mean for mean in means if mean is not None]
        if len(known) < self._least:
            return self.CONTINUE
        return self.STOP if course.best > median(known) or math.isinf(course.best) else self.CONTINUE
