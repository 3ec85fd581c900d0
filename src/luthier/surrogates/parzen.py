"""Parzen mixtures on the unit cube: one product kernel for each observation, and the uniform prior.

    n  kernels            q  points            d  columns
    f  features           mu, sigma  centre and bandwidth of a kernel in one column
    L  choices of a categorical column

All densities are relative to the uniform distribution, which is therefore 1 everywhere, for choices too. Where an
observation is NaN (the parameter was inactive) its kernel is the prior in that column: this is how conditional spaces
are modelled jointly. The kernels are those of Bergstra et al. (NeurIPS 2011) with products over columns as in
Watanabe (arXiv:2304.11127):

    numbers    normal, cut to [0, 1]; on a grid its points are the middles of the cells, and bandwidths have a floor
    choices    1 - b for the observed one, b / (L - 1) for every other (Aitchison and Aitken 1976)

The logarithms of q x n product kernels are one matrix product: log k(x) = -x^2 / (2 sigma^2) + x mu / sigma^2 + const
is linear in the features (x^2, x, 1), a kernel of choices in the indicators of the choices.
"""

import math

import numpy as np
from numpy.random import Generator

from luthier.base.arrays import Array, BoolArray, IntArray
from luthier.numerics import truncnorm
from luthier.surrogates.columns import Columns

__all__ = ["Parzen"]

#: Samples of a continuum are multiples of 1 / RESOLUTION.
RESOLUTION = 2.0**32

#: A cut normal kernel is at most 1 / (LEAST_AREA sigma): sqrt(2 pi) times the least mass, 0.34.
LEAST_AREA = 0.85

#: Below this exponentials, and sums of millions of them, do not overflow.
MAX_EXPONENT = 600.0

#: The logarithm of a kernel that does not count. It is finite: a matrix product may multiply it by a padding of zeros.
NOTHING = -1e300

#: So many features and values of kernels are computed at a time: half a megabyte, which the cache of a core holds.
BLOCK = 1 << 16


