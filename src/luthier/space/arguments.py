"""What a search range is made of, checked: numbers, scales, choices, weights."""

import math
from collections.abc import Callable, Iterable, Sequence
from enum import EnumType
from typing import Any, ParamSpec, TypeVar

from luthier.base.errors import InvalidDomain, InvalidInput, explain
from luthier.base.jsonvalue import native

__all__ = ["as_choices", "as_integer", "as_number", "as_scale", "as_weights", "declared", "shown"]

Range = TypeVar("Range")
Arguments = ParamSpec("Arguments")


def declared(
    name: Any, make: Callable[Arguments, Range], *args: Arguments.args, **options: Arguments.kwargs
) -> Range:
    """`make(*args, **options)`, the range of a parameter, whose errors name the parameter.

    Raises:
        InvalidDomain: the range cannot exist.
        NotStorable: a choice has no durable form.
    """
    try:
        return make(*args, **options)
    except InvalidInput as error:
        raise type(error)(f"Parameter {name!r}: {error}") from None


def as_number(value: Any, name: str) -> float:
    """`value` as a finite float."""
    value = native(value)
    number = (
        math.nan if isinstance(value, bool) or not isinstance(value, int | float) else within_floats(value)
    )
    if not math.isfinite(number):
        raise InvalidDomain(explain(f"{name} to be a finite number", shown(value), "Pass a finite number."))
    return number


def as_integer(value: Any, name: str) -> int:
    """`value` as an int; a float counts when it is whole."""
    value = native(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidDomain(
            explain(f"{name} to be an integer", f"{value!r}", "Pass an int, or use suggest_float.")
        )
    if not math.isfinite(within_floats(value)):
        raise InvalidDomain(
            explain(f"{name} below 1.8e308", shown(value), "Search its logarithm as a float.")
        )
    return value


def within_floats(number: float) -> float:
    """A number as a float, infinite for an integer beyond the largest one."""
    try:
        return float(number)
    except OverflowError:
        return math.inf


def shown(value: Any) -> str:
    """A value in an error: an integer too long to be printed by its length."""
    long = isinstance(value, int) and not math.isfinite(within_floats(value))
    return f"an integer of {value.bit_length()} bits" if long else repr(value)


def as_scale(log: Any) -> bool:
    """`log` as a bool. A number is none: it is most likely a step that was not passed by name."""
    flag = log if isinstance(log, bool) else native(log)
    if isinstance(flag, bool):
        return flag
    number = isinstance(flag, int | float)
    fix = f"Pass log=True, or step={flag!r}." if number else "Pass log=True or log=False."
    raise InvalidDomain(explain("True or False as log", repr(log), fix))


def as_choices(choices: Any) -> tuple[Any, ...]:
    """The choices of a list, a tuple or an array of one dimension, whichever library it is of."""
    dimensions = getattr(choices, "ndim", None) if callable(getattr(choices, "tolist", None)) else None
    if dimensions == 1:
        choices = choices.tolist()
    if isinstance(choices, str | bytes) or not isinstance(choices, Sequence):
        raise InvalidDomain(
            explain("a list or tuple of choices", f"{choices!r}", listing(choices, dimensions))
        )
    return tuple(native(choice) for choice in choices)


def listing(choices: Any, dimensions: int | None) -> str:
    """How a list is made of what holds choices, or is one; an array has `dimensions`."""
    if dimensions:
        return "Pass choices.tolist() to choose among its rows."
    if isinstance(choices, set | frozenset):
        return "Pass sorted(choices): a set has no order that lasts."
    if isinstance(choices, EnumType) and not issubclass(choices, str | int | float):
        return f"Pass [each.name for each in {choices.__name__}]."  # its members have no durable form
    one = dimensions == 0 or isinstance(choices, str | bytes) or not isinstance(choices, Iterable)
    return "Wrap the choices in a list." if one else "Pass list(choices)."


def as_weights(weights: Any, count: int) -> tuple[float, ...]:
    """`count` positive numbers."""
    try:
        numbers = tuple(as_number(weight, "a weight") for weight in weights)
    except TypeError:
        numbers = ()
    if len(numbers) != count or min(numbers) <= 0:
        fix = "Weigh every choice, and leave out one that is never to be tried."
        raise InvalidDomain(explain(f"{count} weights > 0, one per choice", f"{weights!r}", fix))
    return numbers
