"""Every value of a domain has a place in a tuner's own terms, and every place is a value of the domain."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.quality.problems import DEV, FRONTS, REPORTED
from benchmarks.quality.tree import LEVELS, Condition, conditions_of, drawn, place
from benchmarks.quality.tuners.axes import axes, completed
from luthier.space.domains import Categorical, Domain, Float, Int
from luthier.space.space import Space
from luthier.testing.problems import PROBLEMS, Problem

DOMAINS: list[Domain] = [
    Float(-1.0, 2.0),
    Float(1e-5, 1.0, log=True),
    Float(0.0, 0.9, step=0.1),
    Float(0.5, 8.5, step=2.0, log=True),
    Int(-3, 7),
    Int(8, 1024, log=True),
    Int(1, 19, step=3),
    Int(1, 19, step=3, log=True),
    Categorical(("a", "b", None)),
    Categorical((16, True, 0.5)),
]


@pytest.mark.parametrize("domain", DOMAINS, ids=str)
@given(place=st.floats(0.0, 1.0))
def test_whatever_lies_on_the_axis_is_a_value_of_the_domain(domain: Domain, place: float) -> None:
    axis = axes(Space({"p": domain}))["p"]
    low, high = (math.log(end) if axis.log else end for end in (axis.low, axis.high))
    raw: Any = low + place * (high - low)
    raw = math.exp(raw) if axis.log else raw
    value = axis.value(raw if axis.kind == "float" else round(raw))
    assert domain.contains(value)


@pytest.mark.parametrize("domain", [domain for domain in DOMAINS if domain.levels], ids=str)
def test_every_value_of_a_finite_domain_can_be_reached(domain: Domain) -> None:
    axis = axes(Space({"p": domain}))["p"]
    raws = np.linspace(axis.low, axis.high, 4 * round(axis.high - axis.low) + 1)
    if axis.kind != "float":
        raws = np.arange(axis.low, axis.high + 1)
    assert len({repr(axis.value(raw)) for raw in raws}) == domain.levels


def test_ends_are_reached_exactly() -> None:
    """Tuners that work on logarithms miss a bound by a rounding."""
    axis = axes(Space({"p": Float(1e-5, 1.0, log=True)}))["p"]
    assert axis.value(math.exp(math.log(1e-5)) * (1 - 1e-12)) == 1e-5
    assert axis.value(1.0 + 1e-12) == 1.0


def test_what_a_tuner_leaves_out_takes_its_first_value() -> None:
    space = Space({"model": Categorical(("svm", "forest")), "c": Float(1.0, 2.0), "one": Int(4, 4)})
    assert completed(space, {"model": "1"}) == {"model": "forest", "c": 1.0, "one": 4}


def test_a_parameter_with_one_value_is_not_shown() -> None:
    assert list(axes(Space({"one": Int(4, 4), "two": Int(4, 5)}))) == ["two"]


def test_conditions_are_found_by_running() -> None:
    assert conditions_of(PROBLEMS["conditional"]) == {
        "c": Condition("model", frozenset({0})),
        "gamma": Condition("model", frozenset({0})),
        "trees": Condition("model", frozenset({1})),
        "depth": Condition("model", frozenset({1})),
    }
    assert conditions_of(PROBLEMS["mixed"]) == {}


def test_a_nested_condition_names_its_closest_parent() -> None:
    space = Space(
        {"a": Categorical((0, 1)), "b": Categorical(("x", "y", "z")), "c": Float(0.0, 1.0)},
    )

    def evaluate(get: Any) -> tuple[float, ...]:
        return (get("c") if get("a") and get("b") in {"x", "z"} else 0.0,)

    problem = Problem(name="nested", space=space, evaluate=evaluate, optimum=(0.0,))
    assert conditions_of(problem) == {
        "b": Condition("a", frozenset({1})),
        "c": Condition("b", frozenset({0, 2})),
    }


def stacked(count: Int) -> Problem:
    """As many layers as `count` says, each with a kind and a width."""

    def evaluate(get: Any) -> tuple[float, ...]:
        layers = range((get("count") - count.low) // count.step + 1)
        return (sum(get(f"width_{layer}") + (get(f"kind_{layer}") == "a") for layer in layers),)

    layers: dict[str, Domain] = {}
    for layer in range(count.levels):
        layers |= {f"kind_{layer}": Categorical(("a", "b")), f"width_{layer}": Float(0.0, 1.0)}
    return Problem(name="stack", space=Space({"count": count} | layers), evaluate=evaluate, optimum=(0.0,))


@pytest.mark.parametrize("count", [Int(1, 3), Int(2, 8, step=3)], ids=str)
def test_layers_hang_on_their_number_and_not_on_each_other(count: Int) -> None:
    assert conditions_of(stacked(count)) == {
        "kind_1": Condition("count", frozenset({1, 2})),
        "width_1": Condition("count", frozenset({1, 2})),
        "kind_2": Condition("count", frozenset({2})),
        "width_2": Condition("count", frozenset({2})),
    }


@pytest.mark.parametrize("count", [Int(1, LEVELS + 1), Int(1, 3, log=True)], ids=str)
def test_an_integer_of_many_values_or_on_a_log_scale_is_no_parent(count: Int) -> None:
    assert not any(condition.parent == "count" for condition in conditions_of(stacked(count)).values())


EVERY = {**DEV, **REPORTED, **FRONTS["dev"], **FRONTS["reported"]}


@pytest.mark.parametrize("name", sorted(name for name in EVERY if EVERY[name].suite != "rough"))
def test_conditions_say_exactly_what_is_asked_for(name: str) -> None:
    """Of other configurations than those they were found by. Rough problems fail before they have asked for all."""
    problem = EVERY[name].problem
    conditions = conditions_of(problem)

    def active(name: str, config: Any) -> bool:
        found = conditions.get(name)
        if found is None:
            return True
        return (
            active(found.parent, config)
            and place(problem.space[found.parent], config[found.parent]) in found.places
        )

    for config in drawn(problem, 200, seed=2):
        assert set(problem.run(config)[0]) == {name for name in problem.space if active(name, config)}


def test_drawn_configurations_are_the_same_ones_at_every_call() -> None:
    assert drawn(PROBLEMS["mixed"], 3) == drawn(PROBLEMS["mixed"], 3)
