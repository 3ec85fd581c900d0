"""Kernels: those of scikit-learn, one for categories, and the gradient of each with respect to where it is asked.

    x     `(d,)` a point               z       `(d,)` a training point
    l     length scales, `(d,)`        r       distance of x and z, each dimension over its length scale
    k     the kernel's value           g       `(m, n, d)`, dk / dx for m points and n training points

Source of the kernels and their derivatives: Rasmussen and Williams 2006, "Gaussian Processes for Machine Learning",
Sections 4.2 and 5.1; of the kernel for categories: Hutter, Hoos and Leyton-Brown 2011 (SMAC), Eq. (3).
"""

from typing import Any

import numpy as np

from luthier.base.arrays import Array
from luthier.base.optional import require
from luthier.compat.support import absent

sklearn_kernels = require(
    "sklearn.gaussian_process.kernels", extra="sklearn", needed_for="Gaussian processes"
)

ConstantKernel = sklearn_kernels.ConstantKernel
DotProduct = sklearn_kernels.DotProduct
ExpSineSquared = sklearn_kernels.ExpSineSquared
Exponentiation = sklearn_kernels.Exponentiation
Kernel = sklearn_kernels.Kernel
Matern = sklearn_kernels.Matern
Product = sklearn_kernels.Product
RBF = sklearn_kernels.RBF
RationalQuadratic = sklearn_kernels.RationalQuadratic
Sum = sklearn_kernels.Sum
WhiteKernel = sklearn_kernels.WhiteKernel

__all__ = [
    "RBF",
    "ConstantKernel",
    "DotProduct",
    "ExpSineSquared",
    "Exponentiation",
    "HammingKernel",
    "Kernel",
    "Matern",
    "Product",
    "RationalQuadratic",
    "Sum",
    "WhiteKernel",
    "contains_hamming",
    "gradient_x",
]


class HammingKernel(
    sklearn_kernels.StationaryKernelMixin,  # type: ignore[name-defined, misc]  # scikit-learn is untyped
    sklearn_kernels.NormalizedKernelMixin,  # type: ignore[name-defined, misc]  # scikit-learn is untyped
    Kernel,  # type: ignore[valid-type, misc]  # scikit-learn is untyped
):
    """`exp(-sum_j l_j [x_j != z_j])`: categories are equal or not, and nothing in between.

    Args:
        length_scale: how much a difference in each column counts; one number counts for all columns.
        length_scale_bounds: within which it is fitted.
    """

    def __init__(self, length_scale: Any = 1.0, length_scale_bounds: Any = (1e-5, 1e5)) -> None:
        self.length_scale = length_scale
        self.length_scale_bounds = length_scale_bounds

    @property
    def hyperparameter_length_scale(self) -> Any:
        """The weights of the columns."""
        count = np.size(self.length_scale)
        shape = (count,) if np.iterable(self.length_scale) else ()
        return sklearn_kernels.Hyperparameter("length_scale", "numeric", self.length_scale_bounds, *shape)

    def __call__(self, X: Any, Y: Any = None, eval_gradient: bool = False) -> Any:  # noqa: D102, FBT001, FBT002 - scikit-learn's
        X = np.atleast_2d(X)
        Y = X if Y is None else np.atleast_2d(Y)
        differ = (X[:, None, :] != Y[None, :, :]).astype(np.float64)
        K = np.exp(-differ @ np.broadcast_to(self.length_scale, (X.shape[1],)))
        if not eval_gradient:
            return K
        if self.hyperparameter_length_scale.fixed:
            return K, np.empty((*K.shape, 0))
        slopes = -K[:, :, None] * differ * np.asarray(self.length_scale)
        return K, slopes if np.iterable(self.length_scale) else slopes.sum(axis=2, keepdims=True)

    def __repr__(self) -> str:
        return f"HammingKernel(length_scale={np.round(self.length_scale, 3)})"


def contains_hamming(kernel: Any) -> bool:
    """Whether a kernel compares categories, and so has no gradient."""
    parts = [kernel, *kernel.get_params().values()] if isinstance(kernel, Kernel) else []
    return any(isinstance(part, HammingKernel) for part in parts)


def gradient_x(kernel: Any, X: Array, Z: Array) -> Array:
    """`g: (m, n, d)`, the gradient of the kernel at each of `X: (m, d)` to each of `Z: (n, d)`.

    Raises:
        NotImplementedError: no gradient of this kernel is known.
    """
    if isinstance(kernel, Sum):
        return gradient_x(kernel.k1, X, Z) + gradient_x(kernel.k2, X, Z)
    if isinstance(kernel, Product):
        first = kernel.k1(X, Z)[:, :, None] * gradient_x(kernel.k2, X, Z)
        return np.asarray(first + kernel.k2(X, Z)[:, :, None] * gradient_x(kernel.k1, X, Z))
    if isinstance(kernel, Exponentiation):
        outer = kernel.exponent * kernel.kernel(X, Z) ** (kernel.exponent - 1)
        return np.asarray(outer[:, :, None] * gradient_x(kernel.kernel, X, Z))
    if isinstance(kernel, ConstantKernel | WhiteKernel | HammingKernel):
        return np.zeros((len(X), len(Z), X.shape[1]))
    if isinstance(kernel, DotProduct):
        return np.broadcast_to(Z[None, :, :], (len(X), *Z.shape))
    gap = X[:, None, :] - Z[None, :, :]
    if isinstance(kernel, ExpSineSquared):
        return periodic(kernel, gap, kernel(X, Z))
    if isinstance(kernel, Matern | RBF | RationalQuadratic):
        scaled = gap / np.square(kernel.length_scale)
        r = np.sqrt(np.sum(gap * scaled, axis=2))
        return np.asarray(slope_over_r(kernel, r)[:, :, None] * scaled)
    raise absent(f"skopt's gradient of {kernel!r}", 'Pass acq_optimizer="sampling".')


def slope_over_r(kernel: Any, r: Array) -> Array:
    """`(dk / dr) / r` of a kernel of the distance."""
    if isinstance(kernel, RationalQuadratic):
        base = 1.0 + r**2 / (2.0 * kernel.alpha)
        return np.asarray(-(base ** (-kernel.alpha - 1.0)))
    nu = kernel.nu if isinstance(kernel, Matern) else np.inf
    if nu == 0.5:  # noqa: PLR2004 - the orders of Matern kernels with a closed form
        return np.asarray(-np.exp(-r) / np.where(r > 0, r, np.inf))
    if nu == 1.5:  # noqa: PLR2004 - as above
        return np.asarray(-3.0 * np.exp(-np.sqrt(3.0) * r))
    if nu == 2.5:  # noqa: PLR2004 - as above
        scaled = np.sqrt(5.0) * r
        return np.asarray(-5.0 / 3.0 * (1.0 + scaled) * np.exp(-scaled))
    if nu == np.inf:
        return np.asarray(-np.exp(-0.5 * r**2))
    raise absent(f"skopt's gradient of a Matern kernel with nu={nu}", "Use nu 0.5, 1.5, 2.5 or inf.")


def periodic(kernel: Any, gap: Array, k: Array) -> Array:
    """The gradient of the periodic kernel `exp(-2 sin²(pi r / p) / l²)`, r the plain distance."""
    r = np.sqrt(np.sum(gap**2, axis=2))
    angle = 2.0 * np.pi * r / kernel.periodicity
    slope = -2.0 * np.pi / (kernel.periodicity * kernel.length_scale**2) * np.sin(angle) * k
    return np.asarray((slope / np.where(r > 0, r, np.inf))[:, :, None] * gap)
