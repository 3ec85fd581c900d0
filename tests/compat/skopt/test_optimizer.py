import pickle
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

import luthier
from luthier.compat.skopt import Optimizer, Space, gp_minimize
from luthier.compat.skopt.callbacks import StdStopper
from luthier.compat.skopt.learning import ExtraTreesRegressor, GaussianProcessRegressor
from luthier.compat.skopt.learning.gaussian_process.kernels import ConstantKernel, Matern
from luthier.compat.skopt.space import Categorical, Integer, Real

LINE = [(-2.0, 2.0)]


def small(**given: Any) -> Optimizer:
    settings: dict[str, Any] = {"base_estimator": "ET", "n_initial_points": 3, "random_state": 0} | given
    return Optimizer(settings.pop("dimensions", LINE), acq_optimizer_kwargs={"n_points": 200}, **settings)


def test_asking_again_without_telling_gives_new_points() -> None:
    opt = small()
    points = [opt.ask()[0] for _ in range(4)]
    points += [x for (x,) in opt.ask(3)] + [x for (x,) in opt.ask(3)]
    assert len(set(points)) == 10


@pytest.mark.parametrize("strategy", ["cl_min", "cl_mean", "cl_max"])
@pytest.mark.parametrize("estimator", ["GP", "ET"])
def test_points_asked_for_together_differ(strategy: str, estimator: str) -> None:
    opt = small(base_estimator=estimator, n_initial_points=2)
    opt.tell([[-1.0], [0.1], [1.5]], [1.0, 0.0, 2.0])
    points = [x for (x,) in opt.ask(4, strategy=strategy)]
    assert len({round(x, 6) for x in points}) == 4


@pytest.mark.parametrize(("n", "strategy"), [(0, "cl_min"), ("3", "cl_min"), (2, "cl_maen")])
def test_impossible_questions_are_value_errors(n: Any, strategy: str) -> None:
    with pytest.raises(ValueError, match="Expected"):
        small().ask(n, strategy=strategy)


def test_told_points_need_not_have_been_asked_for() -> None:
    opt = small()
    opt.tell([0.5], 3.0)
    result = opt.tell([[1.0], [-1]], [2, np.float64(4.0)])
    assert result.x_iters == [[0.5], [1.0], [-1.0]]
    assert [type(x) for (x,) in result.x_iters] == [float] * 3
    assert result.func_vals.tolist() == [3.0, 2.0, 4.0]
    assert (result.x, result.fun) == ([1.0], 2.0)
    assert len(result.models) == 1
    assert len(opt.study.trials) == 3


def test_told_points_end_the_trials_that_were_asked_for() -> None:
    opt = small(dimensions=[Integer(0, 5), ["a", "b"]])
    first, second = opt.ask(), opt.ask()
    opt.tell(second, 1.0)
    assert [trial.state for trial in opt.study.trials] == ["RUNNING", "COMPLETE"]
    opt.tell([first], [2.0])
    assert [trial.value for trial in opt.study.trials] == [2.0, 1.0]


@pytest.mark.parametrize(
    ("x", "y", "error"),
    [
        ([3.0], 1.0, ValueError),
        ([0.0, 1.0], 1.0, ValueError),
        ([[0.0], [3.0]], [1.0, 1.0], ValueError),
        ([0.0], [1.0], ValueError),
        ([0.0], "1", ValueError),
        ([0.0], None, ValueError),
        ([[0.0], [1.0]], [1.0], TypeError),
        (0.0, 1.0, ValueError),
    ],
)
def test_what_does_not_fit_is_refused_and_not_recorded(x: Any, y: Any, error: Any) -> None:
    opt = small()
    with pytest.raises(error, match="Expected"):
        opt.tell(x, y)
    assert opt.Xi == opt.yi == list(opt.study.trials) == []


def test_a_model_is_fitted_once_there_are_enough_points() -> None:
    opt = small(n_initial_points=2)
    opt.tell([0.0], 0.0)
    assert opt.models == []
    opt.tell([1.0], 1.0)
    assert len(opt.models) == 1
    opt.tell([0.5], 0.5, fit=False)
    assert len(opt.models) == 1
    assert isinstance(opt.models[0], ExtraTreesRegressor)


