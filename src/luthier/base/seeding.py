"""Random streams by name instead of by order.

The stream of trial 17 is a function of `(study seed, 17, purpose)` alone, so it is the same whoever asks,
in whatever order, before or after a resume (`numpy.random.SeedSequence`, spawn keys).
"""

import secrets
from zlib import crc32

from numpy.random import PCG64, Generator, SeedSequence

__all__ = ["PROPOSE", "new_seed", "purpose_of", "rng_for"]

#: The purpose of the stream that proposes a whole configuration.
PROPOSE = 0

#: Seeds are 63-bit so that they fit a signed 64-bit column of any database.
SEED_BITS = 63


def rng_for(study_seed: int, trial: int, purpose: int = PROPOSE) -> Generator:
    """The generator of one trial for one purpose; equal arguments give equal streams on any machine."""
    return Generator(PCG64(SeedSequence(study_seed, spawn_key=(trial, purpose))))


def purpose_of(name: str) -> int:
    """A stable positive purpose number for a parameter that is proposed alone."""
    return 1 + crc32(name.encode())


def new_seed() -> int:
    """A fresh study seed from the operating system, drawn once when a study is created without one."""
    return secrets.randbits(SEED_BITS)
