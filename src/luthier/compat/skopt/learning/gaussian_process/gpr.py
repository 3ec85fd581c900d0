"""Gaussian process regression with noise that is fitted, and gradients of what it predicts."""

import warnings
from typing import Any

import numpy as np
from scipy.linalg import cho_solve

from luthier.base.arrays import Array
from luthier.base.errors import InvalidInput, explain
from luthier.base.optional import require
from luthier.compat.skopt.learning.gaussian_process.kernels import (
    RBF,
    ConstantKernel,
    Sum,
    WhiteKernel,
    gradient_x,
)
from luthier.compat.skopt.learning.gaussian_process.likelihood import log_likelihood, parts_of

__all__ = ["GaussianProcessRegressor"]

sklearn_base = require("sklearn.base", extra="sklearn", needed_for="Gaussian processes")
sklearn_gpr = require("sklearn.gaussian_process", extra="sklearn", needed_for="Gaussian processes")


class GaussianProcessRegressor(sklearn_gpr.GaussianProcessRegressor):  # type: ignore[name-defined, misc]  # untyped
    """scikit-learn's Gaussian process, with noise.

    Args:
        kernel: of the function; with noise, a white kernel is added to it.
        alpha: added to the diagonal.
        optimizer: of the likelihood; None keeps the kernel as it is.
        n_restarts_optimizer: how often it starts anew, at random.
        normalize_y: whether targets are scaled to mean 0 and deviation 1.
        copy_X_train: whether the training data are copied.
        random_state: of the restarts.
        noise: "gaussian" to fit the variance of the noise, a number to fix it, None for none. Predictions are of the
            function without its noise.
    """

    kernel: Any

    def __init__(  # noqa: PLR0917 - the signature of the original
        self,
        kernel: Any = None,
        alpha: Any = 1e-10,
        optimizer: Any = "fmin_l_bfgs_b",
        n_restarts_optimizer: int = 0,
        normalize_y: bool = False,  # noqa: FBT001, FBT002 - as above
        copy_X_train: bool = True,  # noqa: FBT001, FBT002 - as above
        random_state: Any = None,
        noise: Any = None,
    ) -> None:
        self.noise = noise
        super().__init__(
            kernel=kernel,
            alpha=alpha,
            optimizer=optimizer,
            n_restarts_optimizer=n_restarts_optimizer,
            normalize_y=normalize_y,
            copy_X_train=copy_X_train,
            random_state=random_state,
        )

    def fit(self, X: Any, y: Any) -> "GaussianProcessRegressor":
        """Fit the kernel and the function to `X: (n, d)` and `y: (n,)`.

        Raises:
            InvalidInput: `noise` is neither "gaussian" nor a number.
        """
        given: Any = self.kernel
        self._squares = None
        self.kernel = with_noise(given, self.noise)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # an optimum at a bound is no news to a search
                super().fit(X, y)
        finally:
            self.kernel, self._squares = given, None
        self.noise_ = None
        white = self.kernel_.k2 if isinstance(self.kernel_, Sum) else None
        if self.noise and isinstance(white, WhiteKernel):
            self.noise_ = white.noise_level
            white.noise_level = (
                0.0  # Rasmussen and Williams 2006, Eq. (2.24): the function, not its observation
            )
        # Without normalisation scikit-learn keeps arrays of one number, which no `float` takes.
        self.y_train_mean_, self.y_train_std_ = (
            np.asarray(each).item() if np.size(each) == 1 else each
            for each in (self._y_train_mean, self._y_train_std)
        )
        return self

    def given(self, X: Array, y: Array) -> "GaussianProcessRegressor":
        """This process with other data and the same hyperparameters: at the cost of one Cholesky factor."""
        kernel = sklearn_base.clone(self.kernel_)
        if self.noise_ is not None:
            kernel.k2.noise_level = self.noise_
        other = GaussianProcessRegressor(
            kernel, alpha=self.alpha, optimizer=None, normalize_y=self.normalize_y, noise=self.noise
        )
        return other.fit(X, y)

    def log_marginal_likelihood(
        self,
        theta: Any = None,
        eval_gradient: bool = False,  # noqa: FBT001, FBT002 - scikit-learn's
        clone_kernel: bool = True,  # noqa: FBT001, FBT002 - scikit-learn's
    ) -> Any:
        """The likelihood of a kernel; of the usual one by a shorter way than scikit-learn's."""
        parts = None
        if theta is not None and self.y_train_.ndim == 1:
            parts = parts_of(self.kernel_, self.X_train_.shape[1])
        if parts is None:
            return super().log_marginal_likelihood(theta, eval_gradient, clone_kernel)
        if not clone_kernel:
            self.kernel_.theta = theta
        squares = getattr(self, "_squares", None)
        if squares is None:
            squares = np.square(self.X_train_[:, None, :] - self.X_train_[None, :, :])
            self._squares = squares
        value, gradient = log_likelihood(np.asarray(theta), parts, squares, self.y_train_, self.alpha)
        return (value, gradient) if eval_gradient else value

    def predict(
        self,
        X: Any,
        return_std: bool = False,  # noqa: FBT001, FBT002 - as above
        return_cov: bool = False,  # noqa: FBT001, FBT002 - as above
        return_mean_grad: bool = False,  # noqa: FBT001, FBT002 - as above
        return_std_grad: bool = False,  # noqa: FBT001, FBT002 - as above
    ) -> Any:
        """The mean at `X: (n, d)`, and what else was asked for, in the order of the arguments.

        Raises:
            InvalidInput: a gradient of the deviation without the deviation, or gradients of several points.
        """
        if return_std_grad and not (return_std and return_mean_grad):
            raise InvalidInput(
                explain(
                    "return_std and return_mean_grad with return_std_grad", "not both", "Ask for all three."
                )
            )
        if return_mean_grad:
            X = np.atleast_2d(np.asarray(X, dtype=np.float64))
            if len(X) != 1:
                raise InvalidInput(
                    explain("one point for a gradient", f"{len(X)}", "Call it for each point.")
                )
            mean, std, mean_grad, std_grad = self.predict_gradients(X)
            found = [mean, std, mean_grad[0], std_grad[0]]
            wanted = [True, return_std, True, return_std_grad]
            return tuple(part for part, asked in zip(found, wanted, strict=True) if asked)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a variance of -1e-12 is zero
            return super().predict(X, return_std=return_std, return_cov=return_cov)

    def predict_gradients(self, X: Array) -> tuple[Array, Array, Array, Array]:
        """Mean `(m,)`, deviation `(m,)` and their gradients `(m, d)` at each of `X: (m, d)`."""
        mean_scale = self.y_train_std_
        K = self.kernel_(X, self.X_train_)
        slopes = gradient_x(self.kernel_, X, self.X_train_)
        mean = self.y_train_mean_ + mean_scale * (K @ self.alpha_)
        mean_grad = mean_scale * np.einsum("mnd,n->md", slopes, self.alpha_)
        V = cho_solve((self.L_, True), K.T, check_finite=False)
        variance = np.maximum(self.kernel_.diag(X) - np.einsum("mn,nm->m", K, V), 0.0)
        own = np.einsum("mmd->md", gradient_x(self.kernel_, X, X))  # half of dk(x, x) / dx
        std = np.sqrt(variance)
        inverse = np.where(std > 0, 1.0 / np.where(std > 0, std, 1.0), 0.0)
        std_grad = (own - np.einsum("mnd,nm->md", slopes, V)) * inverse[:, None]
        return mean, mean_scale * std, mean_grad, mean_scale * std_grad


def with_noise(kernel: Any, noise: Any) -> Any:
    """A kernel with the noise asked for; one that has a white part at its end is itself."""
    if isinstance(noise, str) and noise != "gaussian":
        raise InvalidInput(explain('noise to be "gaussian", a number or None', repr(noise), "Pass one."))
    if kernel is None:
        kernel = ConstantKernel(1.0, constant_value_bounds="fixed") * RBF(1.0, length_scale_bounds="fixed")
    if not noise or (isinstance(kernel, Sum) and isinstance(kernel.k2, WhiteKernel)):
        return kernel
    white = WhiteKernel() if noise == "gaussian" else WhiteKernel(noise, noise_level_bounds="fixed")
    return kernel + white
