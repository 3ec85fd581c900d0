"""Which parameters to try next: `optuna.samplers`."""

from luthier.compat.optuna.samplers.base import BaseSampler
from luthier.compat.optuna.samplers.brute import BruteForceSampler
from luthier.compat.optuna.samplers.genetic import BaseGASampler
from luthier.compat.optuna.samplers.grid import GridSampler
from luthier.compat.optuna.samplers.native import QMCSampler, RandomSampler, TPESampler
from luthier.compat.optuna.samplers.partial import PartialFixedSampler
from luthier.compat.support import lazy

__all__ = [
    "BaseGASampler",
    "BaseSampler",
    "BruteForceSampler",
    "GridSampler",
    "PartialFixedSampler",
    "QMCSampler",
    "RandomSampler",
    "TPESampler",
]

INSTEAD = 'Use optuna.samplers.TPESampler(), or luthier.create_study(sampler="auto").'
SEVERAL = (
    'Use optuna.samplers.TPESampler(), or luthier.create_study(sampler="auto"): both take several objectives.'
)

__getattr__ = lazy(
    __name__,
    {"nsgaii": "luthier.compat.optuna.samplers.nsgaii"},
    {
        "CmaEsSampler": INSTEAD,
        "GPSampler": INSTEAD,
        "NSGAIIISampler": SEVERAL,
        "NSGAIISampler": SEVERAL,
    },
)
