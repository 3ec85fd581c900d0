"""Random streams are functions of seed, trial and purpose."""

from hypothesis import given
from hypothesis import strategies as st

from luthier.base.seeding import PROPOSE, new_seed, purpose_of, rng_for

SEEDS = st.integers(0, 2**63 - 1)


@given(SEEDS, st.integers(0, 10**6), st.integers(0, 2**32))
def test_equal_arguments_give_equal_streams(seed: int, trial: int, purpose: int) -> None:
    assert rng_for(seed, trial, purpose).random() == rng_for(seed, trial, purpose).random()


def test_trials_and_purposes_have_streams_of_their_own() -> None:
    draws = {
        rng_for(7, trial, purpose).random() for trial in range(50) for purpose in (PROPOSE, purpose_of("x"))
    }

    assert len(draws) == 100


def test_the_stream_is_the_same_on_every_machine() -> None:
    assert rng_for(7, 17).random() == 0.378626490943462
    assert purpose_of("lr") != PROPOSE


def test_fresh_seeds_fit_a_signed_column() -> None:
    assert all(0 <= new_seed() < 2**63 for _ in range(100))
