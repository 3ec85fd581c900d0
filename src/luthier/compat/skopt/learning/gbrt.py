"""Gradient boosting of quantiles: the spread between them is how sure the model is."""

from typing import Any

import numpy as np

from luthier.base.errors import InvalidInput, explain
from luthier.base.optional import require
from luthier.compat.skopt.rng import check_random_state, draw_seed

__all__ = ["GradientBoostingQuantileRegressor"]

base = require("sklearn.base", extra="sklearn", needed_for="gradient boosting")
ensemble = require("sklearn.ensemble", extra="sklearn", needed_for="gradient boosting")

LOW, MIDDLE, HIGH = 0.16, 0.5, 0.84


class GradientBoostingQuantileRegressor(base.RegressorMixin, base.BaseEstimator):  # type: ignore[name-defined, misc]  # untyped
    """One gradient boosting regressor for each quantile.

    Args:
        quantiles: 0.16, 0.5 and 0.84 when left out: the median, and one deviation of a normal on either side.
        base_estimator: a GradientBoostingRegressor of scikit-learn with loss="quantile".
        n_jobs: how many quantiles are fitted at once, in threads.
        random_state: the seed that all quantiles share, so that they do not cross by chance.
    """

    def __init__(
        self, quantiles: Any = None, base_estimator: Any = None, n_jobs: int = 1, random_state: Any = None
    ) -> None:
        self.quantiles = [LOW, MIDDLE, HIGH] if quantiles is None else quantiles
        self.base_estimator = base_estimator
        self.n_jobs = n_jobs
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> "GradientBoostingQuantileRegressor":
        """Fit one regressor for each quantile to `X: (n, d)` and `y: (n,)`.

        Raises:
            InvalidInput: the base estimator does not estimate quantiles.
        """
        model = self.base_estimator
        if model is None:
            model = ensemble.GradientBoostingRegressor(loss="quantile")
        if not isinstance(model, ensemble.GradientBoostingRegressor) or model.loss != "quantile":
            raise InvalidInput(
                explain('a GradientBoostingRegressor with loss="quantile"', repr(model), "Pass one, or None.")
            )
        seed = draw_seed(check_random_state(self.random_state))
        joblib = require("joblib", extra="sklearn", needed_for="gradient boosting")
        wanted = [base.clone(model).set_params(alpha=alpha, random_state=seed) for alpha in self.quantiles]
        self.regressors_ = joblib.Parallel(n_jobs=self.n_jobs, backend="threading")(
            joblib.delayed(regressor.fit)(X, y) for regressor in wanted
        )
        self.n_features_in_ = self.regressors_[0].n_features_in_
        return self

    def predict(self, X: Any, return_std: bool = False, return_quantiles: bool = False) -> Any:  # noqa: FBT001, FBT002 - the original's
        """The median at `X: (n, d)`; with `return_std` half the spread of the outer quantiles too.

        Args:
            X: where.
            return_std: whether to return the deviation.
            return_quantiles: return `(n, q)`, all quantiles, instead.

        Raises:
            InvalidInput: a deviation was asked for, but not all three quantiles were fitted.
        """
        if return_quantiles:
            return np.column_stack([regressor.predict(X) for regressor in self.regressors_])
        if not return_std:
            return self.at(MIDDLE, X)
        return self.at(MIDDLE, X), np.maximum(self.at(HIGH, X) - self.at(LOW, X), 0.0) / 2.0

    def at(self, quantile: float, X: Any) -> Any:
        """One quantile."""
        if quantile not in self.quantiles:
            raise InvalidInput(
                explain(
                    f"quantile {quantile} among those fitted", repr(self.quantiles), "Leave quantiles out."
                )
            )
        return self.regressors_[list(self.quantiles).index(quantile)].predict(X)
