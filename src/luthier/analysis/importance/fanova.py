"""Functional ANOVA: the share of a forest's variance that one parameter explains by itself.

    V     variance of a tree's prediction over the whole space     w_l   volume of leaf l, v_l its prediction
    V_j   variance of the prediction as a function of parameter j alone, averaged over the others

Hutter, Hoos, Leyton-Brown 2014, "An efficient approach for assessing hyperparameter importance", Secs. 3.2 and 3.3:
the importance of j is the mean of V_j / V over trees. Volumes are those of the search space: a logarithmic range counts
each order of magnitude alike, and every choice has the same volume.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from luthier.analysis.importance.evidence import Evidence
from luthier.analysis.importance.forest import DEPTH, TREES, Features, features, fitted
from luthier.base.arrays import Array

__all__ = ["fanova"]

#: Less variance than this, relative to a prediction, is rounding.
ROUNDING = 1e-24


class Leaves(NamedTuple):
    """The L leaves of a tree as boxes over k features."""

    #: `low, high: (L, k)` in [0, 1].
    low: Array
    high: Array
    #: `v: (L,)`.
    value: Array


def fanova(
    seen: Evidence, params: Sequence[str], *, seed: int | None = 0, trees: int = TREES, depth: int = DEPTH
) -> dict[str, float]:
    """The share of variance of each of `params`, in [0, 1], not normalised; 0 for all of too few trials."""
    result = dict.fromkeys(params, 0.0)
    if len(seen.records) < 2 or not params:
        return result
    known = features(seen.records, params)
    forest = fitted(known.X, seen.Y[:, 0], seed=seed, trees=trees, depth=depth)
    shares = [share for tree in forest.estimators_ if (share := shares_of(leaves_of(tree.tree_), known))]
    if not shares:
        return result
    return {name: float(np.mean([share[name] for share in shares])) for name in params}


def leaves_of(tree: Any) -> Leaves:
    """The leaves of one of scikit-learn's trees."""
    k = tree.n_features
    left, right, feature, threshold = tree.children_left, tree.children_right, tree.feature, tree.threshold
    lows, highs, values = [], [], []
    pending = [(0, np.zeros(k), np.ones(k))]
    while pending:
        node, low, high = pending.pop()
        if left[node] < 0:
            lows.append(low)
            highs.append(high)
            values.append(float(tree.value[node].ravel()[0]))
            continue
        column, cut = feature[node], threshold[node]
        below, above = high.copy(), low.copy()
        below[column] = min(high[column], cut)
        above[column] = max(low[column], cut)
        pending += [(left[node], low, below), (right[node], above, high)]
    return Leaves(np.array(lows), np.array(highs), np.array(values))


def shares_of(leaves: Leaves, known: Features) -> dict[str, float]:
    """V_j / V of every parameter in one tree; empty for a tree without variance."""
    cells = {name: cells_of(leaves, place, name in known.choices) for name, place in known.columns.items()}
    sizes = {name: inside @ lengths for name, (inside, lengths) in cells.items()}
    volume = np.prod(list(sizes.values()), axis=0)
    volume /= volume.sum()
    mean = float(volume @ leaves.value)
    total = float(volume @ (leaves.value - mean) ** 2)
    if total <= ROUNDING * max(1.0, mean * mean):
        return {}
    shares = {}
    for name, (inside, lengths) in cells.items():
        size = sizes[name]
        others = np.divide(volume, size, out=np.zeros_like(volume), where=size > 0.0)
        marginal = (others * leaves.value) @ inside / np.maximum(others @ inside, ROUNDING)
        shares[name] = float(lengths @ (marginal - mean) ** 2) / total
    return shares


def cells_of(leaves: Leaves, place: slice, choice: bool) -> tuple[Array, Array]:  # noqa: FBT001 - a private fact
    """`inside: (L, C)` whether a leaf covers each cell of one parameter, and `lengths: (C,)`, summing to 1."""
    low, high = leaves.low[:, place], leaves.high[:, place]
    if choice:
        # A leaf covers choice c if it allows 1 in column c and 0 in all others.
        allows_one, allows_zero = high >= 1.0, low <= 0.0
        zeros = allows_zero.sum(axis=1, keepdims=True) - allows_zero
        inside = allows_one & (zeros == low.shape[1] - 1)
        return inside.astype(np.float64), np.full(low.shape[1], 1.0 / low.shape[1])
    edges = np.unique(np.concatenate([low[:, 0], high[:, 0]]))
    covered = (low <= edges[:-1]) & (high >= edges[1:])
    return covered.astype(np.float64), np.diff(edges)
