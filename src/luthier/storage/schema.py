"""The tables of a SQL store.

A trial is one row. Its mappings are JSON texts (`records/wire.py`), empty ones NULL; `value` repeats the
value of a single objective for those who look with SQL. Revisions are those of the study at the last change
of the row.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from luthier.records.state import TrialState
from luthier.records.wire import SHORT_TEXT

__all__ = ["SCHEMA_VERSION", "VERSION_TABLE", "metadata", "report", "study", "trial", "version"]

#: Raised with every change of the tables; a store of a higher version is refused.
SCHEMA_VERSION = 1

VERSION_TABLE = "luthier_schema"

#: Long texts: tracebacks and attributes. MySQL's plain TEXT would end at 64 KiB.
LONG_TEXT = Text(2**24 - 1)

#: MySQL compares texts loosely unless told; the other databases need no word.
EXACT: dict[str, Any] = {"mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}

STATES = ", ".join(f"'{state.value}'" for state in TrialState)

metadata = MetaData()

version = Table(
    VERSION_TABLE,
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
)

study = Table(
    "study",
    metadata,
    Column("study_id", Integer, primary_key=True),
    Column("name", String(SHORT_TEXT), nullable=False, unique=True),
    Column("directions", LONG_TEXT, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("metric_names", LONG_TEXT),
    Column("user_attrs", LONG_TEXT),
    Column("created", Double, nullable=False),
    Column("next_number", Integer, nullable=False),
    Column("revision", BigInteger, nullable=False),
    # The revision at which the study itself, not its trials, changed.
    Column("changed", BigInteger, nullable=False),
    Column("touched", Double, nullable=False),
    sqlite_autoincrement=True,  # a late writer must not find another study under its id
    **EXACT,
)

trial = Table(
    "trial",
    metadata,
    Column("trial_id", Integer, primary_key=True),
    Column("study_id", ForeignKey("study.study_id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", String(SHORT_TEXT), nullable=False),
    Column("value", Double),
    Column("objectives", LONG_TEXT),
    Column("params", LONG_TEXT),
    Column("domains", LONG_TEXT),
    Column("constraints", LONG_TEXT),
    Column("feasible", Boolean, nullable=False),
    Column("user_attrs", LONG_TEXT),
    Column("tags", LONG_TEXT),
    Column("given", LONG_TEXT),
    Column("reason", LONG_TEXT),
    Column("detail", LONG_TEXT),
    Column("attempt", Integer, nullable=False),
    Column("lost", Integer, nullable=False),
    Column("token", String(SHORT_TEXT)),
    Column("owner", String(SHORT_TEXT)),
    Column("expires", Double),
    Column("created", Double, nullable=False),
    Column("started", Double),
    Column("finished", Double),
    Column("revision", BigInteger, nullable=False),
    UniqueConstraint("study_id", "number"),
    CheckConstraint(f"state IN ({STATES})", name="state_is_known"),
    CheckConstraint(
        "state <> 'RUNNING' OR (token IS NOT NULL AND expires IS NOT NULL)", name="running_is_held"
    ),
    **EXACT,
)

Index("trial_by_revision", trial.c.study_id, trial.c.revision, trial.c.number)

RUNNING = text("state = 'RUNNING'")

#: Few rows at any time: where the database can, the index holds no others.
Index("trial_running", trial.c.study_id, trial.c.owner, sqlite_where=RUNNING, postgresql_where=RUNNING)

report = Table(
    "report",
    metadata,
    Column("study_id", ForeignKey("study.study_id"), primary_key=True),
    Column("trial", Integer, primary_key=True, autoincrement=False),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("step", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(SHORT_TEXT), primary_key=True),
    Column("value", Double),
    # What `value` cannot hold in every database: nan, inf, -inf, -0.0.
    Column("special", String(SHORT_TEXT)),
    Column("revision", BigInteger, nullable=False),
    sqlite_with_rowid=False,
    **EXACT,
)

Index("report_by_revision", report.c.study_id, report.c.revision)
