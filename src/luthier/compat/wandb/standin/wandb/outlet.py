"""Where a run's numbers go: to the sweep of this process, or to the file that the environment names."""

import json
import math
import os
from collections.abc import Mapping
from typing import Any

from . import state

__all__ = ["is_first", "plain", "send"]

#: The variables in which launchers of several processes say which one this is.
RANKS = ("RANK", "LOCAL_RANK")


def send(said: Mapping[str, Any]) -> None:
    """Send one row."""
    if state.assignment is not None:
        state.assignment.send(said)
        return
    path = os.environ.get("LUTHIER_REPORT")
    if path and is_first():
        with open(path, "a", encoding="utf-8") as file:  # noqa: PTH123 - no import of pathlib in every script
            file.write(json.dumps(said) + "\n")


def is_first() -> bool:
    """Whether this is the process that speaks for a group of them."""
    for name in RANKS:
        if name in os.environ:
            return os.environ[name] == "0"
    return True


def plain(value: Any) -> Any:
    """A value as JSON can hold it: numbers, texts and dicts of them; None for anything else."""
    if isinstance(value, Mapping):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, bool | int | float | str):
        return value
    item = getattr(value, "item", None)
    if callable(item):
        try:
            number = item()
        except (RuntimeError, TypeError, ValueError):  # an array of several
            return None
        return number if isinstance(number, int | float) else None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if not math.isnan(number) else None
