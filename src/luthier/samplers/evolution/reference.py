"""NSGA-III: survivors spread over given directions in the space of objectives.

    z    reference points on the simplex, (H, m)       f    objectives of a member, normalised: (m,)
    a    intercepts of the plane of the extremes       rho  how many survivors a reference point has

Source: Deb and Jain 2014, "An Evolutionary Many-Objective Optimization Algorithm Using Reference-Point-Based
Nondominated Sorting Approach, Part I" (IEEE TEVC 18); points: Das and Dennis 1998. Where the paper draws lots among
equals, the nearest member and the first reference point are taken, for survivors are a function of the pool.
"""

from itertools import combinations
from math import comb
from typing import final

import numpy as np
from numpy.typing import ArrayLike

from luthier.base.arrays import Array, BoolArray, IntArray
from luthier.base.errors import InvalidInput, explain
from luthier.samplers.arguments import check_counts
from luthier.samplers.evolution.survival import Pool, levels, split

__all__ = ["Niching", "das_dennis"]

#: Weight of the other objectives where the extreme member of one is looked for.
OFF_AXIS = 1e-6

#: Ranges of objectives below this are not told apart.
TINY = 1e-12

#: Distances are compared to this many decimals: their last bits differ from machine to machine.
DECIMALS = 9

#: So many reference points are enough; the number grows fast with the objectives.
MOST_POINTS = 10_000


def das_dennis(m: int, divisions: int) -> Array:
    """`(H, m)` all points of the simplex whose coordinates are multiples of `1 / divisions`; H = C(m + p - 1, p).

    Raises:
        InvalidInput: less than one division, or more than 10,000 points.
    """
    if divisions < 1 or comb(m + divisions - 1, divisions) > MOST_POINTS:
        got = f"divisions={divisions} with {m} objectives"
        raise InvalidInput(explain("1 to 10,000 reference points", got, "Take other divisions."))
    bars = np.array(list(combinations(range(divisions + m - 1), m - 1)), dtype=np.int64)
    bars = bars.reshape(comb(m + divisions - 1, divisions), m - 1)
    ends = np.full((len(bars), 1), divisions + m - 1)
    edges = np.concatenate([np.full_like(ends, -1), bars, ends], axis=1)
    points: Array = (np.diff(edges, axis=1) - 1) / divisions
    return points


def directed(points: ArrayLike) -> Array:
    """`(H, m)` points that are directions.

    Raises:
        InvalidInput: they are none.
    """
    try:
        matrix: Array = np.atleast_2d(np.asarray(points, dtype=np.float64))
        sound = matrix.ndim == 2 and matrix.size and np.isfinite(matrix).all()
    except (TypeError, ValueError):
        sound = False
    if not sound or (matrix < 0.0).any() or not matrix.any(axis=1).all():
        expected = "reference points as a matrix of finite numbers >= 0, a row for each, none of zeros alone"
        raise InvalidInput(explain(expected, repr(points), "Correct the points."))
    return matrix


@final
class Niching:
    """NSGA-III: the first fronts survive; the last one that fits in part gives those whose directions are empty.

    Args:
        points: `(H, m)` reference points, not negative; those of Das and Dennis by default.
        divisions: of each objective for the default points; by default as many as give at most `size` points.

    Raises:
        InvalidInput: points that are not such a matrix.
    """

    __slots__ = ("divisions", "points")

    def __init__(self, points: ArrayLike | None = None, *, divisions: int | None = None) -> None:
        matrix = None if points is None else directed(points)
        if divisions is not None:
            check_counts(1, divisions=divisions)
        self.points = matrix
        self.divisions = divisions

    def survivors(self, pool: Pool, size: int) -> IntArray:
        """The rows of the pool that survive, at most `size`, ascending.

        Raises:
            InvalidInput: the reference points are for another number of objectives.
        """
        whole, last = split(levels(pool), size)
        if not last.size:
            return whole
        rows = np.concatenate([whole, last])
        niche, distance = associated(pool.Y[rows], self.directions(pool.Y.shape[1], size))
        chosen = filled(niche, distance, taken=whole.size, size=size)
        return np.sort(rows[chosen])

    def merits(self, pool: Pool) -> IntArray:
        """`(k,)` the front: all are alike as parents once the population is on the first one (Sec. IV-F)."""
        return levels(pool)

    def directions(self, m: int, size: int) -> Array:
        """`(H, m)` reference points of length 1."""
        points = self.points if self.points is not None else das_dennis(m, self.divided(m, size))
        if points.shape[1] != m:
            got = f"{points.shape[1]}"
            raise InvalidInput(explain(f"reference points with {m} coordinates", got, "Correct them."))
        length = np.sqrt((points**2).sum(axis=1, keepdims=True))
        return np.asarray(points / np.maximum(length, TINY))

    def divided(self, m: int, size: int) -> int:
        """The divisions: the most that give at most one reference point for each survivor."""
        if self.divisions is not None:
            return self.divisions
        divisions = 1
        while m > 1 and comb(m + divisions, divisions + 1) <= size:
            divisions += 1
        return divisions


