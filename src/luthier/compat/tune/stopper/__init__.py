"""`ray.tune.stopper` as luthier has it: when a trial, or the whole experiment, has run for long enough."""

from luthier.compat.tune.stopper.experiment_plateau import ExperimentPlateauStopper
from luthier.compat.tune.stopper.function_stopper import FunctionStopper
from luthier.compat.tune.stopper.maximum_iteration import MaximumIterationStopper
from luthier.compat.tune.stopper.noop import NoopStopper
from luthier.compat.tune.stopper.stopper import CombinedStopper, Stopper
from luthier.compat.tune.stopper.timeout import TimeoutStopper
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
