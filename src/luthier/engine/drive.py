"""The shell around the loop: it owns the store, the executor and the clock, and carries out commands."""

from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any, TypeAlias

from luthier.base.errors import ObjectiveFailed
from luthier.base.log import logger
from luthier.engine.callbacks import Watcher
from luthier.engine.interrupt import CountInterrupts
from luthier.engine.loop import Cancel, Launch, Loop, Record, Requeue
from luthier.engine.session import Session
from luthier.engine.tell import Outcome, judge
from luthier.executors.protocol import Executor, Respond, StrandedError
from luthier.records.messages import Ended, Ending, Logged, Reported, Suggest
from luthier.records.state import TrialState
from luthier.records.trial import TrialRecord
from luthier.storage.protocol import Update

__all__ = ["Callback", "Driver"]

#: Called after each trial that finished, once its outcome is durable.
Callback: TypeAlias = Callable[[TrialRecord], None]

#: How long to wait for events at most, so that other drivers' changes, timeouts and Ctrl-C are seen.
POLL_SECONDS = 0.25


class Driver:
    """Runs one `optimize` call."""

    def __init__(
        self,
        session: Session,
        loop: Loop,
        *,
        callbacks: Sequence[Callback] = (),
        watchers: Sequence[Watcher] = (),
        catch: tuple[type[BaseException], ...] = (),
    ) -> None:
        self.session = session
        self.loop = loop
        self.callbacks = callbacks
        self.watchers = watchers
        self.catch = catch
        self.executor: Executor
        self.timed = loop.budget.trial_timeout is not None
        self.error: BaseException | None = None

    def run(self, make: Callable[[Respond], Executor]) -> None:
        """Run until the loop is done.

        Args:
            make: builds the executor around the driver's answers.

        Raises:
            BaseException: what an objective raised, unless it is caught; KeyboardInterrupt on a second Ctrl-C.
        """
        self.executor = make(self.respond)
        try:
            with CountInterrupts(self.loop.drain):
                self.turn([])
                while not self.loop.done:
                    self.turn(self.executor.poll(self.patience() if self.timed else POLL_SECONDS))
        except Exception as error:
            # A callback that cannot bear a failed trial is no reason to hide what the objective raised.
            if self.error is not None:
                raise self.error from error
            raise
        finally:
            self.release()
        if self.error is not None:
            raise self.error

    def turn(self, ended: Sequence[Ended]) -> None:
        """One step of the loop: all ends that came together are one transaction."""
        now = monotonic()
        if now >= self.session.next_reaping:
            self.session.reap(now)
        commands = self.loop.step(ended, now)
        if ended:
            self.finish([command for command in commands if isinstance(command, (Record, Requeue))])
        for command in commands:
            if isinstance(command, Launch):
                # A callback may have stopped the study since the loop asked for more.
                if not self.loop.draining:
                    self.launch(command.slots, up_to_date=bool(ended))
            elif isinstance(command, Cancel):
                self.executor.cancel(command.trial)
        self.session.flush_due()

    def launch(self, count: int, *, up_to_date: bool) -> None:
        """Start up to `count` trials; `up_to_date` when the view was synchronised in this turn."""
        while count:
            records = self.session.ask(count, up_to_date=up_to_date)
            if not records:
                if not self.session.held:
                    self.loop.exhausted()
                return
            for record in records:
                self.loop.launched(record.number, monotonic())
                for watcher in self.watchers:
                    watcher.started(record)
                self.executor.submit(self.session.job(record))
            count -= len(records)
            up_to_date = False

    def respond(self, message: Suggest | Reported | Logged) -> Any:
        """Answer a running trial, and let the watchers know of reports."""
        if not isinstance(message, Suggest):
            for watcher in self.watchers:
                watcher.heard(message)
        return self.session.respond(message)

    def finish(self, commands: Sequence[Record | Requeue]) -> None:
        """Write the ends that came together, then tell of them."""
        updates = [self.update(command) for command in commands]
        written = self.session.write(updates)
        for command, update, record in zip(commands, updates, written, strict=True):
            if record is None:
                logger.warning(
                    "Trial %d was taken over by another worker while its lease was lost; this result was not written.",
                    update.number,
                )
                if isinstance(command, Record):
                    self.loop.lost()
                continue
            self.tell_of(command.ended, record)

    def update(self, command: Record | Requeue) -> Update:
        """The change that a command asks the store for."""
        ended = command.ended
        if isinstance(command, Requeue):
            outcome = Outcome(TrialState.WAITING, None, ended.reason)
        else:
            last = self.session.last_report(ended.trial) if ended.ending is Ending.PRUNED else None
            outcome = judge(ended, objectives=len(self.session.view.signs), last_report=last)
        return self.session.update(ended, outcome)

    def tell_of(self, ended: Ended, record: TrialRecord) -> None:
        """Let watchers and callbacks know; remember an exception that nobody catches, and stop for it."""
        best, finished = self.session.view.best, record.state.finished
        shown = record if finished else record._replace(reason=ended.reason)
        for watcher in self.watchers:
            watcher.ended(shown, best)
        if not finished:
            return
        if ended.ending is Ending.RAISED and self.error is None and not self.catches(ended.error):
            self.error = ended.error
            if ended.error is None or isinstance(ended.error, StrandedError):
                self.error = ObjectiveFailed(f"Trial {record.number}: {record.reason}\n{record.detail or ''}")
            for command in self.loop.abort():
                self.executor.cancel(command.trial)
        for callback in self.callbacks:
            callback(record)

    def catches(self, error: BaseException | None) -> bool:
        """Whether the user asked to go on after this exception; any that stayed in its worker is an Exception, too."""
        kinds = error.kinds if isinstance(error, StrandedError) else ()
        return isinstance(error or Exception(), self.catch) or any(
            issubclass(kind, self.catch) for kind in kinds
        )

    def patience(self) -> float:
        """Seconds to wait for events: until the first trial has run too long."""
        deadline = self.loop.next_deadline()
        return POLL_SECONDS if deadline is None else min(POLL_SECONDS, max(0.0, deadline - monotonic()))

    def release(self) -> None:
        """Close the executor, and send what was still running back to waiting, whatever interrupts that."""
        try:
            self.executor.close()
        finally:
            try:
                self.session.let_go()
            finally:
                self.session.close()
