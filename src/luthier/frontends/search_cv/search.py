"""`luthier.SearchCV`, beside scikit-learn's GridSearchCV and RandomizedSearchCV."""

from numbers import Integral, Real
from types import MappingProxyType
from typing import Any, ClassVar, final

from luthier.base.errors import InvalidInput, explain
from luthier.base.optional import require
from luthier.frontends.search_cv.base import StudySearchCV
from luthier.frontends.search_cv.plan import SAMPLES, Phase, Plan
from luthier.frontends.search_cv.space import parse_space

__all__ = ["SearchCV"]

validation = require("sklearn.utils._param_validation", extra="sklearn", needed_for="SearchCV")
Interval, StrOptions = validation.Interval, validation.StrOptions

#: The arguments that mean something under a scheduler alone, and their defaults.
RESOURCE = MappingProxyType(
    {"resource": SAMPLES, "min_resources": "auto", "max_resources": "auto", "factor": 3},
)


@final
class SearchCV(StudySearchCV):
    """Search over the parameters of an estimator by cross-validation, led by a model of what was tried.

        search = luthier.SearchCV(SVC(), {"C": (1e-3, 1e3, "log-uniform"), "kernel": ["rbf", "linear"]}, n_iter=30)
        search.fit(X, y)
        search.best_params_, search.best_score_, search.predict(X)

    It is used like `RandomizedSearchCV` and has all of its attributes: `cv_results_`, `best_estimator_`,
    `best_score_`, `best_params_`, `best_index_`, `scorer_`, `n_splits_`, `refit_time_`, `multimetric_`, `classes_`,
    `n_features_in_`, `feature_names_in_`. Besides there is `study_`, the luthier study whose trials are the candidates.

    Args:
        estimator: what is fitted, a scikit-learn estimator.
        space: what to try: a dict of parameter names, or a list of dicts for parts that exclude each other. A list is
            choices; `(low, high)` is a range, of integers if both are; `(low, high, "log-uniform")` is one where every
            order of magnitude counts alike; a luthier domain or a frozen distribution of scipy.stats is itself.
        n_iter: how many candidates are tried. A space that has no more is tried whole, in the order of a grid.
        scoring: as in scikit-learn: None, a name, a callable, or several of these.
        n_jobs: how many fits run at once: candidates times splits. None is 1, -1 all cores.
        refit: whether to fit the best candidate on all data; with several metrics the name of the one that decides; or
            a function of `cv_results_` that returns the index of the best.
        cv: as in scikit-learn. The splits are drawn once: all candidates see the same ones.
        verbose: 0 is silent, 1 logs each candidate, more shows what scikit-learn shows of each fit.
        pre_dispatch: how many fits are dispatched ahead, as in scikit-learn.
        random_state: makes the search reproducible, for the same number of candidates at once.
        error_score: the score of a fit that failed, or "raise". A candidate whose score is NaN is a FAILED trial.
        return_train_score: whether `cv_results_` has the scores on the training parts too.
        sampler: how candidates are proposed: a name such as "auto", "tpe", "random", "grid", or a sampler.
        scheduler: None fits every candidate on everything. A name such as "asha", or a scheduler, first fits it with
            little of a resource, and lets it have more step by step while it is good enough; the rest are PRUNED
            trials. `cv_results_["n_resources"]` says how much each one had, and whoever had more is ranked before.
        resource: what grows under a scheduler: "n_samples", or a parameter of the estimator such as "n_estimators".
        min_resources: how much of it the first step has; "auto" for two samples of each class and split, or 1 round.
        max_resources: how much the last step has; "auto" for all samples.
        factor: how much more each step has than the one before.
        storage: where the study is kept: None in memory, a path ending in .db, or a URL.
        study_name: names the study. With a storage that has it already, the search goes on: what was fitted there is
            not fitted again, as long as estimator, scoring, splits and shape of the data are the same.
        timeout: seconds after which no further candidate starts.
        objective: with several metrics, the one that leads the search; else that of `refit`, or the first.
        batch_size: how many candidates are fitted at once; None takes as few as keep all workers busy.
        callbacks: functions of the study and a trial's record, called after each candidate; `study.stop()` in one ends
            the search.

    Raises:
        InvalidInput: from `fit`, when an argument is wrong.
    """

    _shared = ("storage",)

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **StudySearchCV._parameter_constraints,  # noqa: SLF001 - how scikit-learn's searchers declare parameters
        "space": [dict, list],
        "n_iter": [Interval(Integral, 1, None, closed="left")],
        "random_state": ["random_state"],
        "resource": [str],
        "min_resources": [Interval(Integral, 1, None, closed="left"), StrOptions({"auto"})],
        "max_resources": [Interval(Integral, 1, None, closed="left"), StrOptions({"auto"})],
        "factor": [Interval(Integral, 2, None, closed="left")],
        "timeout": [Interval(Real, 0, None, closed="left"), None],
        "objective": [str, None],
        "batch_size": [Interval(Integral, 1, None, closed="left"), None],
        "study_name": [str, None],
    }

    def __init__(
        self,
        estimator: Any,
        space: Any,
        *,
        n_iter: int = 30,
        scoring: Any = None,
        n_jobs: int | None = None,
        refit: Any = True,
        cv: Any = None,
        verbose: int = 0,
        pre_dispatch: int | str = "2*n_jobs",
        random_state: Any = None,
        error_score: Any = float("nan"),
        return_train_score: bool = False,
        sampler: Any = "auto",
        scheduler: Any = None,
        resource: str = "n_samples",
        min_resources: int | str = "auto",
        max_resources: int | str = "auto",
        factor: int = 3,
        storage: Any = None,
        study_name: str | None = None,
        timeout: float | None = None,
        objective: str | None = None,
        batch_size: int | None = None,
        callbacks: Any = None,
    ) -> None:
        super().__init__(
            estimator=estimator,
            scoring=scoring,
            n_jobs=n_jobs,
            refit=refit,
            cv=cv,
            verbose=verbose,
            pre_dispatch=pre_dispatch,
            error_score=error_score,
            return_train_score=return_train_score,
        )
        self.space = space
        self.n_iter = n_iter
        self.random_state = random_state
        self.sampler = sampler
        self.scheduler = scheduler
        self.resource = resource
        self.min_resources = min_resources
        self.max_resources = max_resources
        self.factor = factor
        self.storage = storage
        self.study_name = study_name
        self.timeout = timeout
        self.objective = objective
        self.batch_size = batch_size
        self.callbacks = callbacks

    def _plan(self) -> Plan:
        """One phase over the whole space.

        Raises:
            InvalidInput: how a resource grows is said, but no scheduler to make it grow.
        """
        if self.scheduler is None:
            for name, default in RESOURCE.items():
                if getattr(self, name) != default:
                    got = f"{name}={getattr(self, name)!r} without one"
                    raise InvalidInput(explain("a scheduler", got, 'Pass scheduler="asha".'))
        return Plan(
            space=parse_space(self.space),
            phases=[Phase(int(self.n_iter))],
            sampler=self.sampler,
            scheduler=self.scheduler,
            resource=self.resource,
            min_resources=self.min_resources,
            max_resources=self.max_resources,
            factor=int(self.factor),
            storage=self.storage,
            study_name=self.study_name,
            timeout=self.timeout,
            objective=self.objective,
            batch=None if self.batch_size is None else int(self.batch_size),
            callbacks=self.callbacks or (),
        )
