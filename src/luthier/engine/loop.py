"""The brain of `optimize`, without I/O and without a clock: events and the time in, commands out.

    loop.step([], now)                  -> [Launch(2)]                    two free slots
    loop.launched(7, now); …
    loop.step([Ended(7, RETURNED)], now) -> [Record(ended), Launch(1)]
    loop.step([Ended(8, CRASHED)], now)  -> [Requeue(ended), Launch(1)]   tries are left
    loop.step([], deadline)              -> [Cancel(9, "…")]              a trial ran too long
    loop.step([], now)                   -> []  and loop.done             nothing runs, nothing may start

Every executor runs under this one loop, so that a trial lives the same life in a thread, a process or a cluster.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from luthier.engine.budget import Budget
from luthier.records.messages import Ended, Ending

__all__ = ["Cancel", "Command", "Launch", "Loop", "Record", "Requeue"]


class Launch(NamedTuple):
    """Start up to `slots` trials."""

    slots: int


class Record(NamedTuple):
    """Write the end of a trial."""

    ended: Ended


class Requeue(NamedTuple):
    """Send a trial back to waiting: it will run again."""

    ended: Ended


class Cancel(NamedTuple):
    """Kill an attempt."""

    trial: int


Command: TypeAlias = Launch | Record | Requeue | Cancel

#: Endings that a retry may mend.
FAILURES = (Ending.RAISED, Ending.CRASHED)


@dataclass(slots=True)
class Running:
    """One attempt under way."""

    deadline: float | None
    #: Why it was cancelled, and whether it runs again.
    cancelled: str | None = None
    again: bool = False


class Loop:
    """The life of the trials of one `optimize` call. `slots` attempts run at once."""

    def __init__(self, budget: Budget, slots: int, start: float) -> None:
        self.budget = budget
        self.slots = slots
        self.running: dict[int, Running] = {}
        self.failures: dict[int, int] = {}
        self.recorded = 0
        #: No trial is started any more; running ones finish.
        self.draining = False
        self.end = None if budget.timeout is None else start + budget.timeout

    @property
    def done(self) -> bool:
        """Whether nothing runs and nothing more will start."""
        if self.running:
            return False
        n_trials = self.budget.n_trials
        return self.draining or (n_trials is not None and self.recorded >= n_trials)

    def launched(self, trial: int, now: float) -> None:
        """Say that an attempt was started."""
        limit = self.budget.trial_timeout
        self.running[trial] = Running(None if limit is None else now + limit)

    def lost(self) -> None:
        """Say that an end could not be written, for another worker has taken the trial over: it does not count."""
        self.recorded -= 1

    def exhausted(self) -> None:
        """Say that there was nothing left to start."""
        self.draining = True

    def drain(self) -> None:
        """Start nothing more; let running trials finish."""
        self.draining = True

    def abort(self) -> list[Cancel]:
        """Start nothing more, and kill what runs: it goes back to waiting and loses nothing but its time."""
        self.draining = True
        return [command for trial in self.running for command in self.cancel(trial, "stopped", again=True)]

    def step(self, events: Sequence[Ended], now: float) -> list[Command]:
        """What to do after these events at this time. Ends are written before anything is started."""
        commands: list[Command] = [self.ended(event) for event in events]
        if self.end is not None and now >= self.end:
            self.draining = True
        limit = self.budget.trial_timeout
        if limit is not None:
            for trial, attempt in self.running.items():
                if attempt.deadline is not None and now >= attempt.deadline:
                    commands += self.cancel(trial, f"ran longer than trial_timeout={limit:g} s", again=False)
        free = self.free()
        if free:
            commands.append(Launch(free))
        return commands

    def next_deadline(self) -> float | None:
        """When `step` has something to do though nothing happens; None for never."""
        deadlines = [attempt.deadline for attempt in self.running.values() if attempt.deadline is not None]
        return min(deadlines, default=None)

    def free(self) -> int:
        """How many trials may start now."""
        running, n_trials = len(self.running), self.budget.n_trials
        room = self.slots - running
        if n_trials is not None:
            room = min(room, n_trials - self.recorded - running)
        return 0 if self.draining else max(0, room)

    def cancel(self, trial: int, why: str, *, again: bool) -> list[Cancel]:
        """Kill an attempt once."""
        attempt = self.running[trial]
        if attempt.cancelled is not None:
            return []
        attempt.cancelled, attempt.again, attempt.deadline = why, again, None
        return [Cancel(trial)]

    def ended(self, event: Ended) -> Command:
        """What becomes of a trial whose attempt ended."""
        attempt = self.running.pop(event.trial)
        if event.ending is Ending.CANCELLED:
            event = event._replace(reason=attempt.cancelled or event.reason)
            if attempt.again or self.may_retry(event.trial):
                return Requeue(event)
        elif event.ending in FAILURES and self.may_retry(event.trial):
            return Requeue(event)
        self.recorded += 1
        return Record(event)

    def may_retry(self, trial: int) -> bool:
        """Count a failure of a trial; whether it may run again."""
        failures = self.failures[trial] = self.failures.get(trial, 0) + 1
        return failures <= self.budget.retries
