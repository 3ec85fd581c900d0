"""Which parameters are asked for under which values of others, learnt from trials.

    X  (n, d) in the unit cube, NaN where a parameter was not asked
    q  points to be told about

A define-by-run objective never says that `gamma` belongs to `model == "svm"`: the trials show it. A parameter that was
not always asked for gets as its rule a question about one other parameter (`splits`) that explains all trials. If there
is none, because trials failed before they asked, or a condition is about several parameters, the rule is the small tree
of questions with the shortest description of what was asked; what it does not explain is outvoted.

Rules lean to the active side: a value never seen is active, and so is a parameter that was asked for in a quarter of
the trials. A trial that asks for less than was thought corrects the rule.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from luthier.base.arrays import Array, BoolArray, IntArray
from luthier.space.space import Space
from luthier.space.splits import EXACT, NEVER, Evidence, Split

__all__ = ["Conditions"]

#: Questions on the way to an answer.
DEPTH = 3

#: Where at least one of so many rows has a parameter, it is active: to leave a parameter out by mistake costs more than
#: to propose it in vain.
VOTES = 4


@dataclass(frozen=True, slots=True)
class Fork:
    """A question, and what follows on either side: the answer, or another question."""

    split: Split
    low: "Fork | bool"
    high: "Fork | bool"

    def answers(self, X: Array) -> BoolArray:
        """`(q,)` the answer for each row of `X: (q, d)`, NaN where a parent is inactive."""
        low = self.split.is_low(X[:, self.split.column])
        sides = [side if isinstance(side, bool) else side.answers(X) for side in (self.low, self.high)]
        return np.where(low, sides[0], sides[1])


@dataclass(frozen=True, slots=True)
class Conditions:
    """Rules that say which columns of a row are active. Columns without a rule always are."""

    #: The rule of each conditional column, parents before children.
    rules: Mapping[int, Fork]

    @classmethod
    def learn(cls, space: Space, X: Array) -> "Conditions":
        """The simplest rules that agree with the rows of `X: (n, d)`; rows NaN throughout say nothing.

        Equal arguments give equal rules. The time is O(n d p) for p conditional columns.
        """
        known = ~np.isnan(X)
        told = known.any(axis=1)
        if not told.all():
            X, known = X[told], known[told]
        counts = known.sum(axis=0)
        holes = (counts > 0) & (counts < len(X))
        if not holes.any():
            return cls({})
        rows = np.arange(len(X))
        evidence = Evidence(space, X, continua=False)
        targets = np.array([column for column in evidence.order if holes[column]], dtype=np.int64)
        best = evidence.best(targets, rows)
        if any(bits >= 0.0 for bits, _ in best):
            evidence = Evidence(space, X, continua=True)
            left = [place for place, (bits, _) in enumerate(best) if bits >= 0.0]
            for place, found in zip(left, evidence.best(targets[left], rows), strict=True):
                best[place] = found
        trees = [
            Fork(split, low=False, high=True)
            if split is not None and bits < 0.0
            else grow(evidence, target, rows, bits, split, depth=DEPTH)
            for target, (bits, split) in zip(targets.tolist(), best, strict=True)
        ]
        pairs = zip(targets.tolist(), trees, strict=True)
        return cls({column: rule for column, rule in pairs if isinstance(rule, Fork)})

    @property
    def conditional(self) -> Sequence[int]:
        """The columns that are not always active, in ascending order."""
        return sorted(self.rules)

    def active(self, X: Array) -> BoolArray:
        """`(q, d)` whether each column is active in the rows of `X: (q, d)`, complete points of the unit cube."""
        return ~np.isnan(self.masked(X)) if self.rules else np.ones(X.shape, dtype=np.bool_)

    def masked(self, X: Array) -> Array:
        """`X: (q, d)`, with NaN where a column is inactive; a child of an inactive parent is inactive too."""
        if not self.rules:
            return X
        masked = np.array(X)
        for column, rule in self.rules.items():
            masked[~rule.answers(masked), column] = np.nan
        return masked


def grow(
    evidence: Evidence, target: int, rows: IntArray, bits: float, split: Split | None, *, depth: int
) -> Fork | bool:
    """The tree that explains when a target is active in some rows, given the bits of its best first question."""
    yes: NDArray[np.bool_] = evidence.active[rows, target]
    n, a = np.array([len(rows)]), np.array([np.count_nonzero(yes)])
    leaf = bool(VOTES * a[0] >= n[0])
    exact = bits < 0.0
    if split is None or bits + exact * EXACT >= evidence.bits(n, a)[0]:
        return leaf
    if exact:
        return Fork(split, low=False, high=True)
    low = split.is_low(evidence.X[rows, split.column])
    sides = []
    for part in (rows[low], rows[~low]):
        found = evidence.best(np.array([target]), part)[0] if depth > 1 else (NEVER, None)
        sides.append(grow(evidence, target, part, *found, depth=depth - 1))
    return sides[0] if sides[0] is sides[1] else Fork(split, low=sides[0], high=sides[1])
