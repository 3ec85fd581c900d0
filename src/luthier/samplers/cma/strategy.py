"""One run of CMA-ES on the unit cube: a normal distribution N(m, s^2 C), and its update by a ranked generation.

    m   mean, (c,)                 C  covariance, (c, c); its diagonal, (c,), where separable
    s   step size                  R  the symmetric root of C: C = R R
    z   standard normal, (c,)      x  what the distribution drew: m + s R z; the point to evaluate is x rounded
    A   scale of each discrete column under a margin, (c,)

The update is that of the package `cmaes`. Points are drawn here: a symmetric root is the same whatever signs the
eigenvectors have, so the points do not depend on the linear algebra of a machine, and any source of z may be used.
Sources: Hansen, "The CMA Evolution Strategy: A Tutorial" (arXiv:1604.00772); margin: Hamano et al. 2022
(arXiv:2205.13482); separable: Ros and Hansen 2008; learning rate: Nomura et al. 2023 (arXiv:2304.03473).
"""

from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal, TypeAlias, final

import numpy as np

from luthier.base.arrays import Array, BoolArray, IntArray

__all__ = ["LEAST_SIZE", "Kind", "Start", "Strategy", "usual_size"]

#: Ways to adapt: the whole matrix, its diagonal, the whole matrix with adapted learning rates.
Kind: TypeAlias = Literal["full", "separable", "cautious"]

#: A generation needs a better and a worse half.
LEAST_SIZE = 2

#: Points are multiples of 2^-32, so that they do not differ in their last bits from machine to machine.
PER_UNIT = 2.0**32

#: A distribution whose deviations are all below this is at its end: its points are alike.
LEAST_DEVIATION = 2.0**-30

#: The smallest variance that is taken for one.
LEAST_VARIANCE = 1e-300


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Where a run begins: `mean: (c,)` in the unit cube, step size, and covariance if it is not the identity."""

    mean: Array
    sigma: float
    cov: Array | None = None


def usual_size(c: int) -> int:
    """The usual size of a generation in c dimensions: Eq. (48) of the tutorial."""
    return 4 + int(3.0 * np.log(c))


@final
class Strategy:
    """A run of CMA-ES.

    Args:
        start: the first distribution.
        levels: `(c,)` how many values each column has, 0 for a continuum. Other columns get a margin: the probability
            of leaving a value never falls below 1 / (c size).
        size: members of a generation.
        kind: what is adapted; a margin needs "full".
    """

    __slots__ = ("broken", "continuous", "discrete", "levels", "margins", "optimizer", "scaled", "size")

    def __init__(self, start: Start, *, levels: IntArray, size: int, kind: Kind) -> None:
        cmaes = import_module("cmaes")  # at first use: it brings scipy.stats
        self.levels, self.size = levels, size
        self.discrete: BoolArray = (levels > 0) & (kind == "full")
        self.continuous = ~self.discrete
        #: How many columns have a margin.
        self.margins = int(self.discrete.sum())
        arguments: dict[str, Any] = {"sigma": start.sigma, "population_size": size, "seed": 0}
        with np.errstate(all="ignore"):
            if self.margins:
                half = np.where(self.discrete, 0.5 / np.maximum(levels, 1), 0.0)
                bounds = np.stack([half, 1.0 - half], axis=1)
                mean = np.clip(start.mean, bounds[:, 0], bounds[:, 1])
                steps = 2.0 * half
                self.optimizer = cmaes.CMAwM(mean, bounds=bounds, steps=steps, cov=start.cov, **arguments)
            elif kind == "separable":
                self.optimizer = cmaes.SepCMA(start.mean.copy(), **arguments)
            else:
                self.optimizer = cmaes.CMA(
                    start.mean, cov=start.cov, lr_adapt=kind == "cautious", **arguments
                )
        self.settle()

    @property
    def core(self) -> Any:
        """The optimiser proper: one with a margin wraps it."""
        return getattr(self.optimizer, "_cma", self.optimizer)

    @property
    def generation(self) -> int:
        """How many generations were told."""
        return int(self.optimizer.generation)

    @property
    def mean(self) -> Array:
        """`(c,)` the mean."""
        mean: Array = self.core._mean  # noqa: SLF001 - the package shows the mean, not the rest
        return mean

    def draw(self, z: Array) -> Array:
        """`x: (k, c)` for `z: (k, c)`."""
        step = z * self.scaled if self.scaled.ndim == 1 else z @ self.scaled
        drawn: Array = np.rint((self.mean + step) * PER_UNIT) / PER_UNIT
        return drawn

    def are_inside(self, x: Array) -> BoolArray:
        """`(k,)` whether the continuous columns of `x: (k, c)` lie in the unit cube; the others are rounded anyway."""
        free = x[:, self.continuous] if self.margins else x
        return np.asarray(((free >= 0.0) & (free <= 1.0)).all(axis=1))

    def inside(self, x: Array) -> Array:
        """`(c,)` the first row of `x: (k, c)` inside, else the last one moved to the border."""
        good = np.flatnonzero(self.are_inside(x))
        chosen: Array = x[good[0] if good.size else -1].copy()
        chosen[self.continuous] = np.clip(chosen[self.continuous], 0.0, 1.0)
        return chosen

    def point(self, x: Array) -> Array:
        """`(c,)` the point to evaluate for `x: (c,)` inside the cube; discrete columns at the middle of a cell."""
        if not self.margins:
            return x
        stretched = (x - self.mean) * self.optimizer._A + self.mean  # noqa: SLF001 - A of the margin is not shown
        u: Array = np.clip(stretched, 0.0, 1.0)
        levels = self.levels[self.discrete]
        u[self.discrete] = (np.minimum(np.floor(u[self.discrete] * levels), levels - 1) + 0.5) / levels
        return u

    def tell(self, x: Array, ranks: IntArray) -> None:
        """Update by a generation `x: (size, c)`, the best first, `ranks: (size,)` ascending; equals share a rank."""
        with np.errstate(all="ignore"):
            self.optimizer.tell([(row, float(rank)) for row, rank in zip(x, ranks, strict=True)])
            self.settle()

    def settle(self) -> None:
        """Take the distribution over from the optimiser: R by the eigenvectors of C, or by its diagonal."""
        core = self.core
        C: Array = core._C  # noqa: SLF001 - the package does not show it
        #: `s R`: (c, c), or (c,) where separable.
        self.scaled = np.full(C.shape, np.nan)
        if np.isfinite(C).all():
            if C.ndim == 1:
                root = np.sqrt(np.maximum(C, LEAST_VARIANCE))
            else:
                B, D = core._eigen_decomposition()  # noqa: SLF001 - kept there for the next update
                root = (B * D) @ B.T
            self.scaled = core._sigma * root  # noqa: SLF001 - as above
        #: Whether the distribution has numbers that are none, so that nothing can be drawn from it.
        self.broken = not (np.isfinite(self.scaled).all() and np.isfinite(self.mean).all())

    @property
    def converged(self) -> bool:
        """Whether the run is over: the package's criteria, numbers that are none, or no deviation left to see."""
        scaled = self.scaled
        if self.broken:
            return True
        deviations = scaled if scaled.ndim == 1 else np.sqrt((scaled**2).sum(axis=1))
        if self.continuous.any() and (deviations[self.continuous] < LEAST_DEVIATION).all():
            return True
        with np.errstate(all="ignore"):
            return bool(self.optimizer.should_stop())
