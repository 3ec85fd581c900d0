"""The searches by name: Gaussian process, forest, gradient boosting, chance."""

from collections.abc import Callable
from typing import Any

from luthier.compat.skopt.estimators import cook_estimator
from luthier.compat.skopt.generators import cook_initial_point_generator
from luthier.compat.skopt.optimizer.base import Objective, base_minimize
from luthier.compat.skopt.rng import check_random_state, draw_seed

__all__ = ["dummy_minimize", "forest_minimize", "gbrt_minimize", "gp_minimize"]

Constraint = Callable[[list[Any]], bool]


def gp_minimize(  # noqa: PLR0917 - the signature of the original
    func: Objective,
    dimensions: Any,
    base_estimator: Any = None,
    n_calls: int = 100,
    n_random_starts: int | None = None,
    n_initial_points: int = 10,
    initial_point_generator: Any = "random",
    acq_func: str = "gp_hedge",
    acq_optimizer: str = "auto",
    x0: Any = None,
    y0: Any = None,
    random_state: Any = None,
    verbose: bool = False,  # noqa: FBT001, FBT002 - as above
    callback: Any = None,
    n_points: int = 10_000,
    n_restarts_optimizer: int = 5,
    xi: float = 0.01,
    kappa: Any = 1.96,
    noise: Any = "gaussian",
    n_jobs: int = 1,
    model_queue_size: int | None = None,
    space_constraint: Constraint | None = None,
    *,
    storage: Any = None,
    study_name: str | None = None,
) -> Any:
    """Minimise a function by Bayesian optimisation with a Gaussian process.

    The arguments are those of `base_minimize`, and `noise`: "gaussian" to fit the variance of the objective's noise, or
    that variance.
    """
    given = dict(locals())
    noise = given.pop("noise")
    if base_estimator is None and noise == "gaussian":
        given["base_estimator"] = "GP"
    elif base_estimator is None:
        given["random_state"] = rng = check_random_state(random_state)
        given["base_estimator"] = cook_estimator("GP", dimensions, random_state=draw_seed(rng), noise=noise)
    return base_minimize(**given)


def forest_minimize(  # noqa: PLR0917 - the signature of the original
    func: Objective,
    dimensions: Any,
    base_estimator: Any = "ET",
    n_calls: int = 100,
    n_random_starts: int | None = None,
    n_initial_points: int = 10,
    acq_func: str = "EI",
    initial_point_generator: Any = "random",
    x0: Any = None,
    y0: Any = None,
    random_state: Any = None,
    verbose: bool = False,  # noqa: FBT001, FBT002 - as above
    callback: Any = None,
    n_points: int = 10_000,
    xi: float = 0.01,
    kappa: Any = 1.96,
    n_jobs: int = 1,
    model_queue_size: int | None = None,
    space_constraint: Constraint | None = None,
    *,
    storage: Any = None,
    study_name: str | None = None,
) -> Any:
    """Minimise a function with a forest: extremely randomised trees "ET", a random forest "RF", or a regressor.

    The other arguments are those of `base_minimize`.
    """
    given = dict(locals()) | {"base_estimator": "ET" if base_estimator is None else base_estimator}
    return base_minimize(**given, acq_optimizer="sampling")


def gbrt_minimize(  # noqa: PLR0917 - the signature of the original
    func: Objective,
    dimensions: Any,
    base_estimator: Any = None,
    n_calls: int = 100,
    n_random_starts: int | None = None,
    n_initial_points: int = 10,
    initial_point_generator: Any = "random",
    acq_func: str = "LCB",
    acq_optimizer: str = "auto",
    x0: Any = None,
    y0: Any = None,
    random_state: Any = None,
    verbose: bool = False,  # noqa: FBT001, FBT002 - as above
    callback: Any = None,
    n_points: int = 10_000,
    xi: float = 0.01,
    kappa: Any = 1.96,
    n_jobs: int = 1,
    model_queue_size: int | None = None,
    space_constraint: Constraint | None = None,
    *,
    storage: Any = None,
    study_name: str | None = None,
) -> Any:
    """Minimise a function with gradient boosted quantiles, or another regressor.

    The other arguments are those of `base_minimize`.
    """
    given = dict(locals()) | {"base_estimator": "GBRT" if base_estimator is None else base_estimator}
    return base_minimize(**given)


def dummy_minimize(  # noqa: PLR0917 - the signature of the original
    func: Objective,
    dimensions: Any,
    n_calls: int = 100,
    initial_point_generator: Any = "random",
    x0: Any = None,
    y0: Any = None,
    random_state: Any = None,
    verbose: bool = False,  # noqa: FBT001, FBT002 - as above
    callback: Any = None,
    model_queue_size: int | None = None,
    init_point_gen_kwargs: dict[str, Any] | None = None,
    space_constraint: Constraint | None = None,
    *,
    storage: Any = None,
    study_name: str | None = None,
) -> Any:
    """Minimise a function by points at random, or by those of a generator with parameters `init_point_gen_kwargs`.

    The other arguments are those of `base_minimize`.
    """
    given = dict(locals())
    options = given.pop("init_point_gen_kwargs")
    if options:
        given["initial_point_generator"] = cook_initial_point_generator(initial_point_generator, **options)
    listed = x0 and isinstance(x0[0], list | tuple)
    several = (len(x0) if listed else 1) if x0 and y0 is None else 0
    return base_minimize(
        **given,
        base_estimator="dummy",
        acq_optimizer="sampling",
        n_initial_points=n_calls - several,
    )
