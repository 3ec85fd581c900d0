"""Studies of Optuna's own files come over whole, and go on here."""

import hashlib
import json
import math
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import luthier
from luthier.cli.main import cli
from luthier.records.state import TrialState

DATA = Path(__file__).parents[1] / "compat" / "optuna" / "data"

#: What Optuna calls a state, and what it is here.
STATES = {
    "COMPLETE": TrialState.COMPLETE,
    "PRUNED": TrialState.PRUNED,
    "FAIL": TrialState.FAILED,
    "RUNNING": TrialState.WAITING,
    "WAITING": TrialState.WAITING,
}


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), catch_exceptions=True)


@pytest.fixture(params=["sqlite", "journal"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, dict]:
    """A file that Optuna 5.0.0 wrote, and what Optuna itself reads from it."""
    expected = json.loads((DATA / f"expected_{request.param}.json").read_text())
    if request.param == "journal":
        return DATA / "optuna_journal.log", expected
    path = tmp_path / "optuna.db"
    connection = sqlite3.connect(path)
    connection.executescript((DATA / "optuna_v12.sql").read_text())
    connection.close()
    return path, expected


def same(left: float | None, right: float | None) -> bool:
    """Equality under which NaN is itself; moments are equal to the microsecond."""
    if left is None or right is None:
        return left is right
    return left == right or (math.isnan(left) and math.isnan(right)) or abs(left - right) < 1e-5


def test_everything_that_optuna_reads_is_here_after_an_import(
    source: tuple[Path, dict], tmp_path: Path
) -> None:
    path, expected = source
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    store = str(tmp_path / "luthier.db")
    result = run("import", str(path), "--to", store)
    assert result.exit_code == 0, result.output
    assert "Imported 'all kinds': 9 trials, 2 of them to be run next" in result.output
    assert {summary.study.name for summary in luthier.list_studies(storage=store)} == set(expected)
    for name, told in expected.items():
        study = luthier.load_study(name, storage=store)
        assert [str(direction) for direction in study.directions] == told["directions"]
        assert list(study.metric_names or ()) == (told["metric_names"] or [])
        assert study.user_attrs == told["user_attrs"]
        for record, trial in zip(study.trials, told["trials"], strict=True):
            assert record.number == trial["number"]
            assert record.state is STATES[trial["state"]]
            if not record.state.finished:
                continue
            assert record.params == trial["params"]
            assert list(map(type, record.params.values())) == list(map(type, trial["params"].values()))
            assert record.params.keys() == record.domains.keys()
            assert all(record.domains[key].contains(value) for key, value in record.params.items())
            assert list(record.values or ()) == (trial["values"] or [])
            assert record.user_attrs == trial["user_attrs"]
            assert record.constraints == trial["constraints"]
            assert same(record.started, trial["started"])
            assert same(record.finished, trial["finished"])
            reports = study.reports(record.number)
            assert list(map(str, reports)) == list(trial["intermediate_values"])
            assert all(map(same, reports.values(), trial["intermediate_values"].values()))
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


def test_an_imported_study_goes_on_with_what_waits(source: tuple[Path, dict], tmp_path: Path) -> None:
    store = str(tmp_path / "luthier.db")
    run("import", str(source[0]), "--to", store, "--study", "all kinds")
    study = luthier.load_study("all kinds", storage=store)
    assert [study.trials[number].given for number in (7, 8)] == [{"x": 1.5}, {"x": 2.5, "kind": "adam"}]
    assert study.trials[8].user_attrs == {"who": "you"}
    study.optimize(lambda trial: trial.suggest_float("x", -5, 5) ** 2, n_trials=4, progress=False)
    assert [record.params["x"] for record in study.trials[7:9]] == [1.5, 2.5]
    assert len(study.trials) == 11
    assert study.best_value <= source[1]["all kinds"]["trials"][6]["values"][0]


def test_a_second_import_changes_nothing_and_says_so(source: tuple[Path, dict], tmp_path: Path) -> None:
    store = str(tmp_path / "luthier.db")
    run("import", str(source[0]), "--to", store)
    study = luthier.load_study("all kinds", storage=store)
    study.optimize(lambda trial: trial.suggest_float("x", -5, 5) ** 2, n_trials=3, progress=False)
    before = study.trials
    again = run("import", str(source[0]), "--to", store)
    assert again.exit_code == 0, again.output
    assert "'all kinds' is there already, with its 9 trials" in again.output
    assert luthier.load_study("all kinds", storage=store).trials == before


def test_an_import_that_was_cut_off_is_completed(source: tuple[Path, dict], tmp_path: Path) -> None:
    store = str(tmp_path / "luthier.db")
    luthier.create_study("all kinds", storage=store, direction="minimize")
    assert run("import", str(source[0]), "--to", store, "--study", "all kinds").exit_code == 0
    whole = luthier.load_study("all kinds", storage=store)
    assert (len(whole.trials), len(whole.reports(0))) == (9, 3)


def test_another_study_of_that_name_stays_as_it_is(source: tuple[Path, dict], tmp_path: Path) -> None:
    store = str(tmp_path / "luthier.db")
    mine = luthier.create_study("pair", storage=store, directions=["maximize", "minimize"])
    mine.optimize(lambda trial: (trial.suggest_float("a", 0, 1), 0.0), n_trials=3, progress=False)
    result = run("import", str(source[0]), "--to", store, "--study", "pair")
    assert result.exit_code == 1
    assert "--name" in str(result.exception)
    assert run("import", str(source[0]), "--to", store, "--study", "pair", "--name", "theirs").exit_code == 0
    assert len(luthier.load_study("theirs", storage=store).trials) == 3
    assert len(luthier.load_study("pair", storage=store).trials) == 3


def test_nothing_is_written_when_one_study_of_the_file_clashes(
    source: tuple[Path, dict], tmp_path: Path
) -> None:
    store = str(tmp_path / "luthier.db")
    luthier.create_study("added", storage=store, direction="maximize")
    assert run("import", str(source[0]), "--to", store).exit_code == 1
    assert len(luthier.list_studies(storage=store)) == 1


def test_a_study_that_is_not_in_the_file_is_named_with_those_that_are(
    source: tuple[Path, dict], tmp_path: Path
) -> None:
    result = run("import", str(source[0]), "--to", str(tmp_path / "luthier.db"), "--study", "nope")
    assert result.exit_code == 1
    assert "'all kinds'" in str(result.exception)
