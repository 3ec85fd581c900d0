"""The searcher: `BaseSearchCV` of scikit-learn around a study of luthier.

fit                   scikit-learn's own: checks, routing, workers, refit
  _run_search         a study, and `Study.optimize` for each phase of the plan (running.py)
    CandidateSource   proposes candidates (candidates.py)
    BatchExecutor     fits them together (executor.py) with `evaluate_candidates` of scikit-learn (evaluate.py)
  _format_results     hears what was fitted; at the end it makes `cv_results_` of all rows (rows.py)
"""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from functools import partial
from typing import Any, Self

from luthier.base.errors import InvalidInput, StudyExists, explain
from luthier.base.optional import require
from luthier.frontends.search_cv.around import Around
from luthier.frontends.search_cv.evaluate import Evaluator
from luthier.frontends.search_cv.executor import batch_size
from luthier.frontends.search_cv.kept import KeptStudy
from luthier.frontends.search_cv.ladder import labels_of, ladder_of
from luthier.frontends.search_cv.plan import Plan
from luthier.frontends.search_cv.quiet import quiet
from luthier.frontends.search_cv.rows import SINGLE
from luthier.frontends.search_cv.running import Running
from luthier.frontends.search_cv.setting import FixedSplits, check_setting, setting_of
from luthier.frontends.studies import create_study
from luthier.frontends.study import Study
from luthier.storage.connect import connect

__all__ = ["StudySearchCV"]

#: Seeds drawn from a RandomState lie below this.
SEEDS = 2**31 - 1


search = require("sklearn.model_selection._search", extra="sklearn", needed_for="a cross-validated search")


