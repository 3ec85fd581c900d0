"""From what a user writes to a store."""

import os
from typing import Any
from urllib.parse import quote

from luthier.base.errors import StorageError, explain
from luthier.storage.memory import MemoryStorage
from luthier.storage.place import check_name
from luthier.storage.protocol import Storage

__all__ = ["connect"]

#: A path that ends so is a SQLite file without the URL around it.
SQLITE_ENDINGS = (".db", ".sqlite", ".sqlite3")

METHODS = ("create_study", "create_trials", "claim_trial", "update_trials", "changes")


def connect(storage: str | os.PathLike[str] | Storage | None = None, *, create: bool = True) -> Storage:
    """Open a store.

    Args:
        storage: an URL (`sqlite:///study.db`), a path of a SQLite file (`study.db`), a store, which comes back as it
            is, or None for a new store in memory.
        create: make a file that is not there; with False that is an error, for whoever only wants to look.

    Raises:
        StorageError: it is none of these, is not there, or cannot be opened.
        NewerSchema: a newer luthier wrote it.
    """
    if storage is None:
        return MemoryStorage()
    if isinstance(storage, str | os.PathLike):
        return open_url(os.fspath(storage), create=create)
    missing = [name for name in METHODS if not callable(getattr(storage, name, None))]
    if missing:
        raise wrong(repr(storage))
    return storage


def open_url(text: str, *, create: bool) -> Storage:
    """The store of an URL or of the path of a SQLite file."""
    if "://" not in text:
        if not text.endswith(SQLITE_ENDINGS):
            raise wrong(repr(text))
        check_name(text)
        text = f"sqlite:///{quote(text)}"
    from luthier.storage.sql import SqlStorage  # a SQL library loads only when a SQL store is opened

    return SqlStorage(text, create=create)


def wrong(got: Any) -> StorageError:
    """The error for what names no store."""
    return StorageError(
        explain(
            'a store, None, an URL such as "sqlite:///study.db" or a path such as "study.db"',
            got,
            "Pass one of these.",
        ),
    )
