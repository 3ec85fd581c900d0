"""The Gaussian processes of one history: of its objectives, and of feasibility where something was infeasible.

Hyperparameters are those of the first k(n) trials, where k grows in steps of about a twelfth: they change little from
one trial to the next, and equal histories give equal models whoever asks, with or without what was kept from before.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from luthier.base.arrays import Array, BoolArray, IntArray
from luthier.samplers.gp.acquisition import Acquisition
from luthier.samplers.gp.activity import Activity
from luthier.samplers.gp.data import Data, best_first, levelled, spread
from luthier.samplers.gp.improvement import Improvement
from luthier.space.conditions import Conditions
from luthier.space.space import Space
from luthier.surrogates.gp import GaussianProcess, Hyperparameters, fit
from luthier.surrogates.inputs import Inputs

__all__ = ["Fits", "Model", "fitted_rows"]

#: Up to so many trials hyperparameters are learnt anew after each, then after each growth by `GROWTH`.
EACH = 16
GROWTH = 1.08

#: Hyperparameters are learnt from at most so many trials, and a process knows at most so many: time is cubic in them.
MOST_FITTED = 250
MOST_KNOWN = 500

#: Of up to so many trials they are learnt from several starting points: few points leave room for several explanations.
#: On ten problems that took a fourth off the mean regret after 50 trials.
FEW = 80
STARTS = 3

#: Posterior means are ranked by this many decimals: their last bits differ from machine to machine.
DECIMALS = 7

#: Good points that a search looks around.
GOOD = 5


def fitted_rows(n: int) -> int:
    """k(n): how many of n trials the hyperparameters are learnt from."""
    k = min(n, EACH)
    while (larger := max(k + 1, int(k * GROWTH))) <= n:
        k = larger
    return k


class Fits:
    """Hyperparameters by the data they were learnt from: a shortcut that decides nothing."""

    __slots__ = ("kept",)

    #: So many fits are kept.
    ROOM = 16

    def __init__(self) -> None:
        self.kept: OrderedDict[tuple[bytes, ...], Hyperparameters] = OrderedDict()

    def of(self, inputs: Inputs, Z: Array, y: Array) -> Hyperparameters:
        """The hyperparameters for features `Z: (n, f)` and targets `y: (n,)`."""
        key = (inputs.group.tobytes(), inputs.kind.tobytes(), Z.tobytes(), y.tobytes())
        if key not in self.kept:
            self.kept[key] = fit(inputs, Z, y, starts=STARTS if len(y) <= FEW else 1)
            while len(self.kept) > self.ROOM:
                self.kept.popitem(last=False)
        return self.kept[key]

    def process(
        self, inputs: Inputs, Z: Array, y: Array, *, rows: IntArray, targets: Callable[[Array], Array]
    ) -> GaussianProcess:
        """The process of some `rows` of `Z: (n, f)` and `y: (n,)`, with hyperparameters of the first k(n) of all."""
        k = fitted_rows(len(y))
        learnt = spread(Z[:k], best_first(y[:k, None]), MOST_FITTED)
        hyper = self.of(inputs, Z[learnt], targets(y[learnt]))
        return GaussianProcess(inputs, Z[rows], targets(y[rows]), hyper=hyper).calibrated()


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

    @classmethod
    def of(cls, space: Space, data: Data, fits: Fits) -> "Model":
        """The model of a history's data."""
        asked = np.concatenate([data.X, data.judged])
        activity = Activity(Conditions.learn(space, data.X), np.isnan(asked).all(axis=0))
        inputs = Inputs.of(space, tuple(activity.conditions.conditional))
        violation, lost = None, data.judged
        if len(data.V):
            judged = completed(data.judged, activity)
            Z = inputs.features(judged)
            rows = spread(Z, best_first(data.V[:, None]), MOST_KNOWN)
            lost = judged[rows[data.failed[rows]]]
            violation = fits.process(inputs, Z, data.V, rows=rows, targets=np.asarray)
        if not data.feasible.any():
            tried = data.judged[best_first(data.V[:, None])]
            return cls(inputs, activity, (), violation, tried, np.empty((0, 0)), np.empty(0, dtype=np.bool_))
        Z = inputs.features(data.X)
        worse = np.where(data.feasible, 0.0, np.inf)[:, None]
        rows = spread(Z, best_first(data.Y + worse), MOST_KNOWN)
        objectives = tuple(fits.process(inputs, Z, y, rows=rows, targets=levelled) for y in data.Y.T)
        known = np.column_stack([mean_where_known(each) for each in objectives])
        model = cls(inputs, activity, objectives, violation, data.X[rows], known, data.feasible[rows])
        # What a failure would have been worth stays unknown for ever: that is no reason to look there again.
        return model.believing(lost, feasible=np.zeros(len(lost), dtype=np.bool_))

    def believing(self, X: Array, *, feasible: BoolArray) -> "Model":
        """The model once the objectives at `X: (p, d)`, NaN where inactive, are their means."""
        if not self.objectives or not len(X):
            return self
        Z = self.inputs.features(X)
        means = [each.predict(Z)[0] for each in self.objectives]
        pairs = zip(self.objectives, means, strict=True)
        return replace(
            self,
            objectives=tuple(each.appended(Z, mean) for each, mean in pairs),
            X=np.concatenate([self.X, X]),
            known=np.concatenate([self.known, np.column_stack(means)]),
            feasible=np.concatenate([self.feasible, feasible]),
        )

    def with_running(self, X: Array) -> "Model":
        """The model once trials run at `X: (p, d)`, NaN where nothing was asked for; inactive columns do not count.

        Each is believed to end at its mean: Ginsbourger, Le Riche and Carraro 2010, "Kriging is well-suited to
        parallelize optimization", Sec. 4.1.
        """
        if not len(X):
            return self
        X = completed(X, self.activity)
        Z = self.inputs.features(X)
        violation, feasible = self.violation, np.ones(len(X), dtype=np.bool_)
        if violation is not None:
            mean = violation.predict(Z)[0]
            violation, feasible = violation.appended(Z, mean), mean < 0.0
        return replace(self.believing(X, feasible=feasible), violation=violation)

    @property
    def acquisition(self) -> Acquisition:
        """What to maximise."""
        improvement = Improvement.over(self.known[self.feasible]) if self.objectives else None
        return Acquisition(self.inputs, self.activity, self.objectives, improvement, self.violation)

    @property
    def good(self) -> Array:
        """`(k, d)` the best points, the best first, NaN where inactive."""
        if not self.objectives:
            return self.X[:GOOD]
        rows = np.flatnonzero(self.feasible)
        return self.X[rows[best_first(np.round(self.known[rows], DECIMALS))[:GOOD]]]


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
