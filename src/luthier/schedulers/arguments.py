"""What schedulers are made of, checked when they are made.

An odd argument would do its harm much later, or in silence: NaN compares with nothing, so that no trial is ever
stopped, and a loop that multiplies up to infinity never ends.
"""

import math
from numbers import Real
from typing import Any, cast

from luthier.base.errors import InvalidInput, explain
from luthier.base.jsonvalue import native
from luthier.base.numbers import as_int
from luthier.space.arguments import shown

__all__ = ["as_number", "at_least", "exact", "finite", "put"]


def as_number(value: Any) -> float | None:
    """The int or float that `value` is; None for all that is no number: bools, NaN, and text even when it spells one.

    An integer beyond the largest float is infinite.
    """
    value = native(value)
    if isinstance(value, bool) or not isinstance(value, Real):
        return None
    try:
        number = float(value)
    except OverflowError:
        return math.inf if cast("int", value) > 0 else -math.inf
    whole = as_int(value)
    if whole is not None:
        return whole
    return None if math.isnan(number) else number


def finite(name: str, value: Any, least: int, fix: str) -> float:
    """`value` as a finite number of `least` or more, `exact` where it can be."""
    number = as_number(value)
    if number is None or not least <= number < math.inf:
        raise InvalidInput(explain(f"a finite number, {name} >= {least}", shown(value), fix))
    return exact(number)


def exact(number: float) -> float:
    """A finite number, as an int where it is whole: products of ints are exact."""
    return number if number % 1 else int(number)


def at_least(least: int, **arguments: Any) -> dict[str, int]:
    """The named counts as ints, each of them whole and `least` or more."""
    counts = {}
    for name, value in arguments.items():
        number = as_number(value)
        if number is None or not least <= number < math.inf or number % 1:
            expected, fix = f"a whole number, {name} >= {least}", f"Pass {name}={least} or more."
            raise InvalidInput(explain(expected, shown(value), fix))
        counts[name] = int(number)
    return counts


def put(scheduler: object, **arguments: Any) -> None:
    """Set what was checked in a frozen scheduler, while it is made: numpy's small integers would overflow later."""
    for name, value in arguments.items():
        object.__setattr__(scheduler, name, value)
