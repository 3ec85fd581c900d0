"""Random states as scikit-learn and its relatives take them: None, an int, a RandomState or a Generator."""

from typing import Any, TypeAlias

import numpy as np
from numpy.random import Generator, RandomState

from luthier.base.errors import InvalidInput, explain

__all__ = ["RandomLike", "Rng", "check_random_state", "draw_seed"]

#: What draws: both have `uniform`, `choice`, `permutation` and `shuffle`.
Rng: TypeAlias = Generator | RandomState

#: What a user may pass as `random_state`.
RandomLike: TypeAlias = int | Generator | RandomState | None

#: Seeds of scikit-learn are 31-bit.
SEEDS = 2**31 - 1


def check_random_state(seed: Any = None) -> Rng:
    """A source of random numbers; an existing one is itself.

    Raises:
        InvalidInput: this cannot seed anything.
    """
    if isinstance(seed, Generator | RandomState):
        return seed
    if seed is None:
        return RandomState()
    if isinstance(seed, int | np.integer) and not isinstance(seed, bool) and seed >= 0:
        return RandomState(int(seed) % 2**32)
    raise InvalidInput(
        explain(
            "random_state to be None, an int >= 0, a RandomState or a Generator", repr(seed), "Pass one."
        ),
    )


def draw_seed(rng: Rng) -> int:
    """A seed for something that wants an int."""
    return int(rng.uniform(0, SEEDS))
