"""Optuna's pruners on luthier's schedulers."""

import math
from functools import lru_cache
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.compat.optuna.pruners.base import DoorPruner
from luthier.compat.support import absent
from luthier.records.state import TrialState
from luthier.schedulers.asha import ASHA
from luthier.schedulers.hyperband import Hyperband
from luthier.schedulers.median import Percentile
from luthier.schedulers.protocol import Scheduler
from luthier.schedulers.threshold import Threshold

__all__ = [
    "HyperbandPruner",
    "MedianPruner",
    "NopPruner",
    "PercentilePruner",
    "SuccessiveHalvingPruner",
    "ThresholdPruner",
]

MEDIAN = 50.0

#: Where the smallest resource is left to be found out, it is this part of a full trial.
SHARE_OF_FULL_TRIAL = 100


class NopPruner(DoorPruner):
    """Stops nothing."""

    def scheduler(self, study: Any) -> Scheduler | None:
        """None."""
        return None


class PercentilePruner(DoorPruner):
    """Stops a trial whose best value so far is not among the best `percentile` percent at the same step."""

    def __init__(
        self,
        percentile: float,
        n_startup_trials: int = 5,
        n_warmup_steps: int = 0,
        interval_steps: int = 1,
        *,
        n_min_trials: int = 1,
    ) -> None:
        self._scheduler = Percentile(
            percentile,
            n_startup_trials=n_startup_trials,
            n_warmup_steps=n_warmup_steps,
            interval_steps=interval_steps,
            n_min_trials=n_min_trials,
        )

    def scheduler(self, study: Any) -> Scheduler | None:
        """The native Percentile."""
        return self._scheduler


class MedianPruner(PercentilePruner):
    """Stops a trial whose best value so far is worse than the median at the same step."""

    def __init__(
        self,
        n_startup_trials: int = 5,
        n_warmup_steps: int = 0,
        interval_steps: int = 1,
        *,
        n_min_trials: int = 1,
    ) -> None:
        super().__init__(MEDIAN, n_startup_trials, n_warmup_steps, interval_steps, n_min_trials=n_min_trials)


class ThresholdPruner(DoorPruner):
    """Stops a trial whose value leaves `[lower, upper]`, or is NaN.

    Raises:
        TypeError: neither bound is given.
    """

    def __init__(
        self,
        lower: float | None = None,
        upper: float | None = None,
        n_warmup_steps: int = 0,
        interval_steps: int = 1,
    ) -> None:
        if lower is None and upper is None:
            raise TypeError(explain("lower or upper", "neither", "Pass one of them."))
        self._scheduler = Threshold(
            lower=-math.inf if lower is None else lower,
            upper=math.inf if upper is None else upper,
            n_warmup_steps=n_warmup_steps,
            interval_steps=interval_steps,
        )

    def scheduler(self, study: Any) -> Scheduler | None:
        """The native Threshold."""
        return self._scheduler


class SuccessiveHalvingPruner(DoorPruner):
    """Asynchronous successive halving.

    Args:
        min_resource: the first rung; "auto" takes 1 % of what the first complete trial reported, and stops nothing
            before there is one.
        reduction_factor: one of so many goes on at each rung.
        min_early_stopping_rate: how many rungs to leave out.
        bootstrap_count: only 0.
    """

    def __init__(
        self,
        min_resource: str | int = "auto",
        reduction_factor: int = 4,
        min_early_stopping_rate: int = 0,
        bootstrap_count: int = 0,
    ) -> None:
        check_bootstrap("SuccessiveHalvingPruner", bootstrap_count)
        self._min_resource = checked_resource("min_resource", min_resource)
        self._factor = reduction_factor
        self._skipped = whole("min_early_stopping_rate", min_early_stopping_rate)
        halving(self._min_resource or 1, self._factor, self._skipped)

    def scheduler(self, study: Any) -> Scheduler | None:
        """The native ASHA, once its first rung is known."""
        smallest = self._min_resource
        if smallest is None:
            last = first_full_trial(study)
            if last is None:
                return None
            smallest = max(1, last // SHARE_OF_FULL_TRIAL)
        return halving(smallest, self._factor, self._skipped)


class HyperbandPruner(DoorPruner):
    """Asynchronous halving in brackets that differ in their first rung.

    Args:
        min_resource: the first rung of the most aggressive bracket.
        max_resource: the last step of a full trial; "auto" takes that of the first complete trial, and stops nothing
            before there is one.
        reduction_factor: one of so many goes on at each rung.
        bootstrap_count: only 0.
    """

    def __init__(
        self,
        min_resource: int = 1,
        max_resource: str | int = "auto",
        reduction_factor: int = 3,
        bootstrap_count: int = 0,
    ) -> None:
        check_bootstrap("HyperbandPruner", bootstrap_count)
        self._min_resource = min_resource
        self._max_resource = checked_resource("max_resource", max_resource)
        self._factor = reduction_factor
        brackets(self._min_resource, self._max_resource, self._factor)

    def scheduler(self, study: Any) -> Scheduler | None:
        """The native Hyperband, once the length of a full trial is known."""
        largest = self._max_resource
        if largest is None:
            last = first_full_trial(study)
            if last is None:
                return None
            largest = max(last + 1, self._min_resource + 1)
        return brackets(self._min_resource, largest, self._factor)


@lru_cache(maxsize=64)
def halving(min_resource: int, factor: int, skipped: int) -> ASHA:
    """The scheduler of these rungs."""
    return ASHA(min_resource=min_resource * factor**skipped, reduction_factor=factor)


@lru_cache(maxsize=64)
def brackets(min_resource: int, max_resource: int | None, factor: int) -> Hyperband:
    """The scheduler of these brackets."""
    return Hyperband(min_resource=min_resource, max_resource=max_resource, reduction_factor=factor)


def first_full_trial(study: Any) -> int | None:
    """The last step of the complete trial with the lowest number that reported: the same in every process."""
    view = study._view  # noqa: SLF001 - of the door
    for record in view.records:
        if record.state is TrialState.COMPLETE:
            steps = view.curves.curve(record.number).steps
            if steps:
                last: int = steps[-1]
                return last
    return None


def checked_resource(name: str, value: Any) -> int | None:
    """A resource as a number, None for "auto"."""
    if value == "auto":
        return None
    if isinstance(value, str):
        raise InvalidInput(explain(f'{name} to be an int or "auto"', repr(value), "Correct it."))
    number = int(value)
    if number < 1:
        raise InvalidInput(explain(f"{name} >= 1", repr(value), 'Pass 1 or more, or "auto".'))
    return number


def whole(name: str, value: int) -> int:
    """A count of 0 or more."""
    if value < 0:
        raise InvalidInput(explain(f"{name} >= 0", str(value), "Pass 0 or more."))
    return value


def check_bootstrap(name: str, count: int) -> None:
    """Raise unless nothing is to be stopped before enough trials reached a rung."""
    if whole("bootstrap_count", count):
        raise absent(f"optuna.pruners.{name}(bootstrap_count={count})", "Leave it 0, or raise min_resource.")
