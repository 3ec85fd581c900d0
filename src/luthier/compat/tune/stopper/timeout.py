"""Stop the experiment after some time."""

from collections.abc import Mapping
from datetime import timedelta
from time import monotonic
from typing import Any, final

from luthier.base.errors import InvalidInput, explain
from luthier.base.log import logger
from luthier.compat.tune.contract import restorable
from luthier.compat.tune.stopper.stopper import Stopper

__all__ = ["TimeoutStopper"]


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
