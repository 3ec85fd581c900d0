"""Parzen mixtures on the unit cube: one product kernel for each observation, and the uniform prior.

    n  kernels            q  points            d  columns
    f  features           mu, sigma  centre and bandwidth of a kernel in one column
    L  choices of a categorical column

All densities are relative to the uniform distribution, which is therefore 1 everywhere, for choices too. Where an
observation is NaN (the parameter was inactive) its kernel is the prior in that column: this is how conditional spaces
are modelled jointly. The kernels are those of Bergstra et al. (NeurIPS 2011) with products over columns as in
Watanabe (arXiv:2304.11127), Sec. 3.3:

    numbers    normal, cut to [0, 1]; on a grid its points are the middles of the cells, and bandwidths have a floor
    choices    1 - b for the observed one, b / (L - 1) for every other (Aitchison and Aitken 1976, Eq. (2))

The logarithms of q x n product kernels are one matrix product: log k(x) = -x^2 / (2 sigma^2) + x mu / sigma^2 + const
is linear in the features (x^2, x, 1), a kernel of choices in the indicators of the choices.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from luthier.base.arrays import Array, BoolArray, IntArray
from luthier.numerics import truncnorm
from luthier.space.domains import Categorical
from luthier.space.space import Space

__all__ = ["Columns", "Parzen"]

#: Bandwidths on a grid are at least this part of the distance between neighbours. From here on the sum of a kernel over
#: the middles of the cells is its integral to 1.5 %, and a neighbour is always within reach.
GRID_FLOOR = 0.5

#: Kernel values are computed for this many features x kernels at a time, to stay in the cache of a core.
BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a space by kind. A column with a single value is of neither: nothing can be learnt about it."""

    d: int
    #: Numeric columns, and the distance of neighbours in each: 0 for a continuum.
    numbers: IntArray
    spacing: Array
    #: Categorical columns, and the number of choices in each.
    choices: IntArray
    levels: Array
    #: For each indicator feature, whose column of `choices` and which choice it indicates.
    owner: IntArray
    choice: Array

    @classmethod
    def of(cls, space: Space) -> "Columns":
        """The columns of a space. Integers on a log scale count as a continuum."""
        numbers, choices = [], []
        for column, domain in enumerate(space.values()):
            if domain.levels != 1:
                (choices if isinstance(domain, Categorical) else numbers).append((column, domain))
        levels = [domain.levels or 1 for _, domain in choices]
        return cls(
            d=len(space),
            numbers=np.array([column for column, _ in numbers], dtype=np.int64),
            spacing=np.array([0.0 if domain.log else 1.0 / (domain.levels or math.inf) for _, domain in numbers]),
            choices=np.array([column for column, _ in choices], dtype=np.int64),
            levels=np.array(levels, dtype=np.float64),
            owner=np.repeat(np.arange(len(levels)), levels),
            choice=np.concatenate([np.empty(0), *(np.arange(count, dtype=np.float64) for count in levels)]),
        )


