"""Random forests of losses over parameters, for the two importances that read trees.

    X  (n, k) features in [0, 1]: one column for a number, on its own scale, and one column for each choice
    y  (n,) losses

Source: Breiman 2001, "Random forests".
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from luthier.analysis.importance.evidence import Evidence, standardised
from luthier.base.arrays import Array
from luthier.base.optional import require
from luthier.records.trial import TrialRecord
from luthier.space.codec import encoder
from luthier.space.domains import Categorical, Domain
from luthier.space.infer import widen
from luthier.space.space import Space
from luthier.surrogates.outputs import ROUNDING

__all__ = ["Features", "features", "fitted", "impurity"]

#: Enough trees that another seed changes shares by less than 0.01.
TREES = 64
DEPTH = 64

#: Beyond it, squares of losses come near the largest float.
HUGE = 1e100
#: scikit-learn does not split losses whose variance is about the rounding error of 1, whatever unit they are in.
ALIKE = 1e-6


class Features(NamedTuple):
    """The features of n trials."""

    X: Array
    #: The columns of each parameter: one for a number, one per choice.
    columns: dict[str, slice]
    #: The parameters that are choices.
    choices: frozenset[str]


def features(records: Sequence[TrialRecord], params: Sequence[str]) -> Features:
    """The features of trials that have all of `params`; ranges that differ are widened to their hull."""
    space = Space({})
    for record in records:
        space = widen(space, {name: record.domains[name] for name in params if name in record.domains})
    blocks: list[Array] = []
    columns: dict[str, slice] = {}
    start = 0
    for name in params:
        domain = space.domains[name]
        block = block_of(domain, [record.params[name] for record in records])
        blocks.append(block)
        columns[name] = slice(start, start + block.shape[1])
        start += block.shape[1]
    chosen = frozenset(name for name in params if isinstance(space.domains[name], Categorical))
    X = np.hstack(blocks) if blocks else np.empty((len(records), 0))
    return Features(X, columns, chosen)


def block_of(domain: Domain, values: Sequence[Any]) -> Array:
    """`(n, 1)` of a number, `(n, choices)` of a choice; what is outside the range is at its middle, or no choice."""
    if isinstance(domain, Categorical):
        block = np.zeros((len(values), domain.levels))
        for row, value in enumerate(values):
            place = domain.place_of(value)
            if place is not None:
                block[row, place] = 1.0
        return block
    places: Array = np.array([list(map(encoder(domain), values))]).T
    return np.where(np.isnan(places), 0.5, places)


def fitted(X: Array, y: Array, *, seed: int | None, trees: int = TREES, depth: int = DEPTH) -> Any:
    """A forest of scikit-learn's, fitted.

    Raises:
        MissingExtra: scikit-learn is not installed.
    """
    ensemble = require("sklearn.ensemble", extra="sklearn", needed_for="importances of forests")
    forest = ensemble.RandomForestRegressor(n_estimators=trees, max_depth=depth, random_state=seed)
    return forest.fit(X, sized(y))


def sized(y: Array) -> Array:
    """`y: (n,)` as it is, for its rounding errors decide between equal splits; standardised where trees need it."""
    most = float(np.abs(y).max())
    spread = float((y / most).std()) if most > 0.0 else 0.0
    if most <= HUGE and spread * most >= ALIKE:
        return y
    return standardised(y) if spread > ROUNDING else np.zeros_like(y)


def impurity(
    seen: Evidence, params: Sequence[str], *, seed: int | None = 0, trees: int = TREES, depth: int = DEPTH
) -> dict[str, float]:
    """Mean decrease in impurity of each of `params` , not normalised; 0 for all of too few trials."""
    if len(seen.records) < 2 or not params:
        return dict.fromkeys(params, 0.0)
    X, columns, _ = features(seen.records, params)
    told = fitted(X, seen.Y[:, 0], seed=seed, trees=trees, depth=depth).feature_importances_
    return {name: float(told[place].sum()) for name, place in columns.items()}
