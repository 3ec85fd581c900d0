"""The arguments of a search, checked."""

import warnings
from copy import copy
from numbers import Number
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.compat.skopt.acquisition import ACQUISITIONS
from luthier.compat.skopt.estimators import normalize_dimensions
from luthier.compat.skopt.named import is_listlike
from luthier.compat.skopt.space.space import Categorical, Space
from luthier.compat.support import absent

__all__ = [
    "WrongTypeError",
    "checked_function",
    "checked_initial",
    "checked_options",
    "checked_queue",
    "is_pair",
    "prepared",
    "renamed",
]


#: What the arguments that are dicts may hold.
OPTIONS = {
    "acq_func_kwargs": ("eta", "kappa", "n_min_samples", "xi"),
    "acq_optimizer_kwargs": ("n_jobs", "n_points", "n_restarts_optimizer"),
}


class WrongTypeError(InvalidInput, TypeError):
    """Values that do not fit the points they are told for."""


def prepared(dimensions: Any, constraint: Any, *, estimator: Any) -> Space:
    """The space of a search; its dimensions are copies, and a model can see each of them."""
    given = Space(dimensions, constraint=constraint)
    if not given.n_dims:
        raise InvalidInput(explain("one dimension or more", repr(dimensions), "Describe the search space."))
    if has_kernel(estimator):
        return normalize_dimensions(given)
    space = Space([copy(dimension) for dimension in given], constraint=given.constraint)
    for dimension in space:
        if isinstance(dimension, Categorical) and dimension.transform_ in {"identity", "string"}:
            dimension.set_transformer("onehot")
    return space


def has_kernel(estimator: Any) -> bool:
    """Whether a regressor is a Gaussian process of this door."""
    return estimator is not None and callable(getattr(estimator, "predict_gradients", None))


def checked_function(acq_func: Any) -> str:
    """The acquisition function, once it is known to be one."""
    if acq_func == "PVRS":
        raise absent('skopt.Optimizer(acq_func="PVRS")', 'Use acq_func="MES" or "EI".')
    if acq_func not in ACQUISITIONS:
        raise InvalidInput(explain(f"acq_func to be one of {ACQUISITIONS}", repr(acq_func), "Correct it."))
    return str(acq_func)


def checked_initial(n_initial_points: Any, n_random_starts: Any) -> int:
    """How many initial points there are."""
    n_initial_points = renamed(n_initial_points, n_random_starts)
    if isinstance(n_initial_points, bool) or not isinstance(n_initial_points, int) or n_initial_points < 0:
        raise InvalidInput(
            explain("n_initial_points to be an int >= 0", repr(n_initial_points), "Pass how many.")
        )
    return n_initial_points


def checked_options(name: str, options: Any) -> dict[str, Any]:
    """A copy of an argument that is a dict of options, once all of them are known."""
    unknown = sorted(set(options or {}) - set(OPTIONS[name]))
    if unknown:
        raise InvalidInput(explain(f"{name} among {OPTIONS[name]}", f"{unknown}", "Correct the names."))
    return dict(options or {})


def renamed(n_initial_points: Any, n_random_starts: Any) -> Any:
    """The number of initial points, by its present name or by its former one."""
    if n_random_starts is None:
        return n_initial_points
    warnings.warn(
        "n_random_starts is the former name of n_initial_points, which it overrides",
        DeprecationWarning,
        stacklevel=4,
    )
    return n_random_starts


def checked_queue(size: Any) -> int | None:
    """How many models are kept."""
    if size is None or (isinstance(size, int) and not isinstance(size, bool)):
        return size
    raise WrongTypeError(explain("model_queue_size to be an int or None", repr(size), "Pass how many."))


def is_pair(value: Any) -> bool:
    """Whether this is a value and its seconds."""
    return is_listlike(value) and len(value) == 2 and all(isinstance(part, Number) for part in value)
