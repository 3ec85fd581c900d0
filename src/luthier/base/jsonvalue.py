"""Durable values: Python values to JSON and back, with typed escapes and nothing executable.

JSON has no tuple, no infinity and no function. These travel as one-key objects:

    (1, 2)            {"$tuple": [1, 2]}
    float("inf")      {"$float": "inf"}
    {1: "a"}          {"$dict": [[1, "a"]]}
    torch.nn.ReLU     {"$name": "torch.nn.modules.activation:ReLU"}

A name that is read back becomes a `Named` placeholder. It is never imported: a search range of the running program
that holds the function itself recognises the placeholder by its name.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from luthier.base.errors import NotStorable, explain

__all__ = [
    "PLAIN",
    "Json",
    "Named",
    "check_depth",
    "dumps",
    "from_json",
    "loads",
    "name_of",
    "native",
    "plain",
    "to_json",
]

Json: TypeAlias = Any

#: Types whose JSON form is themselves.
PLAIN = frozenset({type(None), bool, int, str})

#: Python prints integers of up to 4,300 digits, and reads no longer ones.
MOST_BITS = 14_000

#: Deeper nesting than this is refused, well before the recursion limit of any JSON parser.
MAX_DEPTH = 64


@dataclass(frozen=True, slots=True)
class Named:
    """A function or class known by name only, as read from a store: `module:qualname`."""

    name: str

    def __repr__(self) -> str:
        return f"<{self.name}>"


def native(value: Any) -> Any:
    """`value` with a scalar of numpy, or an array or tensor of no dimensions, turned into the Python scalar it is."""
    kind = type(value)
    if kind is float or kind in PLAIN or getattr(value, "shape", None) != ():
        return value
    item = getattr(value, "item", None)
    scalar = item() if callable(item) else value
    return value if type(scalar) is kind else scalar  # a number that Python has no type for is its own item


def name_of(value: Any) -> str | None:
    """`module:qualname` of a module-level function or class, None for anything else (lambdas and closures too)."""
    if isinstance(value, Named):
        return value.name
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if not callable(value) or module is None or name is None or "<" in name:
        return None
    return f"{module}:{name}"


def to_json(value: Any, depth: int = 0) -> Json:
    """The JSON form of `value`.

    Raises:
        NotStorable: the value, or something inside it, has no durable form.
    """
    kind = type(value)
    if kind is int and value.bit_length() > MOST_BITS:
        got = f"one of {value.bit_length()} bits"
        raise NotStorable(
            explain(f"an integer of at most {MOST_BITS} bits", got, "Store it as a float or a text.")
        )
    if kind in PLAIN:
        return value
    if kind is float:
        return value if math.isfinite(value) else {"$float": str(value)}
    check_depth(depth)
    scalar = native(value)
    if scalar is not value:
        return to_json(scalar, depth)
    if isinstance(value, tuple):
        return {"$tuple": [to_json(item, depth + 1) for item in value]}
    if isinstance(value, list):
        return [to_json(item, depth + 1) for item in value]
    if isinstance(value, Mapping):
        return mapping_to_json(value, depth)
    if isinstance(value, str | int | float):  # subclasses, enums among them, are stored by their plain value
        return to_json(plain(value), depth)
    name = name_of(value)
    if name is not None:
        return {"$name": name}
    raise NotStorable(
        explain(
            "None, bool, int, float, str, a tuple, list or dict of these, or a module-level function or class",
            f"{value!r} of type {kind.__qualname__}",
            storable(value),
        ),
    )


def check_depth(depth: int) -> None:
    """Raise NotStorable for something inside a value that is nested too deeply, such as a list that holds itself."""
    if depth >= MAX_DEPTH:
        raise NotStorable(explain(f"nesting of at most {MAX_DEPTH}", "a deeper value", "Flatten it."))


def storable(value: Any) -> str:
    """What to store in the place of something that has no durable form."""
    if getattr(value, "shape", ()) != () and callable(getattr(value, "tolist", None)):
        return "Store its tolist()."
    return "Store a name for it and look the object up by that."


def plain(value: str | float) -> str | int | float:
    """The built-in value behind a subclass of str, int or float."""
    for base in (str, int, float):
        if isinstance(value, base):
            return base(value) if base is not str else str.__str__(value)
    return value


def mapping_to_json(value: Mapping[Any, Any], depth: int) -> Json:
    """A dict as a JSON object when its keys are plain strings, else as pairs."""
    if all(type(key) is str and not key.startswith("$") for key in value):
        return {key: to_json(item, depth + 1) for key, item in value.items()}
    return {"$dict": [[to_json(key, depth + 1), to_json(item, depth + 1)] for key, item in value.items()]}


def from_json(form: Json) -> Any:
    """The value whose JSON form is `form`; the inverse of `to_json`."""
    if isinstance(form, list):
        return [from_json(item) for item in form]
    if not isinstance(form, dict):
        return form
    if len(form) == 1:
        ((key, inner),) = form.items()
        if key == "$tuple":
            return tuple(from_json(item) for item in inner)
        if key == "$float":
            return float(inner)
        if key == "$name":
            return Named(inner)
        if key == "$dict":
            return {from_json(name): from_json(item) for name, item in inner}
    return {key: from_json(item) for key, item in form.items()}


def dumps(value: Any) -> str:
    """The JSON text of `value`: strict JSON, ASCII only, no spaces.

    Raises:
        NotStorable: the value has no durable form.
    """
    return json.dumps(to_json(value), allow_nan=False, separators=(",", ":"))


def loads(text: str) -> Any:
    """The value of a JSON text that `dumps` wrote."""
    return from_json(json.loads(text))
