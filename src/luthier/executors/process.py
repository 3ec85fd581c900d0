"""The executor that isolates: persistent worker processes on this machine, one trial each at a time."""

import os
import selectors
import signal
import sys
import time
from typing import TypeAlias, final

from luthier.base.errors import InvalidInput, explain
from luthier.base.log import logger
from luthier.executors.frames import Finish, Husk, Warned, decode
from luthier.executors.heed import Heed
from luthier.executors.output import pass_on
from luthier.executors.protocol import Objective, Respond, StrandedError
from luthier.executors.run import describe
from luthier.executors.shipping import pack_objective
from luthier.executors.spawn import Worker, thread_limits
from luthier.executors.tree import group_lives, kill_trees
from luthier.records.messages import Ended, Ending, Job, Logged, Reported, Suggest

__all__ = ["ProcessExecutor"]

#: What a worker may say; the str asks for a verdict.
Message: TypeAlias = Suggest | Reported | Logged | Warned | Finish | str

#: Only Linux tells which cores a process may use.
LINUX = sys.platform == "linux"

#: Seconds between SIGTERM, or the request to close, and SIGKILL.
GRACE = 1.0

#: Seconds between looks at workers that say nothing: a death that does not close the socket is seen this
#: late.
TICK = 0.25
ECHO_TICK = 0.1

#: Seconds between looks at workers that are about to die.
DEATHWATCH = 0.005


