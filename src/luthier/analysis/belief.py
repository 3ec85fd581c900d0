"""What a Gaussian process believes about an objective after all trials of a study.

X  (n, d) configurations, NaN where a parameter was inactive
z  (n,) the objective, of mean 0 and variance 1, roughly
"""

from dataclasses import dataclass

import numpy as np

from luthier.base.arrays import Array, IntArray
from luthier.base.blas import one_thread
from luthier.space.conditions import Conditions
from luthier.space.space import Space
from luthier.surrogates.gp import GaussianProcess
from luthier.surrogates.inputs import Inputs, partly_known
from luthier.surrogates.learning import fit

__all__ = ["Belief", "modelled"]

#: Of more trials every k-th is modelled, and the best tenth: the time grows with the cube.
MOST = 600

#: Hyperparameters are learnt from so many trials at most, for the same reason.
MOST_FITTED = 300


@dataclass(frozen=True, slots=True, eq=False)
class Belief:
    """The model, and how points enter it."""

    conditions: Conditions
    inputs: Inputs
    process: GaussianProcess

    @classmethod
    @one_thread()
    def of(cls, space: Space, X: Array, z: Array) -> "Belief":
        """What is believed after `X: (n, d)` and `z: (n,)`, n >= 1."""
        conditions = Conditions.learn(space, X)
        inputs = Inputs.of(space, partly_known(X))
        Z = inputs.features(X)
        some = np.linspace(0, len(z) - 1, min(len(z), MOST_FITTED)).astype(np.int64)
        hyper = fit(inputs, Z[some], z[some], starts=3)
        return cls(conditions, inputs, GaussianProcess(inputs, Z, z, hyper=hyper))

    def predict(self, X: Array) -> tuple[Array, Array]:
        """Mean and standard deviation `(q,)` of z without noise at `X: (q, d)`, NaN where inactive."""
        mean, variance = self.process.predict(self.inputs.features(X))
        return mean, np.sqrt(variance)


def modelled(y: Array) -> IntArray:
    """The rows that a model is made of, ascending: all, or an even choice of them and the best ones."""
    n = len(y)
    if n <= MOST:
        return np.arange(n)
    best = np.argsort(y, kind="stable")[: MOST // 10]
    even = np.linspace(0, n - 1, MOST - len(best)).astype(np.int64)
    return np.union1d(best, even)
