"""What tells choices apart: what a store keeps of them, so that what is read back finds the choice itself."""

import math
from collections import OrderedDict, namedtuple
from collections.abc import Callable
from enum import Enum, IntEnum, StrEnum
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from luthier.base.errors import InvalidDomain, NotStorable
from luthier.base.jsonvalue import Named, dumps, loads
from luthier.records.wire import kept
from luthier.space import Categorical
from luthier.space.domains import choice_key
from luthier.space.parse import domain_from_json, domain_to_json
from luthier.testing.storage_machine import storable_values


class Word(StrEnum):
    ADAM = "adam"
    SGD = "sgd"


class Size(IntEnum):
    SMALL = 1
    LARGE = 2


class Rate(float, Enum):
    SLOW = 0.25
    FAST = 1.0


class Text(str):
    __slots__ = ()


class Items(list[Any]):
    pass


Layer = namedtuple("Layer", "width depth")  # noqa: PYI024 - what older code has

#: Scalars of another type than the one that is read back, functions and classes among them.
ODD = st.sampled_from(
    [
        *Word, *Size, *Rate, Text("adam"), Text("0"), math.sqrt, math.sin, OrderedDict, Word,
        np.float64(0.25), np.float32(0.25), np.int64(1), np.bool_(True), np.str_("sgd"), np.array(2),  # noqa: FBT003 - a value
        Named("math:sqrt"),
    ]
)  # fmt: skip
KEYS = st.sampled_from(["a", "$a", Word.ADAM, Size.SMALL, 2, np.int64(1), True, None, (Size.SMALL, 2)])

#: Whatever has a durable form, with members of Enums, numpy scalars and containers of all kinds at any depth.
STORABLE = st.recursive(
    storable_values() | ODD,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(Items)
        | st.lists(inner, max_size=3).map(tuple)
        | st.builds(Layer, inner, inner)
        | st.dictionaries(KEYS, inner, max_size=2)
        | st.dictionaries(KEYS, inner, max_size=2).map(OrderedDict)
        | st.dictionaries(KEYS, inner, max_size=2).map(MappingProxyType)
    ),
    max_leaves=5,
)
#: The same from few values, so that two are often alike.
FEW = st.recursive(
    ODD | st.sampled_from([True, False, 1, 1.0, 0, 0.0, -0.0, math.nan, "1", "adam", "sgd", 0.25, None]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.lists(inner, max_size=2).map(tuple)
        | st.builds(Layer, inner, inner)
        | st.dictionaries(KEYS, inner, max_size=2)
    ),
    max_leaves=2,
)


def stored(value: Any) -> str:
    """The text of what is read back: keys that are subclasses of text are written in another form only once."""
    return dumps(loads(dumps(value)))


@given(STORABLE)
def test_a_choice_is_found_by_what_a_store_keeps_of_it(choice: Any) -> None:
    domain = Categorical(("other one", choice))
    for value in (choice, kept(choice), loads(dumps(choice)), loads(dumps(kept(choice)))):
        assert domain.contains(value)
        assert domain.place_of(value) == 1


@given(FEW, FEW)
def test_choices_are_the_same_one_where_a_store_keeps_them_alike_and_only_there(one: Any, other: Any) -> None:
    alike = stored(one) == stored(other)
    assert (choice_key(one) == choice_key(other)) == alike
    if alike:
        with pytest.raises(InvalidDomain, match="Expected different choices, got "):
            Categorical((one, other))
    else:
        assert Categorical((one, other)).levels == 2


@given(st.lists(STORABLE, min_size=1, max_size=4, unique_by=stored))
def test_a_range_that_is_read_back_is_equal_and_has_the_same_hash(choices: list[Any]) -> None:
    domain = Categorical(tuple(choices))
    read = domain_from_json(domain_to_json(domain))
    assert isinstance(read, Categorical)
    assert read == domain
    assert hash(read) == hash(domain)
    assert [read.place_of(choice) for choice in choices] == list(range(len(choices)))


