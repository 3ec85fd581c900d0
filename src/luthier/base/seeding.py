"""Random streams by name instead of by order.

The stream of trial 17 is a function of `(study seed, 17, purpose)` alone, so it is the same whoever asks,
in whatever order, before or after a resume. A `numpy.random.SeedSequence`, whose words are independent for different
spawn keys (seed_seq of O'Neill), seeds a PCG64 for each block of trials and purpose, and its outputs seed the trials.
"""

import secrets
from functools import lru_cache
from typing import Any
from zlib import crc32

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence
from numpy.random.bit_generator import ISeedSequence
from numpy.typing import NDArray

__all__ = ["PROPOSE", "SEED_BITS", "new_seed", "purpose_of", "rng_for"]

#: The purpose of the stream that proposes a whole configuration.
PROPOSE = 0

#: Seeds are 63-bit so that they fit a signed 64-bit column of any database.
SEED_BITS = 63

#: Trials that are seeded together. Part of what a seed means: never change it.
BLOCK = 64

#: A PCG64 takes four 64-bit words: two of state, two of stream.
WORDS = 4


class Words(ISeedSequence):
    """A seed sequence that hands over words drawn before."""

    def __init__(self, words: NDArray[np.uint64]) -> None:
        self.words = words

    def generate_state(self, n_words: int, dtype: Any = np.uint32) -> NDArray[np.uint64]:
        """The words; a PCG64 asks for just these."""
        return self.words


@lru_cache(maxsize=64)
def block_of(study_seed: int, block: int, purpose: int) -> NDArray[np.uint64]:
    """`(BLOCK, WORDS)`: the seeds of a block of trials for one purpose."""
    source = PCG64(SeedSequence(study_seed, spawn_key=(block, purpose)))
    words: NDArray[np.uint64] = source.random_raw(BLOCK * WORDS)
    return words.reshape(BLOCK, WORDS)


def rng_for(study_seed: int, trial: int, purpose: int = PROPOSE) -> Generator:
    """The generator of one trial for one purpose; equal arguments give equal streams on any machine."""
    block, place = divmod(trial, BLOCK)
    words = Words(block_of(study_seed, block, purpose)[place])
    return Generator(PCG64(words))  # type: ignore[arg-type]  # any ISeedSequence is documented to do


def purpose_of(name: str) -> int:
    """A stable positive purpose number for a parameter that is proposed alone."""
    return 1 + crc32(name.encode(errors="surrogatepass"))


def new_seed() -> int:
    """A fresh study seed from the operating system, drawn once when a study is created without one."""
    return secrets.randbits(SEED_BITS)