def test_the_queue_of_models_is_as_long_as_asked() -> None:
    opt = small(n_initial_points=1, model_queue_size=2)
    opt.run(lambda x: x[0] ** 2, 4)
    assert len(opt.models) == 2
    with pytest.raises(TypeError, match="model_queue_size"):
        small(model_queue_size="2")


def test_a_copy_keeps_every_setting() -> None:
    constraint = lambda x: x[0] > -1.5  # noqa: E731 - a function to be found again
    opt = small(avoid_duplicates=False, model_queue_size=3, acq_func="LCB", space_constraint=constraint)
    opt.run(lambda x: x[0] ** 2, 4)
    other = opt.copy(random_state=1)
    assert other.Xi == opt.Xi
    assert other.yi == opt.yi
    assert other.avoid_duplicates is False
    assert (other.max_model_queue_size, other.acq_func) == (3, "LCB")
    assert other.space.constraint is constraint
    assert other.n_points == 200
    assert len(other.models) == 1
    other.tell([0.0], 0.0)
    assert len(opt.Xi) == 4


def test_an_optimizer_can_be_pickled() -> None:
    opt = small()
    opt.run(lambda x: x[0] ** 2, 4)
    other = pickle.loads(pickle.dumps(opt))  # noqa: S301 - of our own making
    assert other.Xi == opt.Xi
    assert other.get_result().fun == opt.get_result().fun
    other.run(lambda x: x[0] ** 2, 1)


def test_equal_seeds_give_equal_searches() -> None:
    searches = [small(base_estimator="GP") for _ in range(2)]
    for opt in searches:
        opt.run(lambda x: x[0] ** 2, 6)
    assert searches[0].Xi == searches[1].Xi
    assert small(random_state=1).ask() != small(random_state=2).ask()


@pytest.mark.parametrize("estimator", ["GP", "ET", "GBRT"])
@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_search_goes_on_where_some_values_are_no_good(estimator: str, bad: float) -> None:
    opt = small(base_estimator=estimator)
    result = opt.run(lambda x: bad if x[0] > 0 else x[0] ** 2, 10)
    assert len(result.x_iters) == 10
    assert np.isfinite(result.fun)
    assert result.x[0] <= 0
    assert not np.isfinite(result.func_vals).all()


def test_a_model_learns_from_what_failed() -> None:
    """Bad news is bad: the half that fails is left alone."""
    opt = small(base_estimator="GP", n_initial_points=5)
    result = opt.run(lambda x: float("nan") if x[0] > 0 else x[0] + 2.0, 14)
    later = [x for (x,) in result.x_iters[8:]]
    assert sum(x > 0 for x in later) <= 2


def test_an_objective_that_raises_ends_its_trial() -> None:
    def broken(x: Any) -> float:
        raise ZeroDivisionError

    opt = small()
    with pytest.raises(ZeroDivisionError):
        opt.run(broken)
    assert [trial.state for trial in opt.study.trials] == ["FAILED"]


@pytest.mark.parametrize("estimator", ["GP", "ET"])
def test_a_finite_space_is_tried_whole_before_anything_comes_twice(estimator: str) -> None:
    opt = small(base_estimator=estimator, dimensions=[(0, 2), ["a", "b"]], n_initial_points=2)
    result = opt.run(lambda x: x[0], 6)
    assert len({tuple(x) for x in result.x_iters}) == 6
    opt.run(lambda x: x[0], 2)
    assert len(opt.Xi) == 8


def test_duplicates_come_where_they_are_wanted() -> None:
    opt = small(dimensions=[(0, 1)], n_initial_points=1, avoid_duplicates=False, acq_func="LCB")
    opt.run(lambda x: x[0], 6)
    assert opt.Xi.count([0]) > 2


@pytest.mark.parametrize(
    "categories", [[(32,), (64, 64)], [[1], [2, 3]], [None, "a"], [True, 1], [object(), print]]
)
def test_any_object_can_be_a_category(categories: Any) -> None:
    first = categories[0]
    result = small(dimensions=[Categorical(categories), (0.0, 1.0)]).run(
        lambda x: (x[0] is not first) + x[1], 9
    )
    assert result.x[0] is first


