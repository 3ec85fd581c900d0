"""A `BayesSearchCV` under way as its callbacks see it: scipy `OptimizeResult`s of its subspaces."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, final

import numpy as np

from luthier.compat.skopt.results import create_result, eval_callbacks
from luthier.compat.skopt.search.sampler import ModelSampler
from luthier.compat.skopt.subspaces import Subspace
from luthier.frontends.search_cv.space import SearchSpace
from luthier.frontends.study import Study
from luthier.records.state import TrialState
from luthier.records.trial import TrialRecord

__all__ = ["Progress", "ranks_of"]

#: A function of an OptimizeResult; true to stop.
Callback = Callable[[Any], Any]


@final
class Progress:
    """Called after each candidate: calls the user's callbacks, and ends the search when one of them says so.

    Args:
        subspaces: the spaces that are searched.
        space: the same as the study knows them.
        models: the sampler of each of them.
        callbacks: the user's.
    """

    def __init__(
        self,
        subspaces: Sequence[Subspace],
        space: SearchSpace,
        *,
        models: Sequence[ModelSampler],
        callbacks: Sequence[Callback],
    ) -> None:
        self.subspaces = subspaces
        self.space = space
        self.models = models
        self.callbacks = callbacks
        self.ended = False

    def __call__(self, study: Study, record: TrialRecord) -> None:
        """Tell the callbacks of a candidate."""
        branch = self.space.branch_of(record.params)
        if branch is None or not self.callbacks or record.value is None:
            return
        if eval_callbacks(self.callbacks, self.result(branch, study.trials)):
            self.ended = True
            study.stop()

    def stopped(self) -> bool:
        """Whether a callback ended the search."""
        return self.ended

    def results(self, study: Study) -> list[Any]:
        """The result of each subspace that has a candidate with a score, with its model."""
        trials = study.trials
        found = [self.result(branch, trials) for branch in range(len(self.subspaces))]
        for result, model in zip(found, self.models, strict=True):
            # A parameter with a single value is none to a model: it sees other points than those of the result.
            if (
                result.x_iters
                and model.estimator is not None
                and len(model.points.dimensions) == len(result.x)
            ):
                result.space = model.points
                X = result.space.encode(result.space.to_codes(result.x_iters))
                result.models = [model.model(X, result.func_vals[:, None])]
        return [result for result in found if result.x_iters]

    def result(self, branch: int, trials: Iterable[TrialRecord]) -> Any:
        """The candidates of a subspace that have a score; the score is negated, for a result is a minimisation."""
        points, values = [], []
        for record in trials:
            candidate = self.space.candidate(record.params)
            complete = record.state is TrialState.COMPLETE and record.value is not None
            if complete and candidate is not None and self.space.branch_of(record.params) == branch:
                points.append([candidate[name] for name in self.subspaces[branch].dimensions])
                values.append(-(record.value or 0.0))
        space = self.subspaces[branch].space
        specs = {"args": {"dimensions": space}, "function": "BayesSearchCV"}
        return create_result(points, values, space=space, specs=specs, models=[])


def ranks_of(cv_results: Mapping[str, Any]) -> dict[str, Any]:
    """The ranks by training scores, which scikit-learn does not give."""
    from scipy.stats import rankdata

    prefix = "mean_train_"
    means = {name.removeprefix(prefix): cv_results[name] for name in cv_results if name.startswith(prefix)}
    return {
        f"rank_train_{metric}": rankdata(-np.nan_to_num(mean, nan=-np.inf), method="min").astype(int)
        for metric, mean in means.items()
    }
