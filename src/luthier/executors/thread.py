"""The executor that shares memory: objectives run in threads of the driver's process."""

import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple, TypeAlias, final

from luthier.base.errors import InvalidInput, explain
from luthier.executors.protocol import Objective, Respond
from luthier.executors.run import run_job
from luthier.records.messages import Decision, Ended, Job, Logged, Reported, Suggest

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

    Python code of several threads shares one core; numeric libraries mostly do not. A crash takes the driver along,
    and no attempt can be killed: `cancel` does nothing, and `close` waits until each objective says something or ends.

    Raises:
        InvalidInput: fewer than one worker.
    """

    def __init__(self, objective: Objective, respond: Respond, *, workers: int) -> None:
        if workers < 1:
            raise InvalidInput(explain("at least one worker", f"workers={workers}", "Pass 1 or more."))
        self._objective = objective
        self._respond = respond
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="luthier")
        self._inbox: SimpleQueue[Envelope | Ended] = SimpleQueue()
        self._running: set[Future[None]] = set()

    def submit(self, job: Job) -> None:
        """Hand the job to an idle thread."""
        running = self._pool.submit(self._run, job)
        self._running.add(running)
        running.add_done_callback(self._running.discard)

    def poll(self, timeout: float) -> list[Ended]:
        """Answer what has come, or comes within `timeout` seconds; return the attempts that ended."""
        ended: list[Ended] = []
        deadline = time.monotonic() + timeout
        try:
            while True:
                left = 0.0 if ended else max(0.0, deadline - time.monotonic())
                item = self._inbox.get(block=left > 0, timeout=left or None)
                if isinstance(item, Ended):
                    ended.append(item)
                else:
                    self._reply(item)
        except Empty:
            return ended

    def cancel(self, trial: int) -> None:
        """Do nothing: a thread cannot be killed."""

    def close(self) -> None:
        """End each objective at the next thing it says, and wait for all."""
        while self._running:
            self._turn_away()
            wait(tuple(self._running), timeout=TICK)
        self._turn_away()
        self._pool.shutdown()

    def _run(self, job: Job) -> None:
        """One attempt, in a thread of the pool."""
        self._inbox.put(run_job(self._objective, job, ThreadChannel(self._inbox)))

    def _reply(self, envelope: Envelope) -> None:
        """Answer a message; an error of the driver ends its trial, too."""
        try:
            envelope.answer.set_result(self._respond(envelope.message))
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

    __slots__ = ("_inbox", "_newest")

    def __init__(self, inbox: SimpleQueue[Envelope | Ended]) -> None:
        self._inbox = inbox
        self._newest: Future[Any] | None = None

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
        return Decision.CONTINUE if self._newest is None else self._newest.result()

    def _send(self, message: Message) -> Future[Any]:
        answer: Future[Any] = Future()
        self._inbox.put(Envelope(message, answer))
        return answer
