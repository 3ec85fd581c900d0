"""Learning from earlier studies of the same kind, whatever the scale of their objectives.

    z       standard normal scores of the ranks of one study's trials, low is good: the same for any monotone scale
    prior   a forest fitted to z of one earlier study
    trust   how much better than chance a prior orders this study's own trials

Two things are taken over. First the best configurations of earlier studies are tried, one at once and two more only
as long as they beat what else was tried. Then, where priors have proved to order this study's own trials, they choose
among several proposals of the sampler within; a prior that has not proved itself has no say, so a study that has
nothing to do with this one costs one trial.

Sources: Salinas, Shen, Perrone, "A quantile-based approach for hyperparameter transfer learning" (arXiv:1909.13595) for
normal scores; Feurer, Letham, Bakshy, "Scalable meta-learning for Bayesian optimization using ranking-weighted Gaussian
process ensembles" (arXiv:1802.02219), Eq. (4), for weights by the order of the target's own trials.
"""

import math
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.random import Generator
from scipy.special import ndtri

from luthier.base.arrays import Array, BoolArray, IntArray
from luthier.base.seeding import rng_for
from luthier.numerics.pareto import rank
from luthier.records.history import History
from luthier.samplers.arguments import checked_sampler
from luthier.samplers.compose import joined, with_pending
from luthier.samplers.origin import origin_tags
from luthier.samplers.protocol import Capabilities, Proposals, Sampler
from luthier.space.space import Space
from luthier.surrogates.forest import Forest, inputs_of

__all__ = ["Transfer"]

#: The tag of a trial that repeats a configuration of an earlier study.
TAG = "transfer"

#: At most so many configurations are taken over, and so many of each study are looked at.
MOST_REPEATS = 3
LOOKED_AT = 8

#: Repeats differ by at least this in root mean square over the columns.
APART = 0.1

#: The priors choose among so many proposals, until the study has this many trials of its own.
CHOICES = 4
UNTIL = 60

#: A prior has a say from this many standard deviations of Kendall's S above chance on; it is fully trusted FULL later.
TRUSTED = 1.0
FULL = 2.0

#: Kendall's S of fewer trials says nothing.
LEAST_TRIALS = 4

#: A prior is made of so many trials or more.
LEAST_PRIOR = 2

#: Scores are compared to this many decimals.
DECIMALS = 9


class Prior(NamedTuple):
    """What one earlier study says: its trials and scores, and the forest fitted to them."""

    X: Array
    z: Array
    feasible: BoolArray
    forest: Forest

    def predict(self, space: Space, X: Array) -> Array:
        """`(q,)` scores at points."""
        return self.forest.predict(inputs_of(space, X)[0])[0]


class Transfer:
    """A sampler that learns from earlier studies too; without any it is the sampler within.

    Args:
        sampler: proposes; any sampler. One that transfers already is not made to do so twice: what one repeats, the
            other would not see.

    Raises:
        InvalidInput: `sampler` is none.
    """

    __slots__ = ("kept", "kept_for", "sampler")

    def __init__(self, sampler: Sampler) -> None:
        inner = checked_sampler(sampler, "sampler")
        self.sampler: Sampler = inner.sampler if isinstance(inner, Transfer) else inner
        self.kept: list[Prior] = []
        self.kept_for: tuple[Any, ...] = ()

    def __getstate__(self) -> tuple[None, dict[str, Any]]:
        return None, {"sampler": self.sampler, "kept": [], "kept_for": ()}

    @property
    def capabilities(self) -> Capabilities:
        """Those of the sampler within; the history is read."""
        return replace(self.sampler.capabilities, uses_history=True)

    def propose(self, space: Space, history: History, rng: Generator, n: int) -> Proposals:
        """Propose n points."""
        priors = self.priors(space, history) if history.earlier and len(space) else []
        if not priors:
            return self.sampler.propose(space, history, rng, n)
        done = Proposals(np.empty((0, len(space))))
        for _ in range(n):
            known = with_pending(history, done)
            one = self.propose_one(space, known, rng, priors)
            if not len(one.X):
                break
            done = joined(done, one)
        return done

    def priors(self, space: Space, history: History) -> list[Prior]:
        """The priors of all earlier studies that tell of this space; kept, for they stay the same."""
        told = ((part.X, part.Y, part.violation, part.fidelity) for part in history.earlier)
        outside = (tuple(part.outside) for part in history.earlier)
        key = (space, *(tuple(each.tobytes() for each in part) for part in told), *outside)
        if key != self.kept_for:
            made = (prior_of(space, earlier) for earlier in history.earlier)
            self.kept, self.kept_for = [prior for prior in made if prior is not None], key
        return self.kept

    def propose_one(self, space: Space, history: History, rng: Generator, priors: list[Prior]) -> Proposals:
        """One point: a repeat of an earlier one, or the proposal that the priors like best."""
        repeated = np.zeros(len(history), dtype=np.bool_)
        repeated[[row for row, tags in enumerate(history.tags) if TAG in tags]] = True
        good = are_good(history, repeated)
        # To the sampler within bad repeats never were, and its start is what it would be. On a finite space it may keep
        # from repeating what it sees: it has to see everything.
        shown = history if good or space.size is not None else history.without(repeated)
        row = repeat(space, history, priors, repeated=repeated, good=good)
        if row is not None:
            free = self.sampler.propose(space, shown, rng, 1)
            if not len(free.X):
                return free
            tags = {TAG: 1, **origin_tags("transfer: a good configuration of an earlier study")}
            return Proposals(np.where(np.isnan(row), free.X, row), [tags])
        # Pairs of trials are many by then.
        trust = trusts(space, history, priors) if len(history) < UNTIL else np.zeros(len(priors))
        proposed = self.sampler.propose(space, shown, rng, CHOICES if trust.max() > 0.0 else 1)
        if len(proposed.X) <= 1:
            return proposed
        said = sum(
            weight * prior.predict(space, proposed.X) for weight, prior in zip(trust, priors, strict=True)
        )
        best = int(np.round(said, DECIMALS).argmin()) if rng.random() < trust.max() else 0
        return Proposals(proposed.X[best : best + 1], [proposed.tag(best)])


