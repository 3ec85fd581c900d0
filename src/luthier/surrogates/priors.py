"""What is believed of a Gaussian process's hyperparameters before any data.

    l    lengthscale of a group       rho  ratio of the noise variance to the signal variance
    loc  location of log l            a    deviation from it that all groups share       b_g  that of one group alone

The logarithm of a lengthscale is loc + a + b_g with normal a and b_g: how smooth an objective is shows in all its
parameters, so a few points teach it together, while b_g says which parameters matter. On held-out points of small
problems this was better at 10 to 20 points than independent lengthscales of any width, and no worse later. The location
grows with half the logarithm of the number of groups, so that a process is as smooth in many dimensions as in few:
Hvarfner, Hellsten, Nardi 2024 (arXiv:2402.02229), Sec. 4. The logarithms of rho and of the parameters of a warping are
normal and independent.
"""

import math
from typing import NamedTuple

import numpy as np

from luthier.base.arrays import Array
from luthier.surrogates.inputs import Inputs, Kind

__all__ = ["Prior", "prior"]

#: Locations of log l for one group, by `Kind`. Two choices are at distance 1, like the ends of a number's range, yet
#: nothing lies between them: they say more about one another.
LOCATIONS = np.array([-1.0, 0.0, 0.5])

#: Deviations of b_g, by `Kind`: lengthscales of one problem differ by a factor of two, seldom by more than four.
SCALES = np.array([0.7, 0.8, 0.8])

#: The deviation of a.
SHARED_SCALE = 1.0

#: log rho: a hundredth of the signal's deviation, or far from it, for some objectives are noisy and some not at all.
NOISE_LOCATION, NOISE_SCALE = math.log(1e-4), 3.0

#: The deviation of log a and log b of a warping from 0: tight, for a warping that is not needed does harm.
WARP_SCALE = 0.3


class Prior(NamedTuple):
    """A normal distribution of k logarithms: each deviates on its own, and some share a further deviation."""

    #: `(k,)` locations, and the deviations from them all in all.
    loc: Array
    deviation: Array
    #: The inverse covariance is diag(precision) - coupling coupling^T, both `(k,)`.
    precision: Array
    coupling: Array

    @classmethod
    def of(cls, loc: Array, scale: Array, shared: Array) -> "Prior":
        """The prior of own deviations `scale: (k,)`, and `shared: (k,)`, the part of each in the one they share."""
        precision = 1.0 / (scale * scale)
        # Sherman and Morrison: the inverse of diag(scale^2) + shared shared^T.
        pull = shared * precision
        coupling = pull / math.sqrt(1.0 + float(shared @ pull))
        return cls(loc, np.sqrt(scale * scale + shared * shared), precision, coupling)

    def negative_log(self, x: Array) -> tuple[float, Array]:
        """The negative log density at `x: (k,)`, less a constant, and its gradient."""
        deviation = x - self.loc
        pull = self.precision * deviation - (self.coupling @ deviation) * self.coupling
        return 0.5 * float(deviation @ pull), pull


def prior(inputs: Inputs, *, warped: int = 0) -> Prior:
    """The prior of g log lengthscales, of log rho, and of log a and log b of so many `warped` numbers."""
    kind, rest = inputs.kind, 1 + 2 * warped
    counted = max(1, int((kind != Kind.ACTIVITY).sum()))
    lengths = LOCATIONS[kind] + 0.5 * math.log(counted)
    loc = np.concatenate([lengths, [NOISE_LOCATION], np.zeros(2 * warped)])
    scale = np.concatenate([SCALES[kind], [NOISE_SCALE], np.full(2 * warped, WARP_SCALE)])
    return Prior.of(loc, scale, np.repeat([SHARED_SCALE, 0.0], [len(kind), rest]))
