"""How wide the kernels are.

    k  good trials        n  other trials        L  choices of a column

Good trials: the larger gap to a neighbour in each column (Bergstra et al. 2011, Sec. 4.2), at least (k + 2)^-1.3. The
exponent is above Hyperopt's 1, as Watanabe (arXiv:2304.11127) advises: what is found late gets refined.
Other trials: one constant. Their density only says where trials were in vain, which needs no resolution, and a constant
makes it cheap.
"""

import numpy as np

from luthier.base.arrays import Array
from luthier.numerics.truncnorm import MAX_SIGMA

__all__ = ["blur", "good_bandwidths", "other_bandwidth"]

#: Exponent of the least bandwidth of good trials.
REFINEMENT = 1.3

#: The bandwidth of other trials, once there are enough of them: 0.03 to 0.1 are alike in the first 100 trials, the
#: narrower ones get stuck less often after them.
OTHER_SIGMA = 0.05


def good_bandwidths(mu: Array) -> Array:
    """`(c, k)` bandwidths of the kernels at `mu: (c, k)`, NaN where unknown.

    The outermost trials of a column look inwards only: the border of a range is no trial.
    """
    c, k = mu.shape
    if k < 2:
        return np.full((c, k), 0.5)
    order = np.argsort(mu, axis=1, kind="stable") + np.arange(0, c * k, k)[:, None]
    ordered = mu.ravel().take(order)
    gaps = ordered[:, 1:] - ordered[:, :-1]
    sigma = np.empty(c * k)
    sigma[order[:, 0]] = gaps[:, 0]
    sigma[order[:, -1]] = gaps[:, -1]
    sigma[order[:, 1:-1]] = np.fmax(gaps[:, 1:], gaps[:, :-1])
    sigma = sigma.reshape(c, k)
    # fmax and fmin pass over NaN: a trial without known neighbours is as sure as the least bandwidth says.
    return np.asarray(np.fmin(np.fmax(sigma, (k + 2.0) ** -REFINEMENT), MAX_SIGMA))


def other_bandwidth(n: int) -> float:
    """The bandwidth of n other trials."""
    return max(OTHER_SIGMA, 1.0 / (n + 2.0))


def blur(n: int, levels: Array) -> Array:
    """`(h,)` probability that a kernel of n trials gives to the unobserved choices of columns with `levels: (h, 1)`.

    One pseudo-observation in all, spread over the L choices of each kernel's share of 1 / (n + 1).
    """
    choices = levels[:, 0]
    return (choices - 1.0) / (n + 1.0 + choices)
