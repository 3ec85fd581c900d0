"""A forest of extremely randomised trees over numbers and choices, with a predictive variance.

    n  points       d  columns       q  queries       t  trees       k  cuts tried at a node
    a  nodes to split

All trees grow together, level by level. At each node k columns are drawn and cut at random: a number between its least
and greatest value there, choices into a random set and the rest; the cut that explains most of the variance is taken.

    mu(x)       mean over trees of the mean of the leaf that holds x
    sigma^2(x)  variance over trees of these means + mean over trees of the leaves' own variances

Sources: Geurts, Ernst, Wehenkel, "Extremely randomized trees" (Machine Learning 2006), Table 1; Hutter, Xu, Hoos and
Leyton-Brown, "Algorithm runtime prediction: Methods & evaluation" (arXiv:1211.0906), section 4.3.2, for the variance;
Hutter, Hoos, Leyton-Brown, "Sequential model-based optimization for general algorithm configuration" (LION 2011).
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from luthier.base.arrays import Array, BoolArray, IntArray
from luthier.space.domains import Categorical
from luthier.space.space import Space

__all__ = ["Forest", "Grown", "inputs_of"]

#: A column that is not asked for gets this number, outside of the unit interval: one cut tells it apart.
INACTIVE = -1.0

#: Choices in sets of bits; a column of more choices is cut like a number.
MOST_CHOICES = 62

#: So many columns are cut at each node at most.
MOST_CUTS = 16

#: A node whose drawn columns are all constant draws anew so often before it becomes a leaf.
DRAWS = 12

#: Gains are compared to this many decimals of the standardised targets' sum of squares.
DECIMALS = 9

#: Nodes whose variance is below this share of the targets' are pure.
PURE = 1e-12


class Grown(NamedTuple):
    """How trees are grown."""

    #: With fewer their variance is too rough to rank candidates by; time grows with their number.
    trees: int = 16
    #: Columns cut at each node, as a share of all.
    share: float = 5 / 6
    #: Fewer points than this are a leaf.
    least_split: int = 3


def inputs_of(space: Space, X: Array) -> tuple[Array, IntArray]:
    """`F: (n, d)` what trees see of `X: (n, d)`, and `(d,)` the number of choices in each column, 0 for numbers.

    Choices are their places, one more for an inactive column.
    """
    levels = [
        len(domain.choices) + 1
        if isinstance(domain, Categorical) and len(domain.choices) < MOST_CHOICES
        else 0
        for domain in space.values()
    ]
    counts = np.array(levels, dtype=np.int64)
    missing = np.isnan(X)
    F = np.where(missing, INACTIVE, X)
    choices = np.flatnonzero(counts)
    if choices.size:
        last = counts[choices] - 1
        places = np.minimum(np.floor(F[:, choices] * last), last - 1.0)
        F[:, choices] = np.where(missing[:, choices], last, places)
    return F, counts


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """Fitted trees, all nodes in one table; the first t nodes are the roots. A leaf is its own child."""

    trees: int
    depth: int
    #: `(d,)` whether a column is one of choices.
    chosen: BoolArray
    #: By node: the column that is cut; where; the set of choices that go left; the left child, before the right one.
    column: IntArray
    threshold: Array
    members: IntArray
    child: IntArray
    mean: Array
    variance: Array

    @classmethod
    def fit(
        cls, F: Array, y: Array, *, levels: IntArray, rng: Generator, grown: Grown | None = None
    ) -> "Forest":
        """The forest of n >= 1 points `F: (n, d)`, as `inputs_of` makes them.

        The targets `y: (n,)` are finite, and of the scale of 1.
        """
        return Growth(F, y, levels=levels, rng=rng, grown=grown or Grown()).forest()

    def predict(self, F: Array) -> tuple[Array, Array]:
        """Mean and variance `(q,)` at `F: (q, d)`."""
        leaf = self.leaves(F)
        means = self.mean[leaf]
        return means.mean(axis=0), means.var(axis=0) + self.variance[leaf].mean(axis=0)

    def leaves(self, F: Array) -> IntArray:
        """`(t, q)` the leaf of each query in each tree."""
        q = len(F)
        flat = F.ravel()
        offset = np.arange(q) * F.shape[1]
        node: IntArray = np.repeat(np.arange(self.trees)[:, None], q, axis=1)
        mixed = bool(self.chosen.any())
        for _ in range(self.depth):
            column = self.column[node]
            value = flat[offset + column]
            left = value <= self.threshold[node]
            if mixed:
                left = np.where(self.chosen[column], bit(self.members[node], value), left)
            node = self.child[node] + ~left
        return node


def bit(members: IntArray, value: Array) -> BoolArray:
    """Whether each choice is a member of its set."""
    place = np.clip(value, 0.0, MOST_CHOICES).astype(np.int64)
    member: BoolArray = ((members >> place) & 1).astype(np.bool_)
    return member


class Growth:
    """Trees that grow: the points in splittable nodes, sorted by node."""

    def __init__(self, F: Array, y: Array, *, levels: IntArray, rng: Generator, grown: Grown) -> None:
        n, d = F.shape
        self.F, self.y, self.rng, self.grown = F, y, rng, grown
        self.levels = levels
        self.cuts = min(max(1, round(grown.share * d)), MOST_CUTS)
        room = grown.trees * max(1, 2 * n - 1)
        self.column = np.zeros(room, dtype=np.int64)
        self.threshold = np.full(room, np.inf)
        self.members = np.full(room, -1, dtype=np.int64)
        self.child = np.arange(room)
        self.mean, self.variance = np.zeros(room), np.zeros(room)
        self.used = grown.trees
        self.pure = PURE * float(y.var())

    def forest(self) -> Forest:
        """Grow until every node is pure or small."""
        n, t = len(self.y), self.grown.trees
        rows = np.tile(np.arange(n), t)
        nodes, starts = np.arange(t), np.arange(t) * n
        draws = np.zeros(t, dtype=np.int64)
        self.describe(nodes, rows, starts)
        depth = 0
        while True:
            rows, nodes, starts, draws = self.splittable(rows, nodes, starts, draws)
            if not nodes.size or not self.F.shape[1]:
                break
            rows, nodes, starts, draws = self.split(rows, nodes, starts, draws)
            depth += 1
        used = slice(self.used)
        return Forest(
            trees=t,
            depth=depth,
            chosen=self.levels > 0,
            column=self.column[used],
            threshold=self.threshold[used],
            members=self.members[used],
            child=self.child[used],
            mean=self.mean[used],
            variance=self.variance[used],
        )

    def describe(self, nodes: IntArray, rows: IntArray, starts: IntArray) -> None:
        """Enter mean and variance of new nodes."""
        count = sizes(starts, rows.size)
        y = self.y[rows]
        mean = np.add.reduceat(y, starts) / count
        spread = np.square(y - np.repeat(mean, count))
        self.mean[nodes], self.variance[nodes] = mean, np.add.reduceat(spread, starts) / count

    def splittable(
        self, rows: IntArray, nodes: IntArray, starts: IntArray, draws: IntArray
    ) -> tuple[IntArray, IntArray, IntArray, IntArray]:
        """The nodes that may be split, with their points."""
        count = sizes(starts, rows.size)
        keep = (count >= self.grown.least_split) & (self.variance[nodes] > self.pure) & (draws < DRAWS)
        kept = count[keep]
        return rows[np.repeat(keep, count)], nodes[keep], np.cumsum(kept) - kept, draws[keep]

    def split(
        self, rows: IntArray, nodes: IntArray, starts: IntArray, draws: IntArray
    ) -> tuple[IntArray, IntArray, IntArray, IntArray]:
        """Cut each node where a cut was found; the next level's nodes with their points, in order."""
        count = sizes(starts, rows.size)
        slot = np.repeat(np.arange(nodes.size), count)
        column = self.rng.integers(self.F.shape[1], size=(nodes.size, self.cuts))
        values = self.F[rows[:, None], column[slot]]
        low, high = np.minimum.reduceat(values, starts), np.maximum.reduceat(values, starts)
        threshold = low + self.rng.random(low.shape) * (high - low)
        left = values <= threshold[slot]
        members = np.full(low.shape, -1, dtype=np.int64)
        choice = self.levels[column] > 0
        if choice.any():
            # The choice of one point goes left for sure, the others by the toss of a coin.
            member = self.F[rows[starts][:, None], column]
            members = self.rng.integers(1 << MOST_CHOICES, size=low.shape)
            members |= np.int64(1) << np.where(choice, member, 0.0).astype(np.int64)
            left = np.where(choice[slot], bit(members[slot], values), left)
        gain = self.gains(rows, starts, left)
        best = gain.argmax(axis=1)
        each = np.arange(nodes.size)
        found = gain[each, best] > -np.inf
        self.enter(nodes, found, column[each, best], threshold[each, best], members[each, best])
        right = ~left[np.arange(rows.size), best[slot]] & found[slot]
        order = np.argsort(2 * slot + right, kind="stable")
        rows = rows[order]
        parts = np.stack([count, np.zeros_like(count)], axis=1)
        parts[:, 1] = np.add.reduceat(right.astype(np.int64), starts)
        parts[:, 0] -= parts[:, 1]
        child = self.child[nodes]
        names = np.stack([child, child + 1], axis=1)[parts > 0]
        new = parts[parts > 0]
        begins = np.cumsum(new) - new
        self.describe(names, rows, begins)
        again = np.repeat(np.where(found, 0, draws + 1), 2).reshape(-1, 2)[parts > 0]
        return rows, names, begins, again

    def gains(self, rows: IntArray, starts: IntArray, left: BoolArray) -> Array:
        """`(a, k)` by how much each cut lowers the sum of squares, up to a constant of the node.

        -inf for a cut that parts nothing.
        """
        count = sizes(starts, rows.size)[:, None]
        y = self.y[rows]
        total = np.add.reduceat(y, starts)[:, None]
        n_left = np.add.reduceat(left.astype(np.float64), starts)
        n_right = count - n_left
        s_left = np.add.reduceat(np.where(left, y[:, None], 0.0), starts)
        s_right = total - s_left
        parted = (n_left > 0) & (n_right > 0)
        gain = s_left**2 / np.maximum(n_left, 1.0) + s_right**2 / np.maximum(n_right, 1.0)
        return np.where(parted, np.round(gain, DECIMALS), -np.inf)

    def enter(
        self, nodes: IntArray, found: BoolArray, column: IntArray, threshold: Array, members: IntArray
    ) -> None:
        """Write the cuts that were found, and make room for the children."""
        cut = nodes[found]
        self.column[cut], self.threshold[cut] = column[found], threshold[found]
        self.members[cut] = members[found]
        self.child[cut] = self.used + 2 * np.arange(cut.size)
        self.used += 2 * cut.size


def sizes(starts: IntArray, total: int) -> NDArray[np.int64]:
    """How many points each of the consecutive groups has that begin at `starts`."""
    return np.diff(starts, append=total)
