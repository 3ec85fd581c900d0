"""Acquisition functions: how much a point promises, from what a model predicts there.

    mu, sigma   mean and deviation predicted at a point       y_opt   the best value so far, to be undercut
    xi          improvement that does not count               kappa   deviations below the mean
    u           `(y_opt - xi - mu) / sigma`                   Phi, phi  normal distribution and density

Sources: probability of improvement: Kushner 1964; expected improvement: Mockus 1978 and Jones, Schonlau and Welch 1998,
Eq. (15); lower confidence bound: Cox and John 1992; max-value entropy search: Wang and Jegelka 2017, Eq. (6);
improvement per second: Snoek, Larochelle and Adams 2012, Section 3.2.
"""

import math
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from luthier.base.arrays import Array
from luthier.base.errors import InvalidInput, explain
from luthier.compat.support import absent

__all__ = [
    "ACQUISITIONS",
    "PER_SECOND",
    "acquisition_values",
    "expected_improvement",
    "gaussian_acquisition_1D",
    "gaussian_ei",
    "gaussian_lcb",
    "gaussian_mes",
    "gaussian_pi",
    "gaussian_pvrs",
    "lower_bound",
    "probability_of_improvement",
]

#: What `acq_func` may be.
ACQUISITIONS = ("gp_hedge", "EI", "LCB", "MES", "PI", "EIps", "PIps")

#: Those whose objective returns a value and the seconds that it took.
PER_SECOND = ("EIps", "PIps")

XI = 0.01
KAPPA = 1.96

#: Quantiles of the smallest value of the function that a search averages over, in max-value entropy search.
MINIMA = 100

Gradients = tuple[Array, Array]


def gaussian_lcb(X: Any, model: Any, kappa: Any = KAPPA, return_grad: bool = False) -> Any:  # noqa: FBT001, FBT002 - the original's
    """`mu - kappa sigma` at `X: (n, d)`, small where a point promises much; `-sigma` for kappa="inf".

    Args:
        X: where.
        model: fitted, with `predict(X, return_std=True)`.
        kappa: how many deviations below the mean.
        return_grad: whether to return the gradient `(d,)` too, for a single point.
    """
    mu, sigma, slopes = predicted(X, model, return_grad=return_grad)
    values, gradient = lower_bound(mu, sigma, kappa, slopes)
    return (values, gradient) if return_grad else values


def gaussian_pi(
    X: Any,
    model: Any,
    y_opt: float = 0.0,
    xi: float = XI,
    return_grad: bool = False,  # noqa: FBT001, FBT002 - the original's
) -> Any:
    """The probability at `X: (n, d)` that a point undercuts `y_opt - xi`, large where it promises much.

    Args:
        X: where.
        model: fitted, with `predict(X, return_std=True)`.
        y_opt: the best value so far.
        xi: by how much it is to be undercut.
        return_grad: whether to return the gradient `(d,)` too, for a single point.
    """
    mu, sigma, slopes = predicted(X, model, return_grad=return_grad)
    values, gradient = probability_of_improvement(mu, sigma, y_opt - xi, slopes)
    return (values, gradient) if return_grad else values


def gaussian_ei(
    X: Any,
    model: Any,
    y_opt: float = 0.0,
    xi: float = XI,
    return_grad: bool = False,  # noqa: FBT001, FBT002 - the original's
) -> Any:
    """The improvement on `y_opt - xi` to expect at `X: (n, d)`, large where a point promises much.

    Args:
        X: where.
        model: fitted, with `predict(X, return_std=True)`.
        y_opt: the best value so far.
        xi: improvement that does not count.
        return_grad: whether to return the gradient `(d,)` too, for a single point.
    """
    mu, sigma, slopes = predicted(X, model, return_grad=return_grad)
    values, gradient = expected_improvement(mu, sigma, y_opt - xi, slopes)
    return (values, gradient) if return_grad else values


