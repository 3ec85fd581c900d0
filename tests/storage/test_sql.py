"""What a store in a SQL database costs and how it syncs; the promises are in the conformance suite."""

# ruff: noqa: S106 - a token is a fence, not a password

import math
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine.url import URL
from sqlalchemy.schema import CreateTable

from luthier.base.errors import StorageError
from luthier.records.state import TrialState
from luthier.records.trial import Report
from luthier.space.domains import Float
from luthier.storage import SqlStorage, sqlite, statements
from luthier.storage.gate import Gate
from luthier.storage.hot import text_of
from luthier.storage.protocol import Draft
from luthier.storage.schema import metadata
from luthier.testing.storage_steps import finish, new_study, start

FULL, NORMAL = 2, 1


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStorage]:
    store = SqlStorage(f"sqlite:///{tmp_path / 's.db'}")
    yield store
    store.close()


def engine_of(store: SqlStorage) -> Any:
    return store.database.engine  # type: ignore[attr-defined]  # of the only kind of database there is


def test_a_trial_costs_eight_statements_and_three_commits(store: SqlStorage) -> None:
    study = new_study(store)
    said: list[str] = []
    for line in (store.database.durable, store.database.quick):  # type: ignore[attr-defined]  # a SqliteFile
        line.open().connection.driver_connection.set_trace_callback(said.append)
    params = {f"p{place}": 0.5 for place in range(50)}
    domains = {name: Float(0.0, 1.0) for name in params}
    since = store.changes(study, 0).revision
    for number in range(20):
        said.clear()
        since = store.changes(study, since).revision
        store.create_trials(study, [Draft(token="t", owner="w", given=params)], expected=number)
        outcome = finish(number, params=params, domains=domains, values=(1.0,))
        store.update_trials(study, [outcome], [Report(number, 1, step, "", 0.5) for step in range(10)])
        assert said.count("COMMIT") <= 3
        assert said.count("COMMIT") >= 2
        counted = [one for one in said if not one.startswith(("BEGIN", "COMMIT", "INSERT INTO report"))]
        assert 5 <= len(counted) <= 8


def test_reports_cost_one_look_at_their_trials_and_none_where_these_end(store: SqlStorage) -> None:
    study = new_study(store)
    store.create_trials(study, [Draft(token="t", owner="w") for _ in range(40)])
    said: list[str] = []
    for line in (store.database.durable, store.database.quick):  # type: ignore[attr-defined]  # a SqliteFile
        line.open().connection.driver_connection.set_trace_callback(said.append)

    def looks(ending: range, reporting: range) -> int:
        said.clear()
        reports = [Report(number, 1, 1, "", 0.5) for number in reporting]
        store.update_trials(study, [finish(number) for number in ending], reports)
        return sum(one.startswith("SELECT") for one in said)

    assert [looks(range(0), range(count)) for count in (1, 16, 17, 40)] == [1, 1, 2, 3]
    assert looks(range(20), range(20)) == 0
    assert looks(range(20, 30), range(20, 40)) == 1


def test_the_reports_of_one_trial_are_found_by_their_key(store: SqlStorage, tmp_path: Path) -> None:
    text = text_of(statements.REPORTS_OF, engine_of(store).dialect).sql
    reader = sqlite3.connect(tmp_path / "s.db")
    (plan, *_) = reader.execute(f"EXPLAIN QUERY PLAN {text}", (1, 2, 0)).fetchall()
    reader.close()
    assert "USING PRIMARY KEY (study_id=? AND trial=?)" in plan[-1]


def test_finishes_are_synced_and_claims_are_not(store: SqlStorage) -> None:
    levels: list[int] = []

    def note(connection: Any) -> None:
        levels.append(connection.connection.driver_connection.execute("PRAGMA synchronous").fetchone()[0])

    event.listen(engine_of(store), "commit", note)

    def level_of(write: Any) -> int:
        levels.clear()
        write()
        (level,) = levels
        return level

    assert level_of(lambda: new_study(store)) == FULL
    study = store.get_study("s").study_id
    assert level_of(lambda: start(store, study)) == NORMAL
    assert level_of(lambda: store.create_trials(study, [Draft()])) == FULL
    assert level_of(lambda: store.claim_trial(study, 1, token="u", owner="w", given={})) == NORMAL
    assert level_of(lambda: store.update_trials(study, [], [Report(0, 1, 0, "", 1.0)])) == NORMAL
    assert level_of(lambda: store.renew_leases("w")) == NORMAL
    assert level_of(lambda: store.update_trials(study, [finish(0)])) == FULL
    assert level_of(lambda: store.update_study(study, user_attrs={"a": 1})) == FULL
    assert level_of(lambda: store.delete_study(study)) == FULL


def test_a_study_of_ten_thousand_trials_opens_quickly_and_shares_its_ranges(store: SqlStorage) -> None:
    study = new_study(store)
    domains = {name: Float(0.0, 1.0) for name in "abc"}
    params = dict.fromkeys("abc", 0.5)
    done = Draft(state=TrialState.COMPLETE, params=params, domains=domains, values=(1.0,), tags={"by": "tpe"})
    begin = time.thread_time()
    store.create_trials(study, [done] * 10_000)
    writing = time.thread_time() - begin
    reading = math.inf
    for _ in range(3):  # the garbage of earlier tests may be collected during one
        begin = time.thread_time()
        trials = store.changes(study, 0, reports=False).trials
        reading = min(reading, time.thread_time() - begin)
    assert len(trials) == 10_000
    assert len({id(record.domains) for record in trials}) == 1
    assert reading < 0.5 * writing


