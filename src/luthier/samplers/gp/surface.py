"""The Gaussian process of configurations and resource, for trials that are stopped on their way.

    X  (t, d) configurations with a value at any resource        u  resource, 0 at the first level and 1 at the end

Every record of a trial is an observation of one function of (x, u), see `Ladder`; what is asked of it is u = 1. A
configuration that was stopped tells of its neighbours as much as values at its resource are known to tell of the end,
which the lengthscale of u says. Source: Klein, Tiao, Lienart, Archambeau and Seeger 2020 (arXiv:2003.10865), Sec. 3.2
and 3.3, with halving that does not wait and pending trials; there the kernel is one of curves, here a product.
"""

from dataclasses import dataclass, replace

import numpy as np

from luthier.base.arrays import Array
from luthier.records.history import History
from luthier.samplers.gp.acquisition import Acquisition
from luthier.samplers.gp.activity import Activity
from luthier.samplers.gp.data import LEAST, best_first, spread
from luthier.samplers.gp.fits import Fits, fitted_rows, for_objective
from luthier.samplers.gp.improvement import Improvement
from luthier.samplers.gp.ladder import Ladder
from luthier.samplers.gp.model import DECIMALS, GOOD, MOST_KNOWN, completed
from luthier.space.conditions import Conditions
from luthier.space.domains import Float
from luthier.space.space import Space
from luthier.surrogates.gp import GaussianProcess
from luthier.surrogates.inputs import Inputs

__all__ = ["Surface", "by_resource"]

#: The resource of a whole training.
END = (1.0,)


def by_resource(history: History) -> bool:
    """Whether stopped trials are to be learnt from: of one objective, and all feasible."""
    stopped = np.isfinite(history.fidelity).any()
    return bool(stopped and history.Y.shape[1] == 1 and not history.violation.any())


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """What is believed of the ends of configurations."""

    inputs: Inputs
    activity: Activity
    process: GaussianProcess
    #: `(t, d)` what was tried, and `(t,)` the means of its ends.
    X: Array
    known: Array

    @classmethod
    def of(cls, space: Space, history: History, fits: Fits) -> "Surface | None":
        """The surface after a history; None with fewer complete trials than a model needs."""
        ladder = Ladder.of(history)
        if ((ladder.value < np.inf) & (ladder.level == ladder.top)).sum() < LEAST:
            return None
        asked = np.concatenate([history.X, history.pending])
        activity = Activity(Conditions.learn(space, history.X), np.isnan(asked).all(axis=0))
        inputs = Inputs.of(with_resource(space), tuple(activity.conditions.conditional))
        tried = completed(asked, activity)
        Z = inputs.features(np.column_stack([tried[ladder.row], ladder.resource]))
        y = ladder.aligned()
        told = int(np.searchsorted(ladder.row, len(history)))
        process = fits.process(
            inputs,
            Z,
            y,
            rows=spread(Z, best_first(y[:, None]), MOST_KNOWN),
            learner=for_objective,
            # Of told trials alone: what is known of them stays, so that a fit serves many proposals.
            early=ladder.first(fitted_rows(told)).aligned(),
        )
        X = tried[np.unique(ladder.row)]
        return cls(inputs, activity, process, X, process.predict(inputs.features(at_end(X)))[0])

    def with_running(self, X: Array) -> "Surface":
        """The surface once trials at `X: (p, d)`, NaN where inactive, have ended at their means."""
        if not len(X):
            return self
        X = completed(X, self.activity)
        Z = self.inputs.features(at_end(X))
        mean = self.process.predict(Z)[0]
        return replace(
            self,
            process=self.process.appended(Z, mean),
            X=np.concatenate([self.X, X]),
            known=np.concatenate([self.known, mean]),
        )

    @property
    def acquisition(self) -> Acquisition:
        """What to maximise: the improvement at the end."""
        return Acquisition(
            self.inputs,
            self.activity,
            (self.process,),
            Improvement.over(self.known[:, None]),
            (np.zeros(len(self.process.y)),),
            violation=None,
            beyond=END,
        )

    @property
    def good(self) -> Array:
        """`(k, d)` the configurations with the best means, the best first, NaN where inactive."""
        return self.X[best_first(np.round(self.known[:, None], DECIMALS))[:GOOD]]


def at_end(X: Array) -> Array:
    """`(q, d + 1)` of configurations `X: (q, d)`."""
    return np.column_stack([X, np.tile(END, (len(X), 1))])


def with_resource(space: Space) -> Space:
    """The space with the resource for its last column, under a name that is longer than any other."""
    name = "resource".rjust(1 + max(map(len, space), default=0), "~")
    return Space({**space, name: Float(0.0, 1.0)})
