"""`BayesSearchCV` of scikit-optimize, on the searcher behind `luthier.SearchCV`."""

import warnings
from collections.abc import Mapping
from typing import Any, Self, final

from luthier.base.errors import InvalidInput, explain
from luthier.compat.skopt.callbacks import check_callback
from luthier.compat.skopt.progress import Progress, ranks_of
from luthier.compat.skopt.subspaces import knob_of, model_of, subspaces_of
from luthier.compat.support import CompatWarning
from luthier.frontends.search_cv.base import StudySearchCV
from luthier.frontends.search_cv.plan import Phase, Plan
from luthier.frontends.search_cv.space import SearchSpace

__all__ = ["BayesSearchCV"]


@final
class BayesSearchCV(StudySearchCV):
    """Bayesian optimization over the parameters of an estimator by cross-validation.

    A searcher of scikit-learn with all of its attributes (`cv_results_`, `best_params_`, `best_score_`,
    `best_estimator_`, …). Besides there are `optimizer_results_` and `study_`, the luthier study whose trials are the
    candidates.

    Args:
        estimator: what is fitted, a scikit-learn estimator.
        search_spaces: a dict of parameter names and dimensions (`Real`, `Integer`, `Categorical` or a shorthand), a
            list of such dicts, each searched for `n_iter` iterations, or a list of (dict, iterations). The spaces of a
            list are searched one after the other.
        optimizer_kwargs: arguments of `Optimizer`.
        n_iter: how many candidates are tried in each space that says nothing else.
        scoring: as in scikit-learn.
        fit_params: passed to the estimator's `fit`, beside those that `fit` gets.
        n_jobs: how many fits run at once: `n_points` candidates times the splits.
        n_points: how many candidates are proposed, and fitted, at once.
        iid: has no effect; a warning says so.
        refit: as in scikit-learn: with several metrics, the name of the one that leads the search. With False or a
            function of `cv_results_` the first metric leads it.
        cv: as in scikit-learn.
        verbose: as in scikit-learn.
        pre_dispatch: as in scikit-learn.
        random_state: makes the search reproducible.
        error_score: the score of a fit that failed, or "raise".
        return_train_score: whether `cv_results_` has the scores on the training parts too.
        storage: where the study is kept: None in memory, a path ending in .db, or a URL.
        study_name: names the study. With a storage that has it already, the search goes on.

    Raises:
        InvalidInput: a search space cannot be understood (TypeError too, if it has the wrong form).
    """

    _shared = ("storage",)
    _transient = (*StudySearchCV._transient, "_progress")  # noqa: SLF001 - its own base class

    def __init__(  # noqa: PLR0917 - the signature of the original
        self,
        estimator: Any,
        search_spaces: Any,
        optimizer_kwargs: Mapping[str, Any] | None = None,
        n_iter: int = 50,
        scoring: Any = None,
        fit_params: Mapping[str, Any] | None = None,
        n_jobs: int | None = 1,
        n_points: int = 1,
        iid: Any = "deprecated",
        refit: Any = True,  # noqa: FBT002 - the signature of the original
        cv: Any = None,
        verbose: int = 0,
        pre_dispatch: int | str = "2*n_jobs",
        random_state: Any = None,
        error_score: Any = "raise",
        return_train_score: bool = False,  # noqa: FBT001, FBT002 - the signature of the original
        *,
        storage: Any = None,
        study_name: str | None = None,
    ) -> None:
        subspaces_of(search_spaces, n_iter)
        if iid != "deprecated":
            warnings.warn("iid has no effect: the mean over the splits is the score", stacklevel=2)
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
        self.search_spaces = search_spaces
        self.optimizer_kwargs = optimizer_kwargs
        self.n_iter = n_iter
        self.fit_params = fit_params
        self.n_points = n_points
        self.iid = iid
        self.random_state = random_state
        self.storage = storage
        self.study_name = study_name

    @property
    def total_iterations(self) -> int:
        """How many candidates `fit` tries in all spaces together."""
        return sum(subspace.n_iter for subspace in subspaces_of(self.search_spaces, self.n_iter))

    @property
    def optimizer_results_(self) -> list[Any]:
        """A scipy `OptimizeResult` for each space; the values of `x` are sorted by the names of their parameters."""
        from sklearn.utils.validation import check_is_fitted

        check_is_fitted(self, "_optim_results")
        results: list[Any] = self._optim_results
        return results

    def fit(
        self,
        X: Any,
        y: Any = None,
        *,
        groups: Any = None,
        callback: Any = None,
        **fit_params: Any,
    ) -> Self:
        """Search, then fit the best candidate on all data unless refit=False.

        Args:
            X: the data, (n_samples, n_features).
            y: the target; None without supervision.
            groups: for the splitter, one label for each sample.
            callback: a function or a list of functions of the `OptimizeResult` of the space that is searched, called
                after each candidate. One that returns True ends the whole search.
            **fit_params: for the estimator's `fit` and the scorer.

        Raises:
            InvalidInput: an argument is wrong.
            ValueError: no fit of any candidate came to an end.
        """
        if isinstance(self.n_points, bool) or not isinstance(self.n_points, int) or self.n_points < 1:
            raise InvalidInput(explain("n_points >= 1", repr(self.n_points), "Pass 1 or more."))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", CompatWarning)  # the constructor gave it
            subspaces = subspaces_of(self.search_spaces, self.n_iter)
        space = SearchSpace(
            [{name: knob_of(one) for name, one in each.dimensions.items()} for each in subspaces]
        )
        models = [
            model_of(subspace, space.searched(place), self.optimizer_kwargs or {}, self.random_state)
            for place, subspace in enumerate(subspaces)
        ]
        callbacks = check_callback(callback)
        self._progress = progress = Progress(subspaces, space, models=models, callbacks=callbacks)
        params = {**(self.fit_params or {}), **fit_params}
        super().fit(X, y, **(params if groups is None else {**params, "groups": groups}))
        self._optim_results = progress.results(self.study_)
        if self.return_train_score:
            self.cv_results_ |= ranks_of(self.cv_results_)
        return self

    def _plan(self) -> Plan:
        """One phase for each space, with a model of its own."""
        progress = self._progress
        several = len(progress.subspaces) > 1
        return Plan(
            space=progress.space,
            phases=[
                Phase(subspace.n_iter, place if several else None, progress.models[place])
                for place, subspace in enumerate(progress.subspaces)
            ],
            storage=self.storage,
            study_name=self.study_name,
            batch=self.n_points,
            callbacks=[progress],
            stopped=progress.stopped,
        )
