"""The executor that needs nothing: the objective runs in the caller's thread, where a debugger works."""

from collections import deque
from typing import Any, final

from luthier.executors.heed import Heed
from luthier.executors.protocol import Objective, Respond
from luthier.executors.run import run_job
from luthier.records.messages import Decision, Ended, Job, Logged, Reported, Suggest

__all__ = ["InlineExecutor"]


@final
class InlineExecutor:
    """Runs one job in each `poll`.

    Output passes through untouched, and `Ended.error` is the exception itself. A KeyboardInterrupt leaves
    `poll` as such, and so does an error of `respond`, for then the driver is at fault and not the trial; the
    Ended of the trial is returned by the next `poll`.
    """

    def __init__(self, objective: Objective, respond: Respond) -> None:
        self._objective = objective
        self._jobs: deque[Job] = deque()
        self._ended: list[Ended] = []
        self._heed = Heed(respond)
        self._channel = InlineChannel(respond, self._heed)

    def submit(self, job: Job) -> None:
        """Keep the job for the next `poll`."""
        self._jobs.append(job)

    def poll(self, timeout: float) -> list[Ended]:
        """Run the oldest job to its end; without one, return at once."""
        if not self._ended and self._jobs:
            channel = self._channel
            ended = run_job(self._objective, self._jobs.popleft(), channel)
            self._ended.append(ended)
            if self._heed.stopped:
                self._heed.asked |= channel.asked
                self._heed.ended(ended)
            if channel.fault is not None:
                fault, channel.fault = channel.fault, None
                raise fault
            if isinstance(ended.error, KeyboardInterrupt):
                raise ended.error
        done, self._ended = self._ended, []
        return done

    def cancel(self, trial: int) -> None:
        """Do nothing: the caller's own thread cannot be killed."""

    def close(self) -> None:
        """Forget the jobs that were not run."""
        self._jobs.clear()


class InlineChannel:
    """Calls the driver directly."""

    __slots__ = ("_decision", "_direct", "_respond", "asked", "fault")

    def __init__(self, respond: Respond, heed: Heed | None = None) -> None:
        self._direct = respond
        #: By way of `heed` until an objective asked for a verdict: then that has nothing to say any more.
        self._respond = heed or respond
        self._decision = Decision.CONTINUE
        #: Whether an objective asked for a verdict.
        self.asked = False
        #: What `respond` raised. The objective sees it pass and may even catch it.
        self.fault: BaseException | None = None

    def ask(self, message: Suggest) -> Any:
        """The driver's value."""
        return self._call(message)

    def tell(self, message: Reported | Logged) -> None:
        """Hand the message over; a report is decided on at once."""
        answer = self._call(message)
        if isinstance(message, Reported):
            self._decision = answer

    def verdict(self) -> Decision:
        """The decision on the newest report."""
        if not self.asked:
            self.asked, self._respond = True, self._direct
        return self._decision

    def _call(self, message: Suggest | Reported | Logged) -> Any:
        try:
            return self._respond(message)
        except BaseException as error:
            self.fault = error
            raise
