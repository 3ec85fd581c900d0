"""The current run of this process, and the configuration that a sweep has assigned to it."""

import json
import os
from typing import Any, Protocol

__all__ = ["Assignment", "assigned", "assignment", "config", "current", "required", "run", "summary"]


class Assignment(Protocol):
    """What a sweep in this very process gives to a function."""

    #: The configuration, nested.
    values: dict[str, Any]
    run_id: str
    sweep_id: str

    def send(self, said: Any) -> None:
        """Take a row that the run logged."""


#: Set by a sweep around each call of its function.
assignment: Assignment | None = None

#: The current `Run`, set by `init` and taken back by `finish`. Its class needs this module, so it has no type here.
current: Any = None


def assigned() -> dict[str, Any]:
    """The configuration that this run is to have; empty outside of a sweep."""
    if assignment is not None:
        return dict(assignment.values)
    path = os.environ.get("LUTHIER_PARAMS")
    if not path:
        return {}
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - no import of pathlib in every script
        values: dict[str, Any] = json.load(file)
    return values


def run() -> Any:
    """The current run."""
    return current


def required(name: str) -> Any:
    """The current run, for a function that needs one."""
    if current is None:
        from .errors import Error

        raise Error(f"You must call wandb.init() before wandb.{name}")
    return current


def config() -> Any:
    """The configuration of the current run."""
    return BeforeInit("config") if current is None else current.config


def summary() -> Any:
    """The summary of the current run."""
    return BeforeInit("summary") if current is None else current.summary


class BeforeInit:
    """What `wandb.config` and `wandb.summary` are before `wandb.init()`."""

    def __init__(self, name: str) -> None:
        object.__setattr__(self, "_name", name)

    def __getattr__(self, key: str) -> Any:
        if key.startswith("__"):
            raise AttributeError(key)
        return required(f"{self._name}.{key}")

    def __getitem__(self, key: str) -> Any:
        return required(f"{self._name}[{key!r}]")

    def __setattr__(self, key: str, value: Any) -> None:
        required(f"{self._name}.{key}")

    def __setitem__(self, key: str, value: Any) -> None:
        required(f"{self._name}[{key!r}]")
