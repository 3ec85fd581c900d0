"""Every registered scheduler obeys the laws of all schedulers."""

from typing import Any

import pytest

from luthier.schedulers import ASHA, Hyperband, Patience, Percentile, Scheduler
from luthier.schedulers.registry import SCHEDULERS
from luthier.testing.schedulers import RankingLaws, SchedulerLaws

RANKING = [name for name, entry in SCHEDULERS.items() if entry.ranks]
OTHERS = [name for name, entry in SCHEDULERS.items() if not entry.ranks]

#: Schedulers that need an argument, or whose arguments change the way they decide.
CONFIGURED: list[Any] = [
    ASHA(min_resource=2, max_resource=50, reduction_factor=4),
    Hyperband(max_resource=60, reduction_factor=2),
    Percentile(0, n_startup_trials=1, interval_steps=7),
    Percentile(100),
    Patience(ASHA(), patience=0),
    Patience(Percentile(25), patience=3, min_delta=0.5),
]


class TestRegisteredRanking(RankingLaws):
    @pytest.fixture(scope="class", params=RANKING)
    @classmethod
    def scheduler(cls, request: pytest.FixtureRequest) -> Scheduler:
        return SCHEDULERS[request.param].make()


class TestRegisteredOthers(SchedulerLaws):
    @pytest.fixture(scope="class", params=OTHERS)
    @classmethod
    def scheduler(cls, request: pytest.FixtureRequest) -> Scheduler:
        return SCHEDULERS[request.param].make()


class TestConfigured(RankingLaws):
    @pytest.fixture(scope="class", params=CONFIGURED, ids=repr)
    @classmethod
    def scheduler(cls, request: pytest.FixtureRequest) -> Scheduler:
        scheduler: Scheduler = request.param
        return scheduler
