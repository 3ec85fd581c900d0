"""A name of a model is luthier's own sampler of its kind, and every trial says where it came from."""

from typing import Any

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier

from luthier.base.seeding import rng_for
from luthier.compat.skopt import BayesSearchCV, Optimizer, forest_minimize, gp_minimize
from luthier.compat.skopt.estimators import cook_estimator
from luthier.compat.skopt.learning import ExtraTreesRegressor
from luthier.compat.skopt.search.sampler import ModelSampler, Settings
from luthier.compat.skopt.space import Integer
from luthier.compat.skopt.space import Space as Points
from luthier.records.trial import Origin
from luthier.samplers import Distinct, GPSampler, Sampler
from luthier.samplers.forest import ForestSampler
from luthier.testing.samplers import SamplerLaws

PLANE = [(-2.0, 2.0), (1e-3, 1.0, "log-uniform")]

STARTS = 4

#: What each name of a regressor is.
MODELS = {"GP": "gp", "RF": "forest", "ET": "forest"}


def bowl(x: Any) -> float:
    return float((x[0] - 0.5) ** 2 + (np.log10(x[1]) + 1.5) ** 2)


def ran(n: int = STARTS + 2, **given: Any) -> Optimizer:
    """A search after n evaluations."""
    settings: dict[str, Any] = {"n_initial_points": STARTS, "random_state": 0} | given
    opt = Optimizer(settings.pop("dimensions", PLANE), **settings)
    opt.run(bowl, n, fit=False)
    return opt


def origins(opt: Optimizer) -> list[Origin | None]:
    return [record.origin for record in opt.study.trials]


@pytest.mark.slow
class TestLaws(SamplerLaws):
    """With a model of luthier's own it is a sampler like any other."""

    @pytest.fixture(scope="class", params=["GP", "ET"])
    @classmethod
    def sampler(cls, request: pytest.FixtureRequest) -> Sampler:
        estimator = cook_estimator(request.param, Points([(0.0, 1.0)]), random_state=0)
        settings = Settings(descend=request.param == "GP")
        return ModelSampler(
            Points([]), domains={}, estimator=estimator, n_initial=4, settings=settings, name=request.param
        )


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("acq_func", ["EI", "gp_hedge"])
def test_after_the_initial_points_the_named_model_proposes(name: str, acq_func: str) -> None:
    start = Origin("random", f"one of n_initial_points={STARTS}")
    model = Origin(MODELS[name], f"base_estimator='{name}'")
    assert origins(ran(base_estimator=name.lower(), acq_func=acq_func)) == [start] * STARTS + [model] * 2


@pytest.mark.parametrize(("name", "sampler"), [("GP", GPSampler()), ("RF", ForestSampler())])
def test_what_it_proposes_is_what_luthiers_own_sampler_would(name: str, sampler: Sampler) -> None:
    opt = ran(STARTS, base_estimator=name)
    view = opt.study.view
    view.sync()
    space, history = view.space, view.history(view.space)
    mine = opt.study.sampler.propose(space, history, rng_for(0, 9), 3)  # type: ignore[union-attr]  # a sampler
    assert np.array_equal(mine.X, Distinct(sampler).propose(space, history, rng_for(0, 9), 3).X)


def test_points_asked_for_together_start_by_the_design_and_go_on_by_a_model() -> None:
    opt = ran(2, base_estimator="GP", initial_point_generator="sobol")
    points = opt.ask(5)
    assert len({tuple(point) for point in points}) == 5
    said = [origin.sampler for origin in origins(opt) if origin]
    # Two values are too few for a Gaussian process.
    assert said == ["sobol"] * STARTS + ["tpe"] * 3


@pytest.mark.parametrize(
    "asked",
    [
        {"acq_func": "LCB"},
        {"acq_func_kwargs": {"xi": 0.3}},
        {"acq_optimizer": "sampling"},
        {"acq_optimizer_kwargs": {"n_points": 200}},
        {"avoid_duplicates": False},
        {"space_constraint": lambda x: x[0] < 1.0},
    ],
    ids=lambda asked: next(iter(asked)),
)
def test_an_argument_that_the_own_sampler_has_not_is_heeded_by_the_doors_model(asked: dict[str, Any]) -> None:
    opt = ran(base_estimator="GP", **asked)
    assert origins(opt)[-1] == Origin("gp", f"base_estimator='GP', acq_func='{opt.acq_func}'")


def test_a_regressor_of_the_users_own_is_used() -> None:
    opt = ran(base_estimator=ExtraTreesRegressor(n_estimators=4), acq_func="EI")
    assert origins(opt)[-1] == Origin("regressor", "base_estimator=ExtraTreesRegressor, acq_func='EI'")


def test_points_by_chance_say_so() -> None:
    assert origins(ran(base_estimator="dummy"))[-1] == Origin("random", "base_estimator='DUMMY'")


def test_boosting_is_the_doors_own() -> None:
    origin = origins(ran(STARTS + 1, base_estimator="GBRT", acq_func="LCB"))[-1]
    assert origin == Origin("boosting", "base_estimator='GBRT', acq_func='LCB'")


def test_a_finite_space_is_tried_whole_and_the_search_goes_on() -> None:
    opt = ran(3, base_estimator="GP", dimensions=[(0, 2), (1, 2)], n_initial_points=2)
    result = opt.run(bowl, 3, fit=False)
    assert len({tuple(x) for x in result.x_iters}) == 6
    opt.run(bowl, 1, fit=False)
    assert len(opt.Xi) == 7


def test_a_copy_is_of_the_same_kind() -> None:
    other = ran(STARTS, base_estimator="GP").copy()
    other.run(bowl, 1, fit=False)
    assert origins(other)[-1] == Origin("gp", "base_estimator='GP'")


@pytest.mark.parametrize(("minimize", "name"), [(gp_minimize, "GP"), (forest_minimize, "ET")])
def test_the_searches_in_one_call_are_of_their_kind(minimize: Any, name: str, url: str) -> None:
    import luthier

    result = minimize(
        bowl, PLANE, n_calls=12, n_initial_points=10, random_state=0, storage=url, study_name="s"
    )
    assert len(result.models) == 3
    last = luthier.load_study("s", storage=url).trials[-1]
    assert last.origin == Origin(MODELS[name], f"base_estimator='{name}'")


def test_a_search_by_cross_validation_is_too() -> None:
    X, y = np.random.default_rng(0).random((40, 3)), np.arange(40) % 2
    search = BayesSearchCV(
        DecisionTreeClassifier(random_state=0),
        {"max_depth": Integer(1, 20), "min_samples_leaf": Integer(1, 12)},
        optimizer_kwargs={"n_initial_points": 3},
        n_iter=5,
        cv=2,
    )
    search.fit(X, y)
    assert [str(trial.origin) for trial in search.study_.trials[-2:]] == ["gp: base_estimator='GP'"] * 2
