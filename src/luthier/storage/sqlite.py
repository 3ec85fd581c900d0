"""A SQLite file as a database of studies: connections, transactions, durability, first opening.

One connection syncs at every commit and one does not, so that durability is chosen per transaction without a
word of SQL. Writers queue at the gate. A forked child opens connections of its own; a fork waits for what other
threads have under way.
"""

import os
import random
import sqlite3
import sys
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from luthier.base.errors import NewerSchema, StorageError, explain
from luthier.storage.forks import WORK
from luthier.storage.gate import PRIVATE_FILE, Gate, Owners
from luthier.storage.place import check_place
from luthier.storage.schema import SCHEMA_VERSION, VERSION_TABLE, metadata
from luthier.storage.statements import INSERT_VERSION, VERSION

__all__ = ["SqliteFile"]

T = TypeVar("T")

#: A lock that is not given within this time belongs to something that hangs.
PATIENCE_SECONDS = 30.0

#: Waits between tries grow up to this, with jitter.
LONGEST_WAIT = 0.1

#: How long SQLite itself waits, in seconds: enough for another connection's opening or closing.
SQLITE_WAIT = 0.2

#: A write lets so many readers of its own process pass; then it is its turn, for threads may read all the time.
READERS_FIRST = 8

#: The primary result codes of a lock that somebody else holds.
BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})

#: What every file of Optuna's has among its tables, and what its owner does.
OPTUNA_TABLES = frozenset({"alembic_version", "studies", "trials"})
OPTUNA_FILE = "If Optuna made it, bring its studies along: `luthier import FILE`."

#: The low byte of an extended result code is the primary one.
PRIMARY = 0xFF


class Line:
    """One connection, opened when first used; only one thread at a time may use it, under `lock`."""

    def __init__(self, engine: Engine, synchronous: str) -> None:
        self.engine = engine
        self.synchronous = synchronous
        self.lock = Lock()
        self.connection: Connection | None = None

    def open(self) -> Connection:
        """The connection, opened if need be."""
        if self.connection is None:
            connection = self.engine.connect()
            for pragma in (f"synchronous = {self.synchronous}", "foreign_keys = ON", "trusted_schema = OFF"):
                connection.exec_driver_sql(f"PRAGMA {pragma}")
            connection.commit()
            self.connection = connection
        return self.connection

    def transaction(self, begin: str, work: Callable[[Connection], T]) -> T:
        """Run `work` in one transaction: committed when it returns, undone when it raises."""
        try:
            connection = self.open()
            connection.exec_driver_sql(begin)
            result = work(connection)
            connection.commit()
        except Exception:
            self.undo()
            raise
        except BaseException:  # Ctrl-C: SQLite may have a transaction that SQLAlchemy knows nothing of
            self.drop()
            raise
        return result

    def undo(self) -> None:
        """Roll back; a connection that cannot even do that is dropped."""
        if self.connection is not None:
            with suppress(DBAPIError):
                self.connection.rollback()
                if not self.connection.invalidated:  # that would open again by itself, without its settings
                    return
            self.drop()

    def drop(self) -> None:
        """End the connection and what it had under way; the next use opens a new one."""
        if self.connection is not None:
            self.connection.invalidate()
            self.connection = None

    def close(self) -> None:
        """Close the connection."""
        with self.lock, WORK:
            if self.connection is not None:
                self.connection.close()
                self.connection = None


