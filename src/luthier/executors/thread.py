"""The executor that shares memory: objectives run in threads of the driver's process."""

import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple, TypeAlias, final

from luthier.base.errors import InvalidInput, explain
from luthier.executors.heed import Heed
from luthier.executors.protocol import Objective, Respond
from luthier.executors.run import run_job
from luthier.records.messages import Decision, Ended, Ending, Job, Logged, Reported, Suggest

__all__ = ["ThreadExecutor"]

#: Seconds between looks at threads that are asked to end: each ends at the next thing it says.
TICK = 0.01

Message: TypeAlias = Suggest | Reported | Logged


class Abandoned(BaseException):
    """Raised in an objective whose executor is closed: nobody waits for its result."""


class Envelope(NamedTuple):
    """A message of a running trial, and where its answer goes."""

    message: Message
    answer: Future[Any]


@final
class ThreadExecutor:
    """Runs objectives side by side in threads: nothing is shipped, and what they change is seen by all.

    Python code of several threads shares one core; numeric libraries mostly do not. A crash takes the driver along, and
    no attempt can be killed: one that is cancelled ends at the next thing it says, and `close` waits for that.

    Raises:
        InvalidInput: fewer than one worker.
    """

    def __init__(self, objective: Objective, respond: Respond, *, workers: int) -> None:
        if workers < 1:
            raise InvalidInput(explain("at least one worker", f"workers={workers}", "Pass 1 or more."))
        self._objective = objective
        self._heed = Heed(respond)
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="luthier")
        self._inbox: SimpleQueue[Envelope | Ended] = SimpleQueue()
        self._running: dict[int, tuple[Future[None], ThreadChannel]] = {}

    def submit(self, job: Job) -> None:
        """Hand the job to an idle thread."""
        channel = ThreadChannel(self._inbox)
        self._running[job.trial] = self._pool.submit(self._run, job, channel), channel

    def poll(self, timeout: float) -> list[Ended]:
        """Answer what has come, or comes within `timeout` seconds; return the attempts that ended."""
        ended: list[Ended] = []
        deadline = time.monotonic() + timeout
        while not ended:
            try:
                self._take(self._inbox.get(timeout=max(0.0, deadline - time.monotonic())), ended)
            except Empty:
                break
            # No more than there is now: a trial may speak faster than it is answered.
            for _ in range(self._inbox.qsize()):
                self._take(self._inbox.get(), ended)
            if time.monotonic() >= deadline:
                break
        return ended

    def _take(self, item: "Envelope | Ended", ended: list[Ended]) -> None:
        """Answer a message, or keep an end."""
        if isinstance(item, Ended):
            _, channel = self._running.pop(item.trial)
            ended.append(item)
            self._heed.asked |= channel.asked
            if self._heed.stopped:
                self._heed.ended(item)
        else:
            self._reply(item)

    def cancel(self, trial: int) -> None:
        """End an attempt at the next thing it says."""
        if trial in self._running:
            self._running[trial][1].abandoned = True

    def close(self) -> None:
        """End each objective at the next thing it says, and wait for all."""
        for trial in self._running:
            self.cancel(trial)
        left = [future for future, _ in self._running.values()]
        while left:
            self._turn_away()
            left = list(wait(left, timeout=TICK).not_done)
        self._turn_away()
        self._running.clear()
        self._pool.shutdown()

    def _run(self, job: Job, channel: "ThreadChannel") -> None:
        """One attempt, in a thread of the pool."""
        ended = run_job(self._objective, job, channel)
        if isinstance(ended.error, Abandoned):
            ended = ended._replace(ending=Ending.CANCELLED, error=None, reason=None, detail=None)
        self._inbox.put(ended)

    def _reply(self, envelope: Envelope) -> None:
        """Answer a message; an error of the driver ends its trial, too."""
        held = self._running.get(envelope.message.trial)
        if held is not None and held[1].abandoned:
            envelope.answer.set_exception(Abandoned())
            return
        try:
            envelope.answer.set_result(self._heed(envelope.message))
        except BaseException:
            envelope.answer.set_exception(Abandoned())
            raise

    def _turn_away(self) -> None:
        """Tell all who wait for an answer that none will come."""
        while not self._inbox.empty():
            item = self._inbox.get()
            if isinstance(item, Envelope):
                item.answer.set_exception(Abandoned())


class ThreadChannel:
    """Puts messages where the driver's thread finds them."""

    __slots__ = ("_inbox", "_newest", "abandoned", "asked")

    def __init__(self, inbox: SimpleQueue[Envelope | Ended]) -> None:
        self._inbox = inbox
        self._newest: Future[Any] | None = None
        #: Set by the driver's thread, read by the trial's.
        self.abandoned = False
        #: Whether the trial asked for a verdict: set by its thread, read by the driver's.
        self.asked = False

    def ask(self, message: Suggest) -> Any:
        """Wait for the driver's value."""
        return self._send(message).result()

    def tell(self, message: Reported | Logged) -> None:
        """Hand the message over."""
        answer = self._send(message)
        if isinstance(message, Reported):
            self._newest = answer

    def verdict(self) -> Decision:
        """Wait for the decision on the newest report."""
        self.asked = True
        return Decision.CONTINUE if self._newest is None else self._newest.result()

    def _send(self, message: Message) -> Future[Any]:
        if self.abandoned:
            raise Abandoned
        answer: Future[Any] = Future()
        self._inbox.put(Envelope(message, answer))
        return answer
