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

#: Samples of a continuum are multiples of 1 / RESOLUTION.
RESOLUTION = 2.0**32

#: Kernel values are computed for this many features x kernels at a time, to stay in the cache of a core.
BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a space by kind. A column with a single value is of neither: nothing can be learnt about it."""

    d: int
    #: `(c,)` numeric columns. Beside them, `(c, 1)`: whether each is a grid, its number of cells, its least bandwidth.
    numbers: IntArray
    gridded: BoolArray
    cells: Array
    least_sigma: Array
    #: `(h,)` categorical columns, and `(h, 1)` the number of choices in each.
    choices: IntArray
    levels: Array
    #: `(g,)` for each indicator feature its place in `choices`, and `(g, 1)` the choice that it indicates.
    owner: IntArray
    choice: Array

    @classmethod
    def of(cls, space: Space) -> "Columns":
        """The columns of a space. Integers on a log scale count as a continuum."""
        numbers, cells, choices, levels = [], [], [], []
        for column, domain in enumerate(space.values()):
            if isinstance(domain, Categorical) and domain.levels > 1:
                choices.append(column)
                levels.append(domain.levels)
            elif not isinstance(domain, Categorical) and domain.levels != 1:
                numbers.append(column)
                cells.append(0.0 if domain.log else float(domain.levels or 0))
        count = np.array(cells)[:, None]
        gridded = count > 0.0
        return cls(
            d=len(space),
            numbers=np.array(numbers, dtype=np.int64),
            gridded=gridded,
            cells=np.where(gridded, count, 1.0),
            least_sigma=np.where(gridded, GRID_FLOOR / np.maximum(count, 1.0), 0.0),
            choices=np.array(choices, dtype=np.int64),
            levels=np.array(levels, dtype=np.float64)[:, None],
            owner=np.repeat(np.arange(len(levels)), levels),
            choice=np.array([float(place) for count in levels for place in range(count)])[:, None],
        )

    def codes(self, rows: Array) -> Array:
        """`(h, n)` places of the choices that stand in the categorical rows of `rows: (d, n)`; NaN stays NaN."""
        return np.minimum(np.floor(rows.take(self.choices, axis=0) * self.levels), self.levels - 1.0)


class Parzen:
    """The mixture of n product kernels and the prior, all of equal weight.

    Args:
        columns: d columns by kind.
        X: `(n, d)` observations in the unit cube, NaN where unknown.
        sigma: bandwidths in the c numeric columns, `(c, n)`, or `(c, 1)` when all kernels share them.
        blur: `(h,)` for each categorical column the probability b that a kernel gives to the other choices together.
        left_out: `(k,)` observations that do not count: leaving out is cheaper than gathering the others.
    """

    __slots__ = ("X", "blur", "columns", "left_out", "sigma")

    def __init__(
        self,
        columns: Columns,
        X: Array,
        *,
        sigma: Array,
        blur: Array,
        left_out: IntArray | None = None,
    ) -> None:
        if not len(X):  # an observation of which nothing is known is the prior once more
            X, sigma = np.full((1, columns.d), np.nan), np.ones((len(columns.numbers), 1))
        self.columns = columns
        self.X = X
        self.sigma = np.maximum(sigma, columns.least_sigma)
        self.blur = blur
        self.left_out = left_out

    def sample(self, rng: Generator, q: int) -> Array:
        """`(q, d)` points of the mixture, nothing left out; those of grids and choices are the middles of their cells."""
        columns = self.columns
        uniform = rng.random((columns.d + 1, q))
        kernel = (uniform[-1] * (len(self.X) + 1)).astype(np.intp)
        centre = self.X.T.take(kernel, axis=1, mode="clip")
        centre[:, kernel == len(self.X)] = np.nan
        points = np.full((columns.d, q), 0.5)
        if columns.numbers.size:
            sigma = self.sigma.take(kernel, axis=1, mode="clip")
            rows = columns.numbers
            points[rows] = draw_numbers(columns, uniform.take(rows, axis=0), centre.take(rows, axis=0), sigma)
        if columns.choices.size:
            rows = columns.choices
            points[rows] = self.draw_choices(uniform.take(rows, axis=0), centre.take(rows, axis=0))
        return points.T

    def draw_choices(self, uniform: Array, centre: Array) -> Array:
        """Samples of kernels of choices with the observed choices `centre`, one row for each column."""
        levels = self.columns.levels
        # Keeping the choice, or drawing any of them with probability b L / (L - 1), is the same kernel.
        loose = np.where(np.isnan(centre), 1.0, self.blur[:, None] * levels / (levels - 1.0))
        fresh = np.minimum(np.floor(uniform / loose * levels), levels - 1.0)
        return np.where(uniform < loose, (fresh + 0.5) / levels, centre)

    def log_density(self, points: Array) -> Array:
        """`(q,)` logarithms of the density at `points: (q, d)`, relative to the uniform distribution."""
        n = len(self.X)
        left = features(self.columns, points.T)
        kernels = np.empty((len(points), n + 1))
        kernels[:, n] = 0.0
        block = max(1, BLOCK // left.shape[1])
        for start in range(0, n, block):
            rows = slice(start, min(start + block, n))
            np.matmul(left, self.coefficients(rows), out=kernels[:, rows])
        count = n + 1
        if self.left_out is not None:
            kernels[:, self.left_out] = -np.inf
            count -= len(self.left_out)
        # Narrow kernels in many columns would overflow without this: the largest term becomes 1.
        top = kernels.max(axis=1)
        kernels -= top[:, None]
        np.exp(kernels, out=kernels)
        density: Array = np.log(kernels.sum(axis=1) / count) + top
        return density

    def coefficients(self, rows: slice) -> Array:
        """`(f, rows)`: what the features of a point are multiplied with to give the logarithms of the kernels."""
        columns = self.columns
        X = self.X[rows].T
        c, g = len(columns.numbers), len(columns.owner)
        table = np.empty((2 * c + g + 1, X.shape[1]))
        table[-1] = 0.0
        if c:
            shared = self.sigma.shape[1] == 1
            self.fill_numbers(table, X.take(columns.numbers, axis=0), self.sigma if shared else self.sigma[:, rows])
        if g:
            self.fill_choices(table[2 * c :], columns.codes(X))
        return table

    def fill_numbers(self, table: Array, mu: Array, sigma: Array) -> None:
        """Coefficients of x^2, x and 1 from the numeric columns."""
        c = len(mu)
        unknown = np.isnan(mu)
        some_unknown = unknown.any()
        if some_unknown:
            mu = np.where(unknown, 0.5, mu)
        if sigma.shape[1] == 1:
            peak = truncnorm.shared_log_peak(mu, sigma)
        else:
            peak = truncnorm.log_peak(sigma, truncnorm.mass_ends(mu, sigma))
        precision = 1.0 / (sigma * sigma)
        table[:c] = -0.5 * precision
        slope = np.multiply(mu, precision, out=table[c : 2 * c])
        peak -= 0.5 * mu * slope
        if some_unknown:
            table[:c][unknown] = 0.0
            slope[unknown] = 0.0
            peak[unknown] = 0.0
        peak.sum(axis=0, out=table[-1])

    def fill_choices(self, table: Array, codes: Array) -> None:
        """Coefficients of the indicators and of 1 from the categorical columns."""
        columns = self.columns
        levels = columns.levels[:, 0]
        same = np.log((1.0 - self.blur) * levels)
        other = np.log(self.blur * levels / (levels - 1.0))
        indicators = codes.take(columns.owner, axis=0) == columns.choice
        np.multiply(indicators, (same - other).take(columns.owner)[:, None], out=table[:-1])
        table[-1] += other @ ~np.isnan(codes)


def draw_numbers(columns: Columns, uniform: Array, centre: Array, sigma: Array) -> Array:
    """Samples of kernels of numbers, one row for each column; on grids, moved to the middles of their cells."""
    unknown = np.isnan(centre)
    mu = np.where(unknown, 0.5, centre)
    sample = np.where(unknown, uniform, truncnorm.draw(uniform, mu, sigma, truncnorm.mass_ends(mu, sigma)))
    # Interpolation and exponentials differ in their last bits from machine to machine: on this grid they do not.
    sample = np.rint(sample * RESOLUTION) / RESOLUTION
    if columns.gridded.any():
        cell = np.minimum(np.floor(sample * columns.cells), columns.cells - 1.0)
        sample = np.where(columns.gridded, (cell + 0.5) / columns.cells, sample)
    return sample


def features(columns: Columns, points: Array) -> Array:
    """`(q, f)` features of points given as `(d, q)`."""
    x = points.take(columns.numbers, axis=0)
    indicators = columns.codes(points).take(columns.owner, axis=0) == columns.choice
    return np.concatenate([x * x, x, indicators, np.ones((1, points.shape[1]))]).T
