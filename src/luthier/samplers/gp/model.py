"""The Gaussian processes of one history: of its objectives, and of feasibility where something was infeasible."""

from dataclasses import dataclass, replace

import numpy as np

from luthier.base.arrays import Array, BoolArray, IntArray
from luthier.samplers.gp.acquisition import Acquisition
from luthier.samplers.gp.activity import Activity
from luthier.samplers.gp.data import Data, best_first, spread
from luthier.samplers.gp.fits import Fits, for_objective, for_violation
from luthier.samplers.gp.improvement import Improvement
from luthier.space.conditions import Conditions
from luthier.space.space import Space
from luthier.surrogates.gp import GaussianProcess
from luthier.surrogates.inputs import Inputs, partly_known

__all__ = ["MOST_KNOWN", "Model", "completed", "feasibility"]

#: A process knows at most so many trials: time is quadratic in them.
MOST_KNOWN = 500

#: Posterior means are ranked by this many decimals: their last bits differ from machine to machine.
DECIMALS = 7

#: With several objectives the front is to be extended at every second trial, and filled at the others.
TURNS = 2

#: Good points that a search looks around.
GOOD = 5


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """What is believed about a space after a history."""

    inputs: Inputs
    activity: Activity
    #: One process for each objective; none where nothing feasible is known.
    objectives: tuple[GaussianProcess, ...]
    violation: GaussianProcess | None
    #: `(n, d)` points where something is known, `(n, m)` the means of the objectives there, and which are feasible.
    X: Array
    known: Array
    feasible: BoolArray
    #: How many trials there are, told and running: those that it knows are at most `MOST_KNOWN` of them.
    trials: int = 0

    @classmethod
    def of(cls, space: Space, data: Data, fits: Fits) -> "Model":
        """The model of a history's data."""
        asked = np.concatenate([data.X, data.judged])
        activity = Activity(Conditions.learn(space, data.X), np.isnan(asked).all(axis=0))
        inputs = Inputs.of(space, partly_known(data.X))
        violation, lost = feasibility(data, inputs, activity, fits)
        if not data.feasible.any():
            tried = data.judged[best_first(data.V[:, None])]
            known, feasible = np.empty((0, 0)), np.empty(0, dtype=np.bool_)
            return cls(inputs, activity, (), violation, tried, known, feasible, len(data))
        Z = inputs.features(data.X)
        worse = np.where(data.feasible, 0.0, np.inf)[:, None]
        rows = spread(Z, best_first(data.Y + worse), MOST_KNOWN)
        objectives = tuple(fits.process(inputs, Z, y, rows=rows, learner=for_objective) for y in data.Y.T)
        known = np.column_stack([mean_where_known(each) for each in objectives])
        feasible = data.feasible[rows]
        model = cls(inputs, activity, objectives, violation, data.X[rows], known, feasible, len(data))
        # What a failure would have been worth stays unknown for ever: that is no reason to look there again.
        return model.believing(lost, feasible=np.zeros(len(lost), dtype=np.bool_))

    def believing(self, X: Array, *, feasible: BoolArray) -> "Model":
        """The model once the objectives at `X: (p, d)`, NaN where inactive, are their means.

        A single objective is not believed to beat the best that is known. A belief that did would become what has to
        be improved upon: where it is wrong, all other places look worthless until the trial ends.
        """
        if not self.objectives or not len(X):
            return self
        Z = self.inputs.features(X)
        means = np.column_stack([each.predict(Z)[0] for each in self.objectives])
        if len(self.objectives) == 1:
            means = np.maximum(means, self.known[self.feasible].min())
        pairs = zip(self.objectives, means.T, strict=True)
        return replace(
            self,
            objectives=tuple(each.appended(Z, mean) for each, mean in pairs),
            X=np.concatenate([self.X, X]),
            known=np.concatenate([self.known, means]),
            feasible=np.concatenate([self.feasible, feasible]),
        )

    def with_running(self, X: Array) -> "Model":
        """The model once trials run at `X: (p, d)`, NaN where nothing was asked for; inactive columns do not count.

        Each is believed to end at its mean, the "kriging believer" of Ginsbourger, Le Riche and Carraro 2010, "Kriging
        is well-suited to parallelize optimization", Sec. 4.1; with a single objective never below the best that is
        known, which is what their "constant liar" believes when it tells the least value.
        """
        if not len(X):
            return self
        X = completed(X, self.activity)
        Z = self.inputs.features(X)
        violation, feasible = self.violation, np.ones(len(X), dtype=np.bool_)
        if violation is not None:
            mean = violation.predict(Z)[0]
            violation, feasible = violation.appended(Z, mean), mean < 0.0
        believing = self.believing(X, feasible=feasible)
        return replace(believing, violation=violation, trials=self.trials + len(X))

    @property
    def acquisition(self) -> Acquisition:
        """What to maximise."""
        improvement = Improvement.over(self.known[self.feasible], self.beyond) if self.objectives else None
        beside = tuple(np.zeros(len(process.y)) for process in self.objectives)
        # With fixed inputs what is known are predictions elsewhere: the best of them is no row of the process.
        if len(self.objectives) == 1 and not self.inputs.fixed:
            beside = (self.objectives[0].beside(int(self.best_rows[0])),)
        return Acquisition(self.inputs, self.activity, self.objectives, improvement, beside, self.violation)

    @property
    def beyond(self) -> Array | None:
        """`(m,)` the worst that is known, infeasible trials too: how far a front may reach; None every other time."""
        return None if self.trials % TURNS else self.known.max(axis=0)

    @property
    def best_rows(self) -> IntArray:
        """`(k,)` rows of the feasible points, the best first."""
        rows = np.flatnonzero(self.feasible)
        best: IntArray = rows[best_first(np.round(self.known[rows], DECIMALS))]
        return best

    @property
    def good(self) -> Array:
        """`(k, d)` the best points, the best first, NaN where inactive."""
        if not self.objectives:
            return self.X[:GOOD]
        return self.X[self.best_rows[:GOOD]]


def feasibility(
    data: Data, inputs: Inputs, activity: Activity, fits: Fits
) -> tuple[GaussianProcess | None, Array]:
    """The process of what is feasible, None where all is, and `(p, d)` trials that failed among those it knows."""
    if not len(data.V):
        return None, data.judged
    judged = np.where(data.failed[:, None], completed(data.judged, activity), data.judged)
    Z = inputs.features(judged)
    rows = spread(Z, best_first(data.V[:, None]), MOST_KNOWN)
    return fits.process(inputs, Z, data.V, rows=rows, learner=for_violation), judged[rows[data.failed[rows]]]


def completed(X: Array, activity: Activity) -> Array:
    """`X: (n, d)` of trials that did not get to ask for all they need, with values in every active column.

    A trial that failed before it asked would have failed whatever the value. Any value is true of it, and random ones
    do not look like the reason.
    """
    drawn = np.random.default_rng(0).random(X.shape)
    return activity.masked(np.where(np.isnan(X), drawn, X))


def mean_where_known(process: GaussianProcess) -> Array:
    """`(n,)` the posterior means at the points that a process knows, in O(n)."""
    mean: Array = process.y - process.rho * process.alpha
    return mean
