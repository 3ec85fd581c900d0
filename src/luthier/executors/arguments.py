"""What an objective passes to its trial, checked, and the values that it gets back."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.base.jsonvalue import to_json
from luthier.base.numbers import as_int
from luthier.records.wire import check_short_text
from luthier.space.domains import Categorical, Domain, Float, Int, check_domain

__all__ = ["ABSENT", "categorical", "checked_domain", "fitted", "metric_name", "named", "real", "whole"]

#: Stands for "no such value" where None is a value.
ABSENT: Any = object()

#: Steps are signed 64-bit integers in every database.
LAST_STEP = 2**63 - 1

#: Choices of these types alone make a range that calls can share: equal and of one type, they cannot be told
#: apart.
SHARED = frozenset({bool, float, int, str, type, type(None)})


def fitted(domain: Domain, value: Any) -> Any:
    """`value` as `domain` gives it, a whole float as an int for an Int; ABSENT when it is not in it."""
    if (
        type(value) is float and type(domain) is Float and domain.step is None
    ):  # the most frequent case by far
        return value if domain.low <= value <= domain.high else ABSENT
    if value is ABSENT:
        return ABSENT
    if type(domain) is Categorical:
        place = domain.place_of(value)
        return ABSENT if place is None else domain.choices[place]
    if type(domain) is Int and isinstance(value, float) and value.is_integer():
        value = int(value)
    if not domain.contains(value):
        return ABSENT
    return float(value) if type(domain) is Float else value


def categorical(choices: Sequence[Any]) -> Categorical:
    """The domain of these choices, one object for calls that no one can tell apart.

    Raises:
        NotStorable: a choice has no durable form.
    """
    if type(choices) in {list, tuple} and SHARED.issuperset(map(type, choices)):
        return shared(*choices)
    domain = Categorical(choices)  # type: ignore[arg-type]  # validated and made a tuple by the constructor
    to_json(domain.choices)
    return domain


@lru_cache(maxsize=1024, typed=True)
def shared(*choices: Any) -> Categorical:
    """The domain of choices that are hashable, and equal only when alike."""
    to_json(choices)
    return Categorical(choices)


def real(value: Any, what: str) -> float:
    """`value` as a float."""
    if type(value) is float:
        return value
    try:
        if not isinstance(value, str | bytes | bytearray):
            return float(value)
    except (TypeError, ValueError, OverflowError):
        pass
    got = f"{value!r} of type {type(value).__qualname__}"
    raise InvalidInput(explain(f"{what} to be a real number", got, "Pass a float."))


def whole(step: Any) -> int:
    """`step` as an int."""
    number = as_int(step)
    if number is None or number < 0:
        got = f"{step!r} of type {type(step).__qualname__}"
        raise InvalidInput(explain("step to be an integer, 0 or more", got, "Count steps or epochs from 0."))
    if number > LAST_STEP:
        raise InvalidInput(explain("step to be below 2**63", str(step), "Count steps or epochs from 0."))
    return number


def named(name: Any, what: str) -> str:
    """`name`, once it is known to be one."""
    if isinstance(name, str) and name:
        return name
    raise InvalidInput(explain(f"the name of {what} to be a non-empty string", f"{name!r}", "Pass a string."))


def metric_name(name: Any) -> str:
    """`name` of a metric, which every database can index.

    Raises:
        NotStorable: it is too long, or no text for a database.
    """
    check_short_text(named(name, "a metric"), "the name of a metric")
    return str(name)


def checked_domain(name: Any, domain: Any) -> Domain:
    """`domain`, once it is known to be one.

    Raises:
        InvalidDomain: it is none.
        NotStorable: a choice has no durable form.
    """
    check_domain(name, domain)
    if isinstance(domain, Categorical):
        to_json(domain.choices)
    checked: Domain = domain
    return checked
