"""The Gaussian process of configurations and resource, for trials that are stopped on their way.

    n, p  told and pending trials       r  records of trials at levels, see `Ladder`
    x  a configuration                  u  resource, 0 at the first level and 1 at the end
    V  how far a trial is from feasible, see `Data`

Every record of a trial is an observation of one function of (x, u); what is asked of it is u = 1. A configuration
that was stopped tells of its neighbours as much as values at its resource are known to tell of the end, which the
lengthscale of u says. Source: Klein, Tiao, Lienart, Archambeau and Seeger 2020 (arXiv:2003.10865), with halving that
does not wait and pending trials; there the kernel is one of curves, here a product.
"""

import numpy as np

from luthier.base.arrays import Array, BoolArray, IntArray
from luthier.records.history import History
from luthier.samplers.gp.activity import Activity
from luthier.samplers.gp.data import LEAST, Data, best_first, spread
from luthier.samplers.gp.fits import Fits, fitted_rows, for_objective
from luthier.samplers.gp.ladder import Ladder, with_pending
from luthier.samplers.gp.model import MOST_KNOWN, Model, completed, feasibility
from luthier.space.conditions import Conditions
from luthier.space.domains import Float
from luthier.space.space import Space
from luthier.surrogates.inputs import Inputs, partly_known

__all__ = ["surface"]

#: The resource of a whole training.
END = 1.0


def surface(space: Space, history: History, fits: Fits) -> Model | str:
    """What is believed of the ends of configurations; or why what was reported does not tell, for the user."""
    ladder = Ladder.of(history).lowered().explained()
    if (ladder.level == ladder.top).sum() < LEAST:
        return f"fewer than {LEAST} came near their end"
    stopped = np.flatnonzero(history.fidelity < np.inf)
    unexplained = np.setdiff1d(stopped, ladder.row)
    if len(unexplained) == len(stopped):
        return "complete ones do not tell how such go on"
    asked = np.concatenate([history.X, history.pending])
    # A trial that failed may not have got to ask for all it needs, and one that runs not yet.
    whole = with_pending(history, history.Y[:, 0] < np.inf, pending=False)
    activity = Activity(Conditions.learn(space, asked[whole]), np.isnan(asked).all(axis=0))
    inputs = Inputs.of(with_resource(space), partly_known(asked[whole]))
    tried = np.where(whole[:, None], asked, completed(asked, activity))
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
    seen, ends = np.unique(ladder.row), inputs.at(END)
    X, Z = tried[seen], ends.features(tried[seen])
    known = process.predict(Z)[0][:, None]
    violation, lost = feasibility(Data.of(history), ends, activity, fits)
    V = np.full(len(X), -np.inf) if violation is None else violation.predict(Z)[0]
    feasible = believed_feasible(history, V, seen)
    model = Model(ends, activity, (process,), violation, X, known, feasible)
    # Where a trial failed, or was stopped too early to tell, there is no reason to look again.
    untold = np.concatenate([lost, tried[unexplained]])
    return model.believing(untold, feasible=np.zeros(len(untold), dtype=np.bool_))


def believed_feasible(history: History, V: Array, seen: IntArray) -> BoolArray:
    """`(k,)` which trials of the rows `seen: (k,)` of told and pending ones are, by what is predicted of V there.

    Ended ones are known, and no failure is one: it has no end to improve upon. Most set their constraints at the end:
    of stopped and running ones it is the prediction. Where none is, the nearest to it stands in, for improvement to be
    upon something.
    """
    ended = with_pending(history, np.isposinf(history.fidelity), pending=False)[seen]
    kept = with_pending(history, (history.violation == 0.0) & (history.Y[:, 0] < np.inf), pending=True)[seen]
    feasible: BoolArray = kept & (ended | (V < 0.0))
    return feasible if feasible.any() else np.asarray(V.min() == V)


def with_resource(space: Space) -> Space:
    """The space with the resource for its last column, under a name that is longer than any other."""
    name = "resource".rjust(1 + max(map(len, space), default=0), "~")
    return Space({**space, name: Float(0.0, 1.0)})
