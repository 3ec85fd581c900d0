"""What a Gaussian process can learn from a history.

    X  (n, d) told points, NaN where inactive       Y  (n, m) finite objectives of trials that ran to their end
    V  (v,) how far a trial is from feasible: -1/2 for a feasible one, above 0 up to 1 for a failure

Stopped trials are left out, for their last value is one of low fidelity, but where they had broken a constraint.
Failed ones have no objective, but where they failed counts as infeasible.
"""

from dataclasses import dataclass

import numpy as np

from luthier.base.arrays import Array, BoolArray, IntArray
from luthier.numerics.pareto import crowding, rank
from luthier.records.history import History

__all__ = ["LEAST", "Data", "best_first", "finite", "levelled", "spread"]

#: Complete trials that a model needs.
LEAST = 3

#: Objectives beyond this are cut to it, so that their differences are finite.
LARGEST = 1e300

#: What V is for feasible trials, at the border, and for failures and NaN constraints. A lower value of feasible ones
#: makes a step at the border that looks like a rough function, which says little of what is beyond the trials.
FEASIBLE, SLIGHT, FAILED = -0.5, 0.0, 1.0

#: Nine tenths of the values are this far from the best, or nearer; what is further than `FENCE` times that counts by
#: the logarithm of its logarithm: one diverged run leaves the others apart.
BULK = 0.9
FENCE = 2.0

#: Distances are ranked by this many decimals.
DECIMALS = 9


@dataclass(frozen=True, slots=True, eq=False)
class Data:
    """Told trials by what they teach, in the order told."""

    #: Trials with objectives, and which of them are feasible.
    X: Array
    Y: Array
    feasible: BoolArray
    #: `(v, d)` trials that tell of feasibility; none when all are feasible.
    judged: Array
    V: Array
    #: `(v,)` which of them failed, so that nothing is known of their objectives.
    failed: BoolArray

    @classmethod
    def of(cls, history: History) -> "Data":
        """The data of a history."""
        failed = np.asarray(np.isposinf(history.Y).any(axis=1))
        full = np.isposinf(history.fidelity)
        broken = failed | (history.violation > 0.0)
        # Of a stopped trial that broke nothing it is not known: most set their constraints at the end.
        judged = (full | broken) & broken.any()
        return cls(
            X=history.X[full & ~failed],
            Y=finite(history.Y[full & ~failed]),
            feasible=history.violation[full & ~failed] == 0.0,
            judged=history.X[judged],
            V=distance(np.where(failed, np.inf, history.violation)[judged]),
            failed=failed[judged],
        )

    def __len__(self) -> int:
        return max(len(self.Y), len(self.V))


def finite(Y: Array) -> Array:
    """`Y: (n, m)` without -inf, which is an error of the objective: nothing is better than the best finite value."""
    best = np.where(np.isneginf(Y), LARGEST, Y).min(axis=0, initial=LARGEST)
    return np.clip(Y, np.maximum(best, -LARGEST), LARGEST)


def distance(violation: Array) -> Array:
    """V of summed violations `(v,)`: infeasible ones by rank, for their scale is the user's."""
    some = (violation > 0.0) & np.isfinite(violation)
    levels, place = np.unique(violation[some], return_inverse=True)
    V = np.where(violation == 0.0, FEASIBLE, FAILED)
    V[some] = SLIGHT + (FAILED - SLIGHT) * (place + 1.0) / (len(levels) + 1.0)
    return V


def levelled(y: Array) -> Array:
    """`y: (n,)` with mean 0 and variance 1, and the worst of it closer to the others: strictly increasing."""
    half = y / 2.0
    above = half - half.min()
    bulk = float(np.quantile(above, BULK)) or float(above.max())
    if bulk <= 0.0:
        return np.zeros(len(y))
    with np.errstate(over="ignore"):
        x = above / bulk
    far = x > FENCE
    # Logarithms of each, for the quotient may overflow.
    excess = np.log(above[far]) - np.log(bulk) - np.log(FENCE)
    x[far] = FENCE + np.log1p(np.maximum(excess, 0.0))
    x -= x.mean()
    levelled: Array = x / x.std()
    return levelled


def best_first(Y: Array) -> IntArray:
    """`(n,)` the rows of `Y: (n, m)`, the best first; with several objectives by front, then the lonely ones first."""
    if Y.shape[1] == 1:
        return np.argsort(Y[:, 0], kind="stable")
    return np.lexsort((-crowding(Y), rank(Y)))


def spread(Z: Array, order: IntArray, most: int) -> IntArray:
    """At most `most` rows in the order told: of the best (`order` has the best first), of their kin, and of all others.

    A third are the best ones, a third the nearest to the best by their features `Z: (n, f)`, and the rest are spread
    evenly over what is left, so that the model still knows the whole space.
    """
    n = len(Z)
    if n <= most:
        return np.arange(n)
    left = np.ones(n, dtype=np.bool_)
    left[order[: most // 3]] = False
    far = np.round(np.square(Z - Z[order[0]]).sum(axis=1), DECIMALS)
    near = np.argsort(far, kind="stable")
    left[near[left[near]][: most // 3]] = False
    others = np.flatnonzero(left)
    count = most - (n - len(others))
    left[others[np.arange(count) * len(others) // count]] = False
    return np.flatnonzero(~left)
