"""Total effects: how much of what a model says over the whole space varies with one parameter.

    f    posterior mean of a Gaussian process fitted to the trials        Q  draws of the space
    A    (Q, d) points, inactive parameters NaN        A_j  the same with parameter j drawn anew
    T_j  mean of (f(A) - f(A_j))^2 / 2: the variance that goes once everything but j is known

Sobol' 2001, "Global sensitivity indices for nonlinear mathematical models", Sec. 5, estimated as in Jansen 1999,
"Analysis of variance designs for model output", Eq. (10). The points are spread over the space, wherever the trials
are: a search that soon tried good values of a parameter only does not make it look unimportant.
"""

from collections.abc import Sequence

import numpy as np

from luthier.analysis.belief import Belief, modelled
from luthier.analysis.importance.evidence import Evidence, standardised
from luthier.base.seeding import rng_for
from luthier.space.codec import Codec
from luthier.space.infer import widen
from luthier.space.space import Space

__all__ = ["sobol"]

#: Draws of the space: shares of a twentieth are then known to a tenth of themselves.
DRAWS = 512

#: Two trials are on a line, whatever they are about.
LEAST_TRIALS = 3


def sobol(seen: Evidence, params: Sequence[str]) -> dict[str, float]:
    """T of each of `params`, not normalised; 0 for all of too few trials."""
    space = Space({})
    for record in seen.records:
        space = widen(space, record.domains)
    if len(seen.records) < LEAST_TRIALS:
        return dict.fromkeys(params, 0.0)
    rows = modelled(seen.Y[:, 0])
    X = Codec(space).encode_many([seen.records[row].params for row in rows.tolist()])
    belief = Belief.of(space, X, standardised(seen.Y[rows, 0]))
    rng = rng_for(0, 0)
    A, anew = rng.random((DRAWS, len(space))), rng.random((DRAWS, len(space)))
    mask = belief.conditions.masked
    before, _ = belief.predict(mask(A))
    told = {}
    for name in params:
        moved = A.copy()
        column = space.names.index(name)
        moved[:, column] = anew[:, column]
        after, _ = belief.predict(mask(moved))
        told[name] = 0.5 * float(np.mean((before - after) ** 2))
    return told
