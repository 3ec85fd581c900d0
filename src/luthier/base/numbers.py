"""Whole numbers of any type."""

import operator
from typing import Any

__all__ = ["as_int"]


def as_int(value: Any) -> int | None:
    """`value` as an int, if it is an integer of any type, such as numpy's; None for all else, and for bools."""
    try:
        return None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        return None
