"""An executor whose ends are told as the hub settles them, and whose trials end with the run's time."""

import time
from typing import final

from luthier.compat.tune.hub import Hub
from luthier.executors.protocol import Executor, Objective, Respond
from luthier.executors.registry import EXECUTORS
from luthier.records.messages import Ended, Job

__all__ = ["JudgedExecutor"]

#: Seconds that a trial has, once the run's time is over, to report and so end by itself.
GRACE = 2.0


@final
class JudgedExecutor:
    """One of luthier's executors, seen through the hub.

    Args:
        kind: "inline" or "process".
        hub: of the run.
        objective: runs a trial.
        respond: answers running trials.
        workers: how many at once.
    """

    def __init__(self, kind: str, hub: Hub, objective: Objective, respond: Respond, workers: int) -> None:
        self.inner: Executor = EXECUTORS[kind](objective, respond, workers)
        self.hub = hub
        self.running: set[int] = set()

    def submit(self, job: Job) -> None:
        """Start an attempt."""
        self.running.add(job.trial)
        self.inner.submit(job)

    def poll(self, timeout: float) -> list[Ended]:
        """The attempts that ended, as they were judged."""
        deadline = self.hub.settings.deadline
        if time.time() >= deadline:
            self.hub.stop()
            if time.time() >= deadline + GRACE:
                for trial in self.running:
                    self.inner.cancel(trial)
        ended = [self.hub.settle(one) for one in self.inner.poll(timeout)]
        self.running.difference_update(one.trial for one in ended)
        return ended

    def cancel(self, trial: int) -> None:
        """Kill an attempt."""
        self.inner.cancel(trial)

    def close(self) -> None:
        """Release everything."""
        self.inner.close()
