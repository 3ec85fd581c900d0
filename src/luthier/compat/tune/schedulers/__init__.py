"""`ray.tune.schedulers` as luthier has it: which trials go on, and with which configuration."""

from luthier.compat.support import lazy
from luthier.compat.tune.absences import stand_in
from luthier.compat.tune.named import create_scheduler
from luthier.compat.tune.schedulers.async_hyperband import ASHAScheduler, AsyncHyperBandScheduler
from luthier.compat.tune.schedulers.hyperband import HyperBandForBOHB, HyperBandScheduler
from luthier.compat.tune.schedulers.median_stopping_rule import MedianStoppingRule
from luthier.compat.tune.schedulers.pb2 import PB2
from luthier.compat.tune.schedulers.pbt import PopulationBasedTraining, PopulationBasedTrainingReplay
from luthier.compat.tune.schedulers.trial_scheduler import FIFOScheduler, TrialScheduler

__all__ = [
    "PB2",
    "ASHAScheduler",
    "AsyncHyperBandScheduler",
    "FIFOScheduler",
    "HyperBandForBOHB",
    "HyperBandScheduler",
    "MedianStoppingRule",
    "PopulationBasedTraining",
    "PopulationBasedTrainingReplay",
    "TrialScheduler",
    "create_scheduler",
]

#: What there is in place of resources that change.
ONCE = "Give each trial its resources once: tune.with_resources(trainable, {...})."
CHANGING = ("DistributeResources", "DistributeResourcesToTopJob", "ResourceChangingScheduler")

__getattr__ = lazy(__name__, {}, {"ResourceChangingScheduler": ONCE})

stand_in(__name__, {"resource_changing_scheduler": dict.fromkeys(CHANGING, ONCE)})
