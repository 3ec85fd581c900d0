"""`Optimizer`: ask for points, tell their values."""

import math
from collections.abc import Callable, Sequence
from numbers import Number
from typing import TYPE_CHECKING, Any

from luthier.base.errors import InvalidInput, explain
from luthier.compat.skopt.acquisition import PER_SECOND
from luthier.compat.skopt.estimators import cook_estimator, has_gradients
from luthier.compat.skopt.generators import cook_initial_point_generator
from luthier.compat.skopt.named import check_x_in_space, is_2Dlistlike, is_listlike
from luthier.compat.skopt.optimizer.checks import (
    WrongTypeError,
    checked_function,
    checked_initial,
    checked_options,
    checked_queue,
    is_pair,
    prepared,
)
from luthier.compat.skopt.results import create_result
from luthier.compat.skopt.rng import check_random_state, draw_seed
from luthier.compat.skopt.search.acquire import SMOOTH
from luthier.compat.skopt.search.sampler import HEDGED, ModelSampler, Settings
from luthier.compat.skopt.search.surrogate import LIES
from luthier.compat.skopt.trials import Trials, domain_of

if TYPE_CHECKING:
    from luthier.frontends.study import Study

__all__ = ["Optimizer"]


class Optimizer:
    """A search that the caller runs: `ask` for a point, evaluate it, `tell` its value.

    It is a luthier study. Points that were asked for and not yet told are running trials, which later points keep away
    from; with a store they outlive this process.

    Args:
        dimensions: of the search space, or a Space.
        base_estimator: "GP", "RF", "ET", "GBRT", "DUMMY" or a regressor of scikit-learn.
        n_random_starts: the former name of `n_initial_points`.
        n_initial_points: how many points come before the model; told points count.
        initial_point_generator: "random", "sobol", "halton", "hammersly", "lhs", "grid" or a generator.
        n_jobs: of regressors that can use several cores.
        acq_func: "gp_hedge", "EI", "LCB", "PI", "MES", or "EIps", "PIps" where objectives return value and seconds.
        acq_optimizer: "sampling", "lbfgs" (needs gradients) or "auto".
        random_state: makes the search reproducible.
        model_queue_size: how many models `models` keeps at most.
        space_constraint: gets a point, and says whether it may be tried.
        acq_func_kwargs: xi, kappa, eta.
        acq_optimizer_kwargs: n_points, n_restarts_optimizer, n_jobs.
        avoid_duplicates: whether a point may come only once, as long as the space has others.
        storage: where trials are kept, such as "sqlite:///search.db"; memory when left out.
        study_name: names the study in its store; one that exists is gone on with.

    Attributes:
        Xi: the told points.
        yi: their values.
        models: the regressors fitted so far.
        space: the search space.
        study: the luthier study.
    """

    def __init__(  # noqa: PLR0917 - the signature of the original
        self,
        dimensions: Any,
        base_estimator: Any = "gp",
        n_random_starts: int | None = None,
        n_initial_points: int = 10,
        initial_point_generator: Any = "random",
        n_jobs: int = 1,
        acq_func: str = "gp_hedge",
        acq_optimizer: str = "auto",
        random_state: Any = None,
        model_queue_size: int | None = None,
        space_constraint: Callable[[list[Any]], bool] | None = None,
        acq_func_kwargs: dict[str, Any] | None = None,
        acq_optimizer_kwargs: dict[str, Any] | None = None,
        avoid_duplicates: bool = True,  # noqa: FBT001, FBT002 - as above
        *,
        storage: Any = None,
        study_name: str | None = None,
    ) -> None:
        args = {key: value for key, value in locals().items() if key != "self"}
        self._args = args
        self.specs: dict[str, Any] = {"args": args, "function": "Optimizer"}
        self.rng = check_random_state(random_state)
        self.acq_func = checked_function(acq_func)
        #: Whether the objective returns a value and its seconds.
        self._timed = self.acq_func in PER_SECOND
        self.acq_func_kwargs = acq_func_kwargs
        self.acq_optimizer_kwargs = checked_options("acq_optimizer_kwargs", acq_optimizer_kwargs)
        self.avoid_duplicates = avoid_duplicates
        self.n_initial_points_ = checked_initial(n_initial_points, n_random_starts)
        self.max_model_queue_size = checked_queue(model_queue_size)
        self.n_jobs = n_jobs
        #: The name of the regressor, "" for one of the user's own.
        self._named = "DUMMY" if base_estimator is None else ""
        if isinstance(base_estimator, str):
            self._named = base_estimator.upper()
        self.base_estimator_ = self._cooked(base_estimator, dimensions)
        self.space = prepared(dimensions, space_constraint, estimator=self.base_estimator_)
        self._generator = cook_initial_point_generator(initial_point_generator)
        self.acq_optimizer = self._optimizer_of(acq_optimizer)
        self.Xi: list[list[Any]] = []
        self.yi: list[Any] = []
        self.models: list[Any] = []
        self._trials = Trials(
            self.space,
            self._sampler(),
            seed=draw_seed(self.rng),
            storage=storage,
            study_name=study_name,
            timed=self._timed,
        )
        for point, value, _ in self._trials.finished():
            self._take(point, value)

    @property
    def study(self) -> "Study":
        """The luthier study of the search."""
        return self._trials.study

    @property
    def n_points(self) -> int:
        """How many random points the acquisition function is looked at."""
        return int(self.acq_optimizer_kwargs.get("n_points", Settings.n_points))

    @property
    def n_restarts_optimizer(self) -> int:
        """How many descents start from the best of them."""
        return int(self.acq_optimizer_kwargs.get("n_restarts_optimizer", Settings.n_restarts))

    @property
    def eta(self) -> float:
        """How much past gains weigh in GP-Hedge."""
        return float((self.acq_func_kwargs or {}).get("eta", 1.0))

    @property
    def cand_acq_funcs_(self) -> list[str]:
        """The acquisition functions in use."""
        return list(HEDGED) if self.acq_func == "gp_hedge" else [self.acq_func]

    @property
    def _n_initial_points(self) -> int:
        """How many initial points are left; negative after them."""
        return self.n_initial_points_ - len(self.Xi)

    def ask(self, n_points: int | None = None, strategy: str = "cl_min") -> list[Any]:
        """The next point, or a list of n points that know of each other.

        Each call gives new points: what was asked for and not told counts as running.

        Args:
            n_points: how many; None for one point by itself.
            strategy: what running points are taken to end with: "cl_min", "cl_mean" or "cl_max" of the values so far.

        Raises:
            InvalidInput: no such number or strategy.
        """
        if n_points is not None and (
            isinstance(n_points, bool) or not isinstance(n_points, int) or n_points < 1
        ):
            raise InvalidInput(explain("n_points to be an int > 0", repr(n_points), "Pass how many."))
        if strategy not in LIES:
            raise InvalidInput(explain(f"strategy to be one of {list(LIES)}", repr(strategy), "Pass one."))
        self._trials.sampler.settings = self._settings(strategy)
        points = self._trials.ask(n_points or 1)
        return points[0] if n_points is None else points

    def tell(self, x: Any, y: Any, fit: bool = True) -> Any:  # noqa: FBT001, FBT002 - the original's
        """Record the value of a point, or the values of several; the points need not have been asked for.

        NaN and infinities are recorded, and count as bad news: the search goes on.

        Args:
            x: a point, or a list of points.
            y: its value, or a list of values; with a function per second, pairs of a value and seconds.
            fit: whether to fit a model now, once there are n_initial_points; else it is fitted when it is needed.

        Raises:
            InvalidInput: a point is not of the space, or a value is no number.
        """
        check_x_in_space(x, self.space)
        several = is_2Dlistlike(x) and not (len(x) == self.space.n_dims and x in self.space)
        points, values = (list(x), y) if several else ([x], [y])
        values = self._values(points, values, several=several)
        points = self.space.of_codes(self.space.to_codes(points))
        self._trials.tell(points, values)
        for point, value in zip(points, values, strict=True):
            self._take(point, value)
        if fit:
            self.fit()
        return self.get_result()

    def fit(self) -> None:
        """Fit a model to all that was told, once there are n_initial_points."""
        if self._n_initial_points <= 0 and self.Xi and self.base_estimator_ is not None:
            self.models.append(self._trials.model())
            if self.max_model_queue_size is not None:
                del self.models[: max(0, len(self.models) - self.max_model_queue_size)]

    def enqueue(self, *points: Sequence[Any]) -> None:
        """Have points asked for next.

        Raises:
            InvalidInput: one is not of the space.
        """
        for point in points:
            check_x_in_space(point, self.space)
        self._trials.enqueue(*points)

    def run(self, func: Callable[[list[Any]], Any], n_iter: int = 1, *, fit: bool = True) -> Any:
        """Ask, evaluate and tell n times.

        Args:
            func: gets a point, returns its value.
            n_iter: how many times.
            fit: as in `tell`.

        Raises:
            Exception: what `func` raised; the trial is kept as FAILED. One that Ctrl-C ends stays running: in a store
                it is tried again once this process is gone.
        """
        for _ in range(n_iter):
            x = self.ask()
            try:
                self.tell(x, func(x), fit=fit)
            except Exception:
                self._trials.fail(x)
                raise
        return self.get_result()

    @property
    def evaluated(self) -> int:
        """How many points were told that were asked for, those of a resumed study among them."""
        return self._trials.evaluated

    def copy(self, random_state: Any = None) -> "Optimizer":
        """A search of the same settings and evaluations, in memory and with a random state of its own."""
        args = self._args | {
            "base_estimator": self._named or self.base_estimator_,
            "random_state": random_state,
            "n_initial_points": self.n_initial_points_,
            "n_random_starts": None,
            "storage": None,
            "study_name": None,
        }
        other = Optimizer(**args)
        if self.Xi:
            other.tell(self.Xi, [self._raw(value) for value in self.yi])
        return other

    def __reduce__(self) -> tuple[Any, ...]:
        stored = self._args["study_name"] is not None and self._args["storage"] is not None
        told = [] if stored else list(zip(self.Xi, map(self._raw, self.yi), strict=True))
        return rebuilt, (self._args, told)

    def update_next(self) -> None:
        """Nothing: each `ask` looks at `acq_func`, `acq_func_kwargs` and the other attributes as they are."""

    def get_result(self) -> Any:
        """The result so far; `x` is None before the first value."""
        return create_result(self.Xi, self.yi, self.space, self.rng, specs=self.specs, models=self.models)

    def _take(self, point: list[Any], value: Any) -> None:
        """Remember a told point; seconds by their logarithm."""
        self.Xi.append(point)
        self.yi.append([value[0], math.log(value[1])] if self._timed else value)

    def _raw(self, value: Any) -> Any:
        """A remembered value as it was told."""
        return (value[0], math.exp(value[1])) if self._timed else value

    def _values(self, points: Sequence[Any], values: Any, *, several: bool) -> list[Any]:
        """The values of points as floats, or as pairs of them."""
        if several and (not is_listlike(values) and not isinstance(values, Sequence)):
            values = values.tolist() if callable(getattr(values, "tolist", None)) else [values]
        values = list(values)
        if len(values) != len(points):
            raise WrongTypeError(
                explain(f"{len(points)} values", f"{len(values)}", "Tell one for each point.")
            )
        if self._timed:
            if not all(is_pair(value) for value in values):
                raise WrongTypeError(
                    explain("y to be (value, seconds)", repr(values), f"Return both for {self.acq_func}.")
                )
            return [(float(value[0]), float(value[1])) for value in values]
        if not all(isinstance(value, Number) for value in values):
            raise InvalidInput(
                explain("`func` should return a scalar: a number", repr(values), "Return one number.")
            )
        return [float(value) for value in values]

    def _cooked(self, base_estimator: Any, dimensions: Any) -> Any:
        """The regressor of the search."""
        if isinstance(base_estimator, str):
            seed = draw_seed(self.rng)
            return cook_estimator(base_estimator, dimensions, random_state=seed, n_jobs=self.n_jobs)
        return None if base_estimator is None else cook_estimator(base_estimator)

    def _optimizer_of(self, acq_optimizer: str) -> str:
        """How the acquisition function is minimised."""
        smooth = has_gradients(self.base_estimator_) and set(self.cand_acq_funcs_) <= SMOOTH
        if acq_optimizer not in {"auto", "lbfgs", "sampling"}:
            raise InvalidInput(
                explain('acq_optimizer "auto", "lbfgs" or "sampling"', repr(acq_optimizer), "Pass one.")
            )
        if acq_optimizer == "lbfgs" and not smooth:
            raise InvalidInput(
                explain(
                    'a regressor and an acq_func with gradients for acq_optimizer="lbfgs"',
                    f"{self.base_estimator_!r} and {self.acq_func}",
                    'Use acq_optimizer="sampling".',
                ),
            )
        return (
            "lbfgs"
            if smooth and acq_optimizer != "sampling" and self.space.constraint is None
            else "sampling"
        )

    def _sampler(self) -> ModelSampler:
        """The search itself."""
        design: list[list[Any]] = []
        if self._generator is not None:
            design = self._generator.generate(
                self.space.dimensions, self.n_initial_points_, random_state=draw_seed(self.rng)
            )
        names = self.space.dimension_names
        if len(set(names)) < len(names):
            raise InvalidInput(explain("different names of dimensions", repr(names), "Rename one."))
        domains = {name: domain_of(dim) for name, dim in zip(names, self.space.dimensions, strict=True)}
        return ModelSampler(
            self.space,
            domains=domains,
            estimator=self.base_estimator_,
            n_initial=self.n_initial_points_,
            design=design,
            settings=self._settings(Settings.lie),
            name=self._named,
            generator="random" if self._generator is None else type(self._generator).__name__.lower(),
        )

    def _settings(self, lie: str) -> Settings:
        """How the search goes on, by the attributes as they are now.

        Raises:
            InvalidInput: one of them was set to something that cannot be.
        """
        if (self.acq_func in PER_SECOND) != self._timed:
            raise InvalidInput(
                explain(
                    f"acq_func to stay with {'seconds' if self._timed else 'values only'}",
                    self.acq_func,
                    "Make another Optimizer, and tell it what is known.",
                ),
            )
        return Settings(
            acq_func=checked_function(self.acq_func),
            descend=self.acq_optimizer == "lbfgs",
            n_points=self.n_points,
            n_restarts=self.n_restarts_optimizer,
            options=checked_options("acq_func_kwargs", self.acq_func_kwargs),
            avoid_duplicates=self.avoid_duplicates,
            lie=lie,
        )


def rebuilt(args: dict[str, Any], told: Sequence[tuple[Any, Any]]) -> Optimizer:
    """A search of these arguments that was told these points."""
    optimizer = Optimizer(**args)
    if told:
        optimizer.tell([point for point, _ in told], [value for _, value in told])
    return optimizer