def prior_of(space: Space, earlier: History) -> Prior | None:
    """What an earlier study says; None when it has nothing to say.

    Its trials with a value that is outside of this space, and thus without it others, have a say if they are all.
    """
    earlier = earlier.inside if len(earlier.inside) >= LEAST_PRIOR else earlier
    usable, z = scores(earlier)
    X, feasible = (
        earlier.X[usable],
        np.isfinite(earlier.Y[usable]).all(axis=1) & (earlier.violation[usable] == 0.0),
    )
    known = ~np.isnan(X).all(axis=1)
    X, z, feasible = X[known], z[known], feasible[known]
    if len(X) < LEAST_PRIOR or not feasible.any() or z.min() == z.max():
        return None
    F, levels = inputs_of(space, X)
    # The stream is always the same: what is kept may be dropped at any time.
    return Prior(X, z, feasible, Forest.fit(F, z, levels=levels, rng=rng_for(0, 0)))


def scores(history: History) -> tuple[IntArray, Array]:
    """The rows of trials that ran to their end or failed, and their standard normal scores, ties alike."""
    failed: BoolArray = history.Y.max(axis=1) == np.inf
    usable = np.flatnonzero((history.fidelity == math.inf) | failed)
    if not usable.size:
        return usable, np.empty(0)
    Y, broken, lost = history.Y[usable], history.violation[usable], failed[usable]
    value = Y[:, 0] if Y.shape[1] == 1 else rank(np.where(lost[:, None], math.inf, Y))
    order = np.lexsort((value, broken, lost))
    keys = np.stack([lost[order].astype(np.float64), broken[order], value[order]])
    differs = np.concatenate([[False], (keys[:, 1:] != keys[:, :-1]).any(axis=0)])
    group = np.cumsum(differs)
    middle = np.bincount(group, weights=np.arange(len(group)) + 0.5) / np.bincount(group)
    z = np.empty(len(group))
    z[order] = np.round(ndtri(middle[group] / len(group)), DECIMALS)
    return usable, z


def are_good(history: History, repeated: BoolArray) -> bool:
    """Whether the best of the repeats is better than all other trials; there have to be some of both."""
    usable, z = scores(history)
    mine = repeated[usable]
    return bool(mine.any() and not mine.all() and z[mine].min() < z[~mine].min())


def repeat(
    space: Space, history: History, priors: list[Prior], *, repeated: BoolArray, good: bool
) -> Array | None:
    """`(d,)` the configuration of earlier studies to try next, NaN where they have no value; None for no more.

    The first one comes at once, after what was enqueued; the next ones after as many trials of the sampler's own, as
    long as they are good.
    """
    running = sum(TAG in tags for tags in history.pending_tags)
    repeats = int(repeated.sum()) + running
    others = len(history) + len(history.pending) - repeats
    first = not repeats and others < UNTIL
    if not first and (not good or running or repeats >= MOST_REPEATS or others < repeats):
        return None
    return chosen(space, np.concatenate([history.X, history.pending]), priors)


def chosen(space: Space, taken: Array, priors: list[Prior]) -> Array | None:
    """The earlier configuration that all priors together like best, apart from what was tried; None for none."""
    parts = []
    for prior in priors:
        good = np.flatnonzero(prior.feasible)
        parts.append(prior.X[good[np.argsort(prior.z[good], kind="stable")[:LOOKED_AT]]])
    X = np.concatenate(parts)
    liked = np.mean([prior.predict(space, X) for prior in priors], axis=0)
    if len(taken):
        squares = np.square(X[:, None] - taken[None])
        both = ~np.isnan(squares)
        distance = np.where(both, squares, 0.0).sum(axis=2) / np.maximum(both.sum(axis=2), 1)
        near = (distance < APART**2) & both.any(axis=2)
        X, liked = X[~near.any(axis=1)], liked[~near.any(axis=1)]
    if not len(X):
        return None
    row: Array = X[np.round(liked, DECIMALS).argmin()]
    return row


def trusts(space: Space, history: History, priors: list[Prior]) -> Array:
    """How far each prior is trusted, 0 to 1: by Kendall's S between its predictions and this study's own order."""
    usable, z = scores(history)
    m = len(usable)
    if m < LEAST_TRIALS:
        return np.zeros(len(priors))
    X, pairs = history.X[usable], np.triu_indices(m, 1)
    observed = np.sign(z[pairs[0]] - z[pairs[1]])
    deviation = math.sqrt(m * (m - 1) * (2 * m + 5) / 18.0)
    S = []
    for prior in priors:
        predicted = np.round(prior.predict(space, X), DECIMALS)
        S.append(float((observed * np.sign(predicted[pairs[0]] - predicted[pairs[1]])).sum()) / deviation)
    return np.clip((np.array(S) - TRUSTED) / FULL, 0.0, 1.0)
