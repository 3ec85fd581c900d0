"""One store behind all doors: a study made through one goes on through another, natively, and in the command line."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import luthier
from luthier.compat import optuna, tune
from luthier.compat.skopt import gp_minimize
from luthier.compat.skopt.space import Real

SWEEP = """
program: train.py
method: random
metric: {name: loss}
parameters:
  x: {min: 0.0, max: 1.0}
"""

SCRIPT = """
import sys
print("loss:", float(sys.argv[1].split("=")[1]) ** 2)
"""


def by_optuna(store: Path) -> None:
    study = optuna.create_study(study_name="s", storage=f"sqlite:///{store}", load_if_exists=True)
    study.optimize(lambda trial: trial.suggest_float("x", 0.0, 1.0) ** 2, n_trials=3)


def by_tune(store: Path) -> None:
    tune.run(
        lambda config: {"loss": config["x"] ** 2},
        config={"x": tune.uniform(0.0, 1.0)},
        num_samples=3,
        metric="loss",
        mode="min",
        max_concurrent_trials=1,
        storage_path=str(store.parent),
        name="s",
        verbose=0,
    )


def by_skopt(store: Path) -> None:
    x = Real(0.0, 1.0, name="x")
    gp_minimize(
        lambda point: point[0] ** 2, [x], n_calls=3, n_initial_points=3, storage=str(store), study_name="s"
    )


def by_sweep(store: Path) -> None:
    (store.parent / "sweep.yaml").write_text(SWEEP)
    (store.parent / "train.py").write_text(SCRIPT)
    command = ["sweep", "sweep.yaml", "--count", "3", "--storage", str(store), "--name", "s"]
    subprocess.run(
        [sys.executable, "-m", "luthier.cli.main", *command],
        cwd=store.parent,
        check=True,
        capture_output=True,
    )


def natively(store: Path) -> None:
    study = luthier.create_study("s", storage=str(store), load_if_exists=True)
    study.optimize(lambda trial: trial.suggest_float("x", 0.0, 1.0) ** 2, n_trials=3, progress=False)


@pytest.mark.parametrize("make", [by_optuna, by_tune, by_skopt, by_sweep, natively])
def test_a_study_goes_on_through_another_door(make: Any, tmp_path: Path) -> None:
    store = tmp_path / "luthier.db"
    make(store)
    by_optuna(store)
    natively(store)

    study = luthier.load_study("s", storage=str(store))
    assert [record.number for record in study.trials] == list(range(9))
    assert {str(record.state) for record in study.trials} == {"COMPLETE"}
    assert all(record.values == (record.params["x"] ** 2,) for record in study.trials)
    frozen = optuna.load_study(study_name="s", storage=f"sqlite:///{store}")
    assert frozen.best_value == study.best_value == min(record.value or 0.0 for record in study.trials)
    shown = subprocess.run(
        [sys.executable, "-m", "luthier.cli.main", "best", str(store), "s"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert f"trial {study.best_trial.number}" in shown.stdout
