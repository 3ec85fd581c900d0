"""The few statements that every trial needs, on the database driver's own cursor.

SQLAlchemy writes their text once for each dialect; after that nothing stands between a store and its driver. That
halves the time of a trial on SQLite. All other statements take the usual way.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Executable, Insert
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError

__all__ = ["run", "run_many"]

#: The one key that databases count by themselves in a table that is written here.
COUNTED_KEY = "trial_id"

#: More than there are statements; a dialect belongs to an engine, and engines to stores.
TEXTS_KEPT = 256


class Text(NamedTuple):
    """A statement as a driver takes it."""

    sql: str
    #: Names of the parameters in their order; None for a driver that takes them by name.
    order: tuple[str, ...] | None
    #: Parameters that are part of the statement.
    constants: Mapping[str, Any]

    def fill(self, parameters: Mapping[str, Any]) -> Any:
        """The parameters as the driver takes them."""
        if self.order is None:
            return {**self.constants, **parameters}
        constants = self.constants
        return [parameters[name] if name in parameters else constants[name] for name in self.order]


@lru_cache(maxsize=TEXTS_KEPT)
def text_of(statement: Executable, dialect: Dialect) -> Text:
    """The text of a statement; an INSERT names all columns of its table but a key that counts by itself."""
    keys = None
    if isinstance(statement, Insert):
        keys = [column.name for column in statement.table.columns if column.name != COUNTED_KEY]
    compiled: Any = statement.compile(dialect=dialect, column_keys=keys)  # type: ignore[attr-defined]  # all can
    order = tuple(compiled.positiontup) if compiled.positional else None
    return Text(str(compiled), order, dict(compiled.params))


def run(connection: Connection, statement: Executable, parameters: Mapping[str, Any]) -> Any:
    """Execute a statement; the driver's cursor, to fetch from or to count with.

    Raises:
        DBAPIError: the database refuses.
    """
    text = text_of(statement, connection.dialect)
    cursor = connection.connection.cursor()
    try:
        cursor.execute(text.sql, text.fill(parameters))
    except Exception as error:
        raise wrapped(error, text.sql) from error
    return cursor


def run_many(connection: Connection, statement: Executable, rows: Sequence[Mapping[str, Any]]) -> None:
    """Execute an INSERT for many rows.

    Raises:
        DBAPIError: the database refuses.
    """
    text = text_of(statement, connection.dialect)
    try:
        connection.connection.cursor().executemany(text.sql, [text.fill(row) for row in rows])
    except Exception as error:
        raise wrapped(error, text.sql) from error


def wrapped(error: Exception, sql: str) -> Exception:
    """A driver's error as SQLAlchemy would raise it."""
    return DBAPIError(sql, None, error)
