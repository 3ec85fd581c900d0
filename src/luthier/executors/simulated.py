"""The executor that waits for nobody: trials run on a virtual clock, over curves that were recorded before.

An objective for it is a generator: it yields the seconds that its next piece of work would take, and the clock moves on
by them while other trials do their work.

    def train(trial):
        rate = trial.suggest_float("rate", 1e-4, 1.0, log=True)
        for epoch in range(1, 28):
            yield 12.0                                   # seconds; the trial waits, the others go on
            trial.report(table[rate][epoch], epoch)
            if trial.should_prune():
                raise luthier.TrialPruned
        return table[rate][27]

    simulated = Simulated()
    study.optimize(train, n_trials=100, workers=8, executor=simulated)
    simulated.now, simulated.epochs, simulated.moments

`Recorded` is this generator for a table of curves. The engine's loop, the sampler, the scheduler and the store are
those of any other study, so what is measured here is what a cluster would do: who asks for a trial at which time knows
what had been reported until then, and no more.
"""

import heapq
import math
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from itertools import count
from numbers import Real
from time import monotonic
from types import GeneratorType
from typing import Any, NamedTuple, final

from luthier.base.errors import InvalidInput, TrialPruned, explain
from luthier.executors.heed import Heed
from luthier.executors.inline import InlineChannel
from luthier.executors.protocol import Objective, Respond
from luthier.executors.run import concluded
from luthier.executors.trial import Trial, end
from luthier.records.messages import Ended, Ending, Job, Logged, Reported, Suggest
from luthier.space.domains import Domain

__all__ = ["Moment", "Recorded", "Simulated", "SimulatedExecutor"]

#: What a piece of work returns that is not the last of its attempt.
UNDER_WAY = object()


class Moment(NamedTuple):
    """Something that happened on the virtual clock: a trial reported, or it ended."""

    #: Virtual seconds since the simulation began.
    seconds: float
    trial: int
    #: The step of a report; None at an end.
    step: int | None = None
    #: The value reported, in the user's direction; None at an end.
    value: float | None = None
    #: How the attempt ended; None at a report.
    ending: Ending | None = None


@final
class Simulated:
    """A virtual clock with workers: `study.optimize(objective, workers=8, executor=Simulated())`.

    The clock goes on where it stood when the same object is used for a further `optimize`. A budget of virtual time or
    of epochs is a callback, which may call `study.stop()`. Limits of `optimize` in seconds are real seconds.
    """

    __slots__ = ("epochs", "moments", "now")

    def __init__(self) -> None:
        #: Virtual seconds since the simulation began.
        self.now = 0.0
        #: All reports and ends in the order of time; those at one time in the order they happened.
        self.moments: list[Moment] = []
        #: How many reports were made: epochs, where a trial reports each of them.
        self.epochs = 0

    def __call__(self, objective: Objective, respond: Respond, workers: int) -> "SimulatedExecutor":
        """Make the executor of one `optimize`.

        Raises:
            InvalidInput: fewer than one worker.
        """
        if workers < 1:
            raise InvalidInput(explain("at least one worker", f"workers={workers}", "Pass 1 or more."))
        return SimulatedExecutor(objective, respond, self)


@final
class Recorded:
    """Recorded learning curves as an objective for `Simulated`.

    A trial reports the values of its curve at the steps 1, 2, 3, …, obeys the scheduler, and returns the last value.

    Args:
        space: every parameter, asked for in this order.
        curve: the values of a configuration, one for each step; at least one.
        seconds: what a step of a configuration takes; None for 1 second.
    """

    __slots__ = ("curve", "seconds", "space")

    def __init__(
        self,
        space: Mapping[str, Domain],
        curve: Callable[[Mapping[str, Any]], Sequence[float]],
        *,
        seconds: Callable[[Mapping[str, Any]], float] | None = None,
    ) -> None:
        self.space = dict(space)
        self.curve = curve
        self.seconds = seconds

    def __call__(self, trial: Any) -> Generator[float, None, float]:
        """Replay one trial.

        Raises:
            InvalidInput: the curve has no value.
            TrialPruned: the scheduler stopped the trial.
        """
        config = {name: trial.suggest(name, domain) for name, domain in self.space.items()}
        values = self.curve(config)
        if not len(values):
            raise InvalidInput(
                explain("a curve of at least one value", f"none for {config}", "Record each epoch.")
            )
        seconds = 1.0 if self.seconds is None else self.seconds(config)
        for step, value in enumerate(values, 1):
            yield seconds
            trial.report(value, step)
            if trial.should_prune():
                raise TrialPruned
        return float(values[-1])


