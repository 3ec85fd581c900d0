"""How system attributes travel in a store that knows user attributes and tags only.

Those set before a trial starts are a tag of the trial, for that is what tags are for. Those set later are user
attributes under a prefix: they are written with the trial's end, in the same transaction. Those of a study are user
attributes of the study, under the same prefix.
"""

from collections.abc import Mapping
from typing import Any

__all__ = ["TAG", "prefixed", "system_part", "user_part"]

#: The tag that holds a trial's system attributes.
TAG = "optuna"

#: System attributes among user attributes.
PREFIX = "optuna:"


def prefixed(attrs: Mapping[str, Any]) -> dict[str, Any]:
    """System attributes as user attributes."""
    return {f"{PREFIX}{key}": value for key, value in attrs.items()}


def system_part(attrs: Mapping[str, Any]) -> dict[str, Any]:
    """The system attributes among user attributes."""
    return {key.removeprefix(PREFIX): value for key, value in attrs.items() if key.startswith(PREFIX)}


def user_part(attrs: Mapping[str, Any]) -> dict[str, Any]:
    """The user's own attributes."""
    return {key: value for key, value in attrs.items() if not key.startswith(PREFIX)}
