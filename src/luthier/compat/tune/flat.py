"""Nested dicts and their flat form, whose keys are joined by "/"."""

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["CONFIG", "FlatResult", "flatten", "nest", "pairs"]

#: The key of a result that holds the configuration.
CONFIG = "config"

#: Joins the keys of nested dicts.
SLASH = "/"


def pairs(nested: Mapping[str, Any], prefix: str = "", delimiter: str = SLASH) -> Iterator[tuple[str, Any]]:
    """The leaves of a nested dict, with flat keys; an empty dict is a leaf."""
    for key, value in nested.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping) and value:
            yield from pairs(value, f"{name}{delimiter}", delimiter)
        else:
            yield name, value


def flatten(dt: Mapping[str, Any], delimiter: str = SLASH) -> dict[str, Any]:
    """`{"a": {"b": 1}}` as `{"a/b": 1}`."""
    return dict(pairs(dt, delimiter=delimiter))


def nest(flat: Mapping[str, Any]) -> dict[str, Any]:
    """`{"a/b": 1}` as `{"a": {"b": 1}}`."""
    nested: dict[str, Any] = {}
    for name, value in flat.items():
        *path, last = name.split(SLASH)
        place = nested
        for key in path:
            deeper = place.setdefault(key, {})
            if not isinstance(deeper, dict):  # a value and a dict of the same name: the flat name stays
                place, last = nested, name
                break
            place = deeper
        place[last] = value
    return nested


class FlatResult(dict[str, Any]):
    """A result: the dict as it was reported, whose nested values are found under their flat names too."""

    def __missing__(self, key: str) -> Any:
        """The value under a flat name.

        Raises:
            KeyError: there is none.
        """
        value: Any = dict(self)
        for part in key.split(SLASH) if isinstance(key, str) else (key,):
            if not isinstance(value, Mapping) or part not in value:
                raise KeyError(key)
            value = value[part]
        return value

    def __contains__(self, key: object) -> bool:
        try:
            self[key]  # type: ignore[index]  # any key may be asked for
        except KeyError:
            return False
        return True

    def get(self, key: str, default: Any = None) -> Any:
        """The value under a name or flat name, or `default`."""
        try:
            return self[key]
        except KeyError:
            return default
