"""Which question about one parameter best tells whether another one is asked for.

    c  parameters to be told about (targets)       P  parameters that a question can be about (parents)
    K  cells of a parent: its choices, its grid, or bins of a continuum
    low, high  the sides of a split: on the low one the target is asked for less often, or the parent is inactive
    n, a       rows of a side or cell, and those of them in which the target is active

A split is worth what it shortens the description of the activity of a target: the bits of the question and those of the
rows on either side (Rissanen's minimum description length). What explains every row comes before what explains most.
"""

import math
from dataclasses import dataclass

import numpy as np

from luthier.base.arrays import Array, BoolArray, IntArray
from luthier.space.domains import Categorical, Domain
from luthier.space.space import Space

__all__ = ["EXACT", "NEVER", "Evidence", "Split"]

#: A parameter with more choices is no parent, and a grid with more values is a continuum.
MOST_CELLS = 128

#: Bins of a continuum, alike in the number of rows.
BINS = 32

#: Bits that a question costs more when it is about a continuum: objectives branch on choices and on counts.
CONTINUUM = 6.0

#: Bits that a question costs more when its column comes after the target's: what is asked for first is known first.
LATER = 4.0

#: What explains every row comes before what does not: more bits than any description has.
EXACT = 1e9

#: No split at all.
NEVER = 1e18


@dataclass(frozen=True, slots=True)
class Split:
    """One question: rows with `column` in `low`, or without it, go low; all others, and values never seen, go high.

    `low` are the cells of a column with `levels` cells, or, where `levels` is 0, both ends of an interval.
    """

    column: int
    levels: int
    low: "tuple[int, ...] | tuple[float, float]"

    def is_low(self, u: Array) -> BoolArray:
        """`(q,)` which of the values `u: (q,)` of the column, NaN where inactive, go low."""
        if not self.levels:
            return ~((u < self.low[0]) | (u > self.low[1]))
        table = np.zeros(self.levels + 1, dtype=np.bool_)
        table[[*self.low, self.levels]] = True
        return np.asarray(table.take(cells_of(u, self.levels, self.levels)))