class SqliteFile:
    """One SQLite file, shared by the threads of this process and by other processes of this machine.

    Raises:
        StorageError: the place cannot hold a store, or the file is something else.
        NewerSchema: a newer luthier wrote it.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(os.path.realpath(path))
        check_place(self.path)
        place = URL.create("sqlite", database=str(self.path))
        self.url = place.render_as_string(hide_password=False)
        self.engine = create_engine(
            place,
            poolclass=NullPool,
            connect_args={"isolation_level": None, "check_same_thread": False, "timeout": SQLITE_WAIT},
        )
        event.listen(self.engine, "invalidate", end_transaction)
        self.reset()
        self.prepare()
        FILES.add(self)

    def __str__(self) -> str:
        return str(self.path)

    def reset(self) -> None:
        """Start without connections and locks."""
        self.gate = Gate(self.path.with_name(f"{self.path.name}-gate"))
        self.owners = Owners(self.path.with_name(f"{self.path.name}-owners"))
        self.durable = Line(self.engine, "FULL")
        self.quick = Line(self.engine, "NORMAL")
        self.turn = Lock()

    def prepare(self) -> None:
        """Make the tables in a new file; check those of an old one; touch no foreign file."""
        if self.path.exists() and self.read(is_ready):
            return
        with self.turn, self.gate, self.durable.lock:
            create_private(self.path)
            self.attempt(lambda: use_journal(self.durable.open()))
            self.attempt(lambda: self.durable.transaction("BEGIN IMMEDIATE", create_tables))

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work`, which only reads, on one state of the database."""
        with self.quick.lock:
            return self.attempt(lambda: self.quick.transaction("BEGIN", work))

    def write(self, work: Callable[[Connection], T], *, durable: bool) -> T:
        """Run `work` alone among writers; when a durable one returns it is on the disk."""
        line, passed = self.durable if durable else self.quick, 0
        with self.turn:
            while True:
                # Readers do not wait for the gate, and at the gate nobody waits for a reader, which may take long.
                with self.gate:
                    if passed == READERS_FIRST or not line.lock.locked():
                        with line.lock:
                            return self.attempt(lambda: line.transaction("BEGIN IMMEDIATE", work))
                with line.lock:
                    passed += 1

    def attempt(self, work: Callable[[], T]) -> T:
        """Run `work`, again while the database is locked by something that does not queue at the gate."""
        deadline, wait = time.monotonic() + PATIENCE_SECONDS, LONGEST_WAIT / 64
        while True:
            try:
                with WORK:
                    return work()
            except (DBAPIError, sqlite3.Error) as error:  # rows are fetched past SQLAlchemy
                cause = error.orig if isinstance(error, DBAPIError) else error
                if not is_busy(cause) or time.monotonic() > deadline:
                    raise failure(self.path, cause) from error
            time.sleep(random.uniform(0, wait))  # noqa: S311 - jitter
            wait = min(2 * wait, LONGEST_WAIT)

    def close(self) -> None:
        """Release connections, locks and owners."""
        with self.turn:
            self.durable.close()
            self.quick.close()
            self.owners.close()
            self.gate.close()

    def abandon(self) -> None:
        """In a forked child: leave all to the parent, whose connections must not even be closed here."""
        ORPHANS.extend(line.connection for line in (self.durable, self.quick) if line.connection is not None)
        self.gate.close()
        self.owners.forget()
        self.reset()


#: Every open file of this process, for the children it forks.
FILES: weakref.WeakSet[SqliteFile] = weakref.WeakSet()

#: Connections of a parent process, kept from being closed: closing would act on the parent's journal.
ORPHANS: list[Connection] = []


def abandon_all() -> None:
    """In a forked child: start anew."""
    for file in FILES:
        file.abandon()


if sys.platform != "win32":
    os.register_at_fork(after_in_child=abandon_all)


def end_transaction(connection: sqlite3.Connection, *_: object) -> None:
    """Roll back before a connection is closed: with a cursor open SQLite puts the closing off, and keeps its locks."""
    with suppress(sqlite3.Error):  # of a connection that is given up anyway
        connection.rollback()


def create_private(path: Path) -> None:
    """Make an empty file for its owner alone.

    One that exists is not even opened: closing it again would drop the locks of this process on it.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, PRIVATE_FILE))


def use_journal(connection: Connection) -> None:
    """Switch a file to a write-ahead log, once and for all."""
    mode = connection.exec_driver_sql("PRAGMA journal_mode = WAL").scalar()
    connection.commit()
    if mode != "wal":
        raise StorageError(
            explain(
                "a disk where SQLite can keep a write-ahead log",
                f"journal mode {mode}",
                "Choose another disk.",
            ),
        )


def is_ready(connection: Connection) -> bool:
    """Whether the tables are there; False for an empty file.

    Raises:
        StorageError: the file holds other tables.
        NewerSchema: the tables are a newer luthier's.
    """
    tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
    if VERSION_TABLE not in tables:
        if tables:
            got = f"a database with other tables ({', '.join(sorted(tables)[:3])})"
            fix = OPTUNA_FILE if OPTUNA_TABLES.issubset(tables) else "Name another file."
            raise StorageError(explain("a store of luthier, or a new file", got, fix))
        return False
    found = connection.execute(VERSION).scalar()
    if not isinstance(found, int | None):
        raise StorageError(explain("a store with a version number", f"{found!r}", "Restore a backup."))
    if found is None or found > SCHEMA_VERSION:
        raise NewerSchema(
            explain(
                f"a store of version {SCHEMA_VERSION} or less",
                f"version {found}",
                "Upgrade luthier to open it.",
            ),
        )
    return True


def create_tables(connection: Connection) -> None:
    """Make the tables unless somebody else just did."""
    if not is_ready(connection):
        metadata.create_all(connection, checkfirst=False)
        connection.execute(INSERT_VERSION, {"version": SCHEMA_VERSION})


def is_busy(cause: BaseException | None) -> bool:
    """Whether an error of SQLite says that somebody else holds a lock."""
    code = getattr(cause, "sqlite_errorcode", None)
    return code is not None and code & PRIMARY in BUSY


def failure(path: Path, cause: BaseException | None) -> StorageError:
    """The error for what SQLite could not do."""
    fix = "See what holds it." if is_busy(cause) else "Check the file, the disk and its free space."
    return StorageError(explain(f"{path} to be a SQLite store that can be used", str(cause), fix))
