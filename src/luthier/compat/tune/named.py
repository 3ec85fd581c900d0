"""Objects made by the name of their class, with those of many arguments that they have."""

import inspect
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.compat.support import differs

__all__ = ["made_by_name"]


def made_by_name(name: str, known: Mapping[str, tuple[str, str]], arguments: Mapping[str, Any]) -> Any:
    """An object of the class that a name stands for, in any case.

    An argument that the class does not have is left out, with a warning, so that one set of arguments serves several
    classes.

    Args:
        name: a key of `known`.
        known: name -> module and class.
        arguments: of the constructor.

    Raises:
        InvalidInput: there is no such name.
    """
    if name.lower() not in known:
        raise InvalidInput(explain(f"one of {', '.join(known)}", repr(name), "Correct the name."))
    module, kind = known[name.lower()]
    make = getattr(import_module(module), kind)
    legal = inspect.signature(make).parameters
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in legal.values()):
        return make(**arguments)
    unknown = sorted(set(arguments) - set(legal))
    if unknown:
        differs(f"tune: {kind}", f"it has no {', '.join(unknown)}", stacklevel=4)
    return make(**{key: value for key, value in arguments.items() if key in legal})
