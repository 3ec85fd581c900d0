"""What the readers of Optuna's files make of forms that today's Optuna no longer writes, and of damage."""

import json
import sqlite3
from pathlib import Path

import pytest

import luthier
from luthier.base.errors import StorageError
from luthier.compat.optuna.reader import read_studies
from luthier.compat.optuna.reader_trials import domain_of, value_of
from luthier.space.domains import Categorical, Domain, Float, Int

DATA = Path(__file__).parent / "data"


def old(name: str, **attributes: object) -> str:
    return json.dumps({"name": name, "attributes": attributes})


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        (old("UniformDistribution", low=0.0, high=1.0), Float(0, 1)),
        (old("LogUniformDistribution", low=0.1, high=1.0), Float(0.1, 1, log=True)),
        (old("DiscreteUniformDistribution", low=0.0, high=1.0, q=0.25), Float(0, 1, step=0.25)),
        (old("IntUniformDistribution", low=1, high=9, step=2), Int(1, 9, step=2)),
        (old("IntUniformDistribution", low=1, high=9), Int(1, 9)),
        (old("IntLogUniformDistribution", low=1, high=9, step=1), Int(1, 9, log=True)),
        (old("FloatDistribution", low=0.0, high=1.0, log=False, step=None), Float(0, 1)),
        (old("IntDistribution", low=1, high=9, log=False, step=4), Int(1, 9, step=4)),
        (old("CategoricalDistribution", choices=["a", None, 1, True]), Categorical(("a", None, 1, True))),
        ('{"type": "float", "low": 0, "high": 1}', Float(0, 1)),
        ('{"type": "int", "low": 1, "high": 8, "log": true}', Int(1, 8, log=True)),
        ('{"type": "categorical", "choices": ["a", "a", "b"]}', Categorical(("a", "b"))),
    ],
)
def test_every_form_of_a_range_is_read(text: str, domain: Domain) -> None:
    assert domain_of(text) == domain


def test_a_choice_is_read_by_value_and_an_integer_is_one() -> None:
    choices = old("CategoricalDistribution", choices=["a", None, 1.5])
    assert [value_of(float(place), choices) for place in range(3)] == ["a", None, 1.5]
    value = value_of(3.0, old("IntUniformDistribution", low=1, high=9, step=2))
    assert (value, type(value)) == (3, int)


@pytest.mark.parametrize("text", ['{"name": "OtherDistribution", "attributes": {}}', "[]", "no json", "{}"])
def test_a_range_that_is_none_of_optunas_is_named(text: str) -> None:
    with pytest.raises(StorageError, match="a search range of Optuna"):
        domain_of(text)


def test_the_last_line_of_a_journal_may_be_torn(tmp_path: Path) -> None:
    whole = (DATA / "optuna_journal.log").read_bytes()
    torn = tmp_path / "torn.log"
    torn.write_bytes(whole + b'{"op_code":4,"worker_id":"w","study_id":0,"datetime_st')
    assert read_studies(torn) == read_studies(DATA / "optuna_journal.log")


def test_damage_before_the_last_line_of_a_journal_is_named_with_its_line(tmp_path: Path) -> None:
    lines = (DATA / "optuna_journal.log").read_text().splitlines(keepends=True)
    damaged = tmp_path / "damaged.log"
    damaged.write_text("".join([*lines[:4], lines[4][:20] + "\n", *lines[5:]]))
    with pytest.raises(StorageError, match="line 5"):
        read_studies(damaged)


def test_changes_of_a_finished_trial_are_refused_as_on_optunas_own_replay(tmp_path: Path) -> None:
    late = {"op_code": 8, "worker_id": "w", "trial_id": 0, "user_attr": {"late": 1}}
    twice = {
        "op_code": 6,
        "worker_id": "w",
        "trial_id": 0,
        "state": 3,
        "values": None,
        "datetime_complete": "2020-01-01",
    }
    path = tmp_path / "late.log"
    lines = "".join(json.dumps(line) + "\n" for line in (late, twice))
    path.write_text((DATA / "optuna_journal.log").read_text() + lines)
    assert read_studies(path) == read_studies(DATA / "optuna_journal.log")


@pytest.mark.parametrize(("version", "library"), [(11, "2.10.1"), (13, "9.0.0")])
def test_a_store_of_another_version_says_how_to_get_there(tmp_path: Path, version: int, library: str) -> None:
    path = tmp_path / "optuna.db"
    connection = sqlite3.connect(path)
    connection.executescript((DATA / "optuna_v12.sql").read_text())
    connection.execute("UPDATE version_info SET schema_version = ?, library_version = ?", (version, library))
    connection.commit()
    connection.close()
    with pytest.raises(StorageError, match=f"version {version} of Optuna {library}.*storage upgrade"):
        read_studies(path)


def test_files_of_others_are_told_apart(tmp_path: Path) -> None:
    own = tmp_path / "own.db"
    luthier.create_study("s", storage=str(own))
    with pytest.raises(StorageError, match="a store of luthier"):
        read_studies(own)
    foreign = tmp_path / "foreign.db"
    connection = sqlite3.connect(foreign)
    connection.execute("CREATE TABLE songs (name TEXT)")
    connection.commit()
    connection.close()
    with pytest.raises(StorageError, match="songs"):
        read_studies(foreign)
    text = tmp_path / "notes.txt"
    text.write_text("hello\n")
    with pytest.raises(StorageError, match="line 1"):
        read_studies(text)
    with pytest.raises(StorageError, match="No such file"):
        read_studies(tmp_path / "none.db")
    with pytest.raises(StorageError, match="copy_study"):
        read_studies("mysql://me:secret@host/db")


def test_a_url_names_the_same_file_as_its_path(tmp_path: Path) -> None:
    path = tmp_path / "op tuna.db"
    connection = sqlite3.connect(path)
    connection.executescript((DATA / "optuna_v12.sql").read_text())
    connection.close()
    path.chmod(0o444)
    assert read_studies(f"sqlite:///{path}") == read_studies(path)
    assert [study.name for study in read_studies(path)] == ["all kinds", "pair", "old constraints", "added"]
