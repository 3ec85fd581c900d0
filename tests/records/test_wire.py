"""Parts of records become texts, and the same parts again."""

import json
import math
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.base.errors import NotStorable
from luthier.base.jsonvalue import Named, dumps
from luthier.records import wire
from luthier.records.trial import NOTHING
from luthier.space.domains import Categorical, Float, Int
from luthier.testing.storage_machine import storable_values
from luthier.testing.storage_steps import AWKWARD, DOMAINS, deep

KEYS = st.text(st.characters(exclude_categories=()), max_size=4)


@given(st.dictionaries(KEYS, storable_values(), max_size=4))
def test_mappings_come_back_equal_as_strict_ascii_json(mapping: dict[str, Any]) -> None:
    text = wire.mapping_to_text(mapping)
    assert repr(wire.mapping_from_text(text)) == repr(mapping)
    if text is not None:
        assert text.isascii()
        json.loads(text, parse_constant=pytest.fail)


@given(st.dictionaries(KEYS, storable_values(), max_size=4))
def test_a_kept_copy_has_the_same_text_and_shares_no_container(mapping: dict[str, Any]) -> None:
    copy = wire.kept_mapping(mapping)
    assert repr(copy) == repr(mapping)
    assert copy is not mapping


def test_a_kept_copy_holds_python_scalars_and_functions_themselves() -> None:
    copy = wire.kept({"a": np.float64(0.5), "b": [np.int64(2)], "c": math.sqrt, "d": Named("m:f")})
    assert copy == {"a": 0.5, "b": [2], "c": math.sqrt, "d": Named("m:f")}
    assert [type(copy["a"]), type(copy["b"][0])] == [float, int]


def test_nothing_is_no_text_and_reads_as_the_shared_nothing() -> None:
    assert wire.mapping_to_text({}) is None
    assert wire.mapping_from_text(None) is NOTHING
    assert wire.domains_to_text({}) is None
    assert wire.domains_from_text(None) is NOTHING
    assert wire.kept_mapping({}) is NOTHING


@pytest.mark.parametrize(
    "value",
    [object(), {1}, lambda: 1, b"bytes", 1j, deep(100), (10**5000,)],
    ids=lambda value: type(value).__name__,
)
def test_values_without_a_text_are_refused(value: Any) -> None:
    with pytest.raises(NotStorable, match="Expected"):
        wire.mapping_to_text({"x": value})


def test_a_stored_function_is_a_placeholder_and_nothing_is_imported() -> None:
    text = '{"x":{"$name":"antigravity:fly"}}'
    assert wire.mapping_from_text(text) == {"x": Named("antigravity:fly")}
    assert "antigravity" not in sys.modules


def test_ranges_of_equal_text_are_one_object() -> None:
    text = wire.domains_to_text(DOMAINS)
    again = wire.domains_to_text(dict(DOMAINS))
    assert wire.domains_from_text(text) is wire.domains_from_text(again)
    assert list(wire.domains_from_text(text).items()) == list(DOMAINS.items())


@given(
    st.dictionaries(
        KEYS,
        st.builds(Int, st.integers(-(2**70), 0), st.integers(0, 2**70), step=st.integers(1, 9))
        | st.builds(Float, st.floats(-1e300, 0), st.floats(0, 1e300))
        | st.lists(storable_values(), min_size=1, max_size=4, unique_by=dumps).map(tuple).map(Categorical),
        max_size=3,
    ),
)
def test_ranges_come_back_equal_and_in_order(domains: dict[str, Any]) -> None:
    assert list(wire.domains_from_text(wire.domains_to_text(domains)).items()) == list(domains.items())


@given(st.none() | st.lists(st.floats(), max_size=3).map(tuple))
def test_values_come_back_equal(values: tuple[float, ...] | None) -> None:
    assert repr(wire.values_from_text(wire.values_to_text(values))) == repr(values)


@given(st.floats() | st.sampled_from([-0.0, 0.0, math.nan, math.inf]))
def test_numbers_come_back_from_two_columns_one_of_them_empty(number: float) -> None:
    columns = wire.number_to_columns(number)
    assert columns.count(None) == 1
    assert columns[0] is None or (
        math.isfinite(columns[0]) and math.copysign(1, columns[0]) == math.copysign(1, number)
    )
    assert repr(wire.number_from_columns(*columns)) == repr(number)


@given(st.none() | st.text(st.characters(exclude_categories=())) | st.just("$json:x"))
def test_any_prose_comes_back_from_a_text_that_every_database_takes(prose: str | None) -> None:
    text = wire.prose_to_text(prose)
    assert text is None or wire.is_text(text)
    assert wire.prose_from_text(text) == prose


@pytest.mark.parametrize("text", ["a" * 256, "\0", "\ud800", 7])
def test_short_texts_that_a_column_cannot_hold_are_refused(text: Any) -> None:
    with pytest.raises(NotStorable):
        wire.check_short_text(text, "a name")


def test_awkward_values_keep_their_types() -> None:
    read = wire.mapping_from_text(wire.mapping_to_text(AWKWARD))
    same = {name: value for name, value in AWKWARD.items() if name != "function"}
    assert {name: type(value) for name, value in read.items() if name in same} == {
        name: type(value) for name, value in same.items()
    }
