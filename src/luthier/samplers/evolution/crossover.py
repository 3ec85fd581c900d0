"""Crossovers: how the numbers of a child come from those of its parents.

    x^1, x^2, …   parents, (c,) each in the unit cube       u   uniform in [0, 1)
    y             child, (c,), not yet cut to the cube       beta   spread factor: distance of children over parents'

A crossover is a value that is called with parents; it knows nothing of spaces. Choices do not pass through it.
Numbers out of their range, such as a negative `alpha`, are refused with InvalidInput.
"""

import math
from dataclasses import dataclass
from typing import Protocol, final, runtime_checkable

import numpy as np
from numpy.random import Generator

from luthier.base.arrays import Array, BoolArray
from luthier.samplers.arguments import check_within

__all__ = ["Blend", "Crossover", "Sbx", "Simplex", "Undx", "Uniform", "Vsbx"]

#: Parents and axes closer than this are one.
TINY = 1e-12


@runtime_checkable
class Crossover(Protocol):
    """Makes one child of several parents."""

    @property
    def parents(self) -> int:
        """How many parents it takes."""

    def __call__(self, parents: Array, rng: Generator) -> Array:
        """`(c,)` the child of `parents: (k, c)`."""


@final
@dataclass(frozen=True, slots=True)
class Uniform:
    """Each number comes from one of two parents: from the second with probability `swap`."""

    swap: float = 0.5

    def __post_init__(self) -> None:
        check_within(0.0, 1.0, swap=self.swap)

    @property
    def parents(self) -> int:
        """Two."""
        return 2

    def __call__(self, parents: Array, rng: Generator) -> Array:
        """`(c,)` the child of `parents: (2, c)`."""
        child: Array = np.where(rng.random(parents.shape[1]) < self.swap, parents[1], parents[0])
        return child


@final
@dataclass(frozen=True, slots=True)
class Blend:
    """Uniform in the box that two parents span, larger by `alpha` of each side (BLX; Eshelman and Schaffer 1993)."""

    alpha: float = 0.5

    def __post_init__(self) -> None:
        check_within(0.0, math.inf, alpha=self.alpha)

    @property
    def parents(self) -> int:
        """Two."""
        return 2

    def __call__(self, parents: Array, rng: Generator) -> Array:
        """`(c,)` the child of `parents: (2, c)`."""
        low, high = parents.min(axis=0), parents.max(axis=0)
        margin = self.alpha * (high - low)
        child: Array = low - margin + rng.random(parents.shape[1]) * (high - low + 2.0 * margin)
        return child


@final
@dataclass(frozen=True, slots=True)
class Sbx:
    """Simulated binary crossover, cut to the cube (Deb and Agrawal 1995; Deb and Beyer 2001).

    Each number is crossed with probability `share`, else inherited from one of the two; a large `eta` keeps children
    near their parents.
    """

    eta: float = 20.0
    share: float = 0.5

    def __post_init__(self) -> None:
        check_within(0.0, math.inf, eta=self.eta)
        check_within(0.0, 1.0, share=self.share)

    @property
    def parents(self) -> int:
        """Two."""
        return 2

    def __call__(self, parents: Array, rng: Generator) -> Array:
        """`(c,)` the child of `parents: (2, c)`."""
        u, crossed, second = rng.random((3, parents.shape[1]))
        low, high = parents.min(axis=0), parents.max(axis=0)
        gap = np.maximum(high - low, TINY)
        # beta is cut so that no child leaves the cube: alpha = 2 - beta_max^-(eta + 1), nearer border first.
        alpha = 2.0 - (1.0 + 2.0 * np.minimum(low, 1.0 - high) / gap) ** -(self.eta + 1.0)
        inner = u * alpha <= 1.0
        base = np.where(inner, u * alpha, 1.0 / np.maximum(2.0 - u * alpha, TINY))
        beta = base ** (1.0 / (self.eta + 1.0))  # Deb and Agrawal 1995, Eq. (13)
        side = np.where(second < 0.5, -0.5, 0.5)  # noqa: PLR2004 - a fair coin
        child = (low + high) / 2.0 + side * beta * gap
        return choose(parents, child, crossed < self.share, second)


