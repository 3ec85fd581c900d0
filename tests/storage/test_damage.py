"""Files that were damaged or are in the way: an error of luthier, whatever SQLite or the system says."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from luthier.base.errors import StorageError, StudyNotFound
from luthier.records.trial import Report
from luthier.storage import MemoryStorage, SqlStorage, connect
from luthier.storage.protocol import Draft
from luthier.testing.storage_steps import finish, new_study, start

#: Bytes of a page of SQLite's.
PAGE = 4096

PARTS = r"Expected .*, got .*\. .*\."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStorage]:
    store = SqlStorage(f"sqlite:///{tmp_path / 's.db'}")
    yield store
    store.close()


def change(folder: Path, statement: str) -> None:
    """Do to the store's file what luthier never would."""
    other = sqlite3.connect(folder / "s.db")
    other.execute(statement)
    other.commit()
    other.close()


def test_a_text_that_is_none_is_an_error_of_the_store(store: SqlStorage, tmp_path: Path) -> None:
    study = new_study(store)
    start(store, study)
    change(tmp_path, "UPDATE trial SET params = CAST(x'7bff7d' AS TEXT)")
    with pytest.raises(StorageError, match=PARTS) as caught:
        store.changes(study, 0)
    assert "s.db" in str(caught.value)
    assert start(store, study) == 1


def test_pages_of_junk_are_an_error_of_the_store(store: SqlStorage, tmp_path: Path) -> None:
    study = new_study(store)
    store.create_trials(study, [Draft(user_attrs={"mark": number}) for number in range(400)])
    store.close()
    change(tmp_path, "PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray((tmp_path / "s.db").read_bytes())
    page = content.index(b'{"mark":399}') // PAGE * PAGE  # far from the rows that are read first
    content[page : page + PAGE] = b"\xa5" * PAGE
    (tmp_path / "s.db").write_bytes(content)
    with pytest.raises(StorageError, match=PARTS):
        store.changes(study, 0)


@pytest.mark.parametrize("special", ["'odd'", "''", "x'00'"])
def test_a_damaged_report_is_named(store: SqlStorage, tmp_path: Path, special: str) -> None:
    study = new_study(store)
    store.update_trials(study, [], [Report(start(store, study), 1, 0, "", 1.0)])
    change(tmp_path, f"UPDATE report SET value = NULL, special = {special}")  # noqa: S608 - the texts above
    with pytest.raises(StorageError, match="report"):
        store.changes(study, 0)


def test_a_damaged_trial_is_named_by_its_end(store: SqlStorage, tmp_path: Path) -> None:
    study = new_study(store)
    number = start(store, study)
    change(tmp_path, "UPDATE trial SET tags = '{'")
    with pytest.raises(StorageError, match=f"trial {number}"):
        store.update_trials(study, [finish(number)])


@pytest.mark.parametrize("version", ["'one'", "x'31'", "1.5"])
def test_a_version_that_is_no_number_is_refused(tmp_path: Path, version: str) -> None:
    connect(tmp_path / "s.db").close()
    change(tmp_path, "DROP TABLE luthier_schema")
    change(tmp_path, "CREATE TABLE luthier_schema (version)")
    change(tmp_path, f"INSERT INTO luthier_schema VALUES ({version})")  # noqa: S608 - the texts above
    with pytest.raises(StorageError, match=PARTS):
        connect(tmp_path / "s.db")


def test_a_file_in_the_place_of_the_owners_is_named(store: SqlStorage, tmp_path: Path) -> None:
    study = new_study(store)
    obstacle = tmp_path / "s.db-owners"
    obstacle.write_text("in the way")
    with pytest.raises(StorageError, match=r"s\.db-owners"):
        start(store, study)
    assert not store.changes(study, 0).trials
    obstacle.unlink()
    assert start(store, study) == 0


@pytest.mark.parametrize("create", [True, False])
@pytest.mark.parametrize("name", ["\ud800.db", "a\0b.db", "a" * 300 + ".db", "a" * 250 + ".db"])
@pytest.mark.parametrize("form", ["{}", "sqlite:///{}"])
def test_what_no_file_can_be_called_is_refused(tmp_path: Path, form: str, name: str, create: bool) -> None:  # noqa: FBT001 - a parameter
    with pytest.raises(StorageError, match=PARTS) as caught:
        connect(form.format(tmp_path / name), create=create)
    assert str(caught.value).isprintable()
    assert not [file for file in tmp_path.iterdir() if not file.name.endswith("-gate")]


def test_a_zero_byte_in_an_url_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=PARTS):
        connect(f"sqlite:///{tmp_path}/a%00b.db")


def test_no_study_has_half_a_character_for_its_name(store: SqlStorage) -> None:
    for place in (store, MemoryStorage()):
        with pytest.raises(StudyNotFound, match=r"\\ud800"):
            place.get_study("\ud800")
    new_study(store)
