"""Which tried configuration a model believes to be the best: noise flatters the best observed value.

The choice is the tried configuration whose posterior mean is least (the noisy incumbent of Scott, Frazier and Powell
2011, "The correlated knowledge gradient"): a trial that was lucky is judged by its neighbours too. Configurations that
nobody tried are not recommended.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from luthier.analysis.belief import Belief, modelled
from luthier.records.trial import TrialRecord, has_nan
from luthier.space.codec import Codec
from luthier.space.space import Space
from luthier.surrogates.outputs import Outputs

__all__ = ["Recommendation", "recommendation"]

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
    """The recommendation from complete, feasible trials with one objective each, at least one with a number.

    `sign` turns the objective into one that is minimised. Trials with a value outside the space are left out, unless
    all have one: the model would not tell them apart. An observed infinity that nothing can beat is the best without
    any model, for no noise makes it.
    """
    records = [record for record in records if not has_nan(record)]
    for record in records:
        if record.values and sign * record.values[0] == -np.inf:
            end = record.values[0]
            return Recommendation(record.number, dict(record.params), end, (end, end))
    records = [record for record in records if lies_in(space, record.params)] or records
    values = np.array([record.values[0] if record.values else sign * np.inf for record in records])
    rows = modelled(sign * values)
    X = Codec(space).encode_many([records[row].params for row in rows.tolist()])
    outputs = Outputs.of(sign * values[rows])
    mean, deviation = Belief.of(space, X, outputs.forward(sign * values[rows])).predict(X)
    best = int(np.argmin(np.round(mean, DECIMALS)))
    middle, low, high = (float(end) for end in outputs.interval(mean[best], deviation[best]))
    ends = sorted((sign * low, sign * high))
    record = records[int(rows[best])]
    said, observed = sign * middle, float(values[rows[best]])
    if not np.isfinite(observed):  # no model has a word for it, and no noise makes it finite
        said, ends = observed, [observed, observed]
    return Recommendation(record.number, dict(record.params), said, (ends[0], ends[1]))


def lies_in(space: Space, params: Mapping[str, Any]) -> bool:
    """Whether all values are of their domains."""
    return all(space[name].contains(value) for name, value in params.items() if name in space)
