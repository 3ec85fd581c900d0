"""A random forest says where improvement is to be expected; a local search among neighbours finds the place.

    t      targets: the logarithm of what a value lacks to the best one, standardised; violations while none is feasible
    mu, s  mean and standard deviation of the forest       best  the least mean at told points
    EI     s h((best - mu) / s), times the probability that a point is feasible

Sources: Hutter, Hoos and Leyton-Brown, "Sequential model-based optimization for general algorithm configuration" (LION
2011), section 4: the forest, EI of logarithms, local search from the best told points, random points in between;
Knowles, "ParEGO" (2006), Eq. (2), for several objectives.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.random import Generator

from luthier.base.arrays import Array, BoolArray, IntArray
from luthier.base.errors import InvalidInput, explain
from luthier.numerics.logspace import log_h
from luthier.records.history import History
from luthier.samplers.arguments import are_counts, are_numbers
from luthier.samplers.gp.moves import Moves
from luthier.samplers.protocol import Capabilities, Proposals
from luthier.samplers.taken import first_untaken
from luthier.space.conditions import Conditions
from luthier.space.space import Space
from luthier.surrogates.forest import Forest, Grown, inputs_of

__all__ = ["ForestSampler"]

#: Candidates: drawn anywhere, and drawn around the best told points.
ANYWHERE, AROUND = 300, 300

#: How many told points candidates are drawn around, and how many candidates climb, in how many rounds, each looking at
#: so many random neighbours beside those that differ in one choice or by one step.
CENTRES, CLIMBERS, ROUNDS, NEIGHBOURS = 6, 5, 4, 24

#: Scores are compared to this many decimals: their last bits differ from machine to machine, ties must not.
DECIMALS = 9

#: The best value lacks this share of the median gap: keeps the logarithm finite.
LEAST_GAP = 0.1

#: Gaps of less than this part of the values are none: they would overflow what is divided by them.
LEAST_TYPICAL = 1e-300

#: Under this a standard deviation counts as this: leaves may agree, and know nothing.
LEAST_SIGMA = 1e-3

#: The least probability of being feasible: a forest is never sure.
LEAST_CHANCE = 1e-4

#: Objectives beyond this are cut to it, so that their differences are finite.
LARGEST = 1e150

#: ParEGO's small share of the sum of objectives (Knowles 2006).
SUM_SHARE = 0.05

#: The number, outside of [0, 1], that stands for a parameter which is not asked for.
NOT_ASKED = -1.0

#: Scores `(q,)` of points `(q, d)`.
Score: TypeAlias = Callable[[Array], Array]


class Known(NamedTuple):
    """What is fitted: told points with targets, and points with a verdict on their feasibility."""

    X: Array
    t: Array
    feasible: BoolArray
    judged: Array
    broken: Array


class ForestSampler:
    """Sequential model-based search with a random forest: for mixed, conditional and high-dimensional spaces.

    Args:
        trees: how many trees.
        random_share: how often a point is drawn at random, whatever the model says.

    Raises:
        InvalidInput: a number is out of range.
    """

    __slots__ = ("grown", "random_share")

    def __init__(self, *, trees: int = 40, random_share: float = 0.15) -> None:
        numbers = are_counts(trees) and are_numbers(random_share)
        if not numbers or trees < 1 or not 0.0 <= random_share <= 1.0:
            got = f"{trees=}, {random_share=}"
            raise InvalidInput(
                explain("trees >= 1 and 0 <= random_share <= 1", got, "Correct the arguments.")
            )
        self.grown = Grown(trees=trees)
        self.random_share = random_share

    @property
    def capabilities(self) -> Capabilities:
        """Reads the history, for any space."""
        return Capabilities()

    def propose(self, space: Space, history: History, rng: Generator, n: int) -> Proposals:
        """Propose n configurations; each row counts as a running trial for the next ones."""
        moves = Moves(space)
        usable = bool(valued(history).any()) and any(levels != 1 for levels in space.levels)
        conditions = Conditions.learn(space, history.X)
        rows = np.empty((n, len(space)))
        for row in range(n):
            blind = rng.random() < self.random_share
            if blind or not usable:
                rows[row] = moves.snapped(moves.anywhere(rng, 1))[0]
                continue
            running = conditions.masked(np.concatenate([history.pending, rows[:row]]))
            model = Model(space, known_of(history, rng), running=running, rng=rng, grown=self.grown)
            taken = np.concatenate([history.X, running])
            rows[row] = Search(moves, conditions, model.score, rng).best(model.leaders(), taken=taken)
        return Proposals(rows)


class Model:
    """The forest of one proposal, and a second one of feasibility where that is in question."""

    def __init__(self, space: Space, known: Known, *, running: Array, rng: Generator, grown: Grown) -> None:
        self.space, self.rng, self.grown = space, rng, grown
        self.X, self.t = known.X, known.t
        self.forest = self.fitted(known.X, known.t)
        if len(running):
            # A running trial is taken to come out as expected: what is learnt there is that nothing is left to learn.
            expected, _ = self.predict(self.forest, running)
            X, t = np.concatenate([known.X, running]), np.concatenate([known.t, expected])
            self.forest = self.fitted(X, t)
        expected, _ = self.predict(self.forest, known.X)
        self.least = float(expected[known.feasible].min() if known.feasible.any() else expected.min())
        self.doubt = self.fitted(known.judged, known.broken) if known.broken.any() else None

    def fitted(self, X: Array, t: Array) -> Forest:
        """A forest of points."""
        F, levels = inputs_of(self.space, X)
        return Forest.fit(F, t, levels=levels, rng=self.rng, grown=self.grown)

    def predict(self, forest: Forest, X: Array) -> tuple[Array, Array]:
        """Mean and variance at points."""
        return forest.predict(inputs_of(self.space, X)[0])

    def score(self, X: Array) -> Array:
        """`(q,)` the logarithm of expected feasible improvement, rounded."""
        mean, variance = self.predict(self.forest, X)
        sigma = np.maximum(np.sqrt(variance), LEAST_SIGMA)
        score = np.log(sigma) + log_h((self.least - mean) / sigma)
        if self.doubt is not None:
            score += np.log(np.maximum(1.0 - self.predict(self.doubt, X)[0], LEAST_CHANCE))
        return np.round(score, DECIMALS)

    def leaders(self) -> Array:
        """`(k, d)` the told points with the least targets, the best first; NaN where inactive."""
        order = np.argsort(self.t, kind="stable")[:CENTRES]
        leaders: Array = self.X[order]
        return leaders


class Search:
    """The search for the point of the highest score."""

    def __init__(self, moves: Moves, conditions: Conditions, score: Score, rng: Generator) -> None:
        self.moves, self.conditions, self.score, self.rng = moves, conditions, score, rng

    def best(self, leaders: Array, *, taken: Array) -> Array:
        """`(d,)` the best point found that is not among `taken: (t, d)`, complete."""
        moves, rng = self.moves, self.rng
        # What a leader did not ask for may have any value in a neighbour that asks for it.
        centres = np.where(np.isnan(leaders), rng.random(leaders.shape), leaders)
        drawn = [moves.anywhere(rng, ANYWHERE), moves.around(rng, centres, AROUND)]
        drawn += [moves.next_to(rng, centre) for centre in centres[:CLIMBERS]]
        X = moves.snapped(np.concatenate(drawn))
        value = self.score(self.conditions.masked(X))
        order = np.argsort(-value, kind="stable")
        drawn_best, drawn_value = X[order], value[order]
        X, value = drawn_best[:CLIMBERS].copy(), drawn_value[:CLIMBERS].copy()
        for _ in range(ROUNDS):
            near, owner = self.neighbours(X)
            found = self.score(self.conditions.masked(near))
            moved = False
            for climber in range(len(X)):
                mine = np.flatnonzero(owner == climber)
                winner = mine[found[mine].argmax()]
                if found[winner] > value[climber]:
                    X[climber], value[climber], moved = near[winner], found[winner], True
            if not moved:
                break
        return self.untaken(np.concatenate([X, drawn_best]), np.concatenate([value, drawn_value]), taken)

    def untaken(self, X: Array, value: Array, taken: Array) -> Array:
        """The best of the points that stands for no configuration that was tried; the best of all if all do."""
        X = X[np.argsort(-value, kind="stable")]
        asked = np.nan_to_num(self.conditions.masked(X), nan=NOT_ASKED)
        chosen: Array = X[first_untaken(asked, np.nan_to_num(taken, nan=NOT_ASKED))]
        return chosen

    def neighbours(self, X: Array) -> tuple[Array, IntArray]:
        """Points next to each climber, and whose they are."""
        parts = [
            np.concatenate(
                [self.moves.around(self.rng, centre[None], NEIGHBOURS), self.moves.next_to(self.rng, centre)]
            )
            for centre in X
        ]
        owner = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
        return self.moves.snapped(np.concatenate(parts)), owner


def valued(history: History) -> BoolArray:
    """`(n,)` which trials ran to their end: the last value of a stopped one is of low fidelity, and left out."""
    ended: BoolArray = (history.fidelity == np.inf) & ~lost(history)
    return ended


def lost(history: History) -> BoolArray:
    """`(n,)` which trials have no result."""
    failed: BoolArray = history.Y.max(axis=1) == np.inf
    return failed


def known_of(history: History, rng: Generator) -> Known:
    """What forests are fitted to: one target for each trial, whatever the number of objectives, and verdicts.

    Where trials failed counts as infeasible. While no trial is feasible, targets say how far each is from it.
    """
    rows = valued(history)
    Y = np.clip(history.Y[rows], -LARGEST, LARGEST)
    if Y.shape[1] > 1:
        ranks = np.stack([spread(column) for column in Y.T], axis=1)
        weighted = ranks * rng.dirichlet(np.ones(Y.shape[1]))
        y = weighted.max(axis=1) + SUM_SHARE * weighted.sum(axis=1)
    else:
        y = Y[:, 0]
    failed = lost(history)
    judged = failed | (history.fidelity == np.inf)
    broken = failed | (history.violation > 0.0)
    if broken[rows].all():  # no objective counts before constraints can be kept
        y = spread(history.violation[rows])
    return Known(
        X=history.X[rows],
        t=targets(y),
        feasible=~broken[rows],
        judged=history.X[judged],
        broken=broken[judged].astype(np.float64),
    )


def spread(y: Array) -> Array:
    """Values moved to [0, 1] by their ranks, ties alike."""
    places: Array = np.unique(y, return_inverse=True)[1].astype(np.float64)
    return places / max(float(places.max()), 1.0)


def targets(y: Array) -> Array:
    """The logarithm of what each value lacks to the least one, standardised; constant values are all zero."""
    scale = float(np.abs(y).max()) or 1.0
    gap = y / scale - float(y.min()) / scale
    typical = float(np.median(gap))
    if typical <= LEAST_TYPICAL:
        typical = float(gap.max())
    if typical <= LEAST_TYPICAL:
        return np.zeros(len(y))
    t = np.log(gap / typical + LEAST_GAP)
    t -= t.mean()
    return t / max(float(t.std()), LEAST_SIGMA)