def test_a_listing_takes_two_statements_however_many_studies(store: SqlStorage) -> None:
    for name in "abcdef":
        start(store, new_study(store, name))
    said: list[str] = []
    event.listen(engine_of(store), "before_cursor_execute", lambda *call: said.append(call[2]))
    assert len(store.list_studies()) == 6
    assert len(said) == 3  # with BEGIN


def test_databases_without_returning_number_trials_alike(
    store: SqlStorage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine_of(store).dialect, "update_returning", False)
    study = new_study(store)
    assert start(store, study) == 0
    assert store.create_trials(study, [Draft()], expected=0) is None
    records = store.create_trials(study, [Draft(), Draft()], expected=1)
    assert records is not None
    assert [record.number for record in records] == [1, 2]
    assert records == list(store.changes(study, 0).trials)[1:]


def test_a_write_waits_for_a_program_that_holds_the_file(store: SqlStorage, tmp_path: Path) -> None:
    study = new_study(store)
    other = sqlite3.connect(tmp_path / "s.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.4, lambda: other.execute("COMMIT"))
    release.start()
    assert start(store, study) == 0
    release.join()
    other.close()


def test_a_file_that_stays_locked_is_an_error_in_the_end(
    store: SqlStorage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    study = new_study(store)
    monkeypatch.setattr(sqlite, "PATIENCE_SECONDS", 0.1)
    other = sqlite3.connect(tmp_path / "s.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="locked"):
        start(store, study)
    other.close()
    assert start(store, study) == 0


def test_writers_queue_at_the_gate_beside_the_file(store: SqlStorage, tmp_path: Path) -> None:
    study = new_study(store)
    gate = Gate(tmp_path / "s.db-gate")
    with gate:
        writer = threading.Thread(target=start, args=(store, study))
        writer.start()
        writer.join(0.2)
        assert writer.is_alive()
        assert not store.changes(study, 0).trials
    writer.join()
    assert len(store.changes(study, 0).trials) == 1
    gate.close()


def test_one_read_shows_one_state_although_others_write_meanwhile(store: SqlStorage, tmp_path: Path) -> None:
    study = new_study(store)
    start(store, study)
    other = SqlStorage(f"sqlite:///{tmp_path / 's.db'}")

    def write_first(*call: Any) -> None:
        if "FROM trial" in call[2]:
            other.update_trials(study, [finish(start(other, study))], [Report(0, 1, 0, "", 1.0)])

    event.listen(engine_of(store), "before_cursor_execute", write_first)
    seen = store.changes(study, 0)
    assert ([record.number for record in seen.trials], list(seen.reports)) == ([0], [])
    assert all(record.revision <= seen.revision for record in seen.trials)
    other.close()


def test_a_damaged_row_is_named(store: SqlStorage, tmp_path: Path) -> None:
    study = new_study(store)
    start(store, study)
    for damage in ("params = '{'", 'domains = \'{"x":{"type":"odd"}}\'', "tags = '[1', params = NULL"):
        other = sqlite3.connect(tmp_path / "s.db")
        other.execute(f"UPDATE trial SET {damage}")  # noqa: S608 - the texts above
        other.commit()
        other.close()
        with pytest.raises(StorageError, match="trial 0"):
            store.changes(study, 0)


def test_the_database_refuses_states_that_do_not_exist(store: SqlStorage, tmp_path: Path) -> None:
    start(store, new_study(store))
    other = sqlite3.connect(tmp_path / "s.db")
    with pytest.raises(sqlite3.IntegrityError, match="state_is_known"):
        other.execute("UPDATE trial SET state = 'DONE'")
    other.close()


def test_the_clock_is_that_of_the_machine_to_the_millisecond(store: SqlStorage) -> None:
    before = time.time()
    new_study(store)
    assert before - 0.002 <= store.get_study("s").created <= time.time() + 0.002


@pytest.mark.parametrize("name", ["sqlite", "postgresql", "mysql"])
def test_every_statement_can_be_said_in_every_dialect(name: str) -> None:
    dialect = URL.create(name).get_dialect()()
    for table in metadata.tables.values():
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=dialect))
    for statement_name in statements.__all__:
        found = getattr(statements, statement_name)
        for statement in found if isinstance(found, tuple) else (found,):
            if dialect.update_returning or not statement_name.endswith("_RETURNING"):
                assert str(statement.compile(dialect=dialect))


def test_the_sql_library_loads_with_the_first_sql_store_only() -> None:
    code = (
        "import sys, luthier.storage, luthier.storage.registry; luthier.storage.connect();"
        "sys.exit('sqlalchemy' in sys.modules or 'sqlite3' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_long_read_holds_up_its_own_store_alone(store: SqlStorage, tmp_path: Path) -> None:
    """A quick write waits for the reader of its store; another one does not wait for that write."""
    other = SqlStorage(f"sqlite:///{tmp_path / 's.db'}")
    study = new_study(store)
    reading, read_on, done = threading.Event(), threading.Event(), threading.Event()

    def look(_connection: object) -> None:
        reading.set()
        read_on.wait(30)

    def enqueue() -> None:
        other.create_trials(study, [Draft()])
        done.set()

    reader = threading.Thread(target=store.database.read, args=(look,))
    writer = threading.Thread(target=store.renew_leases, args=("me",))
    reader.start()
    reading.wait(30)
    writer.start()
    time.sleep(0.2)  # the writer is at the reader's lock by now
    threading.Thread(target=enqueue, daemon=True).start()
    came = done.wait(10)
    read_on.set()
    for thread in (reader, writer):
        thread.join()
    done.wait(30)
    other.close()
    assert came
