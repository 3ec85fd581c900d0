"""Schedulers by name."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from luthier.compat.support import absent
from luthier.compat.tune.named import made_by_name
from luthier.compat.tune.schedulers.trial_scheduler import TrialScheduler

__all__ = ["SCHEDULERS", "create_scheduler"]

HERE = "luthier.compat.tune.schedulers"

#: Name -> module and class.
SCHEDULERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "asha": (f"{HERE}.async_hyperband", "AsyncHyperBandScheduler"),
        "async_hyperband": (f"{HERE}.async_hyperband", "AsyncHyperBandScheduler"),
        "asynchyperband": (f"{HERE}.async_hyperband", "AsyncHyperBandScheduler"),
        "fifo": (f"{HERE}.trial_scheduler", "FIFOScheduler"),
        "hb_bohb": (f"{HERE}.hyperband", "HyperBandForBOHB"),
        "hyperband": (f"{HERE}.hyperband", "HyperBandScheduler"),
        "median_stopping_rule": (f"{HERE}.median_stopping_rule", "MedianStoppingRule"),
        "medianstopping": (f"{HERE}.median_stopping_rule", "MedianStoppingRule"),
        "pb2": (f"{HERE}.pb2", "PB2"),
        "pbt": (f"{HERE}.pbt", "PopulationBasedTraining"),
        "pbt_replay": (f"{HERE}.pbt", "PopulationBasedTrainingReplay"),
    },
)


def create_scheduler(scheduler: str, **kwargs: Any) -> TrialScheduler:
    """A scheduler by its name, in any case, such as "asynchyperband" or "pbt".

    An argument that the scheduler does not have is left out, with a warning, so that one set of arguments serves
    several schedulers.

    Raises:
        InvalidInput: there is no such name.
        NotImplementedError: "resource_changing", which this door does not have.
    """
    if scheduler.lower() == "resource_changing":
        raise absent(
            "tune.schedulers.ResourceChangingScheduler", "Give each trial its resources: tune.with_resources."
        )
    made: TrialScheduler = made_by_name(scheduler, SCHEDULERS, kwargs)
    return made
