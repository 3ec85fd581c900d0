"""Every registered executor keeps the laws of its kind."""

import pytest

from luthier.executors.registry import EXECUTORS, SHARE_PROCESS, Factory
from luthier.testing.executors import ExecutorLaws, IsolationLaws


class TestEveryExecutor(ExecutorLaws):
    @pytest.fixture(params=sorted(EXECUTORS))
    def make(self, request: pytest.FixtureRequest) -> Factory:
        return EXECUTORS[request.param]


class TestIsolatingExecutor(IsolationLaws):
    @pytest.fixture(params=sorted(EXECUTORS.keys() - SHARE_PROCESS))
    def make(self, request: pytest.FixtureRequest) -> Factory:
        return EXECUTORS[request.param]
