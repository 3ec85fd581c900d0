"""`base_minimize`: a whole search in one call, which the other functions give their defaults."""

from collections.abc import Callable, Iterable, Sequence
from numbers import Number
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.compat.skopt.callbacks import VerboseCallback, check_callback
from luthier.compat.skopt.optimizer.checks import renamed
from luthier.compat.skopt.optimizer.optimizer import Optimizer
from luthier.compat.skopt.results import eval_callbacks

__all__ = ["DimensionError", "base_minimize"]

#: Arguments that go to the Optimizer as they are.
HANDED_ON = (
    "acq_func",
    "acq_optimizer",
    "initial_point_generator",
    "model_queue_size",
    "n_jobs",
    "random_state",
    "space_constraint",
    "storage",
    "study_name",
)

Objective = Callable[[list[Any]], Any]


class DimensionError(InvalidInput, RuntimeError):
    """Points that do not have the dimensions of the space."""


def base_minimize(  # noqa: PLR0917 - the signature of the original
    func: Objective,
    dimensions: Any,
    base_estimator: Any,
    n_calls: int = 100,
    n_random_starts: int | None = None,
    n_initial_points: int = 10,
    initial_point_generator: Any = "random",
    acq_func: str = "EI",
    acq_optimizer: str = "lbfgs",
    x0: Any = None,
    y0: Any = None,
    random_state: Any = None,
    verbose: bool = False,  # noqa: FBT001, FBT002 - as above
    callback: Any = None,
    n_points: int = 10_000,
    n_restarts_optimizer: int = 5,
    xi: float = 0.01,
    kappa: Any = 1.96,
    n_jobs: int = 1,
    model_queue_size: int | None = None,
    space_constraint: Callable[[list[Any]], bool] | None = None,
    *,
    storage: Any = None,
    study_name: str | None = None,
) -> Any:
    """Minimise a function of a list of parameters.

    Args:
        func: gets a point as a list, returns its value; with "EIps" and "PIps" the value and the seconds it took.
        dimensions: of the search space.
        base_estimator: the model, as in `Optimizer`.
        n_calls: how many evaluations; those of a stored study that is gone on with count.
        n_random_starts: the former name of `n_initial_points`.
        n_initial_points: how many points come before the model, beside `x0`; none if `x0` and `y0` have as many.
        initial_point_generator: how they are chosen, as in `Optimizer`.
        acq_func: the acquisition function, as in `Optimizer`.
        acq_optimizer: how it is minimised, as in `Optimizer`.
        x0: a point or a list of points to evaluate first.
        y0: their values, if known.
        random_state: makes the search reproducible.
        verbose: whether to print each evaluation.
        callback: gets the result after each evaluation, and stops the search by returning True; or a list of such.
        n_points: random points at which the acquisition function is looked at.
        n_restarts_optimizer: descents from the best of them.
        xi: improvement that does not count, for EI and PI.
        kappa: deviations below the mean, for LCB.
        n_jobs: of regressors that can use several cores.
        model_queue_size: how many models the result keeps at most.
        space_constraint: gets a point, and says whether it may be tried.
        storage: where trials are kept, such as "sqlite:///search.db"; memory when left out.
        study_name: names the study in its store; one that exists is gone on with.

    Raises:
        InvalidInput: an argument is wrong.
        DimensionError: a point of `x0` has another length than the space.
        Exception: what `func` raised; its trial is kept as FAILED.
    """
    args = dict(locals())
    starts, values = checked_starts(x0, y0)
    n_initial_points = renamed(n_initial_points, n_random_starts)
    enough = values is not None and len(starts) >= n_initial_points
    check_calls(n_calls, n_initial_points, starts, values, enough=enough)
    optimizer = Optimizer(
        dimensions,
        base_estimator,
        n_initial_points=n_initial_points + (0 if enough else len(starts)),
        acq_func_kwargs={"xi": xi, "kappa": kappa},
        acq_optimizer_kwargs={"n_points": n_points, "n_restarts_optimizer": n_restarts_optimizer},
        **{name: args[name] for name in HANDED_ON},
    )
    optimizer.specs = {"args": args, "function": "base_minimize"}
    check_lengths(starts, optimizer)
    callbacks = check_callback(callback)
    if verbose:
        asked = 0 if values is not None else len(starts)
        callbacks = [*callbacks, VerboseCallback(n_init=asked, n_random=n_initial_points, n_total=n_calls)]
    return search(optimizer, func, callbacks, n_calls=n_calls, starts=starts, values=values)


