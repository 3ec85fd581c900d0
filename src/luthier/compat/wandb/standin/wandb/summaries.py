"""The summary of a run: the last value of everything that it logged, or what `define_metric` asks for."""

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any

from .errors import Error
from .outlet import plain, send

__all__ = ["Summary"]

#: What `define_metric(summary=)` may ask for: the value so far and the new one, the n-th, to the next value.
RULES: Mapping[str, Callable[[Any, Any, int], Any]] = {
    "first": lambda old, _, __: old,
    "last": lambda _, new, __: new,
    "max": lambda old, new, _: max(old, new),
    "mean": lambda old, new, n: old + (new - old) / n,
    "min": lambda old, new, _: min(old, new),
}

#: To leave a metric out, and to keep its last value as if nothing had been asked for.
NONE, COPY = "none", "copy"


class Values(dict[str, Any]):
    """The values of one metric by rule, by item and by attribute."""

    def __getattr__(self, key: str) -> Any:
        try:
            return self[key]
        except KeyError:
            raise AttributeError(f"{type(self)!r} object has no attribute {key!r}") from None


class Summary(MutableMapping[str, Any]):
    """Values that sum a run up, by item and by attribute. Setting one tells the sweep."""

    _items: dict[str, Any]
    _rules: dict[str, list[str]]
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

    def define(self, name: str, rules: str) -> None:
        """Sum a metric up by some of "min", "max", "mean", "first" and "last", joined by commas, "none" or "copy".

        Args:
            name: of the metric; with "*" at its end, of all that begin so.
            rules: as above.

        Raises:
            Error: there is no such rule, or a "*" elsewhere in the name.
        """
        asked = [rule.strip() for rule in rules.split(",")]
        for rule in asked:
            if rule not in {*RULES, NONE, COPY}:
                raise Error(f"Unhandled define_metric() arg: summary op: {rule}")
        if "*" in name[:-1]:
            raise Error(f"Unhandled define_metric() arg: name (glob suffixes only): {name}")
        self._rules[name] = asked

    def follow(self, row: Mapping[str, Any]) -> None:
        """Take in what was logged."""
        for name, value in row.items():
            asked, number = self._asked(name), plain(value)
            self._counts[name] = n = self._counts.get(name, 0) + 1
            kept = self._items.get(name)
            if NONE in asked:
                continue
            if asked in ([], [COPY]) or not isinstance(number, int | float):
                self._items[name] = value if number is None else number
                continue
            old = kept if isinstance(kept, Values) else {}
            rules = (rule for rule in asked if rule != COPY)
            self._items[name] = Values(
                {rule: RULES[rule](old[rule], number, n) if rule in old else number for rule in rules}
            )

    def _asked(self, name: str) -> list[str]:
        """The rules of a metric: its own, or else those of the longest beginning."""
        if name in self._rules:
            return self._rules[name]
        begun = [
            given for given in self._rules if given.endswith("*") and name.startswith(given.removesuffix("*"))
        ]
        return self._rules[max(begun, key=len)] if begun else []
