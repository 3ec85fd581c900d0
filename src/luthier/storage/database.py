"""What a SQL store needs of a database, and which database an URL names."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy import Connection, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from luthier.base.errors import StorageError, explain
from luthier.storage.gate import Owners
from luthier.storage.place import check_name, reached
from luthier.storage.sqlite import SqliteFile

__all__ = ["Database", "open_database"]

T = TypeVar("T")

FORM = "sqlite:///study.db (a file), or sqlite:////home/me/study.db (with its whole path)"


class Database(Protocol):
    """Runs functions of a connection in transactions. Threads may share it."""

    owners: Owners
    #: Where it is, for whoever opens it anew: with a whole path.
    url: str

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work`, which only reads, on one state of the database."""

    def write(self, work: Callable[[Connection], T], *, durable: bool) -> T:
        """Run `work` alone: committed when it returns, undone when it raises. A conflict runs it again."""

    def close(self) -> None:
        """Release connections, locks and owners. A closed database opens again when used."""


def open_database(url: str, *, create: bool = True) -> Database:
    """The database of an URL.

    Raises:
        StorageError: the URL is malformed, names an unknown database or driver, or cannot be opened; without
            `create`, also that there is no such file.
    """
    check_name(url)
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StorageError(explain(f"a storage URL such as {FORM}", repr(url), "Correct the URL.")) from None
    shown = parsed.render_as_string(hide_password=True)
    if "?" in url and not parsed.query:  # an empty query is lost in parsing
        raise StorageError(
            explain("no question mark in a storage URL", repr(shown), "Write %3F, or pass the path itself."),
        )
    if parsed.get_backend_name() != "sqlite":
        raise StorageError(
            explain(f"a SQLite URL such as {FORM}", f"{shown!r}", "Other databases are not supported."),
        )
    if parsed.get_driver_name() not in {"", "pysqlite"}:
        raise StorageError(
            explain(
                "Python's own SQLite driver", repr(parsed.drivername), 'Write "sqlite:///" without a driver.'
            ),
        )
    path = sqlite_path(parsed, shown)
    with reached(path):
        if not create and not path.exists():
            raise StorageError(
                explain("a store", f"no file {path}", "Create a study first, or correct the path.")
            )
        return SqliteFile(path)


def sqlite_path(url: URL, shown: str) -> Path:
    """The file that a SQLite URL names."""
    if url.host or url.username or url.query:
        raise StorageError(
            explain(f"nothing but a path, as in {FORM}", repr(shown), "Write three slashes before the path."),
        )
    if not url.database or url.database == ":memory:":
        raise StorageError(
            explain(f"a file, as in {FORM}", repr(shown), "For a store in memory pass no storage at all."),
        )
    check_name(url.database)
    return Path(url.database)
