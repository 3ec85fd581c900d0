"""Which tried configuration a model believes to be the best: noise flatters the best observed value.

    X  (n, d) configurations of complete, feasible trials, NaN where a parameter was inactive     y  (n,) objective
    z  (n,) transformed objective, see `surrogates/outputs`

The choice is the tried configuration whose posterior mean is least (the noisy incumbent of Scott, Frazier and Powell
2011, "The correlated knowledge gradient"): a trial that was lucky is judged by its neighbours too. Configurations that
nobody tried are not recommended.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from luthier.base.arrays import Array
from luthier.records.trial import TrialRecord
from luthier.space.codec import Codec
from luthier.space.conditions import Conditions
from luthier.space.space import Space
from luthier.surrogates.gp import GaussianProcess, fit
from luthier.surrogates.inputs import Inputs
from luthier.surrogates.outputs import Outputs

__all__ = ["Recommendation", "recommendation"]

#: Of more trials every k-th is modelled, and the best tenth of them all: the time grows with the cube.
MOST = 600

#: Hyperparameters are learnt from so many trials at most, for the same reason.
MOST_FITTED = 300

#: Means are compared to this many decimals: their last bits differ from machine to machine.
DECIMALS = 7


class Recommendation(NamedTuple):
    """The configuration that a model believes to be the best, and what to expect of it."""

    #: The trial that tried it.
    number: int
    params: dict[str, Any]
    #: What the objective is without noise, in the user's direction: the median of what the model believes.
    value: float
    #: The interval of one standard deviation around it, in which the truth lies with probability 0.68.
    interval: tuple[float, float]


def recommendation(records: Sequence[TrialRecord], space: Space, *, sign: float) -> Recommendation:
    """The recommendation from complete, feasible trials with one objective each, at least one.

    `sign` turns the objective into one that is minimised.
    """
    values = np.array([record.values[0] if record.values else np.inf for record in records])
    rows = modelled(sign * values)
    X, y = Codec(space).encode_many([records[row].params for row in rows.tolist()]), sign * values[rows]
    mean, deviation, outputs = believed(space, X, y)
    best = int(np.argmin(np.round(mean, DECIMALS)))
    middle, low, high = (float(end) for end in outputs.interval(mean[best], deviation[best]))
    ends = sorted((sign * low, sign * high))
    record = records[int(rows[best])]
    return Recommendation(record.number, dict(record.params), sign * middle, (ends[0], ends[1]))


def modelled(y: Array) -> Any:
    """The rows that a model is made of: all, or an even choice of them and the best ones."""
    n = len(y)
    if n <= MOST:
        return np.arange(n)
    best = np.argsort(y, kind="stable")[: MOST // 10]
    even = np.linspace(0, n - 1, MOST - len(best)).astype(np.int64)
    return np.union1d(best, even)


def believed(space: Space, X: Array, y: Array) -> tuple[Array, Array, Outputs]:
    """The posterior means and deviations of z at `X: (n, d)`, and the transform from y to z."""
    outputs = Outputs.of(y)
    inputs = Inputs.of(space, tuple(Conditions.learn(space, X).conditional))
    Z, z = inputs.features(X), outputs.forward(y)
    some = np.linspace(0, len(y) - 1, min(len(y), MOST_FITTED)).astype(np.int64)
    hyper = fit(inputs, Z[some], z[some], starts=3)
    mean, variance = GaussianProcess(inputs, Z, z, hyper=hyper).predict(Z)
    return mean, np.sqrt(variance), outputs
