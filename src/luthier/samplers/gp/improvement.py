"""How much a new value may be expected to improve on what is known, for one objective and for several.

    q  points      m  objectives, all minimised      b  boxes
    mu, s  (q, m) mean and standard deviation of the objectives at the points
    l, u   (b, m) lower and upper corners of boxes that tile what no known point dominates, below a reference point
    h(z)   phi(z) + z Phi(z)

A value y gains from a box its part that y dominates, prod_j (u_j - max(y_j, l_j))+. Its expectation is a product of

    E_j = s [h((u_j - mu) / s) - h((l_j - mu) / s)],

and the sum over all boxes is the expected gain of hypervolume. With one objective there is one box from -inf to the
best value, and the sum is expected improvement. All of it is kept in logarithms, so that far from any gain, where the
expectation underflows, its slope still says where to go.

The reference point is near, just beyond the ends of the front found so far, or as far as the worst value that was seen.
With the near one what would extend the front is no gain: a search that began at one end of it stays there. With the far
one the least gain at an end is as wide as all that was seen: a search polishes the ends and leaves the middle.

Sources: Ament et al. 2023 (arXiv:2310.20708), Eqs. (8) to (11); the sum over boxes: Yang, Emmerich, Deutz and Bäck
2019, "Efficient computation of expected hypervolume improvement using box decomposition algorithms".
"""

from dataclasses import dataclass

import numpy as np

from luthier.base.arrays import Array
from luthier.numerics.logspace import log1mexp, log_cdf, log_h, log_h_and_slope, log_pdf, logsumexp
from luthier.numerics.pareto import crowding, nondominated

__all__ = ["Improvement"]

#: A front is thinned until its boxes have no more sides than this, one in each objective: expectations over more cost
#: much and differ little.
MOST_SIDES = 800

#: The near reference point lies beyond the worst of the front by this part of its extent, so that its ends count.
BEYOND = 0.1

#: The least extent of a front, for objectives that are standardised.
LEAST_EXTENT = 1.0


@dataclass(frozen=True, slots=True)
class Improvement:
    """What is still to be gained, as boxes."""

    #: `(b, m)` corners; lower ones may be -inf, and with one objective there is just one box.
    lower: Array
    upper: Array

    @classmethod
    def over(cls, Y: Array, worst: Array | None = None) -> "Improvement":
        """The improvement over known values `Y: (n, m)`, n >= 1, finite; below `worst: (m,)` if that is further.

        With one objective no reference point is needed.
        """
        if Y.shape[1] == 1:
            return cls(np.full((1, 1), -np.inf), Y.min(axis=0, keepdims=True))
        front = np.unique(Y[nondominated(Y)], axis=0)
        end, best = front.max(axis=0), front.min(axis=0)
        near = end + BEYOND * np.maximum(end - best, LEAST_EXTENT)
        reference = near if worst is None else np.maximum(near, worst)
        while (found := boxes(front, reference, MOST_SIDES // Y.shape[1])) is None:
            kept = np.argsort(-crowding(front), kind="stable")[: len(front) * 3 // 4]
            front = front[np.sort(kept)]
        return cls(*found)

    def log_expected(self, mu: Array, s: Array) -> Array:
        """`(q,)` log of the expected improvement."""
        if mu.shape[1] == 1:
            # Eq. (8)
            return np.asarray(log_h((self.upper[0] - mu) / s)[:, 0] + np.log(s[:, 0]))
        return logsumexp(self.terms(mu, s)[0].sum(axis=2))

    def slopes(self, mu: Array, s: Array) -> tuple[Array, Array, Array]:
        """`(q,)` log of the expected improvement and its derivatives `(q, m)` by mu and by s."""
        if mu.shape[1] == 1:
            z = (self.upper[0] - mu) / s
            log_excess, slope = log_h_and_slope(z)
            return log_excess[:, 0] + np.log(s[:, 0]), -slope / s, (1.0 - z * slope) / s
        logs, zu, zl = self.terms(mu, s)
        boxed = logs.sum(axis=2)
        total = logsumexp(boxed)
        share = np.exp(boxed - total[:, None])[:, :, None]
        # By mu, E_j changes by Phi(zl) - Phi(zu), by s it changes by phi(zu) - phi(zl).
        scale = logs - np.log(s)[:, None, :]
        upper_cdf = log_cdf(zu)
        part = np.exp(upper_cdf + log1mexp(np.minimum(log_cdf(zl) - upper_cdf, 0.0)) - logs)
        by_mu = -(share * part).sum(axis=1)
        by_s = (share * (np.exp(log_pdf(zu) - scale) - np.exp(log_pdf(zl) - scale))).sum(axis=1) / s
        return total, by_mu, by_s

    def terms(self, mu: Array, s: Array) -> tuple[Array, Array, Array]:
        """`(q, b, m)`: log E_j, and the standardised upper and lower corners."""
        zu = (self.upper - mu[:, None, :]) / s[:, None, :]
        zl = (self.lower - mu[:, None, :]) / s[:, None, :]
        top = log_h(zu)
        between = np.minimum(log_h(zl) - top, -SMALLEST)
        return top + log1mexp(between) + np.log(s)[:, None, :], zu, zl


#: Boxes narrower than this, relative to h, count as this wide: their logarithm stays finite.
SMALLEST = 1e-12


def boxes(front: Array, reference: Array, most: int) -> tuple[Array, Array] | None:
    """Boxes `(b, m)`, lower and upper corners, that tile what is below the reference and dominated by no point.

    Space is cut into slabs at the values of the last objective; in each slab the points that reach below it leave a
    problem of one objective less. Two objectives give one box for each point and one more, m objectives up to a power
    of m - 1: None as soon as there are more than `most`.
    """
    if front.shape[1] == 1:
        return np.array([[-np.inf]]), np.minimum(front.min(axis=0, initial=np.inf), reference)[None]
    cuts = np.unique(front[front[:, -1] < reference[-1], -1])
    lowers, uppers, left = [], [], most
    for bottom, top in zip(np.append(-np.inf, cuts), np.append(cuts, reference[-1]), strict=True):
        found = boxes(front[front[:, -1] <= bottom, :-1], reference[:-1], left)
        if found is None or len(found[0]) > left:
            return None
        lower, upper = found
        left -= len(lower)
        lowers.append(np.column_stack([lower, np.full(len(lower), bottom)]))
        uppers.append(np.column_stack([upper, np.full(len(upper), top)]))
    return np.concatenate(lowers), np.concatenate(uppers)
