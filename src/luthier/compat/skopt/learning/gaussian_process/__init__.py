"""Gaussian process regression, and its kernels. Needs scikit-learn."""

from typing import TYPE_CHECKING

from luthier.compat.support import lazy

if TYPE_CHECKING:
    from luthier.compat.skopt.learning.gaussian_process import gpr, kernels
    from luthier.compat.skopt.learning.gaussian_process.gpr import GaussianProcessRegressor

__all__ = ["GaussianProcessRegressor", "gpr", "kernels"]

__getattr__ = lazy(
    __name__,
    {
        "GaussianProcessRegressor": f"{__name__}.gpr",
        "gpr": f"{__name__}.gpr",
        "kernels": f"{__name__}.kernels",
    },
)
