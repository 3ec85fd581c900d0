"""The executor of a search: the trials that were submitted together are fitted together, by scikit-learn's workers."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, final

from luthier.executors.inline import InlineChannel
from luthier.executors.protocol import Respond
from luthier.executors.trial import Trial, contents
from luthier.frontends.search_cv.evaluate import Evaluator
from luthier.frontends.search_cv.rows import KEPT, Row
from luthier.frontends.search_cv.space import SearchSpace
from luthier.records.messages import Ended, Ending, Job

__all__ = ["BatchExecutor", "batch_size"]

#: A batch is large enough when the workers are busy for this share of the time, if all fits take as long.
BUSY = 0.8

#: Why a candidate without a failed fit has no score: the scorer says so, or raised.
NO_SCORE = "The mean of its scores is NaN."


@dataclass(slots=True)
class Attempt:
    """A trial under way."""

    trial: Trial
    candidate: Mapping[str, Any] = field(default_factory=dict)
    #: Its newest row, the value of that row, and how the trial ended.
    row: Row | None = None
    mean: float = math.nan
    ending: Ending | None = None


def batch_size(n_jobs: int, n_splits: int) -> int:
    """How many candidates to fit at once, so that `n_jobs` workers have something to do and the model is not blind.

    Candidates of one batch do not learn from each other, so it is the smallest one with all workers busy most of the
    time: 1 for up to twice as many splits as workers, about `n_jobs / n_splits` for many workers.
    """
    size = 1
    while n_splits and size < n_jobs:
        fits = size * n_splits
        if fits >= BUSY * n_jobs * math.ceil(fits / n_jobs):
            break
        size += 1
    return size


@final
class BatchExecutor:
    """Runs all submitted trials in each `poll`, as one batch. An error of the evaluation is the search's own.

    Args:
        respond: the driver's answers.
        space: what is searched.
        evaluator: fits and scores candidates.
        value: what a trial's value is.
        finished: told of each row with the number of its trial.
    """

    def __init__(
        self,
        respond: Respond,
        *,
        space: SearchSpace,
        evaluator: Evaluator,
        value: Callable[[Row], float],
        finished: Callable[[int, Row], None],
    ) -> None:
        self.channel = InlineChannel(respond)
        self.space = space
        self.evaluator = evaluator
        self.value = value
        self.finished = finished
        self.jobs: list[Job] = []

    def submit(self, job: Job) -> None:
        """Keep the job for the next `poll`."""
        self.jobs.append(job)

    def poll(self, timeout: float) -> list[Ended]:
        """Fit what was submitted, step by step; without anything, return at once."""
        jobs, self.jobs = self.jobs, []
        running = [Attempt(Trial(job, self.channel)) for job in jobs]
        for each in running:
            each.candidate = self.space.suggest(each.trial)
        steps = self.evaluator.steps if jobs else []
        for step in steps:
            alive = [each for each in running if each.ending is None]
            rows = self.evaluator.at([each.candidate for each in alive], step) if alive else []
            for each, row in zip(alive, rows, strict=True):
                self.judge(each, row, step, last=step == steps[-1])
        return [self.ended(job, each) for job, each in zip(jobs, running, strict=True)]

    def judge(self, each: "Attempt", row: Row, step: int | None, *, last: bool) -> None:
        """Take the row of a candidate at a step; whether its trial ends with it."""
        self.finished(each.trial.number, row)
        each.row, each.mean = row, self.value(row)
        if math.isnan(each.mean):
            each.ending = Ending.RAISED
            return
        if step is not None:
            each.trial.report(each.mean, step)
        if last:
            each.ending = Ending.RETURNED
        elif each.trial.should_prune():
            each.ending = Ending.PRUNED

    def ended(self, job: Job, each: "Attempt") -> Ended:
        """How a trial ended: with its mean score, pruned, or with the error of a fit where it has no score."""
        trial, row, ending = each.trial, each.row, each.ending or Ending.CRASHED
        if row is not None:
            trial.set_user_attr(KEPT, row.kept())
        result = each.mean if ending is Ending.RETURNED else None
        failed = row if ending is Ending.RAISED else None
        return Ended(
            job.trial,
            job.attempt,
            ending,
            result,
            *contents(trial),
            (failed.reason or NO_SCORE) if failed else None,
            failed.error if failed else None,
        )

    def cancel(self, trial: int) -> None:
        """Do nothing: fits under way cannot be stopped."""

    def close(self) -> None:
        """Forget what was not run."""
        self.jobs.clear()
