"""`ray.tune.stopper` as luthier has it: when a trial, or the whole experiment, has run for long enough."""

from luthier.compat.tune.stopper.experiment_plateau import ExperimentPlateauStopper
from luthier.compat.tune.stopper.stopper import (
    CombinedStopper,
    FunctionStopper,
    MaximumIterationStopper,
    NoopStopper,
    Stopper,
    TimeoutStopper,
)
from luthier.compat.tune.stopper.trial_plateau import TrialPlateauStopper

__all__ = [
    "CombinedStopper",
    "ExperimentPlateauStopper",
    "FunctionStopper",
    "MaximumIterationStopper",
    "NoopStopper",
    "Stopper",
    "TimeoutStopper",
    "TrialPlateauStopper",
]
