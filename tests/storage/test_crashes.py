"""What was acknowledged survives any death; what the dead held goes to the living at once."""

# ruff: noqa: S106 - a token is a fence, not a password

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from luthier.records.state import TrialState
from luthier.storage import SqlStorage
from luthier.storage.protocol import Draft
from luthier.testing.storage_steps import finish, new_study, start

STORM = str(Path(__file__).with_name("storm.py"))


def run(*arguments: str) -> None:
    done = subprocess.run([sys.executable, STORM, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def check_after_storm(folder: Path, kills: int) -> None:
    """The invariants of the store after all of its workers were killed."""
    store = SqlStorage(f"sqlite:///{folder / 'storm.db'}")
    study = store.get_study("storm").study_id
    store.expire_leases(study)
    trials = {record.number: record for record in store.changes(study, 0).trials}
    assert sorted(trials) == list(range(len(trials)))
    assert not [number for number, record in trials.items() if record.state is TrialState.RUNNING]
    lines = [line.split() for file in folder.glob("*.acknowledged") for line in file.read_text().splitlines()]
    assert len(lines) > kills
    assert len({number for number, _ in lines}) == len(lines)
    for number, value in lines:
        assert (trials[int(number)].state, trials[int(number)].values) == (
            TrialState.COMPLETE,
            (float(value),),
        )
    store.close()
    database = sqlite3.connect(folder / "storm.db")
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    database.close()


def test_killed_workers_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    run("kills", str(tmp_path), "1", "25")
    check_after_storm(tmp_path, 25)


@pytest.mark.slow
def test_hundreds_of_killed_workers_lose_nothing(tmp_path: Path) -> None:
    run("kills", str(tmp_path), "2", "300")
    check_after_storm(tmp_path, 300)


def test_eight_processes_open_a_new_file_at_the_same_moment(tmp_path: Path) -> None:
    run("opens", str(tmp_path), "8")


def test_the_trial_of_a_dead_process_is_free_at_once_although_its_child_lives(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, STORM, "orphan", str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        store = SqlStorage(f"sqlite:///{tmp_path / 'storm.db'}")
        study = store.get_study("storm").study_id
        assert store.expire_leases(study) == []
        process.kill()
        process.wait()
        os.kill(child, 0)
        assert store.expire_leases(study) == [0]
        store.close()
    finally:
        process.kill()
        os.kill(child, signal.SIGKILL)
        process.communicate()


def test_a_forked_child_writes_with_connections_of_its_own(tmp_path: Path) -> None:
    store = SqlStorage(f"sqlite:///{tmp_path / 's.db'}")
    study = new_study(store)
    start(store, study, "parent")
    child = os.fork()
    if child == 0:
        code = 1
        try:
            store.update_trials(study, [finish(start(store, study, "child"), "child")])
            code = 0
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
    assert None not in store.update_trials(study, [finish(0, "parent")])
    states = [record.state for record in store.changes(study, 0).trials]
    assert states == [TrialState.COMPLETE, TrialState.COMPLETE]
    store.close()


def test_an_owner_dead_in_one_study_is_dead_in_all(tmp_path: Path) -> None:
    dead, living = (SqlStorage(f"sqlite:///{tmp_path / 's.db'}") for _ in range(2))
    studies = [new_study(dead, name) for name in ("a", "b")]
    for study in studies:
        dead.create_trials(study, [Draft(token="t", owner="w")])
    dead.database.owners.forget()  # what the kernel does at a death
    assert [living.expire_leases(study) for study in studies] == [[0], [0]]
    assert not list((tmp_path / "s.db-owners").iterdir())
    living.close()
    dead.close()
