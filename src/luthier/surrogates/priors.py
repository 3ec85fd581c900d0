"""What is believed of a Gaussian process's hyperparameters before any data.

    l    lengthscale of a group       rho  ratio of the noise variance to the signal variance
    loc  location of log l            a    deviation from it that all groups share       b_g  that of one group alone

The logarithm of a lengthscale is loc + a + b_g with normal a and b_g: how smooth an objective is shows in all its
parameters, so a few points teach it together, while b_g says which parameters matter. On held-out points of small
problems this was better at 10 to 20 points than independent lengthscales of any width, and no worse later. The location
grows with half the logarithm of the number of groups, so that a process is as smooth in many dimensions as in few:
Hvarfner, Hellsten, Nardi 2024 (arXiv:2402.02229), Sec. 4.
"""

import math
from typing import NamedTuple

import numpy as np

from luthier.base.arrays import Array
from luthier.surrogates.inputs import Inputs, Kind

__all__ = ["Prior", "lengthscale_prior", "noise_prior", "warp_prior"]

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
    """A normal distribution of logarithms: independent deviations, and one that all of them share."""

    loc: Array
    scale: Array
    shared: float

    def negative_log(self, x: Array) -> tuple[float, Array]:
        """The negative log density at `x`, less a constant, and its gradient."""
        precision = 1.0 / (self.scale * self.scale)
        deviation = x - self.loc
        # Sherman and Morrison: the inverse of diag(scale^2) + shared^2.
        pull = precision * deviation
        spread = self.shared * self.shared
        pull -= spread * float(pull.sum()) / (1.0 + spread * float(precision.sum())) * precision
        return 0.5 * float(deviation @ pull), pull

    @property
    def deviation(self) -> Array:
        """The standard deviation of each logarithm."""
        return np.sqrt(self.scale * self.scale + self.shared * self.shared)


def lengthscale_prior(inputs: Inputs) -> Prior:
    """The prior of the `(g,)` log lengthscales."""
    groups = max(1, int((inputs.kind != Kind.ACTIVITY).sum()))
    return Prior(LOCATIONS[inputs.kind] + 0.5 * math.log(groups), SCALES[inputs.kind], SHARED_SCALE)


def noise_prior() -> Prior:
    """The prior of log rho."""
    return Prior(np.array([NOISE_LOCATION]), np.array([NOISE_SCALE]), 0.0)


def warp_prior(count: int) -> Prior:
    """The prior of `(count,)` logarithms of warping parameters."""
    return Prior(np.zeros(count), np.full(count, WARP_SCALE), 0.0)
