"""Where studies are kept: in memory, or in a SQL database that many processes share."""

from typing import TYPE_CHECKING, Any

from luthier.storage.connect import connect
from luthier.storage.memory import MemoryStorage
from luthier.storage.protocol import Storage

if TYPE_CHECKING:
    from luthier.storage.sql import SqlStorage

__all__ = ["MemoryStorage", "SqlStorage", "Storage", "connect"]


def __getattr__(name: str) -> Any:
    """Import SqlStorage when it is first named: it brings a SQL library along (PEP 562)."""
    if name != "SqlStorage":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from luthier.storage.sql import SqlStorage

    return SqlStorage
