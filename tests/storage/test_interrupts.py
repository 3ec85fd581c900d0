"""Ctrl-C inside a store: other processes go on at once, and so does the store that was interrupted."""

# ruff: noqa: S106 - a token is a fence, not a password

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from luthier.storage import SqlStorage, sqlite
from luthier.storage.protocol import Draft
from luthier.storage.sqlite import Line
from luthier.testing.storage_steps import new_study, start


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock that stays is an error soon."""
    monkeypatch.setattr(sqlite, "PATIENCE_SECONDS", 0.1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStorage]:
    store = SqlStorage(f"sqlite:///{tmp_path / 's.db'}")
    yield store
    store.close()


@pytest.fixture
def other(store: SqlStorage) -> Iterator[SqlStorage]:
    """The same file, as another process has it."""
    other = SqlStorage(store.database.url)
    yield other
    other.close()


def lines_of(store: SqlStorage) -> tuple[Line, Line]:
    database: Any = store.database
    return database.durable, database.quick


def settings_of(store: SqlStorage) -> list[tuple[Any, ...]]:
    """What SQLite was told on each connection."""
    names = ("synchronous", "foreign_keys", "trusted_schema")
    return [
        tuple(line.open().exec_driver_sql(f"PRAGMA {name}").scalar() for name in names)
        for line in lines_of(store)
    ]


@pytest.mark.parametrize("statement", ["BEGIN", "UPDATE trial", "SELECT trial", "COMMIT"])
def test_an_interrupted_write_keeps_no_lock_and_no_connection(
    store: SqlStorage, other: SqlStorage, statement: str
) -> None:
    study = new_study(store)
    store.create_trials(study, [Draft()])
    settings = settings_of(store)
    engine: Any = store.database.engine  # type: ignore[attr-defined]  # a SqliteFile
    armed = [statement]

    def interrupt(said: str) -> None:
        if armed and said.startswith(armed[0]):
            armed.clear()
            raise KeyboardInterrupt

    event.listen(engine, "after_cursor_execute", lambda *call: interrupt(call[2]))
    event.listen(engine, "commit", lambda _: interrupt("COMMIT"))
    with pytest.raises(KeyboardInterrupt) as kept:  # the cursor lives in its traceback, as at a prompt
        store.claim_trial(study, 0, token="t", owner="w", given={})

    assert start(other, study) == 1
    claimed = store.claim_trial(study, 0, token="t", owner="w", given={})
    assert claimed is not None
    assert claimed.attempt == 1
    assert settings_of(store) == settings
    assert kept.traceback


def test_an_interrupt_just_behind_the_gate_leaves_it_open(
    store: SqlStorage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = new_study(store)
    fcntl = pytest.importorskip("fcntl")
    lock = fcntl.flock
    armed = [True]

    def interrupted(descriptor: int, how: int) -> None:
        lock(descriptor, how)
        if armed and how == fcntl.LOCK_EX:
            armed.clear()
            raise KeyboardInterrupt

    monkeypatch.setattr(fcntl, "flock", interrupted)
    with pytest.raises(KeyboardInterrupt):
        start(store, study)

    with (tmp_path / "s.db-gate").open("rb") as file:
        lock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
