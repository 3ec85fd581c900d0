"""Distributions of the Optuna door."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.compat.optuna import distributions as door
from luthier.compat.optuna.distributions import (
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
    check_distribution_compatibility,
    distribution_to_json,
    json_to_distribution,
)
from luthier.compat.optuna.distributions.native import distribution_of, domain_of
from luthier.space.domains import Float, Int

numbers = st.floats(-1e6, 1e6)
floats = st.builds(lambda low, width: FloatDistribution(low, low + width), numbers, st.floats(0, 1e6))
logs = st.builds(
    lambda low, factor: FloatDistribution(low, low * factor, log=True), st.floats(1e-6, 10), st.floats(1, 9)
)
grids = st.builds(
    lambda low, step, count: FloatDistribution(low, low + count * step, step=step),
    st.integers(-50, 50),
    st.sampled_from([0.25, 0.5, 2.0]),
    st.integers(0, 20),
)
ints = st.builds(
    lambda low, count, step: IntDistribution(low, low + count * step, step=step),
    st.integers(-100, 100),
    st.integers(0, 50),
    st.integers(1, 7),
)
choices = st.builds(
    CategoricalDistribution,
    st.lists(st.none() | st.booleans() | st.integers() | st.text(), min_size=1, unique_by=repr),
)
anything = floats | logs | grids | ints | choices


def untyped(value: Any) -> Any:
    """What a script may pass whose editor checks nothing."""
    return value


@given(anything)
def test_json_and_domains_keep_a_distribution(distribution: Any) -> None:
    assert json_to_distribution(distribution_to_json(distribution)) == distribution
    assert distribution_of(domain_of(distribution)) == distribution
    assert hash(distribution_of(domain_of(distribution))) == hash(distribution)


def test_a_scale_that_counts_as_true_is_one_as_in_the_original() -> None:
    assert domain_of(FloatDistribution(1, 10, log=untyped(1))) == Float(1, 10, log=True)
    assert domain_of(IntDistribution(1, 10, log=untyped("yes"))) == Int(1, 10, log=True)
    assert domain_of(IntDistribution(1, 10, log=untyped(0))) == Int(1, 10)


@given(choices)
def test_every_choice_has_an_index_of_its_own(distribution: Any) -> None:
    indices = [distribution.to_internal_repr(choice) for choice in distribution.choices]
    assert indices == list(range(len(distribution.choices)))
    assert all(
        distribution.to_external_repr(index) is choice
        for index, choice in zip(indices, distribution.choices, strict=True)
    )


def test_json_is_what_optuna_writes() -> None:
    assert json.loads(distribution_to_json(FloatDistribution(0, 1))) == {
        "name": "FloatDistribution",
        "attributes": {"step": None, "low": 0.0, "high": 1.0, "log": False},
    }
    assert json.loads(distribution_to_json(IntDistribution(1, 8, log=True))) == {
        "name": "IntDistribution",
        "attributes": {"log": True, "step": 1, "low": 1, "high": 8},
    }
    assert json.loads(distribution_to_json(CategoricalDistribution([1, None, "a"]))) == {
        "name": "CategoricalDistribution",
        "attributes": {"choices": [1, None, "a"]},
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"type": "float", "low": 0, "high": 1}', FloatDistribution(0, 1)),
        ('{"type": "float", "low": 1, "high": 8, "log": true}', FloatDistribution(1, 8, log=True)),
        ('{"type": "int", "low": 1, "high": 7, "step": 2}', IntDistribution(1, 7, step=2)),
        ('{"type": "categorical", "choices": [1, 2]}', CategoricalDistribution([1, 2])),
    ],
)
def test_short_json(text: str, expected: Any) -> None:
    assert json_to_distribution(text) == expected


@pytest.mark.parametrize("text", ['{"type": "permutation"}', '{"name": "Other", "attributes": {}}'])
def test_json_of_nothing_known_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="one of"):
        json_to_distribution(text)


def test_a_range_that_is_no_multiple_of_its_step_ends_earlier_with_a_warning() -> None:
    with pytest.warns(UserWarning, match="multiple"):
        assert IntDistribution(1, 8, step=2).high == 7
    with pytest.warns(UserWarning, match="multiple"):
        assert FloatDistribution(0, 1, step=0.3).high == 0.9
    assert FloatDistribution(0, 0.3, step=0.1).high == 0.3


def test_single() -> None:
    assert FloatDistribution(1, 1).single()
    assert not FloatDistribution(1, 2).single()
    assert not FloatDistribution(1, 2, step=1).single()
    assert IntDistribution(3, 3).single()
    assert not IntDistribution(3, 4).single()
    assert CategoricalDistribution(["a"]).single()


@pytest.mark.parametrize(
    ("kind", "arguments", "same"),
    [
        ("UniformDistribution", (0, 1), FloatDistribution(0, 1)),
        ("LogUniformDistribution", (1, 2), FloatDistribution(1, 2, log=True)),
        ("DiscreteUniformDistribution", (0, 1, 0.5), FloatDistribution(0, 1, step=0.5)),
        ("IntUniformDistribution", (0, 4, 2), IntDistribution(0, 4, step=2)),
        ("IntLogUniformDistribution", (1, 4), IntDistribution(1, 4, log=True)),
    ],
)
def test_deprecated_distributions_work_and_warn(kind: Any, arguments: Any, same: Any) -> None:
    with pytest.warns(FutureWarning, match=kind):
        old = getattr(door, kind)(*arguments)
    assert domain_of(old) == domain_of(same)
    with pytest.warns(FutureWarning, match=kind):
        assert json_to_distribution(distribution_to_json(old)) == old


def test_compatibility_is_one_kind_one_scale_one_set_of_choices() -> None:
    check_distribution_compatibility(FloatDistribution(0, 1), FloatDistribution(0, 5))
    for old, new in [
        (FloatDistribution(0, 1), IntDistribution(0, 1)),
        (FloatDistribution(1, 2), FloatDistribution(1, 2, log=True)),
        (CategoricalDistribution(["a"]), CategoricalDistribution(["a", "b"])),
    ]:
        with pytest.raises(ValueError, match="another name"):
            check_distribution_compatibility(old, new)


def test_values_that_are_none_are_refused() -> None:
    for distribution, value in [
        (FloatDistribution(0, 1), "x"),
        (FloatDistribution(0, 1), math.nan),
        (FloatDistribution(1, 2, log=True), -1.0),
        (CategoricalDistribution(["a"]), "b"),
    ]:
        with pytest.raises(ValueError, match="Expected"):
            distribution.to_internal_repr(value)


def test_a_grid_on_a_log_scale_is_shown_without_its_step() -> None:
    assert distribution_of(Float(1.0, 9.0, log=True, step=2.0)) == FloatDistribution(1.0, 9.0, log=True)
    assert distribution_of(Int(1, 9, log=True, step=2)) == IntDistribution(1, 9, log=True)