def gaussian_mes(X: Any, model: Any, n_min_samples: int = 1000) -> Array:
    """What observing each of `X: (n, d)` would tell of the smallest value of the function, in nats.

    The smallest value is drawn from a Gumbel distribution through the quartiles of the smallest of the predictions.
    """
    mu, sigma, _ = predicted(X, model, return_grad=False)
    sigma = np.maximum(sigma, 1e-10)
    quartiles = [minimum_quantile(mu, sigma, q) for q in (0.25, 0.5, 0.75)]
    scale = (quartiles[2] - quartiles[0]) / (math.log(math.log(4.0)) - math.log(math.log(4.0 / 3.0)))
    place = quartiles[1] - scale * math.log(math.log(2.0))
    u = (np.arange(n_min_samples) + 0.5) / n_min_samples  # evenly, so that equal arguments give equal values
    minima = place + scale * np.log(-np.log1p(-u))
    gamma = (mu[:, None] - minima[None, :]) / sigma[:, None]
    log_cdf = log_distribution(gamma)
    hazard = np.exp(-0.5 * gamma**2 - 0.5 * math.log(2.0 * math.pi) - log_cdf)
    return np.asarray(np.mean(0.5 * gamma * hazard - log_cdf, axis=1))  # Wang and Jegelka 2017, Eq. (6)


def gaussian_pvrs(X: Any, model: Any, n_thompson: int = 10) -> Array:  # noqa: ARG001 - the original's
    """Predictive variance reduction search, which this door lacks.

    Raises:
        NotImplementedError: always.
    """
    raise absent('skopt\'s acq_func="PVRS"', 'Use acq_func="MES" or "EI".')


def gaussian_acquisition_1D(  # noqa: N802, PLR0917 - the original's
    X: Any,
    model: Any,
    y_opt: float | None = None,
    acq_func: str = "LCB",
    acq_func_kwargs: Mapping[str, Any] | None = None,
    return_grad: bool = True,  # noqa: FBT001, FBT002 - the original's
) -> Any:
    """An acquisition function at one point `X: (d,)`, with its gradient, both to be minimised."""
    given = dict(acq_func_kwargs or {})
    best = 0.0 if y_opt is None else y_opt
    row = np.expand_dims(np.asarray(X, dtype=np.float64), axis=0)
    if not return_grad:
        return acquisition_values(row, model, best, acq_func=acq_func, options=given)
    if acq_func == "LCB":
        return gaussian_lcb(row, model, given.get("kappa", KAPPA), return_grad=True)
    if acq_func not in {"EI", "PI"}:
        raise InvalidInput(explain("LCB, EI or PI, which have gradients", acq_func, "Use return_grad=False."))
    function = gaussian_ei if acq_func == "EI" else gaussian_pi
    values, gradient = function(row, model, best, given.get("xi", XI), return_grad=True)
    return -values, -gradient


def acquisition_values(
    X: Array, model: Any, y_opt: float, *, acq_func: str, options: Mapping[str, Any]
) -> Array:
    """`(n,)` values of an acquisition function by name, to be minimised whatever it is.

    Raises:
        InvalidInput: there is no such function.
    """
    if acq_func == "MES":
        return -gaussian_mes(X, model, options.get("n_min_samples", MINIMA))
    if acq_func in PER_SECOND:
        model, clock = model.estimators_
        log_mean, log_std, _ = predicted(X, clock, return_grad=False)
        plain = acquisition_values(X, model, y_opt, acq_func=acq_func.removesuffix("ps"), options=options)
        return np.asarray(plain * np.exp(-log_mean + 0.5 * log_std**2))  # E[1 / t] of a log-normal t
    mu, sigma, _ = predicted(X, model, return_grad=False)
    if acq_func == "LCB":
        return lower_bound(mu, sigma, options.get("kappa", KAPPA))[0]
    if acq_func not in {"EI", "PI"}:
        raise InvalidInput(explain(f"acq_func to be one of {ACQUISITIONS}", repr(acq_func), "Correct it."))
    function = expected_improvement if acq_func == "EI" else probability_of_improvement
    return -function(mu, sigma, y_opt - options.get("xi", XI))[0]


