"""Regressors that know how sure they are: `predict(X, return_std=True)`. Needs scikit-learn."""

from typing import TYPE_CHECKING

from luthier.compat.support import lazy

if TYPE_CHECKING:
    from luthier.compat.skopt.learning import gaussian_process
    from luthier.compat.skopt.learning.forest import ExtraTreesRegressor, RandomForestRegressor
    from luthier.compat.skopt.learning.gaussian_process.gpr import GaussianProcessRegressor
    from luthier.compat.skopt.learning.gbrt import GradientBoostingQuantileRegressor

__all__ = [
    "ExtraTreesRegressor",
    "GaussianProcessRegressor",
    "GradientBoostingQuantileRegressor",
    "RandomForestRegressor",
    "gaussian_process",
]

__getattr__ = lazy(
    __name__,
    {
        "ExtraTreesRegressor": f"{__name__}.forest",
        "GaussianProcessRegressor": f"{__name__}.gaussian_process.gpr",
        "GradientBoostingQuantileRegressor": f"{__name__}.gbrt",
        "RandomForestRegressor": f"{__name__}.forest",
        "gaussian_process": f"{__name__}.gaussian_process",
    },
)