@given(st.lists(FEW, min_size=1, max_size=3, unique_by=stored), st.lists(FEW, min_size=1, max_size=3))
def test_ranges_are_equal_where_a_store_keeps_them_alike(one: list[Any], other: list[Any]) -> None:
    assume(len({stored(choice) for choice in other}) == len(other))
    left, right = Categorical(tuple(one)), Categorical(tuple(other))
    assert (left == right) == (stored(one) == stored(other))
    assert left != right or hash(left) == hash(right)


@pytest.mark.parametrize(
    "choices",
    [
        [True, 1, 1.0, "1"],
        [False, 0, 0.0, -0.0, None, ""],
        [(1, 2), [1, 2], {1: 2}, "(1, 2)"],
        [(1,), (1.0,), (True,), ((1,),)],
        [{"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": 1}, {"a": True, "b": 2}],
        [{1: 0}, {True: 0}, {1.0: 0}, {"1": 0}],
        [Size.SMALL, True, Rate.FAST, "1"],
        [math.nan, math.inf, -math.inf, "nan"],
        [math.sqrt, math.sin, "math:sqrt"],
    ],
)
def test_what_a_store_keeps_apart_is_told_apart(choices: list[Any]) -> None:
    domain = Categorical(tuple(choices))
    assert [domain.place_of(loads(dumps(choice))) for choice in choices] == list(range(len(choices)))


@pytest.mark.parametrize(
    ("choices", "got"),
    [
        (["sgd", "adam", "sgd"], r"'sgd' twice in \('sgd', 'adam', 'sgd'\)\. Drop one\."),
        ([Word.SGD, "sgd"], r"<Word.SGD: 'sgd'> and 'sgd', which a store keeps alike\. Drop one, or choose among"),
        ([1, Size.SMALL], r"1 and <Size.SMALL: 1>, which a store keeps alike\."),
        ([Layer(8, 1), (8, 1)], r"Layer\(width=8, depth=1\) and \(8, 1\), which a store keeps alike\."),
        ([{"a": 1}, OrderedDict(a=1)], ".* and .*, which a store keeps alike"),
        ([(0.5,), (np.float64(0.5),)], ".* and .*, which a store keeps alike"),
    ],
)  # fmt: skip
def test_the_same_choice_twice_is_refused_with_what_makes_them_the_same(choices: list[Any], got: str) -> None:
    with pytest.raises(InvalidDomain, match=f"Expected different choices, got {got}"):
        Categorical(tuple(choices))


class Opaque:
    """Something without a durable form, by its identity."""


class Point:
    """The same, by its value and without a hash."""

    def __init__(self, x: int) -> None:
        self.x = x

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Point) and self.x == other.x

    __hash__ = None  # type: ignore[assignment]  # as Python itself has it

    def __repr__(self) -> str:
        return f"Point({self.x})"


def test_what_no_store_keeps_is_told_apart_by_type_and_value() -> None:
    one, other = Opaque(), Opaque()
    here: Callable[[], int] = lambda: 1  # noqa: E731 - a function without a name of its own
    domain = Categorical((one, other, here, frozenset({1}), 1j, Point(1), (Point(1), one), {"a": one}))
    assert [domain.place_of(choice) for choice in domain.choices] == list(range(8))
    assert domain.place_of(Point(1)) == 5
    assert domain.place_of((Point(1), other)) is None
    assert not any(map(domain.contains, (Opaque(), Point(2), lambda: 1, {"a": other}, frozenset({2}))))


@pytest.mark.parametrize("make", [list, dict])
def test_a_choice_that_holds_itself_is_refused(make: type[Any]) -> None:
    endless = make()
    if make is list:
        endless += [endless, endless]
    else:
        endless["a"] = endless
    with pytest.raises(NotStorable, match="nesting of at most 64"):
        Categorical((endless, 1))
