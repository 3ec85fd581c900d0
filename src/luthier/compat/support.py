"""What all doors share: lazy names, and the two ways of saying that something is not as in the original."""

import warnings
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from luthier.base.errors import explain

__all__ = ["CompatWarning", "absent", "differs", "lazy"]


class CompatWarning(UserWarning):
    """A door does what was asked, but not in the way that the original would."""


def absent(what: str, instead: str) -> NotImplementedError:
    """The error for a part of a public API that its door does not cover.

    Args:
        what: the name as the user wrote it, such as "optuna.samplers.CmaEsSampler".
        instead: one sentence that names the native way.
    """
    return NotImplementedError(explain(f"a part of {what.partition('.')[0]} that luthier has", what, instead))


def differs(what: str, instead: str, *, stacklevel: int = 3) -> None:
    """Warn that an argument is understood, and what happens instead of what the original does."""
    warnings.warn(f"{what}: {instead}", CompatWarning, stacklevel=stacklevel)


def lazy(
    package: str,
    places: Mapping[str, str],
    missing: Mapping[str, str] | None = None,
) -> Callable[[str], Any]:
    """A module's `__getattr__`, so that importing a door costs next to nothing.

    Args:
        package: the module's `__name__`.
        places: public name -> the module that has it; a module itself is given by a name that ends in its own.
        missing: public name of the original that this door lacks -> the native way; asking for it raises `absent`.
    """
    door = package.removeprefix("luthier.compat.")

    def attribute(name: str) -> Any:
        if name in places:
            module = import_module(places[name])
            return module if places[name].endswith(f".{name}") else getattr(module, name)
        if missing and name in missing:
            raise absent(f"{door}.{name}", missing[name])
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    return attribute