@final
class SimulatedExecutor:
    """Runs attempts by the order of the virtual clock; those due at one time, in the order they began to wait.

    An objective that is no generator takes no time. One attempt ends in a `poll` at most, so a free worker gets
    its next trial before anything else happens.
    """

    def __init__(self, objective: Objective, respond: Respond, clock: Simulated) -> None:
        self._objective = objective
        self._heed = Heed(respond)
        self._clock = clock
        self._order = count()
        #: `(when, order, attempt)`; the order breaks ties.
        self._due: list[tuple[float, int, Attempt]] = []
        self._running: dict[int, Attempt] = {}
        #: Ends that `poll` has not returned yet.
        self._ended: deque[Ended] = deque()

    def submit(self, job: Job) -> None:
        """Begin an attempt now; its first piece of work is done by the next `poll`."""
        attempt = Attempt(self._objective, job, InlineChannel(self._hear))
        self._running[job.trial] = attempt
        heapq.heappush(self._due, (self._clock.now, next(self._order), attempt))

    def poll(self, timeout: float) -> list[Ended]:
        """Let virtual time pass until an attempt ends, for `timeout` real seconds at most."""
        deadline = monotonic() + timeout
        while self._due and not self._ended:
            self._next()
            if monotonic() >= deadline:
                break
        return [self._ended.popleft()] if self._ended else []

    def cancel(self, trial: int) -> None:
        """Take an attempt off the clock."""
        attempt = self._running.get(trial)
        if attempt is not None:
            self._end(attempt, attempt.closed())

    def close(self) -> None:
        """Forget what was under way."""
        for attempt in self._running.values():
            attempt.closed()
            end(attempt.trial)
        self._running.clear()
        self._due.clear()

    def _next(self) -> None:
        """Do the piece of work that is due first.

        An error of the driver and a KeyboardInterrupt leave as such; the end they brought comes with the next poll.
        """
        when, _, attempt = heapq.heappop(self._due)
        if self._running.get(attempt.job.trial) is not attempt:  # cancelled meanwhile
            return
        self._clock.now = when
        ended = attempt.go_on()
        if ended is None:
            heapq.heappush(self._due, (when + attempt.pause, next(self._order), attempt))
            return
        self._end(attempt, ended)
        if attempt.channel.fault is not None:
            raise attempt.channel.fault
        if isinstance(ended.error, KeyboardInterrupt):
            raise ended.error

    def _end(self, attempt: "Attempt", ended: Ended) -> None:
        """Free the worker of an attempt, and note the end."""
        end(attempt.trial)
        del self._running[ended.trial]
        self._heed.asked |= attempt.channel.asked
        if self._heed.stopped:
            self._heed.asked |= any(other.channel.asked for other in self._running.values())
            self._heed.ended(ended)
        self._ended.append(ended)
        self._clock.moments.append(Moment(self._clock.now, ended.trial, ending=ended.ending))

    def _hear(self, message: Suggest | Reported | Logged) -> Any:
        """The driver's answer; reports are noted with their time."""
        if isinstance(message, Reported):
            self._clock.moments.append(Moment(self._clock.now, *message))
            self._clock.epochs += 1
        return self._heed(message)


class Attempt:
    """One attempt under way: its trial, and the rest of its work."""

    __slots__ = ("channel", "course", "job", "objective", "pause", "trial")

    def __init__(self, objective: Objective, job: Job, channel: InlineChannel) -> None:
        self.objective = objective
        self.job = job
        self.channel = channel
        self.trial = Trial(job, channel)
        #: The generator, once the objective was called and is one.
        self.course: Generator[float, None, Any] | None = None
        #: Virtual seconds until the next piece of work is done.
        self.pause = 0.0

    def go_on(self) -> Ended | None:
        """Do the next piece of work; the end if it was the last one."""
        ended = concluded(self.job, self.trial, self.work)
        return None if ended.result is UNDER_WAY else ended

    def work(self) -> Any:
        """Run the objective until it waits, or to its end: then what it returned."""
        if self.course is None:
            result = self.objective(self.trial)
            if not isinstance(result, GeneratorType):
                return result
            self.course = result
        try:
            self.pause = checked_pause(next(self.course))
        except StopIteration as end:
            return end.value
        return UNDER_WAY

    def closed(self) -> Ended:
        """Let the objective clean up; the end of an attempt that was taken off the clock."""
        ended = concluded(self.job, self.trial, (lambda: None) if self.course is None else self.course.close)
        return ended._replace(ending=Ending.CANCELLED, error=None, reason=None, detail=None)


def checked_pause(seconds: Any) -> float:
    """What a generator yielded, once it is known to be a time to wait.

    Raises:
        InvalidInput: it is none.
    """
    if isinstance(seconds, Real) and 0.0 <= float(seconds) < math.inf:
        return float(seconds)
    raise InvalidInput(explain("seconds >= 0 from a simulated objective", repr(seconds), "Yield a number."))
