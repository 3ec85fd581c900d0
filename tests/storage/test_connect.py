"""What users write becomes a store, or an error that says what was expected, what came and what to do."""

import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest

from luthier.base.errors import NewerSchema, StorageError
from luthier.storage import MemoryStorage, SqlStorage, connect
from luthier.storage.place import network_filesystem
from luthier.testing.storage_steps import new_study


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_nothing_is_a_new_store_in_memory() -> None:
    first, second = connect(), connect(None)
    assert isinstance(first, MemoryStorage)
    assert first is not second


def test_a_store_is_itself() -> None:
    store = MemoryStorage()
    assert connect(store) is store


def test_urls_and_paths_of_one_file_are_one_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    forms: list[str | Path] = [
        "sqlite:///s.db",
        f"sqlite:///{tmp_path}/s.db",
        "sqlite+pysqlite:///s.db",
        "s.db",
        tmp_path / "s.db",
    ]
    for count, name in enumerate(forms, 1):
        store = connect(name)
        new_study(store, str(count))
        assert len(store.list_studies()) == count
        store.close()


@pytest.mark.parametrize("name", ["a b.db", "100%41.db", "why?.db", "ü #1.db", "a&b=c;d.db"])
def test_a_path_is_taken_as_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    for form in (name, tmp_path / "whole" / name):
        (tmp_path / "whole").mkdir(exist_ok=True)
        store = connect(form)
        new_study(store, "s")
        assert (tmp_path / form).is_file()
        store.close()


@pytest.mark.parametrize(
    "wrong",
    [
        "study",
        "",
        42,
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite://host/s.db",
        "sqlite:///s.db?mode=ro",
        "sqlite:///why?.db",
        "sqlite+aiosqlite:///s.db",
        "postgresql://user:secret@host/db",
        "nonsense://x",
        "://x",
        "/no/such/folder/s.db",
        "/proc/s.db",
    ],
)
def test_what_names_no_store_is_an_error_in_three_parts(wrong: Any) -> None:
    with pytest.raises(StorageError, match=r"Expected .*, got .*\. .*\.") as caught:
        connect(wrong)
    assert "secret" not in str(caught.value)


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="folder"):
        connect(f"sqlite:///{tmp_path}")


@pytest.mark.parametrize(
    "content", ["not a database at all, but a text that is long enough for a header" * 40, "x"]
)
def test_another_file_is_refused_and_left_as_it_is(tmp_path: Path, content: str) -> None:
    path = tmp_path / "notes.db"
    path.write_text(content)
    with pytest.raises(StorageError):
        connect(path)
    assert path.read_text() == content
    assert names(tmp_path) == ["notes.db"]


def test_a_database_of_others_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "theirs.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE trials (trial_id INTEGER)")
    other.commit()
    other.close()
    before = path.read_bytes()
    with pytest.raises(StorageError, match="trials"):
        connect(path)
    assert path.read_bytes() == before
    assert names(tmp_path) == ["theirs.db"]


def test_a_store_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    connect(path).close()
    other = sqlite3.connect(path)
    other.execute("UPDATE luthier_schema SET version = version + 1")
    other.commit()
    other.close()
    with pytest.raises(NewerSchema, match="Upgrade"):
        connect(path)


def test_the_files_of_a_store_are_their_owners_alone(tmp_path: Path) -> None:
    store = SqlStorage(f"sqlite:///{tmp_path / 's.db'}")
    new_study(store)
    store.renew_leases("w")
    for file in tmp_path.rglob("*"):
        assert not stat.S_IMODE(file.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO), file
    store.close()
    assert names(tmp_path) == ["s.db", "s.db-gate"]


MOUNTS = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:50 / /home rw shared:2 - nfs4 server:/home rw
31 30 0:51 / /home/me/my\\040disk rw - xfs /dev/sdb rw
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/", None),
        ("/srv/x", None),
        ("/home", "nfs4"),
        ("/home/me", "nfs4"),
        ("/home/me/my disk/a", None),
        ("/homes", None),
    ],
)
def test_the_nearest_mount_says_whether_a_folder_is_on_the_network(folder: str, kind: str | None) -> None:
    assert network_filesystem(Path(folder), MOUNTS) == kind


def test_a_store_on_a_network_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"30 22 0:50 / {tmp_path} rw - nfs4 server:/ rw\n")
    monkeypatch.setattr("luthier.storage.place.MOUNTS", mounts)
    with pytest.raises(StorageError, match="network file system"):
        connect(tmp_path / "s.db")
