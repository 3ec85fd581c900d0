"""A sampler that keeps from repeating itself may end instead, once everything was tried."""

import pytest

from luthier.base.seeding import rng_for
from luthier.samplers import Distinct, Sampler, UniformSampler
from luthier.testing.samplers import SPACES, SamplerLaws, crowd


class TestEnding(SamplerLaws):
    @pytest.fixture(scope="class")
    @classmethod
    def sampler(cls) -> Sampler:
        return Distinct(UniformSampler(), ends=True)


@pytest.mark.parametrize(("ends", "rows"), [(True, 0), (False, 3)])
def test_a_space_that_was_tried_whole_is_the_end_only_on_request(*, ends: bool, rows: int) -> None:
    space = SPACES["choices"]
    sampler = Distinct(UniformSampler(), ends=ends)
    assert len(sampler.propose(space, crowd(space, 20), rng_for(0, 0), 3).X) == rows
