"""The contract of a stopper, and those of a few lines."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from time import monotonic
from typing import Any, final

from luthier.base.errors import InvalidInput, explain
from luthier.base.log import logger
from luthier.compat.tune.contract import restorable

__all__ = [
    "CombinedStopper",
    "FunctionStopper",
    "MaximumIterationStopper",
    "NoopStopper",
    "Stopper",
    "TimeoutStopper",
]


class Stopper:
    """Base of stoppers: a subclass says when one trial ends, and when the experiment does."""

    def __call__(self, trial_id: str, result: Mapping[str, Any]) -> bool:
        """Whether the trial that just reported `result` is to end. Asked at every result, once."""
        raise NotImplementedError

    def stop_all(self) -> bool:
        """Whether the whole experiment is to end: running trials stop at their next result, no other one starts."""
        raise NotImplementedError


@final
@restorable
class CombinedStopper(Stopper):
    """Stops as soon as one of several stoppers does.

    Every one of them is asked at every result, so that those which count see all results.
    """

    def __init__(self, *stoppers: Stopper) -> None:
        self._stoppers = stoppers

    def __call__(self, trial_id: str, result: Mapping[str, Any]) -> bool:
        """Whether any of the stoppers ends the trial."""
        verdicts = [stopper(trial_id, result) for stopper in self._stoppers]
        return any(verdicts)

    def stop_all(self) -> bool:
        """Whether any of the stoppers ends the experiment."""
        return any(stopper.stop_all() for stopper in self._stoppers)


@final
@restorable
class FunctionStopper(Stopper):
    """Ends a trial when `function(trial_id, result)` says so."""

    def __init__(self, function: Callable[[str, Mapping[str, Any]], bool]) -> None:
        self._function = function

    def __call__(self, trial_id: str, result: Mapping[str, Any]) -> bool:
        """What the function says."""
        return bool(self._function(trial_id, result))

    def stop_all(self) -> bool:
        """False: a function speaks of one trial at a time."""
        return False

    @classmethod
    def is_valid_function(cls, fn: Any) -> bool:
        """Whether `fn` is a function to be wrapped, not a stopper itself.

        Raises:
            InvalidInput: it has a `stop_all` and yet is no Stopper.
        """
        if not callable(fn) or isinstance(fn, Stopper):
            return False
        if getattr(fn, "stop_all", None) is not None:
            raise InvalidInput(
                explain("a subclass of tune.Stopper", repr(fn), "Derive the class from tune.Stopper."),
            )
        return True


@final
@restorable
class MaximumIterationStopper(Stopper):
    """Ends a trial at its `max_iter`-th iteration.

    A trial that goes on from a checkpoint goes on counting: `training_iteration` says where it is.
    """

    def __init__(self, max_iter: int) -> None:
        self._max_iter = max_iter
        self._heard: Counter[str] = Counter()

    def __call__(self, trial_id: str, result: Mapping[str, Any]) -> bool:
        """Whether this is the last iteration."""
        self._heard[trial_id] += 1
        iteration = result.get("training_iteration", 0)
        return bool(max(self._heard[trial_id], iteration) >= self._max_iter)

    def stop_all(self) -> bool:
        """False: trials are counted one by one."""
        return False


@final
@restorable
class NoopStopper(Stopper):
    """Lets everything run to its end."""

    def __call__(self, trial_id: str, result: Mapping[str, Any]) -> bool:
        """False."""
        return False

    def stop_all(self) -> bool:
        """False."""
        return False


@final
@restorable
class TimeoutStopper(Stopper):
    """Ends the experiment `timeout` seconds (or that timedelta) after it was first asked.

    A stopper that is pickled and loaded again goes on with the time that it had left.

    Raises:
        InvalidInput: `timeout` is neither a number nor a timedelta.
    """

    def __init__(self, timeout: float | timedelta) -> None:
        if isinstance(timeout, timedelta):
            timeout = timeout.total_seconds()
        elif isinstance(timeout, bool) or not isinstance(timeout, int | float):
            raise InvalidInput(
                explain("timeout to be seconds or a timedelta", repr(timeout), "Pass a number of seconds."),
            )
        self._left = float(timeout)
        self._asked: float | None = None

    def __call__(self, trial_id: str, result: Mapping[str, Any]) -> bool:
        """False: no single trial is meant."""
        return False

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_asked": None}

    def stop_all(self) -> bool:
        """Whether the time is up."""
        now = monotonic()
        if self._asked is not None:
            self._left -= now - self._asked
        self._asked = now
        if self._left > 0:
            return False
        logger.info("The time is up: all trials are stopped.")
        return True
