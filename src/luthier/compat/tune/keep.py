"""How an experiment was asked for, as JSON: what `Tuner.restore` needs, without pickled code.

Verbs, this door's schedulers, searchers, stoppers, reporters and callbacks are kept by name and arguments. What has no
such form (a lambda) is kept as a gap under its path, and has to be given again.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from importlib import import_module
from typing import Any, NamedTuple

from luthier.base.errors import NotStorable
from luthier.base.jsonvalue import name_of, to_json
from luthier.compat.tune import verbs
from luthier.compat.tune.attach import name_of_trainable
from luthier.compat.tune.contract import KEPT, POSITIONAL, RESTORABLE
from luthier.compat.tune.domains import Domain, Function
from luthier.compat.tune.tune_config import CheckpointConfig, FailureConfig, RunConfig, SyncConfig, TuneConfig

__all__ = ["Restored", "keep", "restored"]

#: Keys that mark what is no plain JSON.
VERB, MADE, GAP, TUPLE = "tune.verb", "tune.made", "tune.gap", "tune.tuple"

#: Dataclasses that are kept with their fields.
CONFIGS = {
    kind.__name__: kind for kind in (CheckpointConfig, FailureConfig, RunConfig, SyncConfig, TuneConfig)
}

#: Modules whose import fills RESTORABLE.
SHELVES = ("schedulers", "search", "stopper", "logger", "progress_reporter", "callback")


class Restored(NamedTuple):
    """What was read back."""

    trainable: str
    space: Any
    tune: Any
    run: Any
    resources: Any
    #: Paths of what could not be kept, such as `param_space/lr`, with what stood there.
    gaps: dict[str, str]


def keep(request: Any) -> dict[str, Any]:
    """The JSON of a Request."""
    return {
        "trainable": name_of_trainable(request.trainable),
        "param_space": form(dict(request.space)),
        "tune_config": form(request.tune),
        "run_config": form(request.run),
        "resources": form(request.resources),
    }


def restored(kept: Mapping[str, Any]) -> Restored:
    """What `keep` kept, built again."""
    gaps: dict[str, str] = {}
    parts = {
        name: built(kept.get(name), name, gaps)
        for name in ("param_space", "tune_config", "run_config", "resources")
    }
    return Restored(
        kept["trainable"],
        parts["param_space"],
        parts["tune_config"],
        parts["run_config"],
        parts["resources"],
        gaps,
    )


def form(value: Any) -> Any:
    """The JSON of a value."""
    if isinstance(value, Domain) and not isinstance(value, Function):
        return {VERB: value.verb, "arguments": form(list(value.arguments))}
    if is_dataclass(value) and type(value).__name__ in CONFIGS:
        return {
            MADE: type(value).__name__,
            "arguments": {field.name: form(getattr(value, field.name)) for field in fields(value)},
        }
    made = getattr(value, KEPT, None)
    if made is not None:
        return {MADE: made.name, "arguments": {name: form(item) for name, item in made.values.items()}}
    if isinstance(value, Enum):
        return form(value.value)
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {key: form(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return {TUPLE: [form(item) for item in value]}
    if isinstance(value, list):
        return [form(item) for item in value]
    try:
        if not callable(value):
            return to_json(value) if not isinstance(value, Mapping) else {GAP: repr(value)}
    except NotStorable:
        pass
    return {GAP: name_of(value) or repr(value)}


def built(kept: Any, path: str, gaps: dict[str, str]) -> Any:
    """The value of a form; None where there is a gap."""
    if isinstance(kept, list):
        return [built(item, f"{path}/{place}", gaps) for place, item in enumerate(kept)]
    if not isinstance(kept, Mapping):
        return kept
    if GAP in kept:
        gaps[path] = str(kept[GAP])
        return None
    if TUPLE in kept:
        return tuple(built(item, f"{path}/{place}", gaps) for place, item in enumerate(kept[TUPLE]))
    if VERB in kept:
        arguments = built(kept["arguments"], path, gaps)
        return getattr(verbs, kept[VERB])(*arguments) if kept[VERB] in verbs.__all__ else None
    if MADE in kept:
        arguments = {name: built(item, f"{path}/{name}", gaps) for name, item in kept["arguments"].items()}
        kind = CONFIGS.get(kept[MADE]) or restorable_class(kept[MADE])
        positional = arguments.pop(POSITIONAL, ())
        return kind(*positional, **arguments) if kind is not None else None
    if set(kept) == {"$float"}:
        return float(kept["$float"])
    return {key: built(item, f"{path}/{key}", gaps) for key, item in kept.items()}


def restorable_class(name: str) -> type | None:
    """The class of this door that has a name; None for another."""
    for shelf in SHELVES:
        module = import_module(f"luthier.compat.tune.{shelf}")
        if name in module.__all__:
            getattr(module, name)
    return RESTORABLE.get(name)
