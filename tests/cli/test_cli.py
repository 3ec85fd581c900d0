"""The `luthier` command on a store, also while a study runs on it."""

import ast
import csv
import io
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import luthier
from luthier.cli.main import cli


def run(*arguments: str) -> Result:
    """The command's output and exit code."""
    return CliRunner().invoke(cli, list(arguments), catch_exceptions=True)


@pytest.fixture
def store(tmp_path: Path) -> str:
    """A store with a finished study and a queued trial, as a path."""
    path = str(tmp_path / "demo.db")
    study = luthier.create_study("digits", storage=path, seed=0, direction="maximize")

    def objective(trial: luthier.Trial) -> float:
        kernel = trial.suggest_categorical("kernel", [(3, 3), (5, 5)])
        x = trial.suggest_float("x", -5, 5)
        trial.report(x, 0)
        if trial.number == 2:
            raise ValueError("no luck")
        return -(x**2) - kernel[0]

    study.optimize(objective, n_trials=6, catch=ValueError, progress=False)
    study.enqueue({"x": 1.0})
    return path


def test_ls_lists_studies_with_counts(store: str) -> None:
    result = run("ls", store)

    assert result.exit_code == 0
    assert "digits" in result.output
    assert "5 complete" in result.output
    assert json.loads(run("ls", store, "--format", "json").output)[0]["trials"] == {
        "COMPLETE": 5,
        "FAILED": 1,
        "WAITING": 1,
    }


def test_show_has_a_row_a_trial(store: str) -> None:
    result = run("show", store, "digits")

    assert result.exit_code == 0
    assert "ValueError: no luck" in result.output
    assert len(json.loads(run("show", store, "--format", "json").output)) == 7
    failed = json.loads(run("show", store, "--state", "failed", "--format", "json").output)
    assert [trial["number"] for trial in failed] == [2]


def test_show_one_trial_has_its_reports_and_its_traceback(store: str) -> None:
    result = run("show", store, "--trial", "2")

    assert result.exit_code == 0
    assert "raise ValueError" in result.output
    assert "reports" in result.output
    assert run("show", store, "--trial", "99").exit_code == 2


def test_best_is_python_to_paste(store: str) -> None:
    result = run("best", store)

    study = luthier.load_study(storage=store)
    module = ast.parse(result.output)
    assert result.output.startswith(f"# digits: trial {study.best_trial.number}, value {study.best_value!r}")
    assert ast.literal_eval(module.body[0].value) == study.best_params  # type: ignore[attr-defined]  # an assignment
    assert json.loads(run("best", store, "--format", "json").output)["number"] == study.best_trial.number


def test_export_writes_all_trials(store: str, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("export", store).output)))

    assert [row["number"] for row in rows] == [str(number) for number in range(7)]
    assert rows[2]["state"] == "FAILED"
    assert float(rows[0]["params_x"]) == luthier.load_study(storage=store).trials[0].params["x"]
    target = tmp_path / "trials.jsonl"
    assert run("export", store, "-o", str(target)).exit_code == 0
    assert [json.loads(line)["number"] for line in target.read_text().splitlines()] == list(range(7))
    assert len(json.loads(run("export", store, "--format", "json").output)) == 7


def test_text_never_becomes_a_formula_in_a_spreadsheet(tmp_path: Path) -> None:
    path = str(tmp_path / "s.db")
    study = luthier.create_study("s", storage=path)
    study.optimize(lambda trial: len(trial.suggest_categorical("c", ["=1+1"])), n_trials=1, progress=False)

    (row,) = csv.DictReader(io.StringIO(run("export", path).output))

    assert row["params_c"] == "'=1+1"


def test_text_that_no_file_can_hold_is_exported_and_shown_as_escapes(tmp_path: Path) -> None:
    path, target = str(tmp_path / "s.db"), tmp_path / "trials.csv"
    study = luthier.create_study("s", storage=path)
    failed = luthier.TrialRecord(
        0,
        luthier.TrialState.FAILED,
        user_attrs={"half \ud800": "é\udfff"},
        reason="ValueError: \ud801",
    )
    study.add_trials([failed])

    for written in (run("export", path).output, run("export", path, "-o", str(target)).output):
        (row,) = csv.DictReader(io.StringIO(written or target.read_text(encoding="utf-8")))
        assert row["user_attrs_half \\ud800"] == "é\\udfff"
        assert row["reason"] == "ValueError: \\ud801"
    assert "\\ud801" in run("show", path).output
    shown = run("show", path, "--trial", "0").output
    assert "half \\ud800" in shown
    assert "ValueError: \\ud801" in shown


def test_at_least_one_trial_is_shown(store: str) -> None:
    for last in ("0", "-1"):
        result = run("show", store, "--last", last)
        assert result.exit_code == 2
        assert "--last" in result.output
    (trial,) = json.loads(run("show", store, "--last", "1", "--format", "json").output)
    assert trial["number"] == 6


def test_looking_creates_nothing(tmp_path: Path) -> None:
    missing = tmp_path / "missing.db"
    done = subprocess.run(
        [sys.executable, "-m", "luthier", "ls", str(missing)],
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert done.stderr.startswith("luthier: Expected a store")
    assert "Traceback" not in done.stderr
    assert not missing.exists()


def test_a_file_of_optuna_is_told_how_to_come_along(tmp_path: Path) -> None:
    path = tmp_path / "optuna.db"
    with sqlite3.connect(path) as file:
        for table in ("alembic_version", "studies", "study_user_attributes", "trials"):
            file.execute(f"CREATE TABLE {table} (id INTEGER)")
    file.close()

    assert "luthier import FILE" in str(run("ls", str(path)).exception)


def test_an_unknown_study_names_those_that_exist(store: str) -> None:
    result = run("best", store, "digit")

    assert isinstance(result.exception, luthier.StudyNotFound)
    assert "digits" in str(result.exception)


def test_a_study_without_a_best_trial_says_so(tmp_path: Path) -> None:
    path = str(tmp_path / "s.db")
    luthier.create_study("s", storage=path)

    assert isinstance(run("best", path).exception, luthier.NoTrials)
    assert run("show", path).exit_code == 0
