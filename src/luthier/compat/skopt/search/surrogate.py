"""What a search believes: a regressor fitted to the told trials, and to lies about the running ones.

    X   `(n, k)` features of told trials      Z   `(p, k)` features of running ones
    Y   `(n, m)` their values, minimised          y      `(n, 1)` targets, or `(n, 2)` with the logarithm of seconds

Lies are the constant liar of Ginsbourger, Le Riche and Carraro 2010 ("Kriging is well-suited to parallelize
optimization"): a running trial is taken to end with the smallest, mean or largest value so far.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from luthier.base.arrays import Array
from luthier.base.optional import require

__all__ = ["LIES", "fit", "lied_to", "targets"]

#: What a running trial is taken to end with.
LIES: dict[str, Callable[..., Array]] = {"cl_max": np.max, "cl_mean": np.mean, "cl_min": np.min}

#: Values beyond this are cut: their squares would not be finite.
LARGEST = 1e100

#: Seconds below this count as so many: a clock's resolution.
SHORTEST = 1e-9


def targets(Y: Array, violation: Array, *, timed: bool = False) -> Array:
    """Targets a model can learn: what failed, is infinite or not allowed counts as the worst that was seen.

    Args:
        Y: `(n, m)` values; several objectives count alike, each in its own deviations.
        violation: `(n,)` 0 where a trial is feasible.
        timed: whether the second column is the seconds that a trial took.
    """
    usable = np.isfinite(Y) & (violation <= 0)[:, None]
    found = np.clip(np.where(usable, Y, 0.0), -LARGEST, LARGEST)
    if timed:
        found[:, 1:] = np.log(np.maximum(found[:, 1:], SHORTEST))
    best = np.min(found, axis=0, initial=np.inf, where=usable)
    worst = np.max(found, axis=0, initial=-np.inf, where=usable)
    best, worst = np.where(np.isfinite(best), best, 0.0), np.where(np.isfinite(worst), worst, 0.0)
    best_of_all = np.isneginf(Y) & (violation <= 0)[:, None]
    found = np.where(usable, found, np.where(best_of_all, best, worst))
    if timed or found.shape[1] == 1 or not len(found):
        return np.asarray(found if timed else found[:, :1])
    spread = found.std(axis=0)
    return np.asarray((found / np.where(spread > 0, spread, 1.0)).sum(axis=1, keepdims=True))


def fit(estimator: Any, X: Array, y: Array) -> Any:
    """A clone of a regressor, fitted; with several columns of y, one for each."""
    base = require("sklearn.base", extra="sklearn", needed_for="a search with a model")
    model = base.clone(estimator)
    if y.shape[1] > 1 and not is_multi(model):
        model = multi().MultiOutputRegressor(model)
    return model.fit(X, y[:, 0] if y.shape[1] == 1 else y)


def lied_to(model: Any, estimator: Any, data: tuple[Array, Array], pending: Array, *, lie: str) -> Any:
    """A model of told and running trials; a Gaussian process keeps the kernel it was fitted with."""
    X, y = data
    told = LIES[lie](y, axis=0)
    X = np.concatenate([X, pending])
    y = np.concatenate([y, np.tile(told, (len(pending), 1))])
    given = getattr(model, "given", None)
    return given(X, y[:, 0]) if callable(given) else fit(estimator, X, y)


def is_multi(model: Any) -> bool:
    """Whether a regressor fits several columns, each by a regressor of its own."""
    return isinstance(model, multi().MultiOutputRegressor)


def multi() -> Any:
    """The module of regressors with several outputs."""
    return require("sklearn.multioutput", extra="sklearn", needed_for="a search with a model")
