"""How wide the kernels are.

    k  good trials        n  other trials        L  choices of a column

Good trials: the larger gap to a neighbour in each column (Bergstra et al. 2011, Sec. 4.2), at least (k + 2)^-1.3. The
exponent is above Hyperopt's 1, as Watanabe (arXiv:2304.11127) advises: what is found late gets refined.
Other trials: one for all, which makes their density cheap. It only says where trials were in vain; that needs little
resolution until the search has found a valley and goes on along it.
"""

import math

import numpy as np

from luthier.base.arrays import Array
from luthier.numerics.truncnorm import MAX_SIGMA

__all__ = ["blur", "good_bandwidths", "other_bandwidth"]

#: Exponent of the least bandwidth of good trials.
REFINEMENT = 1.3

#: The bandwidth of other trials while they are few: 0.03 to 0.1 are alike in the first 100 trials.
OTHER_SIGMA = 0.05

#: From so many on it shrinks with the root of their number. With a constant, candidates along a curved valley were
#: taken for those that had been in vain beside it, and searches of 200 and more trials came to a halt.
MANY = 100

#: It stays there from twice as many on. Narrower kernels no longer cover what lies between trials of six parameters,
#: and all that is uncharted looks better than what is known to be good: 0.025 searched at random after 1,000 trials.
LEAST_SIGMA = OTHER_SIGMA / math.sqrt(2.0)

#: Bandwidths of other trials are powers of two with so many steps from one to the next: few tables serve all searches.
STEPS = 4


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
    if n <= MANY:
        return max(OTHER_SIGMA, 1.0 / (n + 2.0))
    narrowed = OTHER_SIGMA * math.pow(2.0, round(-0.5 * STEPS * math.log2(n / MANY)) / STEPS)
    return max(LEAST_SIGMA, narrowed)


def blur(n: int, levels: Array) -> Array:
    """`(h,)` probability that a kernel of n trials draws from the prior, in columns with `levels: (h, 1)`.

    One pseudo-observation of each choice, shared by the kernels: L / (n + 1 + L).
    """
    choices: Array = levels[:, 0]
    return choices / (n + 1.0 + choices)
