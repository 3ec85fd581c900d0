"""Hyperparameters and the transform of objective values, learnt together.

Values that a search has gathered are skewed because it gathers good ones, and a transform that makes them normal may
bend an objective that was easy to model. So the exponent of the transform is that of the highest posterior density of
the model and the transform, as in Snelson, Rasmussen, Ghahramani 2003, "Warped Gaussian processes", Eq. (6): the log
density of the transformed values plus the logs of the transform's slopes. On held-out points of small problems it found
good points like the most normal transform, and ranked all points like none at all; each of these failed in one of both.

    y  (n,) values       z  (n,) what the exponent of `Outputs` makes of them       Z  (n, f) features
"""

import math
from typing import NamedTuple

from luthier.base.arrays import Array
from luthier.surrogates.hyper import Hyperparameters
from luthier.surrogates.inputs import Inputs
from luthier.surrogates.learning import fit, posterior
from luthier.surrogates.outputs import Outputs

__all__ = ["Learnt", "learn"]

#: The exponents that are tried are these steps apart, from 1 downwards and then upwards, while they get better.
STEP = 0.5
LEAST, MOST = -1.0, 2.0

#: The prior deviation of the exponent from 1.
EXPONENT_SCALE = 1.5

#: So many of the values tell the exponent: every k-th.
ENOUGH = 80

#: Fewer values tell nothing about the exponent.
FEWEST = 4

#: Without warping the choice is the same and faster.
NEVER = 1 << 62


class Learnt(NamedTuple):
    """What a model of values is made of: `Outputs.of(y, exponent=exponent)` and a process of `hyper`."""

    exponent: float
    hyper: Hyperparameters


def learn(inputs: Inputs, Z: Array, y: Array) -> Learnt:
    """The exponent and the hyperparameters that suit values `y: (n,)`, minimised, as told, at features `Z: (n, f)`."""
    part = slice(None, None, max(1, math.ceil(len(y) / ENOUGH)))
    exponent = likeliest(inputs, Z[part], y[part]) if len(y) >= FEWEST else 1.0
    return Learnt(exponent, fit(inputs, Z, Outputs.of(y, exponent=exponent).forward(y)))


def likeliest(inputs: Inputs, Z: Array, y: Array) -> float:
    """The exponent of the highest posterior density."""
    best, most = 1.0, density(inputs, Z, y, exponent=1.0)
    for step, end in ((-STEP, LEAST), (STEP, MOST)):
        while best != end and (value := density(inputs, Z, y, exponent=best + step)) > most:
            best, most = best + step, value
        if best != 1.0:
            break
    return best


def density(inputs: Inputs, Z: Array, y: Array, *, exponent: float) -> float:
    """The log posterior density of an exponent, for the hyperparameters that suit it best."""
    outputs = Outputs.of(y, exponent=exponent)
    z = outputs.forward(y)
    hyper = fit(inputs, Z, z, warped_from=NEVER)
    prior = -0.5 * ((exponent - 1.0) / EXPONENT_SCALE) ** 2
    return posterior(inputs, Z, z, hyper=hyper) + outputs.log_slopes + prior
