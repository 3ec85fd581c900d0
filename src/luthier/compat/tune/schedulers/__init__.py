"""`ray.tune.schedulers` as luthier has it: which trials go on, and with which configuration."""

from typing import TYPE_CHECKING

from luthier.compat.support import lazy
from luthier.compat.tune.absences import stand_in

if TYPE_CHECKING:
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

HERE = "luthier.compat.tune.schedulers"

__getattr__ = lazy(
    __name__,
    {
        "PB2": f"{HERE}.pb2",
        "ASHAScheduler": f"{HERE}.async_hyperband",
        "AsyncHyperBandScheduler": f"{HERE}.async_hyperband",
        "FIFOScheduler": f"{HERE}.trial_scheduler",
        "HyperBandForBOHB": f"{HERE}.hyperband",
        "HyperBandScheduler": f"{HERE}.hyperband",
        "MedianStoppingRule": f"{HERE}.median_stopping_rule",
        "PopulationBasedTraining": f"{HERE}.pbt",
        "PopulationBasedTrainingReplay": f"{HERE}.pbt",
        "TrialScheduler": f"{HERE}.trial_scheduler",
        "create_scheduler": "luthier.compat.tune.named",
    },
    {"ResourceChangingScheduler": ONCE},
)

CHANGING = ("DistributeResources", "DistributeResourcesToTopJob", "ResourceChangingScheduler")
stand_in(__name__, {"resource_changing_scheduler": dict.fromkeys(CHANGING, ONCE)})
