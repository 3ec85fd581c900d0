"""Reads studies that Optuna itself wrote: a SQLite store, or a journal file. The file is never written to.

    found = read_studies("optuna.db")        # or "journal.log", or "sqlite:///optuna.db"

Nothing of Optuna needs to be installed, and nothing that is read is executed: both forms are tables or lines of JSON.
"""

import os
from pathlib import Path
from urllib.parse import unquote

from luthier.base.errors import StorageError, explain
from luthier.compat.optuna.reader_journal import read_journal
from luthier.compat.optuna.reader_sqlite import read_sqlite
from luthier.compat.optuna.reader_trials import FoundStudy
from luthier.storage.place import is_sqlite

__all__ = ["read_studies"]

#: The part of an URL that stands for a file.
SQLITE_URL = "sqlite:///"


def read_studies(source: str | os.PathLike[str]) -> list[FoundStudy]:
    """The studies of a file of Optuna, by creation.

    Args:
        source: the path of a SQLite file or of a journal, or an URL `sqlite:///path`.

    Raises:
        StorageError: there is no such file, or it is not one of Optuna's, or of a version that cannot be read.
    """
    path = path_of(os.fspath(source))
    try:
        sqlite = is_sqlite(path)
    except OSError as error:
        raise StorageError(
            explain("a file that Optuna wrote", f"{path}: {error.strerror}", "Correct the path.")
        ) from error
    return read_sqlite(path) if sqlite else read_journal(path)


def path_of(source: str) -> Path:
    """The file that a user named."""
    if source.startswith(SQLITE_URL):
        return Path(unquote(source.removeprefix(SQLITE_URL)))
    if "://" in source:
        raise StorageError(
            explain(
                "a SQLite file or a journal of Optuna",
                repr(source.partition("://")[0] + "://…"),
                "Copy the study into a file first: optuna.copy_study(…, to_storage='sqlite:///optuna.db').",
            ),
        )
    return Path(source)
