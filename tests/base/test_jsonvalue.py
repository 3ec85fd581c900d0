"""Durable values: what goes into a store comes out again, and nothing is executed on the way."""

import json
import math
from collections import OrderedDict
from enum import StrEnum
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.base.errors import NotStorable
from luthier.base.jsonvalue import Named, dumps, loads

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=6), inner, max_size=4)
        | st.dictionaries(st.integers() | st.booleans(), inner, max_size=3)
    ),
    max_leaves=20,
)


def same(left: Any, right: Any) -> bool:
    """Equal by type and value, NaN to itself, -0.0 not to 0.0."""
    if type(left) is not type(right):
        return False
    if isinstance(left, float):
        return repr(left) == repr(right)
    if isinstance(left, list | tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        pairs = zip(left.items(), right.items(), strict=False)
        return len(left) == len(right) and all(same(a, b) and same(x, y) for (a, x), (b, y) in pairs)
    return bool(left == right)


@given(VALUES)
def test_every_value_comes_back_as_it_was(value: Any) -> None:
    assert same(loads(dumps(value)), value)


@given(VALUES)
def test_the_text_is_strict_json_in_ascii(value: Any) -> None:
    text = dumps(value)

    assert text.isascii()
    json.loads(text, parse_constant=pytest.fail)


def test_numpy_scalars_become_plain_numbers() -> None:
    assert dumps([np.int64(3), np.float32(0.5), np.True_]) == "[3,0.5,true]"


def test_an_array_or_tensor_without_dimensions_is_its_number() -> None:
    torch = pytest.importorskip("torch")
    assert dumps([np.array(0.5), np.array("a"), torch.tensor(3), torch.tensor(0.5)]) == '[0.5,"a",3,0.5]'


@pytest.mark.parametrize("value", [np.array([1, 2]), np.array([[0.5]]), np.array([0.5])])
def test_an_array_with_dimensions_is_refused_with_how_to_store_it(value: Any) -> None:
    with pytest.raises(NotStorable, match=r"got array\(.* of type ndarray\. Store its tolist\(\)\.$"):
        dumps({"weights": value})
    assert loads(dumps(value.tolist())) == value.tolist()


def test_a_number_that_python_does_not_know_is_refused() -> None:
    with pytest.raises(NotStorable, match="of type longdouble"):
        dumps(np.longdouble(0.5))


def test_a_function_is_stored_by_name_and_not_imported_on_reading() -> None:
    text = dumps(math.sqrt)

    assert loads(text) == Named("math:sqrt")
    assert loads('{"$name":"os:abort"}') == Named("os:abort")
    assert dumps(loads(text)) == text


def test_enums_of_text_and_mappings_of_any_kind_are_stored_plainly() -> None:
    class Color(StrEnum):
        RED = "red"

    assert dumps(OrderedDict(color=Color.RED)) == '{"color":"red"}'


@pytest.mark.parametrize("value", [object(), lambda: 0, {1, 2}, b"bytes", 1j, [object()], {"k": object()}])
def test_other_values_are_refused_with_a_reason(value: Any) -> None:
    with pytest.raises(NotStorable, match=r"^Expected .* got .*"):
        dumps(value)


def test_endless_nesting_is_refused() -> None:
    value: list[Any] = []
    value.append(value)

    with pytest.raises(NotStorable, match="deeper"):
        dumps(value)
