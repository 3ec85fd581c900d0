"""Low-discrepancy sequences: Sobol, Halton and Hammersly.

    i   index of a point          b   base of a dimension, a prime
    n   number of points          digits of i in base b, mirrored at the point, are the radical inverse

Sources: Sobol 1967 (the table of `luthier.numerics.qmc`); Halton 1960; Hammersley 1960.
"""

import math
from collections.abc import Sequence
from typing import final

import numpy as np

from luthier.base.arrays import Array, IntArray
from luthier.base.errors import InvalidInput, explain
from luthier.compat.skopt.rng import Rng, draw_seed
from luthier.compat.skopt.sampler.base import InitialPointGenerator
from luthier.numerics.qmc import directions, scrambled, sobol

__all__ = ["Halton", "Hammersly", "Sobol", "radical_inverse"]


@final
class Sobol(InitialPointGenerator):
    """The Sobol sequence, which fills the space more evenly than chance.

    Args:
        skip: how many points to leave out at the start; 0 or a power of two.
        randomize: whether the sequence is scrambled; a scrambled one differs for each random state.

    Raises:
        InvalidInput: `skip` is no power of two: the points would lose their balance.
    """

    def __init__(self, skip: int = 0, randomize: bool = True) -> None:  # noqa: FBT001, FBT002 - the original's
        if skip < 0 or skip & (skip - 1):
            raise InvalidInput(explain("skip to be 0 or a power of two", repr(skip), "Round it."))
        self.skip = skip
        self.randomize = randomize

    def unit_points(self, n_dims: int, n_samples: int, rng: Rng) -> Array:
        """The points of the sequence from `skip` on; an unscrambled one starts at 1, for its point 0 is a corner."""
        seed = draw_seed(rng)
        if self.randomize:
            made = [scrambled(column, seed, column) for column in range(n_dims)]
        else:
            made = [(directions(column), 0) for column in range(n_dims)]
        matrices = np.array([matrix for matrix, _ in made], dtype=np.uint32)
        shifts = np.array([shift for _, shift in made], dtype=np.uint32)
        first = self.skip if self.randomize else max(1, self.skip)
        return np.array([sobol(first + row, matrices, shifts) for row in range(n_samples)])


@final
class Halton(InitialPointGenerator):
    """The Halton sequence: the radical inverse of the index, in another prime base for each dimension.

    Args:
        min_skip: the fewest points to leave out at the start; -1 for as many as the largest base.
        max_skip: the most; between the two the number is drawn.
        primes: the bases; the first primes when left out.
    """

    def __init__(self, min_skip: int = 0, max_skip: int = 0, primes: Sequence[int] | None = None) -> None:
        self.min_skip = min_skip
        self.max_skip = max_skip
        self.primes = primes

    def unit_points(self, n_dims: int, n_samples: int, rng: Rng) -> Array:
        """The points after the skipped ones; point 0 is a corner and never among them."""
        bases = bases_of(self.primes, n_dims)
        index = 1 + skipped(self.min_skip, self.max_skip, bases, rng) + np.arange(n_samples)
        return np.column_stack([radical_inverse(index, base) for base in bases])


@final
class Hammersly(InitialPointGenerator):
    """The Hammersley set: a Halton sequence whose last coordinate steps evenly from 0 to 1.

    Args:
        min_skip: the fewest points to leave out at the start; -1 for as many as the largest base.
        max_skip: the most; between the two the number is drawn.
        primes: the bases; the first primes when left out.
    """

    def __init__(self, min_skip: int = 0, max_skip: int = 0, primes: Sequence[int] | None = None) -> None:
        self.min_skip = min_skip
        self.max_skip = max_skip
        self.primes = primes

    def unit_points(self, n_dims: int, n_samples: int, rng: Rng) -> Array:
        """The set of n points."""
        steps = (np.arange(n_samples) + 0.5) / n_samples
        if n_dims == 1:
            return steps.reshape(-1, 1)
        return np.column_stack([Halton.unit_points(self, n_dims - 1, n_samples, rng), steps])  # type: ignore[arg-type]  # same fields


def skipped(least: int, most: int, bases: Sequence[int], rng: Rng) -> int:
    """How many points a sequence leaves out."""
    if least < 0 and most < 0:
        return max(bases)
    low, high = max(0, min(least, most)), max(least, most)
    return int(rng.uniform(low, high + 1)) if high > low else high


def bases_of(primes: Sequence[int] | None, count: int) -> list[int]:
    """The bases of so many dimensions.

    Raises:
        InvalidInput: fewer were given than there are dimensions.
    """
    if primes is None:
        return first_primes(count)
    if len(primes) < count:
        raise InvalidInput(explain(f"{count} primes, one for each dimension", repr(primes), "Leave it out."))
    return list(primes[:count])


def first_primes(count: int) -> list[int]:
    """The first primes, 2 among them."""
    found: list[int] = []
    number = 2
    while len(found) < count:
        if all(number % prime for prime in found if prime <= math.isqrt(number)):
            found.append(number)
        number += 1
    return found


def radical_inverse(index: IntArray, base: int) -> Array:
    """The digits of each index in a base, mirrored at the point."""
    rest = np.asarray(index, dtype=np.int64)
    inverse, weight = np.zeros(rest.shape), 1.0
    while rest.any():
        weight /= base
        rest, digit = np.divmod(rest, base)
        inverse += digit * weight
    return inverse
