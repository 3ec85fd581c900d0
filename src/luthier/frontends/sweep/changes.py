"""What differs between two configurations of a sweep."""

from collections.abc import Mapping
from typing import Any

__all__ = ["changes"]

ABSENT = object()


def changes(old: Any, new: Any, where: str = "") -> list[str]:
    """One line for each difference, such as `parameters.lr.max: 0.1 -> 1.0`."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        keys = [*old, *(key for key in new if key not in old)]
        prefix = f"{where}." if where else ""
        return [
            line
            for key in keys
            for line in changes(old.get(key, ABSENT), new.get(key, ABSENT), f"{prefix}{key}")
        ]
    if old is ABSENT:
        return [f"{where}: added, {new!r}"]
    if new is ABSENT:
        return [f"{where}: removed, was {old!r}"]
    if type(old) is type(new) and old == new:
        return []
    return [f"{where}: {old!r} -> {new!r}"]
