"""Every value of a domain has a place in a tuner's own terms, and every place is a value of the domain."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.quality.tree import Condition, conditions_of, drawn
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


def test_drawn_configurations_are_the_same_ones_at_every_call() -> None:
    assert drawn(PROBLEMS["mixed"], 3) == drawn(PROBLEMS["mixed"], 3)
