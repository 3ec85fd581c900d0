"""Domains: what a search range is made of, and what is said of arguments that make none."""

import re
from collections.abc import Callable
from enum import Enum
from typing import Any

import numpy as np
import pytest

import luthier
from luthier.base.errors import InvalidDomain
from luthier.space import Beta, Categorical, Float, Int, Normal
from luthier.space.parse import domain_from_json, domain_to_json


class Optimizer(Enum):
    ADAM = 1
    SGD = 2


class Layers(int, Enum):
    FEW = 2
    MANY = 8


def untyped(value: Any) -> Any:
    """What a user may pass whose editor checks nothing."""
    return value


@pytest.mark.parametrize("kind", [Float, Int])
@pytest.mark.parametrize("log", [2, 1, 0, "uniform", "log", None, [True], np.int64(1)])
def test_a_scale_is_true_or_false_and_nothing_else(kind: Any, log: Any) -> None:
    with pytest.raises(InvalidDomain, match=re.escape(f"True or False as log, got {log!r}. Pass log=True")):
        kind(1, 100, log)


def test_a_step_in_the_place_of_the_scale_is_told_apart() -> None:
    with pytest.raises(InvalidDomain, match=r"got 2\. Pass log=True, or step=2\."):
        Int(1, 100, untyped(2))


@pytest.mark.parametrize("log", [2, "uniform", ["uniform"]])
def test_a_trial_refuses_such_a_scale_too(log: Any) -> None:
    trial = luthier.create_study(seed=0).ask()
    for suggest in (trial.suggest_float, trial.suggest_int):
        with pytest.raises(InvalidDomain, match="True or False as log"):
            suggest("x", 1, 10, log=log)
    assert not trial.params


@pytest.mark.parametrize("log", [True, False])
def test_a_bool_of_numpy_is_one_of_python(*, log: bool) -> None:
    domain = Float(1, 10, untyped(np.bool_(log)))
    assert domain == Float(1, 10, log)
    assert domain.log is log
    assert luthier.create_study(seed=0).ask().suggest_int("n", 1, 9, log=untyped(np.bool_(log))) in range(10)


def test_a_scale_that_an_older_version_kept_is_read() -> None:
    form = domain_to_json(Int(1, 100, log=True))
    for log in (2, 1, "uniform"):
        assert domain_from_json(form | {"log": log}) == Int(1, 100, log=True)


@pytest.mark.parametrize("prior", ["uniform", Normal, 3, object()])
@pytest.mark.parametrize("kind", [Float, Int])
def test_a_prior_is_one_of_those_there_are(kind: Any, prior: Any) -> None:
    with pytest.raises(
        InvalidDomain, match=r"a Normal or a Beta as prior, got .*luthier\.Normal\(mu, sigma\)"
    ):
        kind(0, 1, prior=prior)
    with pytest.raises(InvalidDomain, match="as prior"):
        kind(1, 1, prior=prior)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: Normal(untyped("0"), 1), "mu"),
        (lambda: Normal(0, untyped(None)), "sigma"),
        (lambda: Normal(float("nan"), 1), "mu"),
        (lambda: Beta(untyped("2"), 2), "a"),
        (lambda: Beta(2, untyped([2])), "b"),
    ],
)
def test_a_prior_has_numbers(make: Callable[[], Any], name: str) -> None:
    with pytest.raises(InvalidDomain, match=f"Expected {name} to be a finite number, got "):
        make()


def test_numbers_of_numpy_make_the_same_prior() -> None:
    prior = Normal(untyped(np.float32(0.5)), untyped(np.int64(1)))
    assert prior == Normal(0.5, 1.0)
    assert type(prior.mu) is type(prior.sigma) is float


@pytest.mark.parametrize(
    ("choices", "same"),
    [
        (np.array([1, 2, 3]), [1, 2, 3]),
        (np.logspace(-3, -1, 3), [0.001, 0.01, 0.1]),
        (np.array(["adam", "sgd"]), ["adam", "sgd"]),
        (np.array([True, False]), [True, False]),
    ],
)
def test_an_array_of_one_dimension_is_a_list_of_choices(choices: Any, same: list[Any]) -> None:
    assert Categorical(choices) == Categorical(tuple(same))
    value = luthier.create_study(seed=0).ask().suggest_categorical("c", choices)
    assert value in same
    assert type(value) is type(same[0])


def test_a_tensor_and_a_column_of_one_dimension_are_lists_of_choices_too() -> None:
    torch, pandas = pytest.importorskip("torch"), pytest.importorskip("pandas")
    assert (
        Categorical(torch.tensor([16, 32])) == Categorical(pandas.Series([16, 32])) == Categorical((16, 32))
    )


@pytest.mark.parametrize(
    ("choices", "fix"),
    [
        ({1, 2}, "Pass sorted(choices): a set has no order that lasts."),
        (frozenset("ab"), "Pass sorted(choices): a set has no order that lasts."),
        ({"a": 1}, "Pass list(choices)."),
        ({"a": 1}.keys(), "Pass list(choices)."),
        ({"a": 1}.values(), "Pass list(choices)."),
        ((n for n in (1, 2)), "Pass list(choices)."),
        (Layers, "Pass list(choices)."),
        (Optimizer, "Pass [each.name for each in Optimizer]."),
        (np.array([[1, 2], [3, 4]]), "Pass choices.tolist() to choose among its rows."),
        (np.array(3), "Wrap the choices in a list."),
        ("adam", "Wrap the choices in a list."),
        (b"adam", "Wrap the choices in a list."),
        (3, "Wrap the choices in a list."),
    ],
)
def test_what_is_no_list_of_choices_is_refused_with_how_to_make_one(choices: Any, fix: str) -> None:
    trial = luthier.create_study(seed=0).ask()
    with pytest.raises(InvalidDomain, match="a list or tuple of choices, got ") as caught:
        trial.suggest_categorical("c", choices)
    assert str(caught.value).endswith(fix)
    assert not trial.params


@pytest.mark.parametrize("choices", [list(Layers), [each.name for each in Optimizer], [[1, 2], [3, 4]]])
def test_what_is_advised_is_taken(choices: list[Any]) -> None:
    study = luthier.create_study(seed=0)
    study.optimize(lambda trial: float(trial.suggest_categorical("c", choices) in choices), 2, progress=False)
    assert study.best_value == 1.0
