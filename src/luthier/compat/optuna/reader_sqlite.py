"""Reads a SQLite store of Optuna, of schema version 12 (Optuna 3.0 to 5), through a read-only connection."""

import json
import math
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from luthier.base.errors import StorageError, explain
from luthier.compat.optuna.reader_trials import FoundStudy, FoundTrial
from luthier.records.study import Direction

__all__ = ["read_sqlite"]

SCHEMA_VERSION = 12

#: The table that only luthier's own stores have.
LUTHIER_TABLE = "luthier_schema"

#: What stands beside a number that a SQL column cannot hold.
SPECIAL = {"INF_POS": math.inf, "INF_NEG": -math.inf, "NAN": math.nan}


def read_sqlite(path: Path) -> list[FoundStudy]:
    """The studies of a SQLite store of Optuna, by creation.

    Raises:
        StorageError: the file is not a store of Optuna, of another version, or damaged.
    """
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as connection:
            connection.execute("BEGIN")  # one state of the file, although Optuna may be writing to it
            check_version(connection, path)
            studies = studies_of(connection)
            fill(connection, studies)
            return list(studies.values())
    except (sqlite3.Error, LookupError, TypeError, ValueError) as error:
        if isinstance(error, StorageError):
            raise
        raise StorageError(
            explain(
                f"{path} to be a SQLite store of Optuna that can be read",
                str(error),
                "Check it with Optuna itself.",
            ),
        ) from error


def check_version(connection: sqlite3.Connection, path: Path) -> None:
    """Raise StorageError unless the tables are those of the version that is read here."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if LUTHIER_TABLE in tables:
        raise StorageError(
            explain("a file that Optuna wrote", f"{path}, a store of luthier", "See it with: luthier ls.")
        )
    if not {"studies", "version_info"} <= tables:
        got = ", ".join(sorted(tables)[:3]) or "no tables"
        raise StorageError(explain("a store of Optuna", f"{path} with {got}", "Name another file."))
    row = connection.execute("SELECT schema_version, library_version FROM version_info").fetchone()
    version, library = row or (None, "an unknown version")
    if version != SCHEMA_VERSION:
        raise StorageError(
            explain(
                f"a store of Optuna with schema version {SCHEMA_VERSION}",
                f"version {version} of Optuna {library}",
                "Run `optuna storage upgrade --storage sqlite:///…` on a copy first.",
            ),
        )


def studies_of(connection: sqlite3.Connection) -> dict[int, FoundStudy]:
    """Studies by id, without their trials."""
    directions: dict[int, list[str]] = {}
    for study, name in connection.execute(
        "SELECT study_id, direction FROM study_directions ORDER BY objective"
    ):
        directions.setdefault(study, []).append(name)
    studies = {
        study: FoundStudy(name, tuple(map(direction_of, directions[study])))
        for study, name in connection.execute("SELECT study_id, study_name FROM studies ORDER BY study_id")
    }
    for study, key, text in connection.execute("SELECT study_id, key, value_json FROM study_user_attributes"):
        studies[study].user_attrs[key] = json.loads(text)
    for study, key, text in connection.execute(
        "SELECT study_id, key, value_json FROM study_system_attributes"
    ):
        studies[study].system_attrs[key] = json.loads(text)
    return studies


def fill(connection: sqlite3.Connection, studies: dict[int, FoundStudy]) -> None:
    """Add the trials to their studies."""
    trials: dict[int, FoundTrial] = {}
    for trial, study, state, started, finished in connection.execute(
        "SELECT trial_id, study_id, state, datetime_start, datetime_complete FROM trials"
        " ORDER BY study_id, number, trial_id",
    ):
        trials[trial] = FoundTrial(state=state, started=moment(started), finished=moment(finished))
        studies[study].trials.append(trials[trial])
    for trial, name, number, text in connection.execute(
        "SELECT trial_id, param_name, param_value, distribution_json FROM trial_params ORDER BY param_id",
    ):
        trials[trial].params[name] = number, text
    for trial, value, kind in connection.execute(
        "SELECT trial_id, value, value_type FROM trial_values ORDER BY objective",
    ):
        trials[trial].values = (*(trials[trial].values or ()), number_of(value, kind))
    for trial, step, value, kind in connection.execute(
        "SELECT trial_id, step, intermediate_value, intermediate_value_type FROM trial_intermediate_values",
    ):
        trials[trial].reports[step] = number_of(value, kind)
    take_attrs(
        ((trials[trial].user_attrs, key, text) for trial, key, text in attrs_of(connection, "user")),
    )
    take_attrs(
        ((trials[trial].system_attrs, key, text) for trial, key, text in attrs_of(connection, "system")),
    )


def attrs_of(connection: sqlite3.Connection, kind: str) -> Iterable[tuple[int, str, str]]:
    """Trial, key and text of all attributes of trials, of one of two kinds."""
    return connection.execute(
        f"SELECT trial_id, key, value_json FROM trial_{kind}_attributes ORDER BY trial_{kind}_attribute_id",  # noqa: S608 - one of two words
    )


def take_attrs(rows: Iterable[tuple[dict[str, Any], str, str]]) -> None:
    """Put each attribute where it belongs."""
    for attrs, key, text in rows:
        attrs[key] = json.loads(text)


def direction_of(name: str) -> Direction:
    """A direction; a study of which none was set minimises, as in Optuna."""
    return Direction.MAXIMIZE if name == "MAXIMIZE" else Direction.MINIMIZE


def number_of(value: float | None, kind: str) -> float:
    """A number of two columns."""
    return SPECIAL[kind] if value is None else float(value)


def moment(text: str | None) -> float | None:
    """Seconds since the epoch of a UTC time without zone, as Optuna 5 reads it."""
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
