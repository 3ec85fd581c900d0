"""Every registered sampler, and every way to compose them, obeys the laws of all samplers."""

from typing import Any

import pytest

from luthier.samplers import (
    CentreSampler,
    Distinct,
    Fallback,
    GridSampler,
    QuasiSampler,
    Sampler,
    StartupThen,
    TPESampler,
    UniformSampler,
)
from luthier.samplers.registry import SAMPLERS
from luthier.testing.samplers import SamplerLaws

#: Samplers that have no name, or whose arguments change what they do.
COMPOSED: list[Any] = [
    TPESampler(),
    TPESampler(n_candidates=1, good_share=0.5, most_good=3),
    Fallback(GridSampler(), other=QuasiSampler(3)),
    StartupThen(4, first=UniformSampler(), then=TPESampler()),
    Distinct(UniformSampler()),
    StartupThen(1, first=CentreSampler(), then=QuasiSampler()),
]


class TestRegistered(SamplerLaws):
    @pytest.fixture(scope="class", params=sorted(SAMPLERS))
    @classmethod
    def sampler(cls, request: pytest.FixtureRequest) -> Sampler:
        return SAMPLERS[request.param](11)


class TestComposed(SamplerLaws):
    @pytest.fixture(scope="class", params=COMPOSED, ids=lambda sampler: type(sampler).__name__)
    @classmethod
    def sampler(cls, request: pytest.FixtureRequest) -> Sampler:
        sampler: Sampler = request.param
        return sampler