class Parzen:
    """The mixture of n product kernels and the prior, all of equal weight.

    Args:
        columns: d columns by kind, c of numbers and h of choices.
        X: `(n, d)` observations in the unit cube, NaN where unknown.
        sigma: bandwidths in the columns of numbers, `(c, n)`, or `(c, 1)` when all kernels share them.
        blur: `(h,)` for each column of choices the probability b that a kernel gives to all but the observed one.
        left_out: `(k,)` observations that do not count: leaving out is cheaper than gathering the others.
    """

    __slots__ = ("blur", "codes", "columns", "kept", "left_out", "mu", "n", "shared", "sigma", "unknown")

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
        rows = X.T
        self.columns = columns
        self.n = len(X)
        self.shared = sigma.shape[1] == 1
        self.sigma = np.maximum(sigma, columns.least_sigma)
        self.mu = rows.take(columns.numbers, axis=0)
        #: `(c, n)` where a number is unknown; None when all are known.
        self.unknown: BoolArray | None = None
        if math.isnan(X.sum()):
            self.unknown = np.isnan(self.mu)
            self.mu[self.unknown] = 0.5
        self.codes = columns.codes(rows)
        self.blur = blur
        self.left_out = left_out
        #: The coefficients of all kernels, once computed, if they are one block.
        self.kept: Array | None = None

    def sample(self, rng: Generator, q: int) -> Array:
        """`(q, d)` points of the mixture, nothing left out; on grids and for choices, the middles of the cells."""
        columns = self.columns
        uniform = rng.random((columns.d + 1, q))
        kernel = (uniform[-1] * (self.n + 1)).astype(np.intp)
        points = np.full((columns.d, q), 0.5)
        points[columns.numbers] = self.draw_numbers(uniform.take(columns.numbers, axis=0), kernel)
        if columns.choices.size:
            points[columns.choices] = self.draw_choices(uniform.take(columns.choices, axis=0), kernel)
        return points.T

    def draw_numbers(self, uniform: Array, kernel: IntArray) -> Array:
        """`(c, q)` samples of kernels, those on grids moved to the middles of their cells."""
        columns = self.columns
        mu, sigma = self.mu.take(kernel, axis=1, mode="clip"), self.sigma.take(kernel, axis=1, mode="clip")
        sample = truncnorm.draw(uniform, mu, sigma)
        flat = kernel == self.n
        if self.unknown is not None:
            flat = flat | self.unknown.take(kernel, axis=1, mode="clip")
        # Interpolation and exponentials differ in their last bits from machine to machine: on this grid they do not.
        sample = np.rint(np.where(flat, uniform, sample) * RESOLUTION) / RESOLUTION
        if columns.any_gridded:
            cell = np.minimum(np.floor(sample * columns.cells), columns.cells - 1.0)
            sample = np.where(columns.gridded, (cell + 0.5) / columns.cells, sample)
        return sample

    def draw_choices(self, uniform: Array, kernel: IntArray) -> Array:
        """`(h, q)` samples of kernels."""
        levels = self.columns.levels
        codes = self.codes.take(kernel, axis=1, mode="clip")
        codes[:, kernel == self.n] = np.nan
        # Keeping the choice, or drawing any of them with probability b L / (L - 1), is the same kernel.
        loose = np.where(np.isnan(codes), 1.0, self.blur[:, None] * levels / (levels - 1.0))
        fresh = np.minimum(np.floor(uniform / loose * levels), levels - 1.0)
        return (np.where(uniform < loose, fresh, codes) + 0.5) / levels

    def log_density(self, features: Array) -> Array:
        """`(q,)` logarithms of the density, relative to the uniform one, at points given by `Columns.features`."""
        q, f = features.shape
        # Kernels are summed as multiples of exp(top). The sum starts with the prior.
        top, total = np.zeros(q), np.ones(q)
        may_overflow = self.highest_peak() > MAX_EXPONENT
        block = max(1, BLOCK // (q + f))
        for start in range(0, self.n, block):
            kernels = features @ self.coefficients(start, min(start + block, self.n))
            if may_overflow:
                before, top = top, np.maximum(top, kernels.max(axis=1))
                total *= np.exp(before - top)
                kernels -= top[:, None]
            np.exp(kernels, out=kernels)
            total += kernels.sum(axis=1)
        count = self.n + 1 - (0 if self.left_out is None else len(self.left_out))
        density: Array = np.log(total / count) + top
        return density

    def highest_peak(self) -> float:
        """A bound of the logarithms of all kernels; no sum underflows, for that of the prior is 0."""
        narrowest = float(self.sigma.min()) if self.sigma.size else 1.0
        return self.columns.log_choices - len(self.sigma) * min(0.0, math.log(LEAST_AREA * narrowest))

    def coefficients(self, start: int, stop: int) -> Array:
        """`(f, stop - start)`: what features are multiplied with to give the logarithms of the kernels."""
        if self.kept is not None and self.kept.shape[1] == stop - start:
            return self.kept
        rows = slice(start, stop)
        c = len(self.mu)
        table = np.empty((2 * c + len(self.columns.owner) + 1, stop - start))
        if c:
            self.fill_numbers(table, rows)
        else:
            table[-1] = 0.0
        if len(self.codes):
            self.fill_choices(table[2 * c :], self.codes[:, rows])
        if self.left_out is not None:
            inside = self.left_out[(self.left_out >= start) & (self.left_out < stop)]
            table[-1, inside - start] = NOTHING
        if stop - start == self.n:
            self.kept = table
        return table

    def fill_numbers(self, table: Array, rows: slice) -> None:
        """Coefficients of x^2, x and 1 from the columns of numbers."""
        mu = self.mu[:, rows]
        sigma = self.sigma if self.shared else self.sigma[:, rows]
        c = len(mu)
        peak = truncnorm.shared_log_peak(mu, sigma) if self.shared else truncnorm.log_peak(mu, sigma)
        precision = 1.0 / (sigma * sigma)
        table[:c] = -0.5 * precision
        slope = np.multiply(mu, precision, out=table[c : 2 * c])
        peak -= 0.5 * mu * slope
        if self.unknown is not None:
            unknown = self.unknown[:, rows]
            table[:c][unknown] = 0.0
            slope[unknown] = 0.0
            peak[unknown] = 0.0
        peak.sum(axis=0, out=table[-1])

    def fill_choices(self, table: Array, codes: Array) -> None:
        """Coefficients of the indicators from the columns of choices; what they add to that of 1."""
        columns = self.columns
        levels = columns.levels[:, 0]
        same = np.log((1.0 - self.blur) * levels)
        other = np.log(self.blur * levels / (levels - 1.0))
        indicators = codes.take(columns.owner, axis=0) == columns.choice
        np.multiply(indicators, (same - other).take(columns.owner)[:, None], out=table[:-1])
        table[-1] += other.sum() if self.unknown is None else other @ ~np.isnan(codes)
