"""Forests that know how sure they are.

    m_t(x), v_t(x)   mean and variance of the targets in the leaf of tree t that holds x

The deviation is that of a target drawn from a random tree's leaf, by the law of total variance:
`Var(Y) = E[v_t] + Var(m_t)` (Hutter, Xu, Hoos and Leyton-Brown 2014, arXiv:1211.0906, Section 4.3.2).
"""

from typing import Any

import numpy as np

from luthier.base.arrays import Array
from luthier.base.optional import require

__all__ = ["ExtraTreesRegressor", "RandomForestRegressor"]

ensemble = require("sklearn.ensemble", extra="sklearn", needed_for="forests")


class WithStd:
    """`predict` with a deviation, for a forest of scikit-learn."""

    #: No leaf is taken to vary less; set by the forests.
    min_variance: float
    estimators_: list[Any]

    def predict(self, X: Any, return_std: bool = False) -> Any:  # noqa: FBT001, FBT002 - the original's
        """The mean at `X: (n, d)`, and the deviation if asked for."""
        if not return_std or self.criterion != "squared_error":  # type: ignore[attr-defined]  # a forest has it
            mean = super().predict(X)  # type: ignore[misc]  # of the forest
            return (mean, np.zeros_like(mean)) if return_std else mean
        X = self._validate_X_predict(X)  # type: ignore[attr-defined]  # checked and in single precision, once
        return total_variance([tree.tree_ for tree in self.estimators_], X, self.min_variance)


def total_variance(trees: list[Any], X: Any, min_variance: float) -> tuple[Array, Array]:
    """Mean and deviation of trees at `X: (n, d)`, in one pass."""
    first, second = np.zeros(len(X)), np.zeros(len(X))
    for tree in trees:
        leaf = tree.apply(X)
        mean = tree.value[:, 0, 0][leaf]
        first += mean
        second += np.maximum(tree.impurity, min_variance)[leaf] + mean**2
    first /= len(trees)
    variance = second / len(trees) - first**2
    return first, np.sqrt(np.maximum(variance, 0.0))


class RandomForestRegressor(WithStd, ensemble.RandomForestRegressor):  # type: ignore[name-defined, misc]  # untyped
    """A random forest: each tree sees a bootstrap sample, and takes the best of its splits.

    The arguments are those of scikit-learn, and `min_variance`: no leaf is taken to vary less.
    """

    def __init__(  # noqa: PLR0917 - the signature of the original
        self,
        n_estimators: int = 10,
        criterion: str = "squared_error",
        max_depth: int | None = None,
        min_samples_split: Any = 2,
        min_samples_leaf: Any = 1,
        min_weight_fraction_leaf: float = 0.0,
        max_features: Any = None,
        max_leaf_nodes: int | None = None,
        min_impurity_decrease: float = 0.0,
        bootstrap: bool = True,  # noqa: FBT001, FBT002 - as above
        oob_score: bool = False,  # noqa: FBT001, FBT002 - as above
        n_jobs: int | None = 1,
        random_state: Any = None,
        verbose: int = 0,
        warm_start: bool = False,  # noqa: FBT001, FBT002 - as above
        min_variance: float = 0.0,
    ) -> None:
        take(self, ensemble.RandomForestRegressor, locals())


class ExtraTreesRegressor(WithStd, ensemble.ExtraTreesRegressor):  # type: ignore[name-defined, misc]  # untyped
    """Extremely randomised trees: each split is the best of a few random ones.

    The arguments are those of scikit-learn, and `min_variance`: no leaf is taken to vary less.
    """

    def __init__(  # noqa: PLR0917 - the signature of the original
        self,
        n_estimators: int = 10,
        criterion: str = "squared_error",
        max_depth: int | None = None,
        min_samples_split: Any = 2,
        min_samples_leaf: Any = 1,
        min_weight_fraction_leaf: float = 0.0,
        max_features: Any = None,
        max_leaf_nodes: int | None = None,
        min_impurity_decrease: float = 0.0,
        bootstrap: bool = False,  # noqa: FBT001, FBT002 - as above
        oob_score: bool = False,  # noqa: FBT001, FBT002 - as above
        n_jobs: int | None = 1,
        random_state: Any = None,
        verbose: int = 0,
        warm_start: bool = False,  # noqa: FBT001, FBT002 - as above
        min_variance: float = 0.0,
    ) -> None:
        take(self, ensemble.ExtraTreesRegressor, locals())


def take(forest: Any, base: Any, given: dict[str, Any]) -> None:
    """Set up a forest of scikit-learn from the arguments of a class above."""
    given = {key: value for key, value in given.items() if key not in {"self", "__class__"}}
    forest.min_variance = given.pop("min_variance")
    base.__init__(forest, **given)
