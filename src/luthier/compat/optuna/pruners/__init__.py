"""Which trials are stopped early: `optuna.pruners`."""

from luthier.compat.optuna.pruners.base import BasePruner
from luthier.compat.optuna.pruners.native import (
    HyperbandPruner,
    MedianPruner,
    NopPruner,
    PercentilePruner,
    SuccessiveHalvingPruner,
    ThresholdPruner,
)
from luthier.compat.optuna.pruners.patient import PatientPruner
from luthier.compat.optuna.pruners.wilcoxon import WilcoxonPruner

__all__ = [
    "BasePruner",
    "HyperbandPruner",
    "MedianPruner",
    "NopPruner",
    "PatientPruner",
    "PercentilePruner",
    "SuccessiveHalvingPruner",
    "ThresholdPruner",
    "WilcoxonPruner",
]
