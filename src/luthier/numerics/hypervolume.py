"""Hypervolume: how much of the space below a reference point a set of points dominates, all objectives minimised.

    Y     (n, m) points, finite or +inf     r   (m,) the reference point, finite
    H(Y)  volume of all z with y <= z < r in every objective, for some row y

Two objectives are swept in O(n log n). More are summed as exclusive volumes: While, Bradstreet, Barone 2012, "A fast
way of calculating exact hypervolumes" (WFG), Sec. III, without its heuristics for many objectives.

Subsets are chosen greedily, each point for what it adds to those before it, which is at least 1 - 1/e of what the best
subset has (Nemhauser, Wolsey, Fisher 1978; Guerreiro, Fonseca, Paquete 2016). Two objectives are exact, in O(k n); with
more the volume is counted on a lattice, in O(k n) too, whatever their number.
"""

from functools import lru_cache

import numpy as np

from luthier.base.arrays import Array, IntArray
from luthier.numerics.pareto import nondominated, reached

__all__ = ["exclusive", "greedy", "hypervolume"]

#: Points of the lattice on which volumes of three and more objectives are counted.
LATTICE = 1021

#: Generates the lattice: of all numbers the one with the least P_2 in three to six dimensions, multiplied.
GENERATOR = 89

#: Volumes are compared in so many parts of the whole.
PARTS = 1e12


def hypervolume(Y: Array, reference: Array) -> float:
    """H of `Y: (n, m)` below `reference: (m,)`; points that are not below it everywhere add nothing.

    It is +inf where it is beyond all floats.
    """
    inside = Y[(reference > Y).all(axis=1)]
    if not len(inside):
        return 0.0
    unit = units(inside, reference)
    return large(below(np.ldexp(inside, -unit), np.ldexp(reference, -unit)), unit)


def exclusive(point: Array, Y: Array, reference: Array) -> float:
    """What `point: (m,)` adds to H of `Y: (n, m)`: `H(Y with point) - H(Y)`."""
    if not (point < reference).all():
        return 0.0
    unit = units(point[None], reference)
    point, Y, reference = (np.ldexp(values, -unit) for values in (point, Y, reference))
    # Of volumes that are all but equal the difference may round below 0.
    added = max(0.0, float(np.prod(reference - point)) - below(np.maximum(Y, point), reference))
    return large(added, unit)


def units(Y: Array, reference: Array) -> IntArray:
    """`(m,)` the powers of two that bring objectives to a common size: products of huge ones would be infinite."""
    span = reference / 2.0 - Y.min(axis=0) / 2.0
    return np.asarray(np.frexp(span)[1] + 1, dtype=np.int64)


def large(volume: float, unit: IntArray) -> float:
    """A volume in the units that objectives came in."""
    with np.errstate(over="ignore"):
        return float(np.ldexp(volume, unit.sum()))


def below(Y: Array, reference: Array) -> float:
    """H of points of which some may not be below the reference."""
    inside = Y[(reference > Y).all(axis=1)]
    return volume(np.unique(inside[nondominated(inside)], axis=0), reference) if len(inside) else 0.0


def volume(front: Array, reference: Array) -> float:
    """H of points below the reference of which none dominates another, sorted by their first objective."""
    if front.shape[1] == 1:
        return float(reference[0] - front[0, 0])
    if front.shape[1] == 2:
        lower = np.append(reference[1], front[:-1, 1])
        return float((reference[0] - front[:, 0]) @ (lower - front[:, 1]))
    total = 0.0
    for place in range(len(front)):
        # The later points, cut to what they share with this one: the limited set of WFG.
        shared = np.maximum(front[place + 1 :], front[place])
        total += float(np.prod(reference - front[place])) - below(shared, reference)
    return total


def greedy(Y: Array, reference: Array, k: int) -> tuple[IntArray, Array]:
    """`(k,)` rows of `Y: (n, m)` chosen greedily for the volume below `reference: (m,)`, and what each added.

    `Y` are finite and nowhere above the reference, with two objectives one front; k <= n. Of equal gains the first row
    is chosen.
    """
    volume = Staircase(Y, reference) if Y.shape[1] == 2 else Lattice(Y, reference)
    rows, added = np.empty(k, dtype=np.int64), np.empty(k)
    left = np.ones(len(Y), dtype=np.bool_)
    # Without a volume, where all lie at the reference in one objective, gains are all 0.
    parts = PARTS / (volume.whole or 1.0)
    for place in range(k):
        gains = np.where(left, volume.gains(), -1.0)
        # The last bits of products differ from machine to machine; choices must not.
        row = int(np.rint(gains * parts).argmax())
        rows[place], added[place] = row, gains[row]
        left[row] = False
        volume.add(row)
    return rows, added


class Staircase:
    """What each point of a front of two objectives would add to those added so far."""

    def __init__(self, Y: Array, reference: Array) -> None:
        self.order = np.lexsort(Y.T[::-1])
        self.place = np.argsort(self.order)
        self.x, self.y = Y[self.order].T
        self.whole = float(np.prod(reference - Y.min(axis=0)))
        #: The box of each point: up to the next point on its right, and to the next one above.
        self.width, self.height = reference[0] - self.x, reference[1] - self.y

    def gains(self) -> Array:
        """`(n,)` the volume that each row would add."""
        return np.asarray((self.width * self.height)[self.place])

    def add(self, row: int) -> None:
        """Add a row."""
        here = self.place[row]
        left, right = slice(None, here + 1), slice(here, None)
        self.width[left] = np.minimum(self.width[left], self.x[here] - self.x[left])
        self.height[right] = np.minimum(self.height[right], self.y[here] - self.y[right])


class Lattice:
    """What each point would add to those added so far, counted on a lattice in the box that holds them all."""

    def __init__(self, Y: Array, reference: Array) -> None:
        low = Y.min(axis=0)
        self.whole = float(np.prod(reference - low))
        #: `(LATTICE, n)` whether each point of the lattice is dominated by each row.
        self.below = np.ascontiguousarray(reached(Y, low + (reference - low) * korobov(Y.shape[1])).T)
        self.counts = self.below.sum(axis=0)
        self.free = np.ones(LATTICE, dtype=np.bool_)

    def gains(self) -> Array:
        """`(n,)` the volume that each row would add."""
        return np.asarray(self.counts * (self.whole / LATTICE))

    def add(self, row: int) -> None:
        """Add a row."""
        taken = self.free & self.below[:, row]
        self.counts = self.counts - self.below[taken].sum(axis=0)
        self.free &= ~taken


@lru_cache(maxsize=16)
def korobov(m: int) -> Array:
    """`(LATTICE, m)` points of the unit cube, evenly spread (Korobov 1959): multiples of powers of one number."""
    powers = [pow(GENERATOR, power, LATTICE) for power in range(m)]
    return (np.outer(np.arange(LATTICE), powers) % LATTICE + 0.5) / LATTICE
