"""`luthier sweep` and `luthier agent`: plans, errors, changes, and sweeps in which nothing works."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import luthier
from luthier.cli.main import cli

SWEEP = """
program: train.py
method: random
metric: {name: loss, goal: minimize}
parameters:
  lr: {min: 0.0, max: 1.0}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's folder with a sweep in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LUTHIER_STORAGE", raising=False)
    monkeypatch.delenv("WANDB_AGENT_DISABLE_FLAPPING", raising=False)
    (tmp_path / "sweep.yaml").write_text(SWEEP, encoding="utf-8")
    (tmp_path / "train.py").write_text("print('loss: 0.5')", encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    """The command's output and exit code."""
    return CliRunner().invoke(cli, list(arguments))


def change(folder: Path, old: str, new: str) -> None:
    """Edit the file."""
    text = (folder / "sweep.yaml").read_text(encoding="utf-8")
    assert old in text
    (folder / "sweep.yaml").write_text(text.replace(old, new), encoding="utf-8")


def test_a_dry_run_shows_the_plan_and_makes_nothing(folder: Path) -> None:
    change(
        folder,
        "parameters:",
        "run_cap: 7\nearly_terminate: {type: hyperband, min_iter: 2}\nparameters:\n  k: {value: 3}",
    )

    result = run("sweep", "sweep.yaml", "--dry-run", "--count", "9")

    assert result.exit_code == 0
    shown = dict(line.strip().split("  ", 1) for line in result.output.splitlines())
    assert {name: told.strip() for name, told in shown.items()} == {
        "study": "sweep in luthier.db",
        "method": "random: independent draws",
        "metric": "minimize loss",
        "runs": "at most 7 (run_cap)",
        "early stop": "hyperband at iterations 2, 6, 18, 54, 162, … of the metric: about 1 in 3 goes on",
        "k": "3",
        "lr": "0 to 1",
        "such as": "python train.py --k=3 --lr=0.5",
    }
    assert not Path("luthier.db").exists()


def test_a_wrong_file_exits_with_2_and_one_line_a_problem(folder: Path) -> None:
    change(folder, "min: 0.0", "min: 2.0")

    result = run("sweep", "sweep.yaml", "--dry-run")

    assert result.exit_code == 2
    assert result.stderr == (
        "sweep.yaml:6: parameters.lr.max: Expected min < max, got min=2.0, max=1.0. "
        "Swap them, or use value: for a constant.\n"
    )


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("program: train.py", "program: tain.py", "Expected the script 'tain.py' in"),
        ("program: train.py", "description: x", 'program: Expected "program", got none.'),
    ],
)
def test_a_script_that_is_not_there_is_told_before_anything_runs(
    folder: Path, old: str, new: str, told: str
) -> None:
    change(folder, old, new)

    result = run("sweep", "sweep.yaml")

    assert result.exit_code == 2
    assert told in result.stderr
    assert not Path("luthier.db").exists()


def test_a_changed_file_says_what_differs(folder: Path) -> None:
    assert run("sweep", "sweep.yaml", "--count", "0").exit_code == 0
    change(folder, "max: 1.0", "max: 2.0")
    change(folder, "method: random", "method: bayes")

    result = run("sweep", "sweep.yaml", "--count", "0")

    assert result.exit_code == 2
    assert "method: 'random' -> 'bayes'" in result.stderr
    assert "parameters.lr.max: 1.0 -> 2.0" in result.stderr
    assert run("sweep", "sweep.yaml", "--count", "0", "--update").exit_code == 0
    assert run("sweep", "sweep.yaml", "--count", "0").exit_code == 0
    assert run("sweep", "sweep.yaml", "--count", "0", "--name", "other").exit_code == 0


def test_another_metric_needs_another_study(folder: Path) -> None:
    assert run("sweep", "sweep.yaml", "--count", "0").exit_code == 0
    change(folder, "name: loss", "name: error")

    result = run("sweep", "sweep.yaml", "--count", "0", "--update")

    assert result.exit_code == 2
    assert "metric.name: 'loss' -> 'error'" in result.stderr
    assert "--update" not in result.stderr


def test_an_agent_needs_a_sweep() -> None:
    luthier.create_study("plain", storage="luthier.db")

    plain, missing = run("agent", "plain"), run("agent", "missing")

    assert plain.exit_code == 2
    assert "Expected a study that a sweep has made" in plain.stderr
    assert isinstance(missing.exception, luthier.StudyNotFound)


@pytest.mark.parametrize("name", ["WANDB_AGENT_KILL_DELAY", "WANDB_AGENT_MAX_INITIAL_FAILURES"])
def test_a_variable_that_is_no_number_is_told(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "soon")

    exception = run("sweep", "sweep.yaml", "--count", "1").exception

    assert isinstance(exception, luthier.InvalidInput)
    assert str(exception) == f"Expected a number >= 0 in ${name}, got 'soon'. Correct or unset it."


def test_a_sweep_in_which_nothing_works_ends_soon_and_shows_why(folder: Path) -> None:
    (folder / "train.py").write_text("import sys\nprint('starting')\nsys.exit('no data')", encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "luthier.cli.main", "sweep", "sweep.yaml", "--count", "50"],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode == 1
    assert (
        "Stopped: the first 3 runs failed. The last one, trial 2: ScriptError: exit code 1: no data"
        in done.stdout
    )
    assert "    starting\n" in done.stdout
    assert "runner.py" not in (luthier.load_study(storage="luthier.db").trials[0].detail or "")


def test_a_failure_among_runs_that_work_ends_nothing(folder: Path) -> None:
    (folder / "train.py").write_text(
        "import os\nassert os.environ['LUTHIER_TRIAL'] == '0'\nprint('loss: 0.5')", encoding="utf-8"
    )

    assert run("sweep", "sweep.yaml", "--count", "5").exit_code == 0

    states = [record.state.value for record in luthier.load_study(storage="luthier.db").trials]
    assert states == ["COMPLETE"] + ["FAILED"] * 4


def test_a_sweep_without_a_metric_counts_what_went_well(folder: Path) -> None:
    change(folder, "metric: {name: loss, goal: minimize}\n", "")

    result = run("sweep", "sweep.yaml", "--count", "1")

    assert result.exit_code == 0
    study = luthier.load_study(storage="luthier.db")
    assert (study.metric_names, study.best_value) == (("exit_code",), 0.0)


def test_a_finished_sweep_says_so(folder: Path) -> None:
    change(folder, "parameters:", "run_cap: 1\nparameters:")

    first, second = (run("sweep", "sweep.yaml") for _ in range(2))

    assert "1 run in" in first.output
    assert "Best: trial 0 with loss 0.5" in first.output
    assert "Nothing is left to run." in second.output
    assert "luthier show luthier.db sweep" in second.output


def test_a_grid_whose_script_was_wrong_says_how_to_begin_anew(folder: Path) -> None:
    (folder / "train.py").write_text("import sys\nsys.exit('no data')", encoding="utf-8")
    change(folder, "method: random", "method: grid")
    change(folder, "lr: {min: 0.0, max: 1.0}", "lr: {values: [0.1]}")

    first, second = (run("sweep", "sweep.yaml") for _ in range(2))

    assert first.exit_code == second.exit_code == 1
    assert "Nothing is left to run.\nOne run failed" in second.output
    assert "1 run in" in run("sweep", "sweep.yaml", "--name", "again").output
