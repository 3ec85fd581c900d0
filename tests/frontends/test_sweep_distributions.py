"""The distributions of sweep files: which range, and which law."""

import math
from typing import Any

import pytest

import luthier
from luthier.frontends.sweep.plan import Plan, plan_of
from luthier.frontends.sweep.search import SweepSearch
from luthier.space.domains import Categorical, Domain, Float, Int
from luthier.space.priors import Beta, Normal


def planned(spec: dict[str, Any], method: str = "random") -> Plan:
    """A sweep over one parameter."""
    return plan_of({"method": method, "parameters": {"x": spec}})


def domain(spec: dict[str, Any], method: str = "random") -> Domain:
    """The range of one parameter."""
    return planned(spec, method).parameters[0].domain


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"value": [1, 2]}, Categorical(([1, 2],))),
        ({"values": ["a", None, False, 0, ""]}, Categorical(("a", None, False, 0, ""))),
        ({"values": ["a", "b"], "probabilities": [0.25, 0.75]}, Categorical(("a", "b"), (0.25, 0.75))),
        ({"min": 1, "max": 9}, Int(1, 9)),
        ({"min": 0, "max": 1.0}, Float(0, 1)),
        ({"min": 0, "max": 10, "q": 5}, Int(0, 10, step=5)),
        ({"distribution": "q_uniform", "min": 0.0, "max": 1.0, "q": 0.25}, Float(0, 1, step=0.25)),
        ({"distribution": "q_uniform", "min": 1, "max": 10}, Int(1, 10)),
        ({"distribution": "log_uniform", "min": 0, "max": 1}, Float(1, math.e, log=True)),
        ({"distribution": "inv_log_uniform", "min": 0, "max": 1}, Float(math.exp(-1), 1, log=True)),
        ({"distribution": "log_uniform_values", "min": 1e-5, "max": 0.1}, Float(1e-5, 0.1, log=True)),
        ({"distribution": "inv_log_uniform_values", "min": 1e-5, "max": 0.1}, Float(1e-5, 0.1, log=True)),
        (
            {"distribution": "q_log_uniform_values", "min": 1, "max": 256, "q": 8},
            Int(8, 256, log=True, step=8),
        ),
        ({"distribution": "q_log_uniform", "min": 0, "max": 2, "q": 1}, Int(1, 7, log=True)),
        ({"distribution": "normal"}, Float(-5, 5, prior=Normal(0, 1))),
        ({"mu": 10, "sigma": 2}, Float(0, 20, prior=Normal(10, 2))),
        ({"distribution": "q_normal", "mu": 10, "sigma": 2, "q": 5}, Int(0, 20, step=5, prior=Normal(10, 2))),
        ({"a": 2, "b": 5}, Float(0, 1, prior=Beta(2, 5))),
        ({"a": 2, "b": 5, "q": 0.5}, Float(0, 1, step=0.5, prior=Beta(2, 5))),
    ],
)
def test_each_distribution_has_its_range(spec: dict[str, Any], expected: Domain) -> None:
    assert domain(spec) == expected


def test_log_normal_is_normal_in_the_logarithm() -> None:
    made = domain({"distribution": "log_normal", "mu": 0, "sigma": 0.1})
    quantised = domain({"distribution": "q_log_normal", "mu": 3, "sigma": 0.5, "q": 2})

    assert made == Float(math.exp(-0.5), math.exp(0.5), log=True, prior=Normal(0, 0.1))
    assert isinstance(quantised, Int)
    assert quantised.step == 2


def test_a_value_listed_twice_is_twice_as_likely() -> None:
    assert domain({"values": [1, 1, 2]}) == Categorical((1, 2), (2 / 3, 1 / 3))


def test_values_of_different_types_are_different() -> None:
    assert domain({"values": [1, 1.0, True, "1"]}).levels == 4


def test_a_grid_steps_from_min_and_includes_max() -> None:
    spec = {"distribution": "q_uniform", "min": 1, "max": 10, "q": 3}

    assert domain(spec, "grid") == Int(1, 10, step=3)
    assert domain(spec, "random") == Int(3, 9, step=3)


@pytest.mark.parametrize(
    ("spec", "mean", "spread"),
    [
        ({"distribution": "normal", "mu": 3, "sigma": 2}, 3.0, 2.0),
        ({"distribution": "beta", "a": 2, "b": 2}, 0.5, math.sqrt(1 / 20)),
        ({"distribution": "uniform", "min": 0, "max": 12.0}, 6.0, math.sqrt(12)),
        ({"values": [0, 1], "probabilities": [0.2, 0.8]}, 0.8, 0.4),
    ],
)
def test_random_draws_follow_the_law(spec: dict[str, Any], mean: float, spread: float) -> None:
    n = 400
    study = luthier.create_study(seed=1, sampler=SweepSearch(planned(spec)))
    luthier.set_verbosity("error")
    study.optimize(lambda trial: trial.suggest("x", domain(spec)), n_trials=n, progress=False)
    values = [record.params["x"] for record in study.trials]

    average = sum(values) / n
    assert abs(average - mean) < 4 * spread / math.sqrt(n)
    assert math.sqrt(sum((value - average) ** 2 for value in values) / n) == pytest.approx(spread, rel=0.15)
