"""Grid search: every configuration of a finite space, once.

Configuration i of N is number `i * stride mod N` of the product of all values. The stride is coprime to N and next to
N / golden ratio, so a search that is cut short has still looked everywhere (a rank-1 lattice). Nothing is stored: the
next configurations are the first ones in this order that no told or running trial has taken.
"""

import math
from collections.abc import Iterator

import numpy as np
from numpy.random import Generator

from luthier.base.arrays import IntArray
from luthier.base.errors import InvalidInput, explain
from luthier.records.history import History
from luthier.samplers.protocol import Capabilities, Proposals
from luthier.samplers.taken import Cells, Taken, is_end, of_this_space, proposed_tags
from luthier.space.codec import MOST_TOLD_APART
from luthier.space.domains import Categorical
from luthier.space.space import Space

__all__ = ["GridSampler", "free_places"]

#: The most configurations of a grid: nobody would see the end of a larger one, and all are looked at when few are left.
LARGEST = 1 << 24

#: So many configurations are looked at first; then four times as many each time, up to LARGEST_CHUNK.
FIRST_CHUNK = 256
LARGEST_CHUNK = 1 << 18

INVERSE_GOLDEN_RATIO = (math.sqrt(5.0) - 1.0) / 2.0


class GridSampler:
    """Visits each configuration of a finite space once, in an order that spreads over the space; then it ends.

    The order is the same in every study: the generator is not used.
    """

    __slots__ = ()

    @property
    def capabilities(self) -> Capabilities:
        """Ends; for finite spaces that can be enumerated."""
        return Capabilities(finite=True, continuous=False, largest=LARGEST)

    def propose(self, space: Space, history: History, rng: Generator, n: int) -> Proposals:
        """Propose the next n configurations, or as many as are left.

        Raises:
            InvalidInput: a parameter is a continuum, or the grid has more than 2^24 configurations, or a parameter
                under a prior more than 2^17 values.
        """
        check_finite(space)
        cells, here = Cells(space), of_this_space(history)
        found = first_free(space, Taken.of(space, here), n)
        if not len(found) and not is_end(here):
            found = first_free(space, Taken(cells, here.pending), n)
        X = cells.middles(found)
        return Proposals(X, proposed_tags(cells, history, X))


def check_finite(space: Space) -> None:
    """Raise InvalidInput unless the space is a grid of a size that can be enumerated."""
    for name, levels in zip(space.names, space.levels, strict=True):
        if levels is None:
            fix = f'Give "{name}" a step, or use sampler="quasi".'
            raise InvalidInput(
                explain("a finite range for each parameter of a grid", f'the continuum "{name}"', fix)
            )
    for name, domain in space.items():
        prior = None if isinstance(domain, Categorical) else domain.prior
        if prior is not None and (domain.levels or 1) > MOST_TOLD_APART:
            got, fix = f'{domain.levels} of "{name}"', "Take coarser steps, or leave out the prior."
            raise InvalidInput(explain(f"a grid of at most {MOST_TOLD_APART} values under a prior", got, fix))
    if space.size is not None and space.size > LARGEST:
        fix = 'Take coarser steps, or use sampler="quasi"; or "brute_force", which counts the paths through branches.'
        raise InvalidInput(explain("a grid of at most 2**24 configurations", f"one of {space.size}", fix))


def first_free(space: Space, taken: Taken, n: int) -> IntArray:
    """`(k, d)` the first n places that nothing has taken, or as many as there are."""
    found = [np.empty((0, len(space)), dtype=np.int64)]
    for free in free_places(space, taken):
        found.append(free[: n - sum(map(len, found))])
        if sum(map(len, found)) == n:
            break
    return np.concatenate(found)


def free_places(space: Space, taken: Taken) -> Iterator[IntArray]:
    """`(k, d)` places that nothing has taken, chunk by chunk in the order of the grid."""
    size = space.size or 0
    stride = round(size * INVERSE_GOLDEN_RATIO)
    while math.gcd(stride, size) != 1:
        stride += 1
    start, chunk = 0, FIRST_CHUNK
    while start < size:
        stop = min(start + chunk, size)
        number = np.arange(start, stop, dtype=np.int64) * stride % size
        place = np.empty((stop - start, len(space)), dtype=np.int64)
        for column in reversed(range(len(space))):
            number, place[:, column] = np.divmod(number, space.levels[column] or 1)
        yield place[~taken.contains(place)]
        start, chunk = stop, min(4 * chunk, LARGEST_CHUNK)
