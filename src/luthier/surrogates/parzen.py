"""Parzen mixtures on the unit cube: one product kernel for each observation, and the uniform prior.

    n  kernels            q  points            d  columns
    f  features           mu, sigma  centre and bandwidth of a kernel in one column
    L  choices of a categorical column      p  the prior of a choice: its weight, or 1 / L

All densities are relative to the prior, which is uniform but for weighted choices, and is therefore 1 everywhere.
Where an observation is NaN (the parameter was inactive) its kernel is the prior in that column: this is how conditional
spaces are modelled jointly. Where a point is NaN the column does not count for it. The kernels are those of Bergstra et
al. (NeurIPS 2011) with products over columns as in Watanabe (arXiv:2304.11127):

    numbers    normal, cut to [0, 1]; on a grid its points are the middles of the cells, and bandwidths have a floor
    choices    the observed one with probability 1 - b, and otherwise one drawn from the prior. With equal weights this
               is the kernel of Aitchison and Aitken (1976)

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

#: Kernels are cut off here: millions of them add nothing to a sum that starts with one.
LEAST_EXPONENT = -100.0

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
        blur: `(h,)` for each column of choices the probability b, > 0, that a kernel draws from the prior.
        left_out: `(k,)` observations that do not count: leaving out is cheaper than gathering the others.
    """

    __slots__ = ("X", "blur", "columns", "kept", "kernels", "left_out", "n", "sigma")

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
        self.n = len(X)
        self.sigma = np.maximum(sigma, columns.least_sigma)
        self.blur = blur
        self.left_out = left_out
        #: All kernels, and the coefficients of all if they are one block; once made.
        self.kernels: Kernels | None = None
        self.kept: Array | None = None

    def sample(self, rng: Generator, q: int) -> Array:
        """`(q, d)` points of the mixture, nothing left out; on grids and for choices, the middles of the cells."""
        columns = self.columns
        uniform = rng.random((columns.d + 1, q))
        kernel = (uniform[-1] * (self.n + 1)).astype(np.intp)
        is_prior = kernel == self.n
        kernels = self.part(0, self.n)
        points = np.full((columns.d, q), 0.5)
        points[columns.numbers] = kernels.numbers(uniform.take(columns.numbers, axis=0), kernel, is_prior)
        if columns.choices.size:
            points[columns.choices] = kernels.choices(uniform.take(columns.choices, axis=0), kernel, is_prior)
        return points.T

    def log_density(self, features: Array) -> Array:
        """`(q,)` logarithms of the density, relative to the uniform one, at points given by `Columns.features`."""
        # Kernels are summed as multiples of exp(top). The sum starts with the prior.
        top, total = np.array(0.0), np.array(1.0)
        may_overflow = self.highest_peak() > MAX_EXPONENT
        block = max(1, BLOCK // sum(features.shape))
        for start in range(0, self.n, block):
            kernels = features @ self.coefficients(start, min(start + block, self.n))
            if may_overflow:
                before, top = top, np.maximum(top, kernels.max(axis=1))
                total = total * np.exp(before - top)
                kernels -= top[:, None]
            # Beside the prior the rest is nothing, and exponentials that underflow are slow.
            np.exp(np.maximum(kernels, LEAST_EXPONENT, out=kernels), out=kernels)
            total = total + kernels.sum(axis=1)
            # Room for two blocks at a time is more than an allocator keeps, and fresh pages cost more than the sums.
            del kernels
        count = self.n + 1 - (0 if self.left_out is None else len(self.left_out))
        density: Array = np.log(total / count) + top
        return density

    def highest_peak(self) -> float:
        """A bound of the logarithms of all kernels; no sum underflows, for that of the prior is 0."""
        narrowest = float(self.sigma.min()) if self.sigma.size else 1.0
        return self.columns.log_choices - len(self.sigma) * min(0.0, math.log(LEAST_AREA * narrowest))

    def coefficients(self, start: int, stop: int) -> Array:
        """`(f, stop - start)`: what features are multiplied with to give the logarithms of the kernels."""
        whole = stop - start == self.n
        if whole and self.kept is not None:
            return self.kept
        table = self.part(start, stop).coefficients()
        if self.left_out is not None:
            inside = self.left_out
            if not whole:
                inside = inside[(inside >= start) & (inside < stop)] - start
            table[-1, inside] = NOTHING
        if whole:
            self.kept = table
        return table

    def part(self, start: int, stop: int) -> "Kernels":
        """The kernels of some observations."""
        whole = stop - start == self.n
        if whole and self.kernels is not None:
            return self.kernels
        shared = self.sigma.shape[1] == 1
        sigma = self.sigma if shared else self.sigma[:, start:stop]
        part = Kernels(self.columns, self.X[start:stop], sigma=sigma, shared=shared, blur=self.blur)
        if whole:
            self.kernels = part
        return part


class Kernels:
    """Kernels of a mixture, one for each row of `X: (n, d)`.

    `shared` says whether the whole mixture has one bandwidth. The other arguments are those of `Parzen`.
    """

    __slots__ = ("blur", "codes", "columns", "mu", "n", "shared", "sigma", "unknown")

    def __init__(self, columns: Columns, X: Array, *, sigma: Array, shared: bool, blur: Array) -> None:
        rows = np.ascontiguousarray(X.T)  # `take` from a view with strides is slow
        self.columns = columns
        self.n = len(X)
        self.shared = shared
        self.sigma = sigma
        self.blur = blur
        self.mu = rows.take(columns.numbers, axis=0)
        #: `(c, n)` where a number is unknown; None when all are known.
        self.unknown: BoolArray | None = None
        if math.isnan(X.sum()):
            self.unknown = np.isnan(self.mu)
            self.mu[self.unknown] = 0.5
        self.codes = columns.codes(rows)

    def numbers(self, uniform: Array, kernel: IntArray, is_prior: BoolArray) -> Array:
        """`(c, q)` samples of kernels, those on grids moved to the middles of their cells."""
        columns = self.columns
        mu, sigma = self.mu.take(kernel, axis=1, mode="clip"), self.sigma.take(kernel, axis=1, mode="clip")
        sample = truncnorm.draw(uniform, mu, sigma)
        flat = is_prior
        if self.unknown is not None:
            flat = flat | self.unknown.take(kernel, axis=1, mode="clip")
        # Interpolation and exponentials differ in their last bits from machine to machine: on this grid they do not.
        sample = np.rint(np.where(flat, uniform, sample) * RESOLUTION) / RESOLUTION
        if columns.any_gridded:
            cell = np.minimum(np.floor(sample * columns.cells), columns.cells - 1.0)
            sample = np.where(columns.gridded, (cell + 0.5) / columns.cells, sample)
        return sample

    def choices(self, uniform: Array, kernel: IntArray, is_prior: BoolArray) -> Array:
        """`(h, q)` samples of kernels."""
        levels = self.columns.levels
        codes = self.codes.take(kernel, axis=1, mode="clip")
        loose = np.where(is_prior, 1.0, self.blur[:, None])
        if self.unknown is not None:
            loose[np.isnan(codes)] = 1.0
        anew = uniform / loose
        fresh = np.minimum(np.floor(anew * levels), levels - 1.0)
        for place, ends in self.columns.weighted:
            fresh[place] = np.searchsorted(ends[:-1], anew[place], side="right")
        return (np.where(uniform < loose, fresh, codes) + 0.5) / levels

    def coefficients(self) -> Array:
        """`(f, n)` coefficients of the features."""
        c = len(self.mu)
        table = np.empty((2 * c + len(self.columns.owner) + self.columns.optional + 1, self.n))
        if c:
            self.fill_numbers(table)
        else:
            table[-1] = 0.0
        if len(self.codes):
            self.fill_choices(table[2 * c :])
        return table

    def fill_numbers(self, table: Array) -> None:
        """Coefficients of x^2, x and 1 from the columns of numbers."""
        mu, sigma, c = self.mu, self.sigma, len(self.mu)
        peak = truncnorm.shared_log_peak(mu, sigma) if self.shared else truncnorm.log_peak(mu, sigma)
        precision = 1.0 / (sigma * sigma)
        table[:c] = -0.5 * precision
        slope = np.multiply(mu, precision, out=table[c : 2 * c])
        peak -= 0.5 * mu * slope
        if self.unknown is not None:
            table[:c][self.unknown] = 0.0
            slope[self.unknown] = 0.0
            peak[self.unknown] = 0.0
        peak.sum(axis=0, out=table[-1])
        if self.columns.optional_numbers.size:
            self.set_apart(table, peak.take(self.columns.optional_numbers, axis=0), first=True)

    def fill_choices(self, table: Array) -> None:
        """Coefficients of the indicators from the columns of choices; what they add to that of 1."""
        columns, codes = self.columns, self.codes
        other = np.log(self.blur)
        blur = self.blur.take(columns.owner)
        same = np.log((1.0 - blur) / columns.prior + blur)
        indicators = codes.take(columns.owner, axis=0) == columns.choice
        gain = (same - other.take(columns.owner))[:, None]
        np.multiply(indicators, gain, out=table[: len(columns.owner)])
        table[-1] += other.sum() if self.unknown is None else other @ ~np.isnan(codes)
        if columns.optional_choices.size:
            known = ~np.isnan(codes[columns.optional_choices])
            self.set_apart(table, other[columns.optional_choices][:, None] * known, first=False)

    def set_apart(self, table: Array, constants: Array, *, first: bool) -> None:
        """Move constants of optional columns from the last row to rows of their own, those of numbers first."""
        begin = len(table) - 1 - (self.columns.optional if first else len(constants))
        table[begin : begin + len(constants)] = constants
        table[-1] -= constants.sum(axis=0)
