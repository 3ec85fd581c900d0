"""One search under way: the study, the rows it has so far, and how they become `cv_results_`."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from time import monotonic
from typing import Any

import numpy as np

from luthier.base.errors import InvalidInput, explain
from luthier.frontends.choose import choose_sampler
from luthier.frontends.search_cv.candidates import CandidateSource
from luthier.frontends.search_cv.evaluate import AllFitsFailedError, Evaluator
from luthier.frontends.search_cv.executor import BatchExecutor
from luthier.frontends.search_cv.ladder import ranks
from luthier.frontends.search_cv.plan import Phase, Plan
from luthier.frontends.search_cv.rows import KEPT, SINGLE, Row
from luthier.frontends.study import Study
from luthier.records.trial import TrialRecord
from luthier.samplers.protocol import Sampler

__all__ = ["Running"]

#: More candidates than any search has.
LARGE = 1 << 62


class Running:
    """Runs the phases of a plan, and gathers rows by the number of their trial.

    Args:
        study: keeps the search.
        plan: what is wanted.
        evaluator: fits candidates.
        metric: the metric that is maximised, None while only the first fit can tell.
        check: called with the names of the metrics once they are known; raises where they do not go with `refit`.
    """

    def __init__(
        self,
        study: Study,
        plan: Plan,
        *,
        evaluator: Evaluator,
        metric: str | None,
        check: Callable[[Sequence[str]], None],
    ) -> None:
        self.study = study
        self.plan = plan
        self.evaluator = evaluator
        self.metric = metric
        self.check = check
        self.rows: dict[int, Row] = {}
        #: The metrics by name, once a row has scores; and whether the scorer itself names them.
        self.metrics: list[str] = []
        self.multimetric = False

    def restore(self) -> None:
        """Take the rows of trials that were finished elsewhere: by an earlier run, or on another machine."""
        for record in self.study.trials:
            kept = record.user_attrs.get(KEPT)
            if record.number in self.rows or not record.state.finished or kept is None:
                continue
            candidate = self.plan.space.candidate(record.params)
            if candidate is not None:
                if self.evaluator.ladder is not None:
                    candidate = self.evaluator.ladder.given(candidate, kept.get("resource"))
                self.take(record.number, Row.of_kept(candidate, kept))

    def take(self, number: int, row: Row) -> None:
        """Take a row; the first one with scores tells the metrics."""
        if row.test and not self.metrics:
            self.metrics, self.multimetric = list(row.test), row.multimetric
            self.metric = self.chosen()
        self.rows[number] = row

    def chosen(self) -> str:
        """The metric that is maximised, among those that there are."""
        if not self.multimetric:
            return SINGLE
        self.check(self.metrics)
        if self.metric not in {None, *self.metrics}:
            fix = "Name one of them."
            raise InvalidInput(explain(f"the objective to be one of {self.metrics}", repr(self.metric), fix))
        return self.metric or self.metrics[0]

    def value(self, row: Row) -> float:
        """What the trial of a row comes to."""
        return row.mean(self.metric or SINGLE)

    def run(self, batch: int) -> None:
        """Run the phases one after the other."""
        started = monotonic()
        # What a run that was killed had under way is to be tried again.
        self.study.view.reap()
        for phase in self.plan.phases:
            if not self.run_phase(phase, batch, started) or self.plan.stopped():
                break

    def run_phase(self, phase: Phase, batch: int, started: float) -> bool:
        """Run one phase; whether it had all that it was to have, so that the next one may start."""
        source = self.source(phase)
        self.study.sampler = source
        missing = phase.n_iter - self.count(phase)
        if missing <= 0:
            return True
        timeout = self.plan.timeout
        self.study.optimize(
            unused,
            n_trials=missing,
            timeout=None if timeout is None else max(0.0, timeout - (monotonic() - started)),
            workers=min(batch, missing),
            executor=self.executor,
            catch=Exception,
            callbacks=[*self.plan.callbacks, partial(self.stop_at_last, phase)],
            progress=False,
        )
        return self.count(phase) >= phase.n_iter or self.is_exhausted(source)

    def stop_at_last(self, phase: Phase, study: Study, record: TrialRecord) -> None:
        """Stop when the phase has its candidates: others who share the study may have fitted some."""
        self.restore()
        if self.count(phase) >= phase.n_iter:
            study.stop()

    def is_exhausted(self, source: Any) -> bool:
        """Whether a source has nothing left to propose."""
        if not isinstance(source, CandidateSource):
            return False
        return source.proposer(self.study.view).propose(len(self.study.trials)) is None

    def count(self, phase: Phase) -> int:
        """How many rows a phase has."""
        space, records = self.plan.space, self.study.trials
        return sum(
            phase.branch is None or space.branch_of(records[number].params) == phase.branch
            for number in self.rows
        )

    def source(self, phase: Phase) -> Any:
        """What proposes the candidates of a phase."""
        chosen = choose_sampler(phase.sampler or self.plan.sampler, seed=self.study.seed)
        if not isinstance(chosen, Sampler):
            return chosen
        return CandidateSource(chosen, self.plan.space, phase.branch, whole=self.is_whole(phase))

    def is_whole(self, phase: Phase) -> bool:
        """Whether a phase will try everything there is, so that no order is better than another."""
        space = self.plan.space
        branches = range(len(space.branches)) if phase.branch is None else [phase.branch]
        sizes = [space.size(branch) for branch in branches]
        return (
            self.plan.timeout is None
            and sum(LARGE if size is None else size for size in sizes) <= phase.n_iter
        )

    def executor(self, objective: Any, respond: Any, workers: int) -> BatchExecutor:
        """The executor of a phase."""
        return BatchExecutor(
            respond,
            space=self.plan.space,
            evaluator=self.evaluator,
            value=self.value,
            finished=self.take,
        )

    def fits(self, *, train: bool, error_score: Any) -> tuple[list[Mapping[str, Any]], list[dict[str, Any]]]:
        """The candidates in the order of their trials, and their fits in scikit-learn's form.

        Raises:
            AllFitsFailedError: not one candidate has a score.
        """
        ordered = [self.rows[number] for number in sorted(self.rows)]
        if not ordered:
            raise InvalidInput(explain("at least one candidate", "none", "Raise n_iter or timeout."))
        if not self.metrics:
            raise AllFitsFailedError(ordered[0].error)
        missing = float("nan") if error_score == "raise" else float(error_score)
        fits = [
            fit
            for row in ordered
            for fit in row.fits(self.metrics, multimetric=self.multimetric, train=train, missing=missing)
        ]
        return [row.candidate for row in ordered], fits

    def with_resources(self, results: dict[str, Any]) -> dict[str, Any]:
        """`cv_results_` with how much each candidate had, where that differs; whoever had more is ranked before."""
        if self.evaluator.ladder is None:
            return results
        amounts = [self.rows[number].resource or 0 for number in sorted(self.rows)]
        ranked = {
            f"rank_test_{name}": ranks(results[f"mean_test_{name}"], amounts)
            for name in (self.metrics if self.multimetric else [SINGLE])
        }
        return {**results, **ranked, "n_resources": np.array(amounts)}


def unused(trial: Any) -> None:
    """Stand for the objective of a study whose executor knows itself what to run."""
