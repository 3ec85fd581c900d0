"""The regressors that a name stands for."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from luthier.base.errors import InvalidInput, explain
from luthier.base.optional import require
from luthier.compat.skopt.space.space import Categorical, Space

__all__ = ["cook_estimator", "has_gradients", "normalize_dimensions"]

ESTIMATORS = ("GP", "RF", "ET", "GBRT", "DUMMY")

#: Bounds of the fitted amplitude and length scales, where inputs are in [0, 1] and targets normalised.
AMPLITUDE = (0.01, 1000.0)
LENGTHS = (0.01, 100.0)


def cook_estimator(base_estimator: Any, space: Any = None, **kwargs: Any) -> Any:
    """The regressor of a name, unfitted.

    Args:
        base_estimator: "GP", "RF", "ET", "GBRT" or "DUMMY" (which is None: points at random), in any case; or a
            regressor of scikit-learn with `predict(X, return_std=True)`.
        space: the dimensions; a Gaussian process needs them.
        kwargs: parameters of the regressor.

    Raises:
        InvalidInput: the name is unknown, this is no regressor, or there is no space.
        MissingExtra: scikit-learn is not installed.
    """
    if not isinstance(base_estimator, str):
        base = require("sklearn.base", extra="sklearn", needed_for="a regressor")
        if not isinstance(base_estimator, base.BaseEstimator) or not base.is_regressor(base_estimator):
            raise InvalidInput(
                explain(
                    "base_estimator to be a regressor", repr(base_estimator), "Pass a name or a regressor."
                )
            )
        return base_estimator.set_params(**kwargs)
    name = base_estimator.upper()
    if name not in ESTIMATORS:
        raise InvalidInput(
            explain(f"base_estimator to be one of {ESTIMATORS}", repr(base_estimator), "Correct the name.")
        )
    if name == "DUMMY":
        return None
    made = process(space) if name == "GP" else trees(name)
    if "n_jobs" not in made.get_params():
        kwargs.pop("n_jobs", None)
    return made.set_params(**kwargs)


def process(space: Any) -> Any:
    """A Gaussian process: Matern 5/2 with a length scale for each column; categories alone are equal or not."""
    from luthier.compat.skopt.learning.gaussian_process.gpr import GaussianProcessRegressor
    from luthier.compat.skopt.learning.gaussian_process.kernels import ConstantKernel, HammingKernel, Matern

    if space is None:
        raise InvalidInput(explain('a space with base_estimator "GP"', "None", "Pass the dimensions."))
    normal = normalize_dimensions(space)
    columns = normal.transformed_n_dims
    if normal.is_categorical:
        inner = HammingKernel(length_scale=np.ones(columns))
    else:
        inner = Matern(length_scale=np.ones(columns), length_scale_bounds=[LENGTHS] * columns, nu=2.5)
    return GaussianProcessRegressor(
        kernel=ConstantKernel(1.0, AMPLITUDE) * inner,
        normalize_y=True,
        noise="gaussian",
        n_restarts_optimizer=2,
    )


def trees(name: str) -> Any:
    """A forest, or gradient boosting of quantiles."""
    from luthier.compat.skopt import learning

    if name == "RF":
        return learning.RandomForestRegressor(n_estimators=100, min_samples_leaf=3)
    if name == "ET":
        return learning.ExtraTreesRegressor(n_estimators=100, min_samples_leaf=3)
    ensemble = require("sklearn.ensemble", extra="sklearn", needed_for="gradient boosting")
    boosted = ensemble.GradientBoostingRegressor(n_estimators=30, loss="quantile")
    return learning.GradientBoostingQuantileRegressor(base_estimator=boosted)


def has_gradients(estimator: Any) -> bool:
    """Whether a regressor predicts gradients: a Gaussian process of this door, unless it compares categories."""
    if estimator is None or not callable(getattr(estimator, "predict_gradients", None)):
        return False
    from luthier.compat.skopt.learning.gaussian_process.kernels import contains_hamming

    return not contains_hamming(estimator.kernel)


def normalize_dimensions(dimensions: Iterable[Any]) -> Space:
    """A space of the same dimensions, each scaled to [0, 1] for a model, categories one-hot; the given ones stay."""
    from copy import copy

    given = Space(dimensions)
    space = Space([copy(dimension) for dimension in given], constraint=given.constraint)
    for dimension in space:
        dimension.set_transformer("onehot" if isinstance(dimension, Categorical) else "normalize")
    return space
