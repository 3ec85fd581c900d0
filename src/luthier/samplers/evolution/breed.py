"""Children: parents by tournament, crossover, mutation, and what to do with parameters that a parent lacks."""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, final

import numpy as np
from numpy.random import Generator

from luthier.base.arrays import Array, BoolArray, IntArray
from luthier.samplers.evolution.crossover import Crossover
from luthier.samplers.evolution.mutation import polynomial
from luthier.samplers.evolution.population import Population
from luthier.samplers.weighted import by_weight
from luthier.space.codec import decoder, encoder
from luthier.space.domains import Categorical
from luthier.space.space import Space

__all__ = ["Breeder"]

#: Points are multiples of 2^-32, so that they do not differ in their last bits from machine to machine.
PER_UNIT = 2.0**32


class Kinds(NamedTuple):
    """The columns of a space by kind."""

    #: `(d,)` whether a column is a number.
    numeric: BoolArray
    #: Columns of numbers with few values.
    grids: IntArray
    #: Columns of more than one value.
    varying: IntArray


@lru_cache(maxsize=16)
def kinds(space: Space) -> Kinds:
    """The columns of a space by kind."""
    numeric = [not isinstance(domain, Categorical) for domain in space.values()]
    grids = [column for column, levels in enumerate(space.levels) if levels is not None]
    varying = [column for column, levels in enumerate(space.levels) if levels != 1]
    return Kinds(
        np.array(numeric, dtype=np.bool_), np.array(grids, dtype=np.int64), np.array(varying, dtype=np.int64)
    )


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Breeder:
    """Makes children. The arguments are those of `NsgaSampler`."""

    crossover: Crossover
    crossover_prob: float
    swapping_prob: float
    mutation_prob: float | None
    mutation_eta: float

    def child(self, space: Space, population: Population, rng: Generator) -> tuple[Array, list[int]]:
        """`(d,)` a child of the population, and the places of its parents."""
        kind = kinds(space)
        crossed = len(population.rows) > 1 and rng.random() < self.crossover_prob
        wanted = self.crossover.parents if crossed else 1
        parents = [tournament(population.merits, rng) for _ in range(wanted)]
        X = completed(space, population.X[parents], rng)
        child = X[0].copy()
        if crossed:
            child[kind.numeric] = self.crossover(X[:, kind.numeric], rng)
            swapped = ~kind.numeric & (rng.random(len(space)) < self.swapping_prob)
            child[swapped] = X[1, swapped]
        child = np.clip(child, 0.0, 1.0)
        child = self.mutated(space, child, rng, always=bool((child == X).all(axis=1).any()))
        return settled(space, kind, child), parents

    def mutated(self, space: Space, child: Array, rng: Generator, *, always: bool) -> Array:
        """The child with a few parameters changed; with `always` at least one of those that can change."""
        d, kind = len(space), kinds(space)
        varying = kind.varying
        chance = 1.0 / max(len(varying), 1) if self.mutation_prob is None else self.mutation_prob
        hit = rng.random(d) < chance
        if always and chance > 0.0 and len(varying) and not hit[varying].any():
            hit[varying[rng.integers(len(varying))]] = True
        if not hit.any():
            return child
        fresh = by_weight(space, rng.random((1, d)))[0]
        moved = np.where(kind.numeric, polynomial(child, rng, self.mutation_eta), fresh)
        stuck = kind.grids[settled(space, kind, moved)[kind.grids] == settled(space, kind, child)[kind.grids]]
        moved[stuck] = fresh[stuck]
        return np.where(hit, moved, child)


def tournament(merits: IntArray, rng: Generator) -> int:
    """The place of the better one of two members drawn by chance; the first one if they are alike."""
    one, other = rng.integers(len(merits), size=2).tolist()
    return int(other if merits[other] < merits[one] else one)


def completed(space: Space, X: Array, rng: Generator) -> Array:
    """`(k, d)` parents with what they lack taken from another parent, or drawn."""
    missing = np.isnan(X)
    if not missing.any():
        return X
    drawn = by_weight(space, rng.random((1, len(space))))[0]
    known = np.where(missing.all(axis=0), drawn, X[(~missing).argmax(axis=0), np.arange(len(space))])
    return np.where(missing, known, X)


def settled(space: Space, kind: Kinds, x: Array) -> Array:
    """`(d,)` the point on the lattice of proposals; grids and choices in the middle of their cells."""
    point: Array = np.rint(x * PER_UNIT) / PER_UNIT
    domains = tuple(space.values())
    for column in kind.grids.tolist():
        domain = domains[column]
        point[column] = encoder(domain)(decoder(domain)(float(x[column])))
    return point
