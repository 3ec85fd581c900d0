"""What leaves a store by the command line: whole, legible, and never over a store."""

import csv
import io
import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import luthier
from luthier.storage import SqlStorage
from tests.cli.test_cli import run


@pytest.fixture
def store(tmp_path: Path) -> str:
    """Two studies: one of a function, an infinity and a None, with logs; and an empty one."""
    path = str(tmp_path / "demo.db")
    study = luthier.create_study("odd", storage=path, seed=0)

    def objective(trial: luthier.Trial) -> float:
        trial.suggest_categorical("act", [math.sin])
        trial.suggest_categorical("clip", [math.inf])
        trial.suggest_categorical("layers", [None])
        trial.suggest_int("seed", 2**60, 2**60 + 5)
        for step in range(3):
            trial.report(1.0 / (step + 1), step)
            trial.log({"rate": math.inf}, step)
        if trial.number == 1:
            raise ValueError("no luck")
        return 1.0

    study.optimize(objective, n_trials=2, catch=ValueError, progress=False)
    study.enqueue({"clip": 2.5})
    luthier.create_study("empty", storage=path)
    return path


def test_a_store_is_never_written_over(store: str, tmp_path: Path) -> None:
    for target in (store, str(tmp_path / "other.db")):
        if target != store:
            luthier.create_study("kept", storage=target)
        result = run("export", store, "odd", "-o", target)
        assert result.exit_code == 2
        assert "would be lost" in result.output
    assert len(luthier.load_study("odd", storage=store).trials) == 3
    assert [each.study.name for each in luthier.list_studies(storage=target)] == ["kept"]


def test_a_place_that_cannot_be_written_is_said_in_a_line(store: str, tmp_path: Path) -> None:
    result = run("export", store, "odd", "-o", str(tmp_path / "no" / "x.csv"))
    assert result.exit_code == 1
    assert "Could not open file" in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("ending", ["json", "jsonl"])
def test_json_has_curves_logs_and_tracebacks(store: str, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"all.{ending}"
    assert run("export", store, "odd", "-o", str(path)).exit_code == 0
    text = path.read_text(encoding="utf-8")
    trials = json.loads(text) if ending == "json" else [json.loads(line) for line in text.splitlines()]
    assert trials[0]["reports"] == [[0, 1.0], [1, 0.5], [2, 1 / 3]]
    assert trials[0]["logged"] == {"rate": [[step, {"$float": "inf"}] for step in range(3)]}
    assert "no luck" in trials[1]["detail"]
    assert trials[2]["params"] == {"clip": 2.5}
    shown = json.loads(run("show", store, "odd", "--trial", "1", "--format", "json").output)
    assert shown == trials[1]


def test_a_table_tells_none_from_nothing_and_has_what_is_queued(store: str) -> None:
    rows = list(csv.DictReader(io.StringIO(run("export", store, "odd").output)))
    assert [row["params_layers"] for row in rows] == ["null", "null", ""]
    assert [row["params_clip"] for row in rows] == ["inf", "inf", "2.5"]
    assert rows[2]["value"] == ""


def test_integers_beyond_what_floats_tell_apart_are_kept(store: str) -> None:
    """Where a trial lacks one, pandas would make them floats."""
    study = luthier.load_study("odd", storage=store)
    column = study.trials_frame()["params_seed"]
    assert [column[0], column[1]] == [study.trials[number].params["seed"] for number in (0, 1)]
    assert column.isna().tolist() == [False, False, True]


def test_best_runs_whatever_the_choices_are(store: str) -> None:
    told: dict[str, Any] = {}
    exec(run("best", store, "odd").output, told)  # noqa: S102 - what the command is for
    seed = told["params"].pop("seed")
    assert 2**60 <= seed <= 2**60 + 5
    assert told["params"] == {"act": math.sin, "clip": math.inf, "layers": None}


def test_an_empty_study_has_no_trial_to_show(store: str) -> None:
    result = run("show", store, "empty", "--trial", "0")
    assert result.exit_code == 2
    assert "no trials yet" in result.output


def test_the_store_of_the_environment_leaves_room_for_the_study(
    store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUTHIER_STORAGE", store)
    assert "odd" in run("show", "odd").output
    assert run("export", "odd").exit_code == 0
    assert run("best", "odd").exit_code == 0
    assert "a study 'none'" in str(run("show", "none").exception)
    assert run("show", store, "odd").exit_code == 0


def test_a_locale_that_lacks_a_letter_ends_no_command(tmp_path: Path) -> None:
    path = str(tmp_path / "s.db")
    SqlStorage(f"sqlite:///{path}").close()
    luthier.create_study("ünï", storage=path)
    made = subprocess.run(
        [sys.executable, "-m", "luthier.cli.main", "ls", path],
        env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        capture_output=True,
        check=True,
    )
    assert b"\\xfcn" in made.stdout
