"""The configuration of a run: a mapping with attributes, in which a sweep's values cannot be changed."""

import json
import os
import sys
from collections.abc import ItemsView, Iterator, Mapping
from typing import Any

from .errors import ConfigError
from .outlet import plain

__all__ = ["Config", "as_mapping", "defaults"]

#: Read as the defaults of each run, where it exists.
DEFAULTS_FILE = "config-defaults.yaml"


class Config:
    """The parameters of a run, by item and by attribute."""

    _items: dict[str, Any]
    _locked: set[str]

    def __init__(self) -> None:
        object.__setattr__(self, "_items", {})
        object.__setattr__(self, "_locked", set())

    def __repr__(self) -> str:
        return str(self._items)

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, key: object) -> bool:
        return key in self._items

    def __getitem__(self, key: str) -> Any:
        return self._items[key]

    def __getattr__(self, key: str) -> Any:
        try:
            return self._items[key]
        except KeyError:
            raise AttributeError(f"{type(self)!r} object has no attribute {key!r}") from None

    def __setitem__(self, key: str, value: Any) -> None:
        self.update({key: value})

    def __setattr__(self, key: str, value: Any) -> None:
        self.update({key: value})

    def keys(self) -> list[str]:
        """The names, as a list."""
        return list(self._items)

    def items(self) -> ItemsView[str, Any]:
        """Names and values."""
        return self._items.items()

    def get(self, key: str, default: Any = None) -> Any:
        """A value, or the default where there is none."""
        return self._items.get(key, default)

    def as_dict(self) -> dict[str, Any]:
        """A copy as a dict."""
        return dict(self._items)

    def update(self, d: Any, allow_val_change: bool | None = None) -> None:  # noqa: FBT001 - the original's signature
        """Set values. Those of a sweep stay as they are, with a word about it.

        Args:
            d: a mapping, parsed arguments, flags, or the path of a YAML file.
            allow_val_change: whether a value may replace a different one; in notebooks it may unless this is False.

        Raises:
            ConfigError: a value would change that may not.
        """
        free = "ipykernel" in sys.modules if allow_val_change is None else allow_val_change
        for name, value in as_mapping(d).items():
            key, new = str(name).strip("-"), simple(value)
            if key in self._locked:
                if self._items[key] != new:
                    sys.stderr.write(f"wandb: Config item '{key}' was locked by 'sweep' (ignored update).\n")
            elif not free and key in self._items and self._items[key] != new:
                raise ConfigError(
                    f'Attempted to change value of key "{key}" from {self._items[key]} to {new}\n'
                    "If you really want to do this, pass allow_val_change=True to config.update()"
                )
            else:
                self._items[key] = new

    def setdefaults(self, d: Any) -> None:
        """Set the values that are not set yet."""
        self.update({key: value for key, value in as_mapping(d).items() if key not in self._items})

    def underlay(self, d: Any) -> None:
        """Set the values that are not set yet, also inside of nested dicts."""
        for key, value in as_mapping(d).items():
            own = self._items.get(key)
            if isinstance(own, dict) and isinstance(value, Mapping):
                self._items[key] = merged(value, own)
            else:
                self._items.setdefault(str(key).strip("-"), simple(value))

    def update_locked(self, d: Any, user: str | None = None, _allow_val_change: bool | None = None) -> None:  # noqa: FBT001 - the original's signature
        """Set values for good."""
        for key, value in as_mapping(d).items():
            self._items[key] = value
            self._locked.add(key)

    def persist(self) -> None:
        """Do nothing: everything is kept with the trial."""


def as_mapping(given: Any) -> Mapping[str, Any]:
    """What a user passes as a configuration, as a mapping."""
    if given is None:
        return {}
    if isinstance(given, Mapping):
        return given
    if isinstance(given, str | os.PathLike):
        return from_file(os.fspath(given))
    if isinstance(given, Config):
        return given.as_dict()
    flags = getattr(given, "flag_values_dict", None)  # of absl
    if callable(flags):
        values: Mapping[str, Any] = flags()
        return values
    try:
        attributes: Mapping[str, Any] = vars(given)
    except TypeError:
        raise TypeError("config must be a dict or have a __dict__ attribute.") from None
    return attributes


def from_file(path: str) -> Mapping[str, Any]:
    """The values of a YAML or JSON file, in either of its two forms: `lr: 0.1` and `lr: {value: 0.1}`."""
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - no import of pathlib in every script
        text = file.read()
    try:
        loaded = json.loads(text)
    except ValueError:
        import yaml

        loaded = yaml.safe_load(text)
    return {
        key: value["value"] if isinstance(value, dict) and "value" in value else value
        for key, value in (loaded or {}).items()
        if key not in {"wandb_version", "_wandb"}
    }


def defaults() -> Mapping[str, Any]:
    """The values of the file of defaults, if there is one."""
    return from_file(DEFAULTS_FILE) if os.path.exists(DEFAULTS_FILE) else {}  # noqa: PTH110 - as above


def merged(low: Mapping[str, Any], high: Mapping[str, Any]) -> dict[str, Any]:
    """Two nested dicts as one; where both have a value the second wins."""
    both = {**low, **high}
    for key in low.keys() & high.keys():
        if isinstance(low[key], Mapping) and isinstance(high[key], Mapping):
            both[key] = merged(low[key], high[key])
    return both


def simple(value: Any) -> Any:
    """A scalar of numpy or torch as Python's own; anything else as it is."""
    if callable(getattr(value, "item", None)):
        number = plain(value)
        return value if number is None else number
    return value
