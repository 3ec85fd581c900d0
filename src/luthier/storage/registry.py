"""The stores by name. Registering one makes it tested: the conformance suite runs over this table."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from luthier.storage.memory import MemoryStorage
from luthier.storage.protocol import LEASE_SECONDS, Storage

__all__ = ["STORES", "Factory"]

#: Makes an empty store; one that needs files makes them in the folder.
Factory = Callable[[Path], Storage]


def memory(_folder: Path) -> Storage:
    """A store in memory whose leases end, as those of all others do."""
    return MemoryStorage(lease_seconds=LEASE_SECONDS)


def sqlite(folder: Path) -> Storage:
    """A store in a SQLite file."""
    from luthier.storage.sql import SqlStorage  # a SQL library loads only when a SQL store is opened

    return SqlStorage(f"sqlite:///{folder / 'store.db'}")


STORES: Mapping[str, Factory] = MappingProxyType({"memory": memory, "sqlite": sqlite})
