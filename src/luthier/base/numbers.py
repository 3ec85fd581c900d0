"""Numbers of any type."""

import math
import operator
from decimal import Decimal
from numbers import Real
from typing import Any, cast

from luthier.base.jsonvalue import native

__all__ = ["as_float", "as_int"]


def as_int(value: Any) -> int | None:
    """`value` as an int, if it is an integer of any type, such as numpy's; None for all else, and for bools."""
    try:
        return None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        return None


def as_float(item: Any) -> float | None:
    """The float that `item` is; None when it is not a number. Text is not, even when it spells one."""
    item = native(item)
    if not isinstance(item, Real | Decimal):
        return None
    try:
        return float(item)
    except OverflowError:  # an integer beyond the largest float
        return math.inf if cast("int", item) > 0 else -math.inf
    except ValueError:  # a signalling NaN
        return math.nan
