"""`optuna.importance`: which parameters mattered."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

from luthier.analysis.importance.evidence import Evidence, evidence, names_of
from luthier.analysis.importance.fanova import fanova
from luthier.analysis.importance.forest import DEPTH, TREES, impurity
from luthier.analysis.importance.ped_anova import REGION, TARGET, ped_anova
from luthier.analysis.importance.shares import having, normalised, ranked
from luthier.base.errors import InvalidInput, explain
from luthier.compat.optuna.seen import Target, each_target
from luthier.compat.optuna.study.study import Study

__all__ = [
    "BaseImportanceEvaluator",
    "FanovaImportanceEvaluator",
    "MeanDecreaseImpurityImportanceEvaluator",
    "PedAnovaImportanceEvaluator",
    "get_param_importances",
]


class BaseImportanceEvaluator(ABC):
    """Computes importances; subclass it for a method of your own."""

    @abstractmethod
    def evaluate(
        self, study: Study, params: list[str] | None = None, *, target: Target | None = None
    ) -> dict[str, float]:
        """Parameter -> its importance, largest first; at least 0, in no particular unit.

        Args:
            study: its complete trials with finite values count.
            params: only these parameters.
            target: what to explain instead of the objective.
        """


class PedAnovaImportanceEvaluator(BaseImportanceEvaluator):
    """PED-ANOVA (Watanabe, Bansal, Hutter 2023), also for parameters that only some trials have.

    Args:
        target_quantile: explain what makes a trial one of the best of this share.
        region_quantile: compare with the trials of this share.
        evaluate_on_local: compare with where those trials are; False compares with the whole search space.

    Raises:
        ValueError: not `0 < target_quantile < region_quantile <= 1`.
    """

    def __init__(
        self,
        *,
        target_quantile: float = TARGET,
        region_quantile: float = REGION,
        evaluate_on_local: bool = True,
    ) -> None:
        if not 0.0 < target_quantile < region_quantile <= 1.0:
            got = f"{target_quantile} and {region_quantile}"
            raise InvalidInput(
                explain("0 < target_quantile < region_quantile <= 1", got, "Correct the quantiles.")
            )
        self._target_quantile = target_quantile
        self._region_quantile = region_quantile
        self._local = evaluate_on_local

    def evaluate(
        self, study: Study, params: list[str] | None = None, *, target: Target | None = None
    ) -> dict[str, float]:
        """Importances; of a `target`, lower values are taken to be better."""
        seen = evidence_of(study, target)
        return ranked(
            ped_anova(
                seen,
                wanted(params, names_of(seen.records)),
                target_quantile=self._target_quantile,
                region_quantile=self._region_quantile,
                local=self._local,
            ),
        )


class ForestEvaluator(BaseImportanceEvaluator):
    """What the two evaluators have in common that fit a random forest; both need scikit-learn.

    Args:
        method: computes importances from trials and names.
        n_trees: the size of the forest.
        max_depth: of each tree.
        seed: makes it reproducible.
    """

    def __init__(
        self, method: Callable[..., dict[str, float]], *, n_trees: int, max_depth: int, seed: int | None
    ) -> None:
        self._method = method
        self._forest: dict[str, Any] = {"trees": n_trees, "depth": max_depth, "seed": seed}

    def evaluate(
        self, study: Study, params: list[str] | None = None, *, target: Target | None = None
    ) -> dict[str, float]:
        """Importances of the parameters that all complete trials have.

        Raises:
            ValueError: there are several objectives and no target.
        """
        if target is None and len(study.directions) > 1:
            raise InvalidInput(
                explain(
                    "a target, for there are several objectives",
                    "none",
                    "Pass target=lambda trial: trial.values[0].",
                ),
            )
        seen = evidence_of(study, target)
        names = wanted(params, names_of(seen.records, everywhere=True), names_of(seen.records))
        return ranked(self._method(having(seen, names), names, **self._forest))


class FanovaImportanceEvaluator(ForestEvaluator):
    """Functional ANOVA on a random forest (Hutter, Hoos, Leyton-Brown 2014)."""

    def __init__(self, *, n_trees: int = TREES, max_depth: int = DEPTH, seed: int | None = None) -> None:
        super().__init__(fanova, n_trees=n_trees, max_depth=max_depth, seed=seed)


class MeanDecreaseImpurityImportanceEvaluator(ForestEvaluator):
    """Mean decrease in impurity of a random forest (Breiman 2001)."""

    def __init__(self, *, n_trees: int = TREES, max_depth: int = DEPTH, seed: int | None = None) -> None:
        super().__init__(impurity, n_trees=n_trees, max_depth=max_depth, seed=seed)


def get_param_importances(
    study: Study,
    *,
    evaluator: BaseImportanceEvaluator | None = None,
    params: list[str] | None = None,
    target: Target | None = None,
    normalize: bool = True,
) -> dict[str, float]:
    """Parameter -> its importance, largest first.

    Args:
        study: its complete trials with finite values count; of too few, all parameters get the same share.
        evaluator: the method, PED-ANOVA by default.
        params: only these parameters.
        target: what to explain instead of the objective, such as `lambda trial: trial.values[0]`.
        normalize: make the importances sum to 1.

    Raises:
        TypeError: `evaluator` is none, or `params` is no list of names.
        ValueError: no complete trial has one of `params`, or the evaluator needs a target.
    """
    evaluator = PedAnovaImportanceEvaluator() if evaluator is None else evaluator
    if not isinstance(evaluator, BaseImportanceEvaluator):
        raise TypeError(
            explain("an evaluator of importances", repr(evaluator), "Pass an instance of one, or none.")
        )
    told = evaluator.evaluate(study, params=params, target=target)
    return normalised(told) if normalize else told


def evidence_of(study: Study, target: Target | None) -> Evidence:
    """The trials and losses that count; a target of the user's is minimised."""
    native = study.native
    signs = [direction.sign for direction in native.directions]
    return evidence(native.trials, signs, each_target(study, target))


def wanted(params: Any, default: Sequence[str], known: Sequence[str] | None = None) -> list[str]:
    """The parameters to assess."""
    if params is None:
        return list(default)
    if not isinstance(params, list | tuple) or not all(isinstance(name, str) for name in params):
        raise TypeError(explain("a list of names as params", repr(params), "Pass ['lr', 'momentum']."))
    missing = [name for name in params if name not in (known or default)]
    if missing:
        raise InvalidInput(
            explain(
                f"parameters of complete trials: {list(known or default)}", f"{missing}", "Correct the names."
            )
        )
    return list(params)