def search(
    optimizer: Optimizer,
    func: Objective,
    callbacks: Sequence[Callable[[Any], Any]],
    *,
    n_calls: int,
    starts: list[list[Any]],
    values: list[Any] | None,
) -> Any:
    """The loop: the given points, then those that the search asks for."""
    if begin(optimizer, func, callbacks, n_calls=n_calls, starts=starts, values=values):
        return optimizer.get_result()
    while optimizer.evaluated < n_calls:
        if eval_callbacks(callbacks, optimizer.run(func)):
            break
    return optimizer.get_result()


def begin(
    optimizer: Optimizer,
    func: Objective,
    callbacks: Sequence[Callable[[Any], Any]],
    *,
    n_calls: int,
    starts: list[list[Any]],
    values: list[Any] | None,
) -> bool:
    """Take in the given points that the study does not have; evaluate them unless their values are known.

    Returns:
        Whether a callback said to stop.
    """
    fresh = [place for place, point in enumerate(starts) if point not in optimizer.Xi]
    if values is None:
        optimizer.enqueue(*(starts[place] for place in fresh))
        for _ in range(min(len(fresh), n_calls - optimizer.evaluated)):
            if eval_callbacks(callbacks, optimizer.run(func, fit=False)):
                return True
        refit(optimizer)
        return False
    if fresh:
        optimizer.tell([starts[place] for place in fresh], [values[place] for place in fresh], fit=False)
    refit(optimizer)
    silent = [callback for callback in callbacks if not isinstance(callback, VerboseCallback)]
    return eval_callbacks(silent, optimizer.get_result())


def refit(optimizer: Optimizer) -> None:
    """Fit the model of what is known before the loop, if there is enough."""
    if not optimizer.models:
        optimizer.fit()


def checked_starts(x0: Any, y0: Any) -> tuple[list[list[Any]], list[Any] | None]:
    """The given points as a list of lists, and their values if known."""
    if x0 is not None and not isinstance(x0, list | tuple):
        raise InvalidInput(explain("`x0` to be a list", repr(x0), "Pass a point or a list of points."))
    points = list(x0 or [])
    if points and not isinstance(points[0], list | tuple):
        points = [points]
    if not all(isinstance(point, list | tuple) for point in points):
        raise InvalidInput(explain("`x0` to be a list of points", repr(x0), "Pass a list of lists."))
    values: list[Any] | None = None
    if isinstance(y0, Number):
        values = [y0]
    elif isinstance(y0, Iterable):
        values = list(y0)
    elif y0 is not None:
        raise InvalidInput(explain("`y0` to be an iterable or a scalar", repr(y0), "Pass the values of x0."))
    if values is not None and len(values) != len(points):
        raise InvalidInput(
            explain("`x0` and `y0` of the same length", f"{len(points)} and {len(values)}", "Complete them.")
        )
    return [list(point) for point in points], values if points else None


def check_calls(
    n_calls: Any, n_initial: int, starts: Sequence[Any], values: Sequence[Any] | None, *, enough: bool
) -> None:
    """Raise InvalidInput when the calls do not suffice for the initial points, or there are none."""
    if n_initial <= 0 and not starts:
        raise InvalidInput(
            explain("`n_initial_points` > 0, or `x0`", f"{n_initial} and none", "Give the search a start.")
        )
    required = (0 if enough else n_initial) + (len(starts) if values is None else 0)
    if isinstance(n_calls, bool) or not isinstance(n_calls, int) or n_calls < required:
        raise InvalidInput(
            explain(f"`n_calls` >= {required}", f"{n_calls!r}", "Raise it, or lower n_initial_points.")
        )


def check_lengths(starts: Sequence[Sequence[Any]], optimizer: Optimizer) -> None:
    """Raise DimensionError for a point of another length than the space."""
    for point in starts:
        if len(point) != optimizer.space.n_dims:
            raise DimensionError(
                explain(f"{optimizer.space.n_dims} values in each point of x0", repr(point), "Complete it.")
            )
