"""Nested parameters by flat names, and back.

A parameter of a nested block is named after the way to it, `optimizer.lr`. A name that contains a dot itself stays
as it is in the file: the way, not the name, says where a value belongs.
"""

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["flattened", "nested"]


def nested(values: Iterable[tuple[tuple[str, ...], Any]]) -> dict[str, Any]:
    """The nested dict of values with the way to each."""
    tree: dict[str, Any] = {}
    for path, value in values:
        place = tree
        for name in path[:-1]:
            place = place.setdefault(name, {})
        place[path[-1]] = value
    return tree


def flattened(tree: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """The values of a nested dict by dotted names; an empty dict in it vanishes."""
    flat: dict[str, Any] = {}
    for name, value in tree.items():
        if isinstance(value, Mapping):
            flat |= flattened(value, f"{prefix}{name}.")
        else:
            flat[f"{prefix}{name}"] = value
    return flat
