"""Modules of the peer that this door lacks as a whole: importing a name from one tells what to write instead."""

import sys
from collections.abc import Mapping
from types import ModuleType

from luthier.compat.support import lazy

__all__ = ["stand_in"]


def stand_in(package: str, modules: Mapping[str, Mapping[str, str]]) -> None:
    """Let modules of a package be imported whose names raise `absent`.

    Args:
        package: the `__name__` of the package.
        modules: name of a module -> its names -> the native way.
    """
    for name, missing in modules.items():
        module = ModuleType(f"{package}.{name}")
        module.__getattr__ = lazy(module.__name__, {}, missing)  # type: ignore[method-assign]  # PEP 562
        sys.modules[module.__name__] = module
