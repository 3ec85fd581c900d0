"""The contract of an executor: run an objective in slots, tell what happens."""

from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

from luthier.records.messages import Ended, Job, Logged, Reported, Suggest

__all__ = ["Executor", "Objective", "Respond", "StrandedError"]

#: What a user wrote: it gets the live trial and returns a number, or one number per objective.
Objective: TypeAlias = Callable[[Any], Any]

#: The driver's answer to a message of a running trial: a value for Suggest, a Decision for Reported, None for
#: Logged. It is called from within `submit` or `poll`, in the driver's thread, never from another.
Respond: TypeAlias = Callable[[Suggest | Reported | Logged], Any]


class StrandedError(Exception):
    """Stands in an Ended for an exception that had to stay in its worker.

    Args:
        kinds: what it is an instance of, as far as the types are Python's own.
    """

    def __init__(self, kinds: tuple[type[BaseException], ...]) -> None:
        super().__init__(kinds)
        self.kinds = kinds


class Executor(Protocol):
    """Runs attempts of trials.

    Laws, checked by the conformance suite:

    * every submitted job ends in exactly one Ended, unless the executor is closed first;
    * an exception of the objective, its death, or a result that cannot travel is an Ended, never an error of
      `poll`;
    * messages of one trial keep their order, and all of them come before its Ended;
    * after `close` no process and no thread of the executor is left.
    """

    def submit(self, job: Job) -> None:
        """Start an attempt. The caller never has more jobs under way than the executor has slots."""

    def poll(self, timeout: float) -> list[Ended]:
        """Wait for something to happen, answer messages, and return the attempts that ended.

        Args:
            timeout: seconds to wait at most. With nothing under way an executor may return at once.
        """

    def cancel(self, trial: int) -> None:
        """Kill an attempt and every process it started. Its Ended(CANCELLED) comes from a later `poll`.

        An executor that shares the objective's thread cannot: there it does nothing.
        """

    def close(self) -> None:
        """Kill what is running and release everything. Closing twice is harmless."""
