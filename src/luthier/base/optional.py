"""Optional dependencies: imported when first needed, named with their extra when missing."""

from importlib import import_module
from types import ModuleType

from luthier.base.errors import MissingExtra, explain

__all__ = ["require"]


def require(module: str, *, extra: str, needed_for: str) -> ModuleType:
    """Import an optional module.

    Raises:
        MissingExtra: the module is not installed; the message names the extra that brings it.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        package = module.partition(".")[0]
        raise MissingExtra(
            explain(
                f"{package} to be installed for {needed_for}",
                "no such module",
                f"Run: pip install 'luthier[{extra}]'",
            ),
        ) from error
