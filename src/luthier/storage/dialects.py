"""What databases say differently, each in its own words: the rest of the SQL is the same for all of them."""

from typing import Any

from sqlalchemy import Double, Insert, Table
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

__all__ = ["Now", "insert_new"]


class Now(FunctionElement[float]):
    """The database's clock: seconds since the epoch."""

    inherit_cache = True
    type = Double()


class InsertNew(Insert):
    """An INSERT that drops rows whose key is there already."""

    inherit_cache = True


def insert_new(table: Table) -> Insert:
    """An INSERT into `table` that leaves the rows that are there as they are."""
    return InsertNew(table).prefix_with("IGNORE", dialect="mysql")


@compiles(Now, "sqlite")
def sqlite_now(_element: Now, _compiler: SQLCompiler, **_options: Any) -> str:
    """Milliseconds are what SQLite's clock has; `unixepoch('subsec')` would need 3.42."""
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(Now, "postgresql")
def postgresql_now(_element: Now, _compiler: SQLCompiler, **_options: Any) -> str:
    """The time of the statement, not of the transaction's start, which may have waited for a lock."""
    return "extract(epoch from clock_timestamp())::float8"


@compiles(Now, "mysql")
def mysql_now(_element: Now, _compiler: SQLCompiler, **_options: Any) -> str:
    """SYSDATE instead of NOW, for the same reason."""
    return "unix_timestamp(sysdate(6))"


@compiles(InsertNew, "sqlite")
@compiles(InsertNew, "postgresql")
def insert_or_nothing(element: InsertNew, compiler: SQLCompiler, **options: Any) -> str:
    """The clause of SQLite and PostgreSQL; MySQL has a prefix instead."""
    insert: str = compiler.visit_insert(element, **options)  # type: ignore[no-untyped-call]  # SQLAlchemy's
    return f"{insert} ON CONFLICT DO NOTHING"