def associated(Y: Array, directions: Array) -> tuple[IntArray, Array]:
    """For each of k members the nearest direction, and its distance to it, both `(k,)`."""
    f = normalised(Y)
    along = f @ directions.T
    squares = (f**2).sum(axis=1, keepdims=True) - along**2
    distance = np.round(np.sqrt(np.maximum(squares, 0.0)), DECIMALS)
    niche = distance.argmin(axis=1)
    return niche, distance[np.arange(len(Y)), niche]


def normalised(Y: Array) -> Array:
    """`(k, m)` objectives less the ideal point, in units of the intercepts; infinite ones as the largest finite."""
    finite = np.isfinite(Y)
    top = np.where(finite, Y, -np.inf).max(axis=0)
    bottom = np.where(finite, Y, np.inf).min(axis=0)
    top, bottom = np.where(np.isfinite(top), top, 0.0), np.where(np.isfinite(bottom), bottom, 0.0)
    # Halves, so that their span is finite too.
    f = np.clip(Y, bottom, top) / 2.0 - bottom / 2.0
    nadir = f.max(axis=0)
    f = f / np.maximum(nadir, TINY)
    a = intercepts(f)
    return np.asarray(f / a)


def intercepts(f: Array) -> Array:
    """`(m,)` where the plane through the extreme members cuts the axes; 1, the largest value, where none does."""
    m = f.shape[1]
    weights = np.where(np.eye(m, dtype=np.bool_), 1.0, OFF_AXIS)
    reach = np.round((f[:, None, :] / weights).max(axis=2), DECIMALS)  # Eq. (4): the scalarising function
    extremes = f[reach.argmin(axis=0)]
    with np.errstate(divide="ignore"):  # of a singular matrix beside denormals
        volume = abs(np.linalg.det(extremes))
    if volume < OFF_AXIS:
        return np.ones(m)
    plane = np.linalg.solve(extremes, np.ones(m))
    good = (plane > OFF_AXIS).all()
    a: Array = 1.0 / plane if good else np.ones(m)
    return a if good and (a <= 1.0 + OFF_AXIS).all() else np.ones(m)


def filled(niche: IntArray, distance: Array, *, taken: int, size: int) -> BoolArray:
    """`(k,)` which members survive: the first `taken` do, the others fill the emptiest niches first (Algorithm 4)."""
    chosen = np.zeros(len(niche), dtype=np.bool_)
    chosen[:taken] = True
    count: dict[int, int] = {}
    for place in niche[:taken].tolist():
        count[place] = count.get(place, 0) + 1
    waiting: dict[int, list[int]] = {}
    nearest = taken + np.lexsort((np.arange(len(niche) - taken), distance[taken:]))
    for row in nearest[::-1].tolist():
        waiting.setdefault(int(niche[row]), []).append(row)
    for _ in range(size - taken):
        emptiest = min(waiting, key=lambda place: (count.get(place, 0), place))
        chosen[waiting[emptiest].pop()] = True
        count[emptiest] = count.get(emptiest, 0) + 1
        if not waiting[emptiest]:
            del waiting[emptiest]
    return chosen
