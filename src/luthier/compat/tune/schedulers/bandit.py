"""A time-varying Gaussian process bandit: which configuration to try next, while what is good moves on.

    n  observations            d  hyperparameters, scaled to [0, 1], then the value before as one more input
    X  (n, d + 1) inputs       t  (n,) times, in perturbation intervals
    y  (n,) gains per interval, standardised      l  length scale      ε  how fast the past is forgotten      σ²  noise

Sources: Parker-Holder et al. 2020, "Provably Efficient Online Hyperparameter Optimization with Population-Based
Bandits" (arXiv:2002.02518); the kernel is that of Bogunovic et al. 2016 (arXiv:1601.06650), Eq. (4); members that were
sent out at the same time are hallucinated (Desautels et al. 2014, GP-BUCB).
"""

from typing import NamedTuple, final

import numpy as np
from numpy.random import Generator

from luthier.base.arrays import Array

__all__ = ["Bandit", "Seen", "next_point"]

#: So many of the newest observations count: those before are forgotten by the kernel, and cost the cube of n.
NEWEST = 200

#: Values of l, ε and σ² of which those with the largest marginal likelihood are taken.
LENGTHS = (0.1, 0.2, 0.4, 0.8, 1.6)
FORGETTING = (0.01, 0.05, 0.15, 0.35)
NOISES = (1e-3, 1e-2, 1e-1)

#: β = c1 + max(0, log(c2 n)), the constants of the paper's experiments.
C1, C2 = 0.2, 0.4

#: Points of the cube that are compared, and how many more are drawn around the best of them, how near.
CANDIDATES, REFINED, NEAR = 1024, 256, 0.05


class Seen(NamedTuple):
    """What was observed."""

    #: `(n, d + 1)`.
    X: Array
    #: `(n,)`.
    t: Array
    #: `(n,)`, to be large.
    y: Array


def kernel(X: Array, s: Array, Z: Array, t: Array, *, length: float, forgetting: float) -> Array:
    """`(n, m)` covariances of `X: (n, d)` at times `s` with `Z: (m, d)` at times `t`."""
    squared = ((X[:, None, :] - Z[None, :, :]) ** 2).sum(axis=2)
    ages = np.abs(s[:, None] - t[None, :])
    # Eq. (4) of arXiv:1601.06650
    covariances: Array = np.exp(-squared / (2 * length**2)) * (1 - forgetting) ** (ages / 2)
    return covariances


@final
class Bandit:
    """A process fitted to what was seen, its three numbers by marginal likelihood on a grid."""

    def __init__(self, seen: Seen) -> None:
        self.seen = Seen(*(part[-NEWEST:] for part in seen))
        spread = float(self.seen.y.std())
        self.y = (self.seen.y - self.seen.y.mean()) / (spread or 1.0)
        choices = [(length, forget, noise) for length in LENGTHS for forget in FORGETTING for noise in NOISES]
        self.length, self.forgetting, self.noise = max(choices, key=lambda choice: self.evidence(*choice))

    def factor(self, X: Array, t: Array, length: float, forgetting: float, noise: float) -> Array:
        """The Cholesky factor of the covariances of some inputs."""
        covariances = kernel(X, t, X, t, length=length, forgetting=forgetting)
        return np.linalg.cholesky(covariances + noise * np.eye(len(X))).astype(np.float64)

    def evidence(self, length: float, forgetting: float, noise: float) -> float:
        """The logarithm of the marginal likelihood, up to a constant."""
        lower = self.factor(self.seen.X, self.seen.t, length, forgetting, noise)
        white = np.linalg.solve(lower, self.y)
        return float(-white @ white / 2 - np.log(np.diag(lower)).sum())

    def whitened(self, X: Array, t: Array, Z: Array, at: float) -> Array:
        """`(n, m)`: the covariances of some inputs with `Z: (m, d + 1)` at one time, whitened."""
        across = kernel(X, t, Z, np.full(len(Z), at), length=self.length, forgetting=self.forgetting)
        lower = self.factor(X, t, self.length, self.forgetting, self.noise)
        return np.linalg.solve(lower, across).astype(np.float64)

    def mean(self, Z: Array, at: float) -> Array:
        """`(m,)` expected gains."""
        X, t, _ = self.seen
        white = self.whitened(X, t, Z, at)
        lower = self.factor(X, t, self.length, self.forgetting, self.noise)
        expected: Array = white.T @ np.linalg.solve(lower, self.y)
        return expected

    def deviation(self, Z: Array, at: float, pending: Array) -> Array:
        """`(m,)` standard deviations, once the pending points `(p, d + 1)` are observed, whatever they give."""
        X = np.concatenate([self.seen.X, pending])
        t = np.concatenate([self.seen.t, np.full(len(pending), at)])
        white = self.whitened(X, t, Z, at)
        left: Array = np.sqrt(np.maximum(1.0 - (white**2).sum(axis=0), 0.0))
        return left


def next_point(seen: Seen, *, at: float, value: float, pending: Array, rng: Generator) -> Array:
    """`(d,)` the hyperparameters with the largest upper confidence bound of their gain.

    Args:
        seen: observations, oldest first; with fewer than two the point is drawn uniformly.
        at: the time of the member that goes on.
        value: its value before, scaled as the last column of `seen.X`.
        pending: `(p, d)` what was chosen at the same time for others.
        rng: the source of all chance.
    """
    d = seen.X.shape[1] - 1
    if len(seen.y) < 2:
        drawn: Array = rng.random(d)
        return drawn
    bandit = Bandit(seen)
    kappa = np.sqrt(C1 + max(0.0, np.log(C2 * len(bandit.y))))
    busy = with_value(pending.reshape(-1, d), value)

    def bound(points: Array) -> Array:
        Z = with_value(points, value)
        scores: Array = bandit.mean(Z, at) + kappa * bandit.deviation(Z, at, busy)
        return scores

    points = rng.random((CANDIDATES, d))
    best = points[bound(points).argmax()]
    near = np.clip(best + NEAR * rng.standard_normal((REFINED, d)), 0.0, 1.0)
    points = np.concatenate([best[None, :], near])
    chosen: Array = points[bound(points).argmax()]
    return chosen


def with_value(points: Array, value: float) -> Array:
    """`(m, d)` points with the value before as one more column."""
    return np.concatenate([points, np.full((len(points), 1), value)], axis=1)