@final
class ProcessExecutor:
    """Runs each attempt in a worker process; a crash, a leak or a kill costs one attempt.

    Workers start when they are first needed, keep what the objective imported, and are replaced after their
    death. Each leads a session of its own: Ctrl-C does not reach it, and it dies with its driver, however the
    driver dies. Every process that a trial started dies with its worker, daemons too. What they print goes to a
    file, whose end comes with failures.

    Args:
        objective: anything callable, sent to each worker once.
        respond: answers running trials.
        workers: how many attempts run at once. Numeric libraries get an equal share of the cores, unless
            OMP_NUM_THREADS is set.
        echo: pass on what trials print, line by line, as `[trial 12] text`.

    Raises:
        NotStorable: the objective cannot be pickled.
        InvalidInput: fewer than one worker.
    """

    def __init__(self, objective: Objective, respond: Respond, *, workers: int, echo: bool = False) -> None:
        if workers < 1:
            raise InvalidInput(explain("at least one worker", f"workers={workers}", "Pass 1 or more."))
        self._objective = pack_objective(objective)
        self._respond = Heed(respond)
        self._echo = echo
        self._limits = thread_limits(workers, len(os.sched_getaffinity(0)) if LINUX else os.cpu_count() or 1)
        self._workers: list[Worker] = []
        self._selector = selectors.DefaultSelector()
        self._ended: list[Ended] = []
        self._looked = 0.0

    def submit(self, job: Job) -> None:
        """Give the job to an idle worker, or to a new one."""
        worker = next((worker for worker in self._workers if worker.idle), None)
        if worker is None:
            taken = {worker.slot for worker in self._workers}
            slot = next(slot for slot in range(len(taken) + 1) if slot not in taken)
            worker = Worker(self._objective, self._limits, slot)
            self._workers.append(worker)
            self._selector.register(worker.link, selectors.EVENT_READ, worker)
        worker.assign(job)
        self._watch(worker)

    def poll(self, timeout: float) -> list[Ended]:
        """Answer what has come, or comes within `timeout` seconds; return the attempts that ended."""
        deadline = time.monotonic() + timeout
        heard = self._turn(0.0 if self._ended else timeout)
        while not heard and not self._ended and (left := deadline - time.monotonic()) > 0:
            heard = self._turn(left)
        ended, self._ended = self._ended, []
        return ended

    def cancel(self, trial: int) -> None:
        """Send SIGTERM to every process of the attempt; a `poll` a moment later sends SIGKILL."""
        for worker in self._workers:
            if worker.job is not None and worker.job.trial == trial and worker.doom is None:
                worker.condemn(Ending.CANCELLED, time.monotonic() + GRACE)

    def close(self) -> None:
        """Let idle workers run their exit handlers, end the others, and kill what is left after a moment."""
        for worker in self._workers:
            if worker.idle:
                worker.send(None)
        kill_trees(
            {worker.process.pid: worker.mark for worker in self._workers if worker.job is not None},
            signal.SIGTERM,
        )
        deadline = time.monotonic() + GRACE
        while time.monotonic() < deadline and any(worker.process.poll() is None for worker in self._workers):
            time.sleep(DEATHWATCH)
        kill_trees({worker.process.pid: worker.mark for worker in self._workers}, signal.SIGKILL)
        for worker in self._workers:
            worker.release()
        self._workers.clear()
        self._ended.clear()
        self._selector.close()

    def _turn(self, timeout: float) -> bool:
        """One look at all sockets; whether a message came."""
        restless = any(worker.hung_up or worker.doom is not None for worker in self._workers)
        tick = DEATHWATCH if restless else ECHO_TICK if self._echo else TICK
        events = self._selector.select(max(0.0, min(timeout, tick)))
        heard = False
        for key, mask in events:
            worker: Worker = key.data
            if mask & selectors.EVENT_WRITE:
                worker.flush()
            if mask & selectors.EVENT_READ:
                heard |= bool(self._hear(worker))
            self._watch(worker)
        if restless or time.monotonic() - self._looked >= tick:
            self._looked = time.monotonic()
            for worker in list(self._workers):
                self._look_after(worker)
        return heard

    def _watch(self, worker: Worker) -> None:
        """Wait for what the worker's socket is needed for next."""
        mask = 0 if worker.hung_up else selectors.EVENT_READ
        if worker.unsent:
            mask |= selectors.EVENT_WRITE
        if not mask:
            self._selector.unregister(worker.link)
        elif self._selector.get_key(worker.link).events != mask:
            self._selector.modify(worker.link, mask, worker)

    def _hear(self, worker: Worker) -> int | None:
        """Take in what a worker says; how many messages, None when nothing came at all."""
        try:
            messages = worker.receive()
        except Exception as error:  # noqa: BLE001 - unpickling runs the code of any class
            self._end(worker, Ending.RAISED, f"a message of the trial could not be read: {describe(error)}")
            worker.condemn(Ending.RAISED, time.monotonic())
            return 1
        for message in messages or ():
            if worker.doom is None and worker.job is not None:
                self._answer(worker, worker.job, message)
        return None if messages is None else len(messages)

    def _answer(self, worker: Worker, job: Job, message: Message) -> None:
        """Do what a message asks for."""
        match message:
            case Reported():
                worker.decision = self._respond(message)
            case Suggest():
                worker.send(self._respond(message))
            case Logged():
                self._respond(message)
            case Warned():
                logger.warning("Trial %d: %s", job.trial, message.text)
            case Finish():
                self._finish(worker, job, message)
            case _:
                self._respond.asked = True
                worker.send(worker.decision)

    def _finish(self, worker: Worker, job: Job, message: Finish) -> None:
        """Complete an Ended with what the driver knows better."""
        self._print(worker, ended=True)
        ended = message.ended
        domains = {name: ended.domains.get(name) or job.domains[name] for name in ended.params}
        ended = ended._replace(domains=domains)
        if ended.ending is Ending.RAISED:
            error = None if message.error is None else thaw(message.error)
            if error is None:
                error = StrandedError(message.kinds)
            elif ended.detail:
                error.add_note(f"In the worker:\n{ended.detail}")
            ended = ended._replace(error=error, detail=with_output(ended.detail, worker.output.tail()))
        self._ended.append(ended)
        worker.job = None
        if self._respond.stopped:
            self._respond.ended(ended)

    def _look_after(self, worker: Worker) -> None:
        """Notice a death, end a patience, keep the output small."""
        now = time.monotonic()
        overdue = worker.deadline is not None and now >= worker.deadline
        if worker.process.poll() is None:
            if worker.hung_up and worker.deadline is None:
                worker.deadline = now + GRACE
            elif overdue:
                worker.cause = worker.cause or "the trial closed its worker's connection"
                kill_trees(worker.roots, signal.SIGKILL)
            self._print(worker)
            worker.output.trim()
        elif worker.doom is None or overdue or not group_lives(worker.process.pid):
            self._bury(worker)

    def _bury(self, worker: Worker) -> None:
        """Take leave of a dead worker: its last words, its orphans, its Ended."""
        while worker.doom is None and not worker.hung_up and self._hear(worker) is not None:
            continue
        kill_trees(worker.roots, signal.SIGKILL)
        self._print(worker, ended=True)
        self._end(worker, worker.doom or Ending.CRASHED, worker.epitaph())
        if worker.link in self._selector.get_map():
            self._selector.unregister(worker.link)
        self._workers.remove(worker)
        worker.release()

    def _end(self, worker: Worker, ending: Ending, reason: str) -> None:
        """End the worker's job, if it has one, in the worker's stead."""
        if worker.job is None:
            return
        self._ended.append(
            Ended(
                trial=worker.job.trial,
                attempt=worker.job.attempt,
                ending=ending,
                reason=reason,
                detail=with_output(None, worker.output.tail()),
            ),
        )
        worker.job = None

    def _print(self, worker: Worker, *, ended: bool = False) -> None:
        """Pass on what a trial has printed: a piece of it while it runs, all that is left at its end."""
        if self._echo and worker.job is not None:
            while lines := worker.output.lines(ended=ended):
                pass_on(lines, worker.job.trial)
                if not ended:
                    break


def thaw(payload: bytes) -> BaseException | None:
    """The exception of a worker, None where this process cannot load it."""
    try:
        error = decode(payload)
    except Exception:  # noqa: BLE001 - unpickling runs the code of any class
        return None
    if isinstance(error, Husk):
        error = error.revive()
    return error if isinstance(error, BaseException) else None


def with_output(traceback: str | None, tail: str) -> str | None:
    """What is kept of a failure: the traceback, then the end of the trial's output."""
    if not tail.strip():
        return traceback
    return f"{traceback or ''}--- output ---\n{tail}"