class Evidence:
    """The rows of `X: (n, d)` prepared for many questions.

    Args:
        space: d named domains.
        X: `(n, d)` in the unit cube, NaN where inactive.
        continua: whether questions may be about continua, which take more time than all others.
    """

    def __init__(self, space: Space, X: Array, *, continua: bool) -> None:
        self.X = X
        self.active = active = ~np.isnan(X)
        found = enumerate(map(kind_of, space.values()))
        kinds = [(column, kind) for column, kind in found if kind is not None and (continua or kind[0])]
        self.parents = np.array([column for column, _ in kinds], dtype=np.int64)
        #: `(P,)` cells of each parent, 0 for a continuum; whether they have an order.
        self.levels = np.array([levels for _, (levels, _) in kinds], dtype=np.int64)
        self.ordered = np.array([ordered for _, (_, ordered) in kinds], dtype=np.bool_)
        #: K of all parents, so that their cells are one table.
        self.width = max([BINS if levels == 0 else levels for _, (levels, _) in kinds], default=0)
        #: `(P, n)` the cell of each row; K where the parent is inactive.
        self.codes = np.array(
            [self.encode(X[:, column], levels) for column, (levels, _) in kinds], dtype=np.int64
        )
        #: Logarithms to base two of factorials, up to that of n.
        self.log_factorial = np.concatenate([[0.0], np.cumsum(np.log2(np.arange(1.0, len(X) + 1.0)))])
        # A parent is asked for at least as often as its children. This also keeps questions from running in circles.
        order = np.lexsort((np.arange(active.shape[1]), -active.sum(axis=0)))
        #: All columns, parents before children, and the place of each in that order.
        self.order: list[int] = order.tolist()
        self.place = np.argsort(order)

    def encode(self, u: Array, levels: int) -> IntArray:
        """The cells of one column."""
        if levels:
            return cells_of(u, levels, self.width)
        known = np.sort(u[~np.isnan(u)])
        ends = np.unique(known[np.arange(1, BINS) * len(known) // BINS]) if len(known) else known
        return np.where(np.isnan(u), self.width, np.searchsorted(ends, u, side="right"))

    def bits(self, n: IntArray, a: IntArray) -> Array:
        """What it takes to say which a of n rows have a target active: their number, and which."""
        table = self.log_factorial
        total: Array = np.log2(n + 1.0) + table[n] - table[a] - table[n - a]
        return total

    def best(self, targets: IntArray, rows: IntArray) -> list[tuple[float, Split | None]]:
        """For each target the bits that `rows` take with its best split, less `EXACT` if it explains all; the split."""
        P, K = len(self.parents), self.width
        if not P:
            return [(NEVER, None)] * len(targets)
        flat = self.codes[:, rows] + (np.arange(P) * (K + 1))[:, None]
        answers = self.active[rows][:, targets].T
        n = np.bincount(flat.ravel(), minlength=P * (K + 1)).reshape(P, K + 1)
        a = np.stack(
            [np.bincount(flat[:, yes].ravel(), minlength=n.size).reshape(n.shape) for yes in answers]
        )
        allowed = self.place[self.parents] < self.place[targets][:, None]
        extra = LATER * (self.parents > targets[:, None]) + CONTINUUM * (self.levels == 0)
        extra = np.where(allowed, extra, NEVER)[:, :, None]
        kinds = [(self.choices(n, a) + extra, False), (self.ranges(n, a) + extra, True)]
        found = []
        for t, target in enumerate(targets.tolist()):
            costs, ordered = min(kinds, key=lambda kind: kind[0][t].min())
            p, k = divmod(int(costs[t].argmin()), K)
            least, split = float(costs[t, p, k]), None
            if least < NEVER:
                low = low_cells(n[p, :K], a[t, p, :K], k, ordered=ordered)
                split = self.split(p, low, rows)
            if least >= 0.0:
                exact = self.threshold(target, np.flatnonzero(allowed[t] & (self.levels == 0)), rows)
                least, split = (least, split) if exact is None else exact
            found.append((least, split))
        return found

    def choices(self, n: IntArray, a: IntArray) -> Array:
        """`(c, P, K)` bits of a set of cells: those in which the target is active least often, up to each one."""
        K = self.width
        order = by_share(n[:, :K], a[:, :, :K])
        inner = np.take_along_axis(np.broadcast_to(n[:, :K], order.shape), order, axis=2)
        cost = self.cuts(inner, np.take_along_axis(a[:, :, :K], order, axis=2), n[:, K:], a[:, :, K:])
        cost += np.count_nonzero(n[:, :K], axis=1)[:, None]
        cost[:, self.levels == 0] = NEVER
        return cost

    def ranges(self, n: IntArray, a: IntArray) -> Array:
        """`(c, P, K)` bits of a range of cells: all up to each one, or all beyond."""
        K = self.width
        cost = self.cuts(np.broadcast_to(n[:, :K], (len(a), len(n), K)), a[:, :, :K], n[:, K:], a[:, :, K:])
        cost += np.log2(2.0 * np.maximum(np.count_nonzero(n[:, :K], axis=1), 1))[:, None]
        cost[:, ~self.ordered] = NEVER
        return cost

    def cuts(self, n: IntArray, a: IntArray, n_out: IntArray, a_out: IntArray) -> Array:
        """Bits of the rows on both sides of a cut after each cell; rows without the parent are on the low side."""
        n, a = n.cumsum(axis=2), a.cumsum(axis=2)
        n_rest, a_rest = n[:, :, -1:] - n, a[:, :, -1:] - a
        first = a * n_rest <= a_rest * n
        low_n, low_a = np.where(first, n, n_rest) + n_out, np.where(first, a, a_rest) + a_out
        high_n, high_a = np.where(first, n_rest, n), np.where(first, a_rest, a)
        cost = self.bits(low_n, low_a) + self.bits(high_n, high_a)
        cost -= EXACT * ((low_a == 0) & (high_a == high_n))
        cost[a * n_rest == a_rest * n] = NEVER
        return cost

    def split(self, p: int, low: IntArray, rows: IntArray) -> Split:
        """The split that sends some cells of a parent low."""
        column, levels = int(self.parents[p]), int(self.levels[p])
        if levels:
            return Split(column, levels, tuple(low[low < levels].tolist()))
        u, codes = self.X[rows, column], self.codes[p, rows]
        inside = u[np.isin(codes, low)]
        # Beyond the rows seen low nothing is known, unless there is no other side.
        return interval(column, inside, above=bool(low[0] > 0))

    def threshold(self, target: int, parents: IntArray, rows: IntArray) -> tuple[float, Split] | None:
        """The split of a continuum that explains all rows, and its bits less `EXACT`, if there is one."""
        yes = self.active[rows, target]
        for p in parents.tolist():
            u = self.X[rows, self.parents[p]]
            known = ~np.isnan(u)
            low, high = u[known & ~yes], u[yes]
            if (
                low.size
                and high.size
                and known[yes].all()
                and (low.max() < high.min() or high.max() < low.min())
            ):
                bits = (
                    CONTINUUM
                    + math.log2(2.0 * len(u))
                    + math.log2((len(high) + 1) * (len(yes) - len(high) + 1))
                )
                return bits - EXACT, interval(int(self.parents[p]), low, above=bool(high.max() < low.min()))
        return None


def kind_of(domain: Domain) -> tuple[int, bool] | None:
    """How many cells a parent has, 0 for a continuum, and whether they have an order; None for what is no parent."""
    levels = domain.levels
    if levels == 1 or (isinstance(domain, Categorical) and domain.levels > MOST_CELLS):
        return None
    if isinstance(domain, Categorical):
        return domain.levels, False
    return (levels if levels is not None and domain.even and levels <= MOST_CELLS else 0), True


def cells_of(u: Array, levels: int, unknown: int) -> IntArray:
    """The cell of each number, `unknown` for NaN, over which `fmin` passes."""
    return np.fmin(np.minimum(u * levels, levels - 0.5), unknown + 0.5).astype(np.intp)


def by_share(n: IntArray, a: IntArray) -> IntArray:
    """Cells by the share of rows in which the target is active, those without rows last."""
    return np.argsort(np.where(n > 0, a / np.maximum(n, 1), np.inf), axis=-1, kind="stable")


def low_cells(n: IntArray, a: IntArray, cut: int, *, ordered: bool) -> IntArray:
    """The cells on the low side of a cut after so many; in an order without gaps, up to the last cell that was seen."""
    seen = np.flatnonzero(n)
    if not ordered:
        return np.sort(by_share(n, a)[: cut + 1])
    first = a[: cut + 1].sum() * n[cut + 1 :].sum() < a[cut + 1 :].sum() * n[: cut + 1].sum()
    return np.arange(seen[seen <= cut].max() + 1) if first else np.arange(seen[seen > cut].min(), len(n))


def interval(column: int, low: Array, *, above: bool) -> Split:
    """The split of a continuum that sends the numbers seen low that way, and all that are more extreme."""
    ends = (float(low.min()), np.inf) if above else (-np.inf, float(low.max()))
    return Split(column, 0, ends)