@final
@dataclass(frozen=True, slots=True)
class Vsbx:
    """Simulated binary crossover about one parent, on both sides of it (vSBX; Ballester and Carter 2004).

    Unlike `Sbx` it reaches the middle between the parents as easily as what lies beyond them.
    """

    eta: float = 20.0
    share: float = 0.5

    def __post_init__(self) -> None:
        check_within(0.0, math.inf, eta=self.eta)
        check_within(0.0, 1.0, share=self.share)

    @property
    def parents(self) -> int:
        """Two."""
        return 2

    def __call__(self, parents: Array, rng: Generator) -> Array:
        """`(c,)` the child of `parents: (2, c)`."""
        u, crossed, second, inward = rng.random((4, parents.shape[1]))
        beta = np.maximum(u, TINY) ** (-1.0 / (self.eta + 1.0))
        nearest = choose(parents, parents[0], np.zeros(parents.shape[1], dtype=np.bool_), second)
        away = 2.0 * nearest - parents.sum(axis=0)  # from the other parent to this one
        side = np.where(inward < 0.5, -0.5, 0.5)  # noqa: PLR2004 - a fair coin
        return choose(parents, nearest + side * (beta - 1.0) * away, crossed < self.share, second)


@final
@dataclass(frozen=True, slots=True)
class Simplex:
    """Uniform in the simplex of three parents, enlarged about its centre (SPX; Tsutsui, Yamamura, Higuchi 1999).

    `epsilon` is the enlargement, the square root of k + 1 for k parents by default.
    """

    epsilon: float | None = None

    def __post_init__(self) -> None:
        if self.epsilon is not None:
            check_within(0.0, math.inf, epsilon=self.epsilon)

    @property
    def parents(self) -> int:
        """Three."""
        return 3

    def __call__(self, parents: Array, rng: Generator) -> Array:
        """`(c,)` the child of `parents: (k, c)`."""
        k = len(parents)
        epsilon = math.sqrt(k + 1.0) if self.epsilon is None else self.epsilon
        centre = parents.mean(axis=0)
        corners = centre + epsilon * (parents - centre)
        offset = np.zeros_like(centre)
        for place, u in enumerate(rng.random(k - 1).tolist(), start=1):
            # Tsutsui et al. 1999, Eqs. (5) and (6): r_k = u^(1 / (k + 1)).
            offset = u ** (1.0 / place) * (corners[place - 1] - corners[place] + offset)
        child: Array = corners[-1] + offset
        return child


@final
@dataclass(frozen=True, slots=True)
class Undx:
    """Normal about the middle of two parents: along their line, and across it as far as a third one is from it.

    UNDX of Ono and Kobayashi 1997; `across` is divided by the square root of c and 0.35 by default.
    """

    along: float = 0.5
    across: float = 0.35

    def __post_init__(self) -> None:
        check_within(0.0, math.inf, along=self.along, across=self.across)

    @property
    def parents(self) -> int:
        """Three."""
        return 3

    def __call__(self, parents: Array, rng: Generator) -> Array:
        """`(c,)` the child of `parents: (3, c)`."""
        c = parents.shape[1]
        line = parents[1] - parents[0]
        length = float(np.sqrt(line @ line))
        z = rng.standard_normal(c + 1)
        child: Array = (parents[0] + parents[1]) / 2.0 + self.along * z[0] * line
        if length < TINY:
            return child
        axis = line / length
        third = parents[2] - parents[0]
        beyond = third - (third @ axis) * axis
        distance = float(np.sqrt(beyond @ beyond))
        noise = z[1:] - (z[1:] @ axis) * axis
        child += self.across / math.sqrt(c) * distance * noise
        return child


def choose(parents: Array, child: Array, crossed: BoolArray, second: Array) -> Array:
    """`(c,)` the child where it was crossed, else one of the two parents."""
    inherited = np.where(second < 0.5, parents[0], parents[1])  # noqa: PLR2004 - a fair coin
    chosen: Array = np.where(crossed, child, inherited)
    return chosen
