"""Order among points with several objectives, all minimised.

    Y     (n, m) objective values, never NaN        front   points that no other point of a set dominates
    rank  0 for the first front, 1 for the front that is left without it, and so on

One point dominates another when it is nowhere larger and somewhere smaller; equal points share a front.
Source: Deb et al. 2002, "A fast and elitist multiobjective genetic algorithm: NSGA-II", Secs. III.A and III.B.
Memory is O(n m) throughout.
"""

from bisect import bisect_right

import numpy as np

from luthier.base.arrays import Array, BoolArray, IntArray

__all__ = ["crowding", "nondominated", "rank", "reached"]

#: So many rows are compared with a front at a time.
BLOCK = 128


def nondominated(Y: Array) -> BoolArray:
    """`(n,)` whether each row of `Y: (n, m)` is on the first front."""
    order = np.lexsort(Y.T[::-1])
    mask = np.zeros(len(Y), dtype=np.bool_)
    mask[order[front(Y[order])]] = True
    return mask


def rank(Y: Array, *, enough: int | None = None) -> IntArray:
    """`(n,)` ranks of the rows of `Y: (n, m)`.

    Fronts are peeled off until `enough` rows have their rank; the others then share the next one. All ranks of two
    objectives cost O(n log n) whatever the number of fronts.
    """
    order = np.lexsort(Y.T[::-1])
    ranks = np.empty(len(Y), dtype=np.int64)
    if Y.shape[1] == 2 and enough is None:
        ranks[order] = rank_pairs(Y[order])
    else:
        ranks[order] = peel(Y[order], len(Y) if enough is None else enough)
    return ranks


def front(ordered: Array) -> IntArray:
    """Places of the first front in rows that are sorted lexicographically."""
    if len(ordered) < 2:
        return np.arange(len(ordered))
    new = np.append(True, (ordered[1:] != ordered[:-1]).any(axis=1))
    rows = ordered[new]
    on_front = front_of_pairs(rows) if rows.shape[1] == 2 else front_of_blocks(rows)
    return np.flatnonzero(on_front[np.cumsum(new) - 1])


def front_of_pairs(rows: Array) -> BoolArray:
    """Which of different rows of two numbers, sorted, nothing before them dominates."""
    best = np.minimum.accumulate(rows[:, 1])
    return np.append(True, rows[1:, 1] < best[:-1])


def front_of_blocks(rows: Array) -> BoolArray:
    """Which of different rows, sorted, nothing before them dominates; blocks are compared with the front so far."""
    on_front = np.zeros(len(rows), dtype=np.bool_)
    found = rows[:0]
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK]
        open_rows = np.flatnonzero(~reached(found, block).any(axis=0))
        block = block[open_rows]
        inside = reached(block, block)
        np.fill_diagonal(inside, val=False)
        kept = ~inside.any(axis=0)
        on_front[start + open_rows[kept]] = True
        found = np.concatenate([found, block[kept]])
    return on_front


def reached(Y: Array, points: Array) -> BoolArray:
    """`(n, q)` whether each row of `Y: (n, m)` is nowhere above each of `points: (q, m)`."""
    table = np.ones((len(Y), len(points)), dtype=np.bool_)
    for values, places in zip(Y.T, points.T, strict=True):
        table &= values[:, None] <= places
    return table


def peel(ordered: Array, enough: int) -> IntArray:
    """Ranks of rows that are sorted lexicographically, front by front."""
    ranks = np.empty(len(ordered), dtype=np.int64)
    left = np.arange(len(ordered))
    level = 0
    while left.size and len(ordered) - left.size < enough:
        first = front(ordered[left])
        ranks[left[first]] = level
        left = np.delete(left, first)
        level += 1
    ranks[left] = level
    return ranks


def rank_pairs(ordered: Array) -> list[int]:
    """Ranks of rows of two numbers that are sorted lexicographically (Jensen 2003, by bisection)."""
    ranks: list[int] = []
    least: list[float] = []  # the second objective of the newest member of each front: ascending
    previous = None
    for row in map(tuple, ordered.tolist()):
        if row == previous:
            ranks.append(ranks[-1])
            continue
        previous = row
        level = bisect_right(least, row[1])
        ranks.append(level)
        if level == len(least):
            least.append(row[1])
        else:
            least[level] = row[1]
    return ranks


def crowding(Y: Array) -> Array:
    """`(n,)` crowding distances of the rows of one front, `Y: (n, m)`: large where neighbours are far.

    The ends of each objective have +inf. An infinite objective counts as the largest finite one.
    """
    distance = np.zeros(len(Y))
    for values in Y.T:
        finite = values[np.isfinite(values)]
        if not finite.size:
            continue
        inside = np.clip(values, finite.min(), finite.max()) / 2.0  # halves, so that their span is finite too
        order = np.argsort(inside, kind="stable")
        ordered = inside[order]
        span = ordered[-1] - ordered[0]
        if span > 0.0:
            gaps = np.full(len(Y), np.inf)
            gaps[1:-1] = (ordered[2:] - ordered[:-2]) / span
            distance[order] += gaps
    return distance
