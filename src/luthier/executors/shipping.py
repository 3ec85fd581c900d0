"""Making an objective ready to travel, or saying which part of it cannot."""

import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from types import CodeType, FunctionType, MethodType
from typing import Any

from luthier.base.errors import NotStorable, explain
from luthier.executors.protocol import Objective
from luthier.executors.run import describe

__all__ = ["pack_objective"]

#: The name of a script in a process that multiprocessing spawned.
SPAWNED = "__mp_main__"

#: How many references to follow from the objective to what cannot travel.
DEPTH = 4


def pack_objective(objective: Objective) -> bytes:
    """The pickled objective. Lambdas, closures and whatever a script or notebook defines travel by value.

    Raises:
        NotStorable: something in it cannot be pickled; the message names the variable.
    """
    import cloudpickle  # costs more to import than all of luthier's own executors

    if SPAWNED in sys.modules:  # no worker could import what a child of multiprocessing calls its script
        cloudpickle.register_pickle_by_value(sys.modules[SPAWNED])
    try:
        return bytes(cloudpickle.dumps(objective))
    except Exception as error:
        raise NotStorable(
            explain(
                "an objective that can be sent to worker processes",
                f"one with {culprit(objective)}, which cannot be pickled ({describe(error)})",
                'Create it inside the objective, or run with workers=1 and executor="inline".',
            ),
        ) from error


def culprit(value: Any, depth: int = DEPTH) -> str:
    """The way from `value` to the part that cannot be pickled, in words."""
    for name, part in parts(value) if depth else ():
        if not travels(part):
            inner = culprit(part, depth - 1)
            return f"{name} = {inner}" if inner == short(part) else f"{name}, which has {inner}"
    return short(value)


def parts(value: Any) -> Iterator[tuple[str, Any]]:
    """What a callable refers to, each with its name in words."""
    if isinstance(value, FunctionType):
        for name, cell in zip(value.__code__.co_freevars, value.__closure__ or (), strict=True):
            with suppress(ValueError):  # not bound yet
                yield f"the closure variable {name!r}", cell.cell_contents
        for name in sorted(names_in(value.__code__) & value.__globals__.keys()):
            yield f"the global variable {name!r}", value.__globals__[name]
        for default in value.__defaults__ or ():
            yield "the default argument", default
    elif isinstance(value, MethodType):
        yield "its object", value.__self__
    elif isinstance(value, partial):
        yield "its function", value.func
        for argument in (*value.args, *value.keywords.values()):
            yield "the argument", argument
    else:
        for name, part in getattr(value, "__dict__", {}).items():
            yield f"the attribute {name!r}", part


def names_in(code: CodeType) -> set[str]:
    """The global names that a function and the functions inside it may use."""
    nested = [names_in(constant) for constant in code.co_consts if isinstance(constant, CodeType)]
    return set(code.co_names).union(*nested)


def travels(value: Any) -> bool:
    """Whether `value` can be pickled."""
    import cloudpickle

    try:
        cloudpickle.dumps(value)
    except Exception:  # noqa: BLE001 - pickling runs the code of any class
        return False
    return True


def short(value: Any) -> str:
    """A value in a few words, never longer than a line."""
    text = repr(value)
    return f"{text if len(text) <= 80 else f'{text[:77]}...'} of type {type(value).__qualname__}"
