"""The search for the point of highest acquisition in a space of numbers, grids and choices.

Many candidates are scored at once; from the best ones, numeric columns climb together along the gradient, as if grids
were continua; then grids and choices take single steps, and numbers climb again, for as long as that wins anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from luthier.base.arrays import Array
from luthier.numerics.maximize import maximize
from luthier.samplers.gp.acquisition import Acquisition
from luthier.samplers.gp.moves import Moves

__all__ = ["Effort", "search"]

#: Scores are compared to this many decimals: their last bits differ from machine to machine.
DECIMALS = 7

#: Rounds of single steps at most.
STEP_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to look."""

    #: Candidates anywhere, around good points, and along one column of the best.
    anywhere: int = 384
    around: int = 192
    along: int = 64
    #: How many candidates climb, how many of these at least come from anywhere, and rounds of climbing.
    climbing: int = 8
    wide: int = 3
    rounds: int = 20
    #: A climb ends when a step wins no more than this of the log of what is expected: a hundredth of the expectation.
    gain: float = 1e-2


def search(acquisition: Acquisition, moves: Moves, rng: Generator, *, good: Array, effort: Effort) -> Array:
    """`(q, d)` points, the most promising one first; `good: (k, d)` are complete points to look around, k >= 1."""
    drawn = [
        moves.anywhere(rng, effort.anywhere),
        moves.around(rng, good, effort.around),
        moves.along(rng, good[0], effort.along),
        good,
    ]
    X = moves.snapped(np.concatenate(drawn))
    score = acquisition.score(X)
    order = np.argsort(-np.round(score, DECIMALS), kind="stable")
    wide = order[order < effort.anywhere][: effort.wide]
    starts = np.concatenate([wide, order[~np.isin(order, wide)][: effort.climbing - len(wide)]])
    climbed = climb(acquisition, moves, X[starts], effort)
    X, score = ranked([climbed, X], [acquisition.score(climbed), score])
    for _ in range(STEP_ROUNDS if moves.has_steps else 0):
        steps = moves.next_to(rng, X[0])
        if not len(steps):  # so fine a grid that its neighbours are the same float
            break
        stepped = acquisition.score(steps)
        best = int(np.argmax(np.round(stepped, DECIMALS)))
        before = score[0]
        again = climb(acquisition, moves, steps[best : best + 1], effort)
        X, score = ranked([X, steps, again], [score, stepped, acquisition.score(again)])
        if np.round(score[0] - before, DECIMALS) <= 0.0:
            break
    return X


def climb(acquisition: Acquisition, moves: Moves, X: Array, effort: Effort) -> Array:
    """The points that numeric columns climb to from the rows of X, grids rounded."""
    if not moves.numbers.size:
        return X
    slope = acquisition.slope(X, moves.numbers)
    out = X.copy()
    out[:, moves.numbers] = maximize(slope, X[:, moves.numbers], rounds=effort.rounds, gain=effort.gain)[0]
    return moves.snapped(out)


def ranked(X: Sequence[Array], score: Sequence[Array]) -> tuple[Array, Array]:
    """All points by descending score; of equal ones the first first."""
    points, scores = np.concatenate(X), np.concatenate(score)
    order = np.argsort(-np.round(scores, DECIMALS), kind="stable")
    return points[order], scores[order]
