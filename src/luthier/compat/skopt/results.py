"""The result of a search: scipy's OptimizeResult with the fields that users of scikit-optimize know."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

__all__ = ["create_result", "eval_callbacks"]


def create_result(  # noqa: PLR0917 - the signature of the original
    Xi: Sequence[Any],
    yi: Any,
    space: Any = None,
    rng: Any = None,
    specs: Any = None,
    models: Any = None,
) -> Any:
    """The result of evaluations: `x` and `fun` of the best, `x_iters`, `func_vals`, `models`, `space`, `specs`.

    Args:
        Xi: n points.
        yi: their n values; n pairs of a value and the logarithm of its seconds give `log_time` too. NaN is never best.
        space: the search space.
        rng: the random state, as `random_state`.
        specs: how the search was called.
        models: the fitted regressors, oldest first.
    """
    from scipy.optimize import OptimizeResult

    values = np.asarray(yi, dtype=np.float64)
    found: Any = OptimizeResult()
    if values.ndim == 2:
        found.log_time = values[:, 1]
        values = values[:, 0]
    found.func_vals = values
    found.x_iters = Xi
    found.models = models
    found.space = space
    found.random_state = rng
    found.specs = specs
    best = int(np.argmin(np.where(np.isnan(values), np.inf, values))) if len(values) else None
    found.x = None if best is None else Xi[best]
    found.fun = np.nan if best is None else float(values[best])
    return found


def eval_callbacks(callbacks: Sequence[Callable[[Any], Any]] | None, result: Any) -> bool:
    """Call every callback with a result; whether any of them says to stop."""
    return any([bool(callback(result)) for callback in callbacks or ()])  # noqa: C419 - each is to be called