@pytest.mark.parametrize("estimator", ["ET", "GP"])
def test_small_values_of_a_log_scale_are_within_reach(estimator: str) -> None:
    opt = small(dimensions=[Integer(1, 1000, "log-uniform")], base_estimator=estimator, n_initial_points=5)
    assert opt.run(lambda x: abs(np.log(x[0] / 2)), 16).x == [2]


def test_a_constant_dimension_stays() -> None:
    opt = small(dimensions=[Real(2.0, 2.0), Integer(3, 3), (0.0, 1.0)], base_estimator="GP")
    assert all(x[:2] == [2.0, 3] for x in opt.run(lambda x: x[2], 6).x_iters)


def test_a_constraint_holds_for_every_point() -> None:
    for estimator in ("GP", "ET", "dummy"):
        opt = small(
            dimensions=[(0.0, 1.0), (0.0, 1.0)],
            base_estimator=estimator,
            space_constraint=lambda x: x[0] < x[1],
        )
        assert all(a < b for a, b in opt.run(sum, 7).x_iters)


def test_the_dimensions_of_the_caller_stay_as_they_are() -> None:
    given = [
        Real(0, 1),
        Categorical(["a", "b", "c"], transform="label"),
        Categorical(["a", "b"], transform="string"),
    ]
    opt = small(dimensions=given, base_estimator="GP")
    assert [dimension.transform_ for dimension in given] == ["identity", "label", "string"]
    assert opt.space.get_transformer() == ["normalize", "onehot", "onehot"]
    assert small(dimensions=given).space.get_transformer() == ["identity", "label", "onehot"]


@pytest.mark.parametrize("acq_func", ["EIps", "PIps"])
def test_seconds_are_modelled_too(acq_func: str) -> None:
    opt = small(base_estimator="GP", acq_func=acq_func)
    result = opt.run(lambda x: (x[0] ** 2, 2.0 + x[0]), 6)
    assert result.func_vals.shape == result.log_time.shape == (6,)
    assert result.log_time == pytest.approx(np.log([2.0 + x for (x,) in result.x_iters]))
    value, seconds = opt.study.trials[0].values or ()
    assert value == result.func_vals[0]
    assert seconds == pytest.approx(np.exp(result.log_time[0]))
    assert opt.copy().Xi == opt.Xi
    with pytest.raises(TypeError, match="seconds"):
        opt.tell([0.0], 1.0)


def test_a_cheaper_point_is_preferred_per_second() -> None:
    opt = small(base_estimator="GP", acq_func="EIps", n_initial_points=5)
    opt.tell([[x] for x in (-2.0, -1.0, 0.0, 1.0, 2.0)], [(0.0, 10.0 ** (2 + x)) for x in (-2, -1, 0, 1, 2)])
    assert opt.ask()[0] < 0


def test_any_regressor_with_a_deviation_will_do() -> None:
    from sklearn.gaussian_process import GaussianProcessRegressor

    opt = small(base_estimator=GaussianProcessRegressor(alpha=1e-3), acq_func="EI")
    assert opt.acq_optimizer == "sampling"
    assert opt.run(lambda x: (x[0] - 1) ** 2, 9).fun < 0.1


@pytest.mark.parametrize(
    "wrong",
    [
        {"base_estimator": "tree"},
        {"base_estimator": 3},
        {"acq_func": "UCB"},
        {"acq_optimizer": "adam"},
        {"acq_optimizer": "lbfgs"},
        {"n_initial_points": -1},
        {"n_initial_points": 1.5},
        {"initial_point_generator": "golden"},
        {"initial_point_generator": 3},
        {"acq_func_kwargs": {"kapa": 1.0}},
        {"dimensions": []},
        {"space_constraint": 3},
        {"random_state": "seed"},
        {"dimensions": [Real(0, 1, name="x"), Real(0, 1, name="x")]},
    ],
)
def test_wrong_arguments_are_value_errors(wrong: Any) -> None:
    with pytest.raises(ValueError, match="Expected"):
        small(**wrong)