def lower_bound(
    mu: Array, sigma: Array, kappa: Any, slopes: Gradients | None = None
) -> tuple[Array, Array | None]:
    """The lower confidence bound, and its gradient `(n, d)` from those of mu and sigma."""
    if kappa == "inf":
        return -sigma, None if slopes is None else -slopes[1]
    return mu - kappa * sigma, None if slopes is None else slopes[0] - kappa * slopes[1]


def probability_of_improvement(
    mu: Array, sigma: Array, target: float, slopes: Gradients | None = None
) -> tuple[Array, Array | None]:
    """The probability that a normal is below `target`; 0 where sigma is 0."""
    known, u = standardised(mu, sigma, target)
    values = np.where(known, distribution(u), 0.0)
    if slopes is None:
        return values, None
    return values, (density(u) * known)[:, None] * slope_of_u(u, sigma, slopes)


def expected_improvement(
    mu: Array, sigma: Array, target: float, slopes: Gradients | None = None
) -> tuple[Array, Array | None]:
    """The expectation of `max(target - Y, 0)` for a normal Y; 0 where sigma is 0."""
    known, u = standardised(mu, sigma, target)
    phi, Phi = density(u), distribution(u)
    values = np.where(known, sigma * np.maximum(u * Phi + phi, 0.0), 0.0)  # Jones et al. 1998, Eq. (15)
    if slopes is None:
        return values, None
    return values, np.where(known[:, None], phi[:, None] * slopes[1] - Phi[:, None] * slopes[0], 0.0)


def standardised(mu: Array, sigma: Array, target: float) -> tuple[Any, Array]:
    """Where sigma is positive, and u there."""
    known = sigma > 0
    return known, (target - mu) / np.where(known, sigma, 1.0)


def slope_of_u(u: Array, sigma: Array, slopes: Gradients) -> Array:
    """The gradient of u."""
    safe = np.where(sigma > 0, sigma, 1.0)[:, None]
    return np.asarray(-(slopes[0] + u[:, None] * slopes[1]) / safe)


def density(u: Array) -> Array:
    """The standard normal density."""
    return np.asarray(np.exp(-0.5 * u**2) / math.sqrt(2.0 * math.pi))


def distribution(u: Array) -> Array:
    """The standard normal distribution."""
    from scipy.special import ndtr

    return np.asarray(ndtr(u))


def log_distribution(u: Array) -> Array:
    """Its logarithm, exact far out on the left too."""
    from scipy.special import log_ndtr

    return np.asarray(log_ndtr(u))


def minimum_quantile(mu: Array, sigma: Array, q: float) -> float:
    """The q-quantile of the smallest of independent normals."""
    from scipy.optimize import brentq

    def excess(y: float) -> float:
        survive = log_distribution((mu - y) / sigma).sum()
        return float(-math.expm1(survive)) - q

    low, high = float(np.min(mu - 8.0 * sigma)), float(np.min(mu + 8.0 * sigma))
    return float(brentq(excess, low, high))


def predicted(X: Any, model: Any, *, return_grad: bool) -> tuple[Array, Array, Any]:
    """Mean and deviation of a model, and with `return_grad` the gradients of both, `(1, d)`.

    Raises:
        InvalidInput: the model predicts several outputs.
    """
    X = np.asarray(X, dtype=np.float64)
    if X.ndim != 2:
        raise InvalidInput(explain("X of shape (n, d)", f"{X.ndim} dimension(s)", "Reshape it."))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = (
            model.predict(X, return_std=True, return_mean_grad=True, return_std_grad=True)
            if return_grad
            else model.predict(X, return_std=True)
        )
    mu, sigma = np.asarray(found[0]), np.asarray(found[1])
    if mu.ndim != 1 or sigma.ndim != 1:
        raise InvalidInput(
            explain("a model of one output", f"{mu.ndim} dimensions", "Fit it with y of shape (n,).")
        )
    return mu, sigma, tuple(np.atleast_2d(part) for part in found[2:]) if return_grad else None
