"""Stop a trial whose metric no longer moves."""

import math
from collections import Counter, defaultdict, deque
from collections.abc import Mapping
from statistics import pstdev
from typing import Any, final

from luthier.base.errors import InvalidInput, explain
from luthier.compat.tune.contract import restorable
from luthier.compat.tune.stopper.stopper import Stopper

__all__ = ["TrialPlateauStopper"]


@final
@restorable
class TrialPlateauStopper(Stopper):
    """Ends a trial when the standard deviation of its last results falls below `std`.

    Args:
        metric: which entry of the results is watched.
        std: the threshold, strict.
        num_results: how many results the deviation is taken over.
        grace_period: no trial is ended before so many results.
        metric_threshold: a trial is only ended once its metric is at least as good as this.
        mode: "min" or "max": what good means for `metric_threshold`.

    Raises:
        InvalidInput: a `metric_threshold` without a mode.
    """

    def __init__(  # noqa: PLR0917 - the signature of the original
        self,
        metric: str,
        std: float = 0.01,
        num_results: int = 4,
        grace_period: int = 4,
        metric_threshold: float | None = None,
        mode: str | None = None,
    ) -> None:
        if metric_threshold is not None and mode not in {"min", "max"}:
            raise InvalidInput(
                explain('mode "min" or "max" with a metric_threshold', repr(mode), "Say which is good."),
            )
        self._metric = metric
        self._std = std
        self._num_results = num_results
        self._grace_period = grace_period
        self._threshold = metric_threshold
        self._sign = -1.0 if mode == "max" else 1.0
        self._heard: Counter[str] = Counter()
        self._last: defaultdict[str, deque[float]] = defaultdict(self._window)

    def _window(self) -> "deque[float]":
        """Room for the results that count."""
        return deque(maxlen=self._num_results)

    def __call__(self, trial_id: str, result: Mapping[str, Any]) -> bool:
        """Whether the trial rests. Results without a number for the metric never count as rest."""
        value = result.get(self._metric)
        last = self._last[trial_id]
        last.append(math.nan if value is None else float(value))
        self._heard[trial_id] += 1
        if self._heard[trial_id] < self._grace_period or len(last) < self._num_results:
            return False
        if not all(map(math.isfinite, last)):
            return False
        if self._threshold is not None and self._sign * last[-1] > self._sign * self._threshold:
            return False
        return pstdev(last) < self._std

    def stop_all(self) -> bool:
        """False: trials rest one by one."""
        return False
