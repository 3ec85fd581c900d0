"""Which parameters to try next: `optuna.samplers`."""

from typing import TYPE_CHECKING

from luthier.compat.optuna.samplers.base import BaseSampler
from luthier.compat.optuna.samplers.brute import BruteForceSampler
from luthier.compat.optuna.samplers.genetic import BaseGASampler
from luthier.compat.optuna.samplers.grid import GridSampler
from luthier.compat.optuna.samplers.native import QMCSampler, RandomSampler, TPESampler
from luthier.compat.optuna.samplers.partial import PartialFixedSampler
from luthier.compat.support import lazy

if TYPE_CHECKING:
    from luthier.compat.optuna.samplers.cma import CmaEsSampler
    from luthier.compat.optuna.samplers.gaussian import GPSampler
    from luthier.compat.optuna.samplers.population import NSGAIIISampler, NSGAIISampler

__all__ = [
    "BaseGASampler",
    "BaseSampler",
    "BruteForceSampler",
    "CmaEsSampler",
    "GPSampler",
    "GridSampler",
    "NSGAIIISampler",
    "NSGAIISampler",
    "PartialFixedSampler",
    "QMCSampler",
    "RandomSampler",
    "TPESampler",
]

__getattr__ = lazy(
    __name__,
    {
        "CmaEsSampler": "luthier.compat.optuna.samplers.cma",
        "GPSampler": "luthier.compat.optuna.samplers.gaussian",
        "NSGAIIISampler": "luthier.compat.optuna.samplers.population",
        "NSGAIISampler": "luthier.compat.optuna.samplers.population",
        "nsgaii": "luthier.compat.optuna.samplers.nsgaii",
    },
)
