"""The search loop: `Optimizer`, and the functions that run it to its end."""

from luthier.compat.skopt.optimizer.base import base_minimize
from luthier.compat.skopt.optimizer.minimize import (
    dummy_minimize,
    forest_minimize,
    gbrt_minimize,
    gp_minimize,
)
from luthier.compat.skopt.optimizer.optimizer import Optimizer

__all__ = [
    "Optimizer",
    "base_minimize",
    "dummy_minimize",
    "forest_minimize",
    "gbrt_minimize",
    "gp_minimize",
]