class StudySearchCV(search.BaseSearchCV):  # type: ignore[misc,name-defined]  # scikit-learn is untyped
    """A cross-validated search whose candidates are the trials of a study.

    A subclass says what it wants with `_plan`; everything else is here or in scikit-learn.
    """

    #: Parameters that clones share with their original, and pickles lack: a live store can be neither copied nor sent.
    _shared: tuple[str, ...] = ()

    #: Attributes that exist during a search only.
    _transient: tuple[str, ...] = ("_running",)

    @abstractmethod
    def _plan(self) -> Plan:
        """The search that the constructor's arguments ask for."""

    def fit(self, X: Any, y: Any = None, **params: Any) -> Self:
        """Search, then fit the best candidate on all data unless refit=False.

        Args:
            X: the data, (n_samples, n_features).
            y: the target, (n_samples,) or (n_samples, n_outputs); None without supervision.
            **params: for the estimator's `fit`, the scorer and the splitter, such as `sample_weight` and `groups`; with
                scikit-learn's metadata routing they go where they were requested.

        Raises:
            InvalidInput: an argument is wrong, or the study that is to go on was made in another setting.
            ValueError: no fit of any candidate came to an end.
        """
        try:
            with quiet(self.verbose):
                super().fit(X, y, **params)
        finally:
            for name in self._transient:
                self.__dict__.pop(name, None)
        return self

    def _run_search(self, evaluate_candidates: Callable[..., Any], *, callback_ctx: Any = None) -> None:
        """Search. Called by scikit-learn."""
        plan, around = self._plan(), Around(evaluate_candidates, self)
        splits = FixedSplits(around.cv, around.splits())
        setting = setting_of(self, around.X, around.y, splits.splits)
        labels = labels_of(around.y) if search.is_classifier(self.estimator) else None
        ladder = None
        if plan.scheduler is not None:
            ladder = ladder_of(
                plan, self.estimator, splits=splits, n_samples=setting["data"]["X"][0], labels=labels
            )
            setting["resource"] = [ladder.resource, ladder.steps[-1]]
        n_splits = around.n_splits()
        context = None
        if callback_ctx is not None:
            most = None if ladder else sum(phase.n_iter for phase in plan.phases) * n_splits
            context = callback_ctx.subcontext(
                task_name="search", max_subtasks=most, sequential_subtasks=False
            )
            context.call_on_fit_task_begin(estimator=self)
        metric = self._metric(plan)
        setting["objective"] = metric or SINGLE
        self._study = self._open(plan, metric, setting)
        self._running = running = Running(
            self._study,
            plan,
            evaluator=Evaluator(
                evaluate_candidates,
                splits=splits,
                n_splits=n_splits,
                error_score=self.error_score,
                context=context,
                ladder=ladder,
            ),
            metric=metric,
            check=self._check_refit_for_multimetric,
        )
        running.restore()
        running.run(plan.batch or batch_size(workers_of(self.n_jobs), n_splits))
        candidates, fits = running.fits(train=self.return_train_score, error_score=self.error_score)
        results = super()._format_results(candidates, n_splits, fits)
        # Rows of earlier runs and of failed candidates too; where nothing was left to fit, nobody else made results.
        around.keep(fits, running.with_resources(results))
        if context is not None:
            context.call_on_fit_task_end(estimator=self)

    def _metric(self, plan: Plan) -> str | None:
        """The metric that is maximised; None where only the first fit tells."""
        several = isinstance(self.scoring, Mapping | list | tuple | set)
        if plan.objective is not None and not several and not callable(self.scoring):
            fix = "Leave objective out."
            raise InvalidInput(explain("several metrics to choose one of", f"scoring={self.scoring!r}", fix))
        if plan.objective is not None:
            return plan.objective
        if isinstance(self.refit, str) and (several or callable(self.scoring)):
            return self.refit
        return str(next(iter(self.scoring))) if several else None

    def _open(self, plan: Plan, metric: str | None, setting: Mapping[str, Any]) -> Study:
        """The study of this search: a new one, or the one of that name."""
        state = self.random_state
        if state is not None and not isinstance(state, int):
            state = search.check_random_state(state).randint(SEEDS)
        make = partial(
            create_study,
            plan.study_name,
            storage=connect(plan.storage),
            direction="maximize",
            scheduler=plan.scheduler,
            seed=None if state is None else int(state),
        )
        try:
            study = make(metric_names=None if metric is None else [metric])
        except StudyExists:  # another metric is another setting, which is told in the words of this search
            study = make(load_if_exists=True)
        check_setting(study, setting)
        return study

    def _format_results(
        self, candidates: Sequence[Any], n_splits: int, fits: Sequence[Any], more: Any = None
    ) -> dict[str, Any]:
        """Hear of the fits of one more batch. Called by scikit-learn."""
        self._running.evaluator.heard(fits)
        return {}

    @property
    def study_(self) -> Study:
        """The study of the search: one trial a candidate, in the order of `cv_results_`."""
        study: Study | None = self.__dict__.get("_study")
        if study is None:
            study = self._study = self._reopened()
        return study

    def _reopened(self) -> Study:
        """The study after the searcher was unpickled."""
        kept: KeptStudy | None = self.__dict__.get("_kept")
        if kept is None:
            raise AttributeError(explain("a fitted search", f"{type(self).__name__} before fit", "Call fit."))
        return kept.open()

    def __getstate__(self) -> dict[str, Any]:
        """The searcher without its live parts. scikit-learn sends it along with every fit, so it is light meanwhile."""
        state = dict(super().__getstate__())
        study = state.pop("_study", None)
        if state.get("_running") is not None:
            for name in self._transient:
                state.pop(name, None)
        elif study is not None:
            state["_kept"] = KeptStudy.of(study, self.__dict__.get("storage"))
        for name in self._shared:
            if not isinstance(state[name], str | None):
                state[name] = None
        return state

    def __sklearn_clone__(self) -> Self:
        """An unfitted searcher with the same parameters, on the same store."""
        shared = {name: getattr(self, name) for name in self._shared}
        bare = copy(self).set_params(**dict.fromkeys(shared))
        clone: Self = super(StudySearchCV, bare).__sklearn_clone__()
        clone.set_params(**shared)
        return clone


def workers_of(n_jobs: int | None) -> int:
    """How many workers joblib makes of `n_jobs`."""
    joblib = require("joblib", extra="sklearn", needed_for="n_jobs")
    count: int = joblib.effective_n_jobs(n_jobs)
    return count
