"""A forest that passes through every point of a table: the surrogate of spaces too large for a grid.

    X  (n, d) points in the unit cube, NaN where a parameter was inactive; no two rows alike
    y  (n,) their values, +inf where the run failed

Extremely randomised trees (Geurts, Ernst and Wehenkel 2006), grown until each leaf holds one point. Each tree gives a
query the value of one point of the table, so the forest gives the mean over the points that lie near it: the value
itself at a point of the table, and never less than the least. The optimum of the surrogate is therefore that of the
table. All trees grow side by side, level by level.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from benchmarks.quality.problems.grids import stored
from luthier.base.arrays import Array, IntArray

__all__ = ["Forest", "forest"]

TREES = 32

#: Stands for NaN: left of every value, and as far from the nearest as half the range.
INACTIVE = -0.5


@dataclass(frozen=True, slots=True)
class Forest:
    """Nodes of all trees; a leaf is its own child."""

    feature: IntArray
    threshold: Array
    #: `(nodes, 2)` where a query goes that lies left of the threshold, and one that does not.
    children: IntArray
    value: Array
    depth: int

    def __call__(self, row: Array) -> float:
        """The value of a point `row: (d,)`."""
        filled = np.where(np.isnan(row), INACTIVE, row)
        nodes = np.arange(TREES)
        for _ in range(self.depth):
            right = filled[self.feature[nodes]] >= self.threshold[nodes]
            nodes = self.children[nodes, right.astype(np.intp)]
        return float(self.value[nodes].mean())


@cache
def forest(name: str) -> Forest:
    """The forest of a table; the same one at every call."""
    table = stored(name)
    return grown(table["X"], table["y"], seed=len(table["y"]))


def grown(X: Array, y: Array, *, seed: int) -> Forest:
    """The forest of a table; the cuts of a node are one draw for each parameter, of which the best is taken."""
    rng = np.random.default_rng(seed)
    n = len(X)
    filled = np.where(np.isnan(X), INACTIVE, X)
    target = np.argsort(np.argsort(y, kind="stable")) / n
    points, node = np.tile(np.arange(n), TREES), np.repeat(np.arange(TREES), n)
    features, thresholds, children, values = [], [], [], []
    first, count, depth = 0, TREES, 0
    while count:
        size = np.bincount(node, minlength=count)
        feature, threshold = cuts(filled[points], target[points], node, size, rng)
        inner = size > 1
        place = np.cumsum(inner) - 1
        left = np.where(inner, first + count + 2 * place, first + np.arange(count))
        features.append(feature)
        thresholds.append(np.where(inner, threshold, np.inf))
        children.append(np.stack([left, np.where(inner, left + 1, left)], axis=1))
        leaf = np.full(count, np.nan)
        done = ~inner[node]
        leaf[node[done]] = y[points[done]]
        values.append(leaf)
        points, node = points[~done], node[~done]
        right = filled[points, feature[node]] >= threshold[node]
        node = 2 * place[node] + right
        first, count, depth = first + count, 2 * int(inner.sum()), depth + 1
    return Forest(
        np.concatenate(features),
        np.concatenate(thresholds),
        np.concatenate(children),
        np.concatenate(values),
        depth,
    )


def cuts(
    X: Array, target: Array, node: IntArray, size: IntArray, rng: np.random.Generator
) -> tuple[IntArray, Array]:
    """The feature and the threshold of each node: one random cut for each feature, the one that explains most."""
    count = len(size)
    order = np.argsort(node, kind="stable")
    starts = np.concatenate([[0], np.cumsum(size)[:-1]])
    total = np.bincount(node, target, minlength=count)
    best = np.full(count, -1.0)
    feature, threshold = np.zeros(count, dtype=np.intp), np.zeros(count)
    for column in range(X.shape[1]):
        x = X[:, column]
        low, high = np.minimum.reduceat(x[order], starts), np.maximum.reduceat(x[order], starts)
        # In (low, high]: a point at the threshold goes right, so both sides hold one.
        cut = high - rng.random(count) * (high - low)
        left = x < cut[node]
        n_left = np.bincount(node[left], minlength=count)
        sum_left = np.bincount(node[left], target[left], minlength=count)
        n_right = size - n_left
        gain = sum_left**2 / np.maximum(n_left, 1) + (total - sum_left) ** 2 / np.maximum(n_right, 1)
        gain = np.where((n_left > 0) & (n_right > 0), gain, -1.0)
        better = gain > best
        best, feature = np.where(better, gain, best), np.where(better, column, feature)
        threshold = np.where(better, cut, threshold)
    return feature, threshold