def test_what_is_absent_names_the_way() -> None:
    with pytest.raises(NotImplementedError, match="MES"):
        small(acq_func="PVRS")


def test_the_former_name_of_the_initial_points() -> None:
    with pytest.warns(DeprecationWarning, match="n_initial_points"):
        assert small(n_random_starts=7).n_initial_points_ == 7


def test_attributes_of_the_original() -> None:
    opt = small(base_estimator="GP", acq_func_kwargs={"eta": 2.0})
    assert opt.acq_optimizer == "lbfgs"
    assert opt.cand_acq_funcs_ == ["EI", "LCB", "PI"]
    assert (opt.eta, opt.n_points, opt.n_restarts_optimizer) == (2.0, 200, 5)
    assert isinstance(opt.space, Space)
    assert opt.specs["function"] == "Optimizer"
    assert opt.specs["args"]["dimensions"] is LINE
    assert opt.get_result().x is None


def test_attributes_that_are_changed_count_for_the_next_point() -> None:
    opt = small(base_estimator="GP", acq_func="LCB", acq_func_kwargs={"kappa": 0.0})
    opt.tell([[x / 4] for x in range(-4, 5)], [(x / 4) ** 2 for x in range(-4, 5)])
    assert abs(opt.ask()[0]) < 0.2
    opt.acq_func_kwargs = {"kappa": 1e6}
    opt.update_next()
    assert abs(opt.ask()[0]) > 1.5
    for changed in (
        {"acq_func": "EIps"},
        {"acq_func": "XY"},
        {"acq_func": "LCB", "acq_func_kwargs": {"kapa": 1}},
    ):
        vars(opt).update(changed)
        with pytest.raises(ValueError, match="Expected"):
            opt.ask()


def test_a_stored_search_is_taken_up_by_its_name(tmp_path: Path) -> None:
    where = {"storage": f"sqlite:///{tmp_path}/s.db", "study_name": "s"}
    opt = small(dimensions=[Real(0, 1, name="x"), ["a", "b"]], **where)
    opt.run(lambda x: x[0], 5)
    opt.tell([0.5, "a"], float("nan"))
    again = small(dimensions=[Real(0, 1, name="x"), ["a", "b"]], **where)
    assert again.Xi == opt.Xi
    assert np.array_equal(again.yi, opt.yi, equal_nan=True)
    assert again.evaluated == 5
    assert set(luthier.load_study("s", storage=where["storage"]).best_params) == {"x", "X_1"}


def test_a_stored_search_may_widen_its_space_but_not_narrow_it(tmp_path: Path) -> None:
    where = {"storage": f"sqlite:///{tmp_path}/s.db", "study_name": "s"}
    small(dimensions=[(0.0, 1.0)], **where).run(lambda x: x[0], 2)
    assert len(small(dimensions=[(0.0, 2.0)], **where).run(lambda x: x[0], 2).x_iters) == 4
    with pytest.raises(ValueError, match="another study_name"):
        small(dimensions=[(0.0, 0.5)], **where)


def test_no_other_warning_is_made() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gp_minimize(lambda _: 1.0, LINE, n_calls=12, random_state=0)


def test_a_linear_model_without_deviation_says_so() -> None:
    opt = small(base_estimator=LinearRegression(), n_initial_points=1)
    opt.tell([0.0], 0.0)
    with pytest.raises(TypeError, match="return_std"):
        opt.ask()


@pytest.mark.parametrize("acq_optimizer", ["auto", "lbfgs", "sampling"])
def test_an_own_process_that_does_not_normalise_is_searched_by(acq_optimizer: str) -> None:
    """The class as it is by default, with a kernel or without."""
    for kernel in (None, ConstantKernel(1.0) * Matern(length_scale=1.0, nu=2.5)):
        found = gp_minimize(
            lambda x: (x[0] - 1) ** 2,
            [(-5.0, 5.0)],
            n_calls=8,
            n_initial_points=4,
            base_estimator=GaussianProcessRegressor(kernel=kernel),
            acq_optimizer=acq_optimizer,
            callback=StdStopper(1e-9),
            random_state=0,
        )
        assert found.fun < 1.0
