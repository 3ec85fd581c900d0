"""The part of a result or configuration that a store can keep."""

import math
from collections.abc import Mapping
from typing import Any

from luthier.base.errors import NotStorable
from luthier.base.jsonvalue import native, to_json

__all__ = ["number_of", "numbers_in", "plain_result", "storable_part"]


def storable_part(values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` without what has no durable form."""
    kept: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, Mapping):
            kept[str(key)] = storable_part(value)
            continue
        try:
            to_json(value)
        except NotStorable:
            continue
        kept[str(key)] = value
    return kept


def plain_result(result: Mapping[str, Any]) -> dict[str, Any]:
    """A result with the scalars of numpy and torch as Python's own numbers, at any depth."""
    return {
        key: plain_result(value) if isinstance(value, dict) else scalar(value)
        for key, value in result.items()
    }


def scalar(value: Any) -> Any:
    """A number behind an array of one element or a scalar; anything else as it is."""
    value = native(value)
    item = getattr(value, "item", None)
    if not callable(item) or isinstance(value, int | float | str):
        return value
    if getattr(value, "size", None) == 1 or getattr(value, "ndim", None) == 0:
        try:
            return item()
        except (TypeError, ValueError, RuntimeError):
            return value
    return value


def number_of(value: Any) -> float:
    """A value that can be compared, as a float; NaN for any other, and for truth values."""
    value = native(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def numbers_in(flat: Mapping[str, Any]) -> dict[str, float]:
    """The numbers of a flat result, as floats, with NaN; truth values are none."""
    return {
        name: number_of(value)
        for name, value in flat.items()
        if name and isinstance(value, int | float) and not isinstance(value, bool)
    }
