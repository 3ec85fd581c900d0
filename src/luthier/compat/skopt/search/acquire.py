"""Where an acquisition function is best: many random points, and a descent from the most promising.

    X    `(N, k)` candidates in the features that a model sees       mu, sigma   what it predicts there
    a    an acquisition function, to be minimised                    r           descents for each function

All descents are one: the sum of separate functions has the gradient of each, so that L-BFGS-B evaluates all of them at
once (as in BoTorch, Balandat et al. 2020, Section 4.2). Expected and probable improvement descend as logarithms,
which are on one scale with each other.
"""

import warnings
from collections.abc import Mapping
from typing import Any, NamedTuple, final

import numpy as np

from luthier.base.arrays import Array
from luthier.compat.skopt.acquisition import (
    KAPPA,
    XI,
    acquisition_values,
    expected_improvement,
    lower_bound,
    probability_of_improvement,
)

__all__ = ["Task", "descend"]

#: Steps of a descent.
STEPS = 20

#: Improvements below this have no logarithm worth following.
TINY = 1e-250

SMOOTH = frozenset({"EI", "LCB", "PI"})


@final
class Task(NamedTuple):
    """Which functions to minimise over which model."""

    model: Any
    y_opt: float
    functions: tuple[str, ...]
    options: Mapping[str, Any]

    def values(self, X: Array) -> Array:
        """`(functions, N)`: each function at each candidate; the model is asked once."""
        if not SMOOTH.issuperset(self.functions):
            return np.array(
                [
                    acquisition_values(X, self.model, self.y_opt, acq_func=name, options=self.options)
                    for name in self.functions
                ]
            )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            mu, sigma = self.model.predict(X, return_std=True)
        return np.array([self.closed(name, mu, sigma)[0] for name in self.functions])

    def closed(self, name: str, mu: Array, sigma: Array, slopes: Any = None) -> tuple[Array, Array | None]:
        """One function and its gradient from the model's prediction."""
        if name == "LCB":
            return lower_bound(mu, sigma, self.options.get("kappa", KAPPA), slopes)
        function = expected_improvement if name == "EI" else probability_of_improvement
        values, gradient = function(mu, sigma, self.y_opt - self.options.get("xi", XI), slopes)
        return -values, None if gradient is None else -gradient


def descend(task: Task, starts: Array, bounds: Array) -> Array:
    """`(functions, r, k)`: where descents from `starts: (functions, r, k)` end, within `bounds: (k, 2)`."""
    from scipy.optimize import minimize

    functions, r, k = starts.shape
    scale = max(float(np.std(task.model.y_train_)), 1e-12) * float(task.model.y_train_std_)

    def total(flat: Array) -> tuple[float, Array]:
        X = flat.reshape(-1, k)
        mu, sigma, mu_slope, sigma_slope = task.model.predict_gradients(X)
        value, gradient = 0.0, np.empty_like(X)
        for place, name in enumerate(task.functions):
            rows = slice(place * r, (place + 1) * r)
            a, slope = task.closed(name, mu[rows], sigma[rows], (mu_slope[rows], sigma_slope[rows]))
            slope = np.zeros((r, k)) if slope is None else slope
            if name == "LCB":
                value, gradient[rows] = value + float(a.sum()) / scale, slope / scale
            else:
                safe = np.maximum(-a, TINY)
                value -= float(np.log(safe).sum())
                gradient[rows] = np.where(-a > TINY, 1.0, 0.0)[:, None] * slope / safe[:, None]
        return value, gradient.ravel()

    box = np.tile(bounds, (functions * r, 1))
    found = minimize(  # type: ignore[call-overload]  # its stubs want one-dimensional types
        total, starts.ravel(), jac=True, method="L-BFGS-B", bounds=box, options={"maxiter": STEPS}
    )
    return np.asarray(found.x).reshape(functions, r, k)
