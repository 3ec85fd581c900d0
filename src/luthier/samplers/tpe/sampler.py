"""The sampler: draw candidates where good trials are dense, take the one where others are sparse.

    l  density of the good trials       g  density of all others, of running trials and of rows proposed just now

Sources: Bergstra, Bardenet, Bengio and Kégl, "Algorithms for Hyper-Parameter Optimization" (NeurIPS 2011), Eq. (3): the
expected improvement grows with l(x) / g(x); joint kernels over all columns as in Watanabe (arXiv:2304.11127).
"""

import math

import numpy as np
from numpy.random import Generator

from luthier.base.arrays import Array, IntArray
from luthier.base.errors import InvalidInput, explain
from luthier.records.history import History
from luthier.samplers.arguments import are_counts, are_numbers
from luthier.samplers.protocol import Capabilities, Proposals
from luthier.samplers.tpe.bandwidth import blur, good_bandwidths, other_bandwidth
from luthier.samplers.tpe.split import good_trials
from luthier.space.conditions import Conditions
from luthier.space.space import Space
from luthier.surrogates.columns import Columns
from luthier.surrogates.parzen import Parzen

__all__ = ["TPESampler"]

#: Scores are compared to this many decimals: their last bits differ from machine to machine, ties must not.
DECIMALS = 9

#: Conditions count from so many trials on. Densities of fewer are too sure of themselves, most so in the branches with
#: the most parameters, which then win: with two objectives, searches were worse for it.
SEEN = 100

#: Conditions are learnt from so many trials at most, half of them the last ones: a proposal's time stays bounded.
MOST_SEEN = 2000

#: All parameters are always asked for.
ALWAYS = Conditions({})


class TPESampler:
    """Multivariate tree-structured Parzen estimator over the joint space, conditional parameters included.

    From a hundred trials on a candidate counts by those parameters only that its trial would ask for (`Conditions`).

    Running trials count among those that were in vain, so that parallel workers keep apart (a "constant liar").

    Args:
        n_candidates: how many candidates are drawn for each proposal.
        good_share: which part of the trials is good, rounded up.
        most_good: at most so many trials are good.

    Raises:
        InvalidInput: a number is out of range.
    """

    __slots__ = (
        "columns",
        "conditional",
        "good_share",
        "kept",
        "kept_for",
        "most_good",
        "n_candidates",
        "space",
    )

    def __init__(self, *, n_candidates: int = 24, good_share: float = 0.1, most_good: int = 25) -> None:
        numbers = are_counts(n_candidates, most_good) and are_numbers(good_share)
        if not numbers or n_candidates < 1 or most_good < 1 or not 0.0 < good_share < 1.0:
            got = f"{n_candidates=}, {good_share=}, {most_good=}"
            fix = "Correct the arguments."
            raise InvalidInput(explain("n_candidates >= 1, 0 < good_share < 1 and most_good >= 1", got, fix))
        self.n_candidates = n_candidates
        self.good_share = good_share
        self.most_good = most_good
        self.space = Space({})
        self.columns = Columns.of(self.space)
        self.conditional: tuple[int, ...] = ()
        self.kept: Parzen | None = None
        self.kept_for = b""

    @property
    def capabilities(self) -> Capabilities:
        """Reads the history, for any space."""
        return Capabilities()

    def propose(self, space: Space, history: History, rng: Generator, n: int) -> Proposals:
        """Propose n configurations; each row counts as a running trial for the next ones."""
        if space is not self.space:
            self.space, self.columns, self.kept = space, Columns.of(space), None
            self.conditional = ()
        conditions = self.conditions(history.X)
        good = good_trials(history, share=self.good_share, most=self.most_good)
        density = self.density_of_good(history.X.take(good, axis=0))
        known, pending = history.X, conditions.masked(history.pending)
        proposed = np.empty((n, len(space)))
        for row in range(n):
            if len(pending):
                known = np.concatenate([known, pending])
            candidates = density.sample(rng, self.n_candidates)
            asked = conditions.masked(candidates)
            features = self.columns.features(asked)
            others = self.density_of_others(known, good)
            scores = density.log_density(features) - others.log_density(features)
            best = int(scores.round(DECIMALS).argmax())
            proposed[row], pending = candidates[best], asked[best : best + 1]
        return Proposals(proposed)

    def conditions(self, X: Array) -> Conditions:
        """Which parameters are asked for; the columns that are not always so become optional."""
        some_inactive = len(X) >= SEEN and math.isnan(X.sum())
        conditions = Conditions.learn(self.space, few(X)) if some_inactive else ALWAYS
        conditional = tuple(conditions.conditional)
        if conditional != self.conditional:
            self.columns, self.kept = self.columns.with_optional(conditional), None
            self.conditional = conditional
        return conditions

    def density_of_good(self, X: Array) -> Parzen:
        """The density l of the good trials; it is kept, for most trials do not change who is good."""
        exact = X.tobytes()
        if self.kept is None or exact != self.kept_for:
            sigma = good_bandwidths(X.T.take(self.columns.numbers, axis=0))
            self.kept = Parzen(self.columns, X, sigma=sigma, blur=blur(len(X), self.columns.levels))
            self.kept_for = exact
        return self.kept

    def density_of_others(self, X: Array, good: IntArray) -> Parzen:
        """The density g of all trials but the good ones."""
        count = len(X) - len(good)
        sigma = np.full((len(self.columns.numbers), 1), other_bandwidth(count))
        return Parzen(self.columns, X, sigma=sigma, blur=blur(count, self.columns.levels), left_out=good)


def few(X: Array) -> Array:
    """At most `MOST_SEEN` rows of `X: (n, d)`: the last ones, and as many spread over those before."""
    before = len(X) - MOST_SEEN // 2
    if len(X) <= MOST_SEEN:
        return X
    spread = np.arange(MOST_SEEN // 2) * before // (MOST_SEEN // 2)
    return np.concatenate([X[spread], X[before:]])
