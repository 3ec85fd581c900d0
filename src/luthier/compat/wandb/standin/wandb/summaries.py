"""The summary of a run: the last value of everything that it logged, or what `define_metric` asks for."""

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from .outlet import plain, send

__all__ = ["Summary"]


class Summary(MutableMapping[str, Any]):
    """Values that sum a run up, by item and by attribute. Setting one tells the sweep."""

    _items: dict[str, Any]
    _rules: dict[str, str]
    _counts: dict[str, int]

    def __init__(self) -> None:
        for name in ("_items", "_rules", "_counts"):
            object.__setattr__(self, name, {})

    def __repr__(self) -> str:
        return str(self._items)

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, key: str) -> Any:
        return self._items[key]

    def __getattr__(self, key: str) -> Any:
        try:
            return self._items[key]
        except KeyError:
            raise AttributeError(f"{type(self)!r} object has no attribute {key!r}") from None

    def __setitem__(self, key: str, value: Any) -> None:
        self._items[key] = value
        send({"_summary": True, key: plain(value)})

    def __setattr__(self, key: str, value: Any) -> None:
        self[key] = value

    def __delitem__(self, key: str) -> None:
        del self._items[key]

    def define(self, name: str, rule: str) -> None:
        """Sum a metric up by "min", "max", "mean", "last" or "none"."""
        self._rules[name] = rule

    def follow(self, row: Mapping[str, Any]) -> None:
        """Take in what was logged."""
        for name, value in row.items():
            rule, number = self._rules.get(name, "last"), plain(value)
            old = self._items.get(name)
            numbers = isinstance(old, int | float) and isinstance(number, int | float)
            self._counts[name] = self._counts.get(name, 0) + 1
            if rule in {"min", "max"} and numbers:
                self._items[name] = (min if rule == "min" else max)(old, number)
            elif rule == "mean" and numbers:
                self._items[name] = old + (number - old) / self._counts[name]
            elif rule != "none":
                self._items[name] = value if number is None else number