class Parzen:
    """The mixture of n product kernels and the prior, all of equal weight.

    Args:
        columns: d columns by kind.
        X: `(n, d)` observations in the unit cube, NaN where unknown.
        sigma: bandwidths in the c numeric columns, `(c, n)`, or `(c, 1)` when all kernels share them.
        blur: the probability b that a kernel of choices gives to the others together.
        left_out: `(k,)` observations that do not count: leaving out is cheaper than gathering the others.
    """

    __slots__ = ("X", "blur", "columns", "left_out", "sigma")

    def __init__(
        self,
        columns: Columns,
        X: Array,
        *,
        sigma: Array,
        blur: float,
        left_out: IntArray | None = None,
    ) -> None:
        self.columns = columns
        self.X = X
        self.sigma = np.maximum(sigma, GRID_FLOOR * columns.spacing[:, None])
        self.blur = blur
        self.left_out = left_out

    def sample(self, rng: Generator, q: int) -> Array:
        """`(q, d)` points of the mixture; those of grids and choices in the middles of their cells."""
        n, columns = len(self.X), self.columns
        uniform = rng.random((columns.d + 1, q))
        kernel = (uniform[-1] * (n + 1)).astype(np.intp)
        centre = np.concatenate([self.X, np.full((1, columns.d), np.nan)]).T.take(kernel, axis=1)
        points = np.full((columns.d, q), 0.5)
        if columns.numbers.size:
            sigma = np.broadcast_to(self.sigma, (len(columns.numbers), n)) if n else self.sigma[:, :0]
            width = sigma.take(kernel, axis=1, mode="clip") if n else np.ones((len(columns.numbers), q))
            points[columns.numbers] = draw_numbers(
                columns, uniform.take(columns.numbers, axis=0), centre.take(columns.numbers, axis=0), width
            )
        if columns.choices.size:
            points[columns.choices] = self.draw_choices(
                uniform.take(columns.choices, axis=0), centre.take(columns.choices, axis=0)
            )
        return points.T

    def draw_choices(self, uniform: Array, centre: Array) -> Array:
        """Samples of kernels of choices with the observed choices `centre`, one row for each column."""
        levels = self.columns.levels[:, None]
        # Keeping the choice, or drawing any of them with probability b L / (L - 1), is the same kernel.
        loose = np.where(np.isnan(centre), 1.0, np.minimum(self.blur * levels / (levels - 1.0), 1.0))
        fresh = np.minimum(np.floor(uniform / loose * levels), levels - 1.0)
        return np.where(uniform < loose, (fresh + 0.5) / levels, centre)

    def log_density(self, points: Array) -> Array:
        """`(q,)` logarithms of the density at `points: (q, d)`, relative to the uniform distribution."""
        n, columns = len(self.X), self.columns
        left = features(columns, points.T)
        kernels = np.empty((len(points), n + 1))
        kernels[:, n] = 0.0
        block = max(1, BLOCK // left.shape[1])
        for start in range(0, n, block):
            rows = slice(start, min(start + block, n))
            np.matmul(left, self.coefficients(rows), out=kernels[:, rows])
        if self.left_out is not None:
            kernels[:, self.left_out] = -np.inf
        top = kernels.max(axis=1)
        kernels -= top[:, None]
        np.exp(kernels, out=kernels)
        count = n + 1 - (0 if self.left_out is None else len(self.left_out))
        density: Array = np.log(kernels.sum(axis=1) / count) + top
        return density

    def coefficients(self, rows: slice) -> Array:
        """`(f, rows)`: what the features of a point are multiplied with to give the logarithms of the kernels."""
        columns = self.columns
        X = self.X[rows].T
        c, f = len(columns.numbers), len(columns.owner)
        table = np.empty((2 * c + f + 1, X.shape[1]))
        table[-1] = 0.0
        if c:
            mu = X.take(columns.numbers, axis=0)
            self.fill_numbers(table, mu, self.sigma if self.sigma.shape[1] == 1 else self.sigma[:, rows])
        if f:
            codes = np.floor(X.take(columns.choices, axis=0) * columns.levels[:, None])
            self.fill_choices(table[2 * c :], codes)
        return table

    def fill_numbers(self, table: Array, mu: Array, sigma: Array) -> None:
        """Coefficients of x^2, x and 1 from the numeric columns."""
        c = len(mu)
        unknown = np.isnan(mu)
        some_unknown = unknown.any()
        if some_unknown:
            mu = np.where(unknown, 0.5, mu)
        if sigma.shape[1] == 1:
            peak = truncnorm.shared_log_peak(mu, sigma[:, 0])
        else:
            peak = truncnorm.log_peak(sigma, truncnorm.mass_ends(mu, sigma))
        table[:c] = -0.5 * sigma**-2
        slope = np.multiply(mu, sigma**-2, out=table[c : 2 * c])
        peak -= 0.5 * mu * slope
        if some_unknown:
            table[:c][unknown] = 0.0
            slope[unknown] = 0.0
            peak[unknown] = 0.0
        peak.sum(axis=0, out=table[-1])

    def fill_choices(self, table: Array, codes: Array) -> None:
        """Coefficients of the indicators and of 1 from the categorical columns."""
        columns = self.columns
        same = np.log((1.0 - self.blur) * columns.levels)
        other = np.log(self.blur * columns.levels / (columns.levels - 1.0))
        indicators = codes.take(columns.owner, axis=0) == columns.choice[:, None]
        np.multiply(indicators, (same - other).take(columns.owner)[:, None], out=table[:-1])
        table[-1] += other @ ~np.isnan(codes)


def draw_numbers(columns: Columns, uniform: Array, centre: Array, sigma: Array) -> Array:
    """Samples of kernels of numbers, one row for each column; on grids, moved to the middles of their cells."""
    unknown = np.isnan(centre)
    mu = np.where(unknown, 0.5, centre)
    sample = np.where(unknown, uniform, truncnorm.draw(uniform, mu, sigma, truncnorm.mass_ends(mu, sigma)))
    spacing = columns.spacing[:, None]
    if spacing.any():
        cells = 1.0 / np.where(spacing == 0.0, 1.0, spacing)
        middle = (np.minimum(np.floor(sample * cells), np.rint(cells) - 1.0) + 0.5) / cells
        sample = np.where(spacing == 0.0, sample, middle)
    return sample


def features(columns: Columns, points: Array) -> Array:
    """`(q, f)` features of points given as `(d, q)`."""
    x = points.take(columns.numbers, axis=0)
    codes = np.floor(points.take(columns.choices, axis=0) * columns.levels[:, None])
    indicators = codes.take(columns.owner, axis=0) == columns.choice[:, None]
    return np.concatenate([x * x, x, indicators, np.ones((1, points.shape[1]))]).T
