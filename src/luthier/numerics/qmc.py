"""Sobol sequences with random access and a scramble of their own for each dimension.

    i     index of a point           v_j   direction number of bit j, a binary fraction of 32 bits
    g     Gray code of i             x     the point: the exclusive or of the v_j of the bits of g

Point i is made without the points before it. Sources: Sobol 1967; direction numbers of Joe and Kuo 2008 ("Constructing
Sobol sequences with better two-dimensional projections", SIAM J. Sci. Comput. 30; new-joe-kuo-6.21201, the first 1,024
dimensions by way of SciPy, licence in joe_kuo.LICENSE); Gray code: Antonov and Saleev 1979; scramble: Matoušek 1998, a
random lower triangular matrix over the bits and a random shift, which keeps every net a net.
"""

from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence
from numpy.typing import NDArray

from luthier.base.arrays import Array

__all__ = ["DIMENSIONS", "directions", "scrambled", "shifted", "sobol"]

#: Dimensions in the table.
DIMENSIONS = 1024

#: Bits of a coordinate, and so of an index.
BITS = 32

Bits = NDArray[np.uint32]


@lru_cache(maxsize=1)
def table() -> NDArray[np.uint16]:
    """`(1024, 1 + 18)`: the polynomial of each dimension as bits, and its first direction numbers."""
    with (files("luthier.numerics") / "joe_kuo.npy").open("rb") as file:
        loaded: NDArray[np.uint16] = np.load(file, allow_pickle=False)
    return loaded


@lru_cache(maxsize=DIMENSIONS)
def directions(dimension: int) -> Bits:
    """`(32,)` direction numbers of one of the 1,024 dimensions, the first bit of the fraction on top."""
    polynomial, *first = table()[dimension].tolist()
    degree = polynomial.bit_length() - 1
    # The van der Corput sequence stands first: its "polynomial" has degree 0.
    odd = first[:degree] if degree else [1] * BITS
    for _ in range(BITS - len(odd)):
        new = odd[-degree] ^ (odd[-degree] << degree)  # Joe and Kuo 2008, Eq. (2)
        for k in range(1, degree):
            if polynomial >> (degree - k) & 1:
                new ^= odd[-k] << k
        odd.append(new)
    return np.array([odd[j] << (BITS - 1 - j) for j in range(BITS)], dtype=np.uint32)


@lru_cache(maxsize=4 * DIMENSIONS)
def scrambled(dimension: int, seed: int, name: int) -> tuple[Bits, int]:
    """Direction numbers and shift of one dimension under the scramble of `(seed, name)`."""
    rng = Generator(PCG64(SeedSequence(seed, spawn_key=(name,))))
    weights = 1 << np.arange(BITS - 1, -1, -1, dtype=np.uint64)  # of the bits of a fraction, first bit on top
    random_bits = rng.integers(0, 2, size=(BITS, BITS), dtype=np.uint64)
    lower = np.tril(random_bits, -1) + np.eye(BITS, dtype=np.uint64)
    bits = (directions(dimension).astype(np.uint64) // weights[:, None]) % 2  # (bit, direction)
    mixed = (lower @ bits % 2) * weights[:, None]
    return mixed.sum(axis=0).astype(np.uint32), int(rng.integers(0, 1 << BITS))


def shifted(count: int, d: int, rng: Generator) -> Array:
    """`(count, d)` the first points of the sequence under a random shift: each is uniform, together they are even.

    Source: L'Ecuyer and Lemieux 2002, "Recent advances in randomized quasi-Monte Carlo methods", digital shifts. From
    the 1,025th dimension on coordinates are random.
    """
    columns = min(d, DIMENSIONS)
    points = first_points(count, columns) ^ rng.integers(0, 1 << BITS, size=columns, dtype=np.uint32)
    X: Array = np.multiply(points, 2.0**-BITS)
    return X if columns == d else np.hstack([X, rng.random((count, d - columns))])


@lru_cache(maxsize=16)
def first_points(count: int, d: int) -> Bits:
    """`(count, d)` the first points of the sequence without a scramble, as bits."""
    index = np.arange(count, dtype=np.uint32)
    gray = index ^ (index >> np.uint32(1))
    matrices = np.array([directions(dimension) for dimension in range(d)], dtype=np.uint32).reshape(d, BITS)
    points = np.zeros((count, d), dtype=np.uint32)
    for bit in range(count.bit_length()):
        points ^= np.where((gray >> np.uint32(bit) & 1)[:, None] != 0, matrices[:, bit], np.uint32(0))
    points.flags.writeable = False
    return points


def sobol(index: int, matrices: Bits, shifts: Bits) -> Array:
    """`(d,)` point `index` < 2^32 of the sequence with direction numbers `matrices: (d, 32)` and `shifts: (d,)`.

    Coordinates are multiples of 2^-32 in [0, 1).
    """
    gray = index ^ (index >> 1)
    used = [bit for bit in range(BITS) if gray >> bit & 1]
    point: Array = np.multiply(np.bitwise_xor.reduce(matrices[:, used], axis=1) ^ shifts, 2.0**-BITS)
    return point
