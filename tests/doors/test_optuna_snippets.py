"""Scripts as Optuna's users write them, with one import changed."""

import logging
import math
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

import luthier
from luthier.compat import optuna


@pytest.fixture(scope="module")
def digits() -> Any:
    torch = pytest.importorskip("torch", reason="torch is an extra")
    datasets = pytest.importorskip("sklearn.datasets", reason="sklearn is an extra")
    torch.set_num_threads(1)
    X, y = datasets.load_digits(return_X_y=True)
    X = torch.tensor(X[:600] / 16.0, dtype=torch.float32)
    return X[:450], torch.tensor(y[:450]), X[450:], torch.tensor(y[450:600])


def training(digits: Any, *, epochs: Any = 3) -> Any:
    """An objective as in a tutorial: a small network, an accuracy."""
    import torch

    X, y, X_test, y_test = digits

    def objective(trial: Any) -> Any:
        torch.manual_seed(0)
        lr = trial.suggest_float("lr", 1e-4, 1e-1, log=True)
        width = trial.suggest_int("width", 64, 256, step=64)
        name = trial.suggest_categorical("optimizer", ["Adam", "RMSprop", "SGD"])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            decay = trial.suggest_loguniform("weight_decay", 1e-6, 1e-2)
        model = torch.nn.Sequential(torch.nn.Linear(64, width), torch.nn.ReLU(), torch.nn.Linear(width, 10))
        optimizer = getattr(torch.optim, name)(model.parameters(), lr=lr, weight_decay=decay)
        accuracy = 0.0
        for epoch in range(epochs):
            for start in range(0, len(X), 150):
                optimizer.zero_grad()
                loss = torch.nn.functional.cross_entropy(
                    model(X[start : start + 150]), y[start : start + 150]
                )
                loss.backward()
                optimizer.step()
            accuracy = (model(X_test).argmax(dim=1) == y_test).float().mean().item()
            trial.report(accuracy, epoch)
            if trial.should_prune():
                raise optuna.TrialPruned
        return accuracy

    return objective


def test_a_pytorch_script_runs_with_one_import_changed(digits: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="luthier")
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=1))
    study.optimize(training(digits), n_trials=30)
    assert len(study.trials) == 30
    assert study.best_value > 0.6
    assert set(study.best_params) == {"lr", "width", "optimizer", "weight_decay"}
    assert study.best_params["width"] in {64, 128, 192, 256}
    first = study.trials[0]
    line = (
        f"Trial 0 finished with value: {first.value} and parameters: {first.params}. "
        f"Best is trial 0 with value: {first.value}."
    )
    assert line in caplog.messages


def test_the_door_is_importable_as_a_module_of_its_own() -> None:
    import luthier.compat.optuna as door

    study = door.create_study()
    study.optimize(lambda trial: trial.suggest_float("x", -1, 1) ** 2, n_trials=5)
    assert study.best_value == min(trial.value or 0.0 for trial in study.trials)


@pytest.mark.parametrize(
    ("old", "arguments"),
    [
        ("suggest_uniform", (0.1, 1.0)),
        ("suggest_loguniform", (0.1, 1.0)),
        ("suggest_discrete_uniform", (0.1, 1.0, 0.3)),
    ],
)
def test_deprecated_suggests_work_and_warn(old: str, arguments: Any) -> None:
    trial = optuna.create_study().ask()
    with pytest.warns(FutureWarning, match=old):
        value = getattr(trial, old)("x", *arguments)
    assert 0.1 <= value <= 1.0
    assert trial.params == {"x": value}


def test_ask_and_tell() -> None:
    study = optuna.create_study(directions=["minimize", "maximize"])
    for _ in range(6):
        trial = study.ask({"x": optuna.distributions.FloatDistribution(0, 1)})
        study.tell(trial, [trial.params["x"], trial.params["x"]])
    assert len(study.best_trials) == 6


def test_a_script_with_a_database_resumes(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'study.db'}"

    def objective(trial: Any) -> Any:
        return trial.suggest_float("x", -10, 10) ** 2 + trial.suggest_int("k", 0, 9)

    for expected in (4, 8):
        study = optuna.create_study(
            study_name="quadratic",
            storage=url,
            load_if_exists=True,
            sampler=optuna.samplers.TPESampler(seed=3),
        )
        study.optimize(objective, n_trials=4)
        assert len(study.trials) == expected
    xs = [trial.params["x"] for trial in study.trials]
    assert len(set(xs)) == 8, "a resumed study does not start from its first points again"
    assert optuna.get_all_study_names(url) == ["quadratic"]
    assert optuna.load_study(study_name=None, storage=url).best_value == study.best_value


def test_a_study_is_the_same_from_both_sides(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'study.db'}"

    def objective(trial: Any) -> Any:
        return trial.suggest_float("x", 0, 1) + len(trial.suggest_categorical("pair", [(1,), (1, 2)]))

    door = optuna.create_study(study_name="both", storage=url, direction="minimize")
    door.optimize(objective, n_trials=3)
    native = luthier.load_study("both", storage=url)
    native.optimize(objective, n_trials=3, progress=False)
    assert len(door.trials) == 6
    assert [trial.value for trial in door.trials] == [record.value for record in native.trials]
    assert door.best_trial.number == native.best_trial.number
    assert isinstance(door.best_params["pair"], tuple)
    door.optimize(objective, n_trials=1)
    assert len(native.trials) == 7


def test_n_jobs_are_threads_that_share_the_program(caplog: pytest.LogCaptureFixture) -> None:
    seen = []
    study = optuna.create_study()

    def objective(trial: Any) -> Any:
        seen.append(trial.number)
        assert trial.study is study
        return trial.suggest_float("x", 0, 1)

    study.optimize(objective, n_trials=6, n_jobs=3)
    assert sorted(seen) == list(range(6))


def test_processes_run_the_same_objective(tmp_path: Path) -> None:
    study = optuna.create_study(storage=f"sqlite:///{tmp_path / 'study.db'}")

    def objective(trial: Any) -> Any:
        import os

        trial.set_user_attr("pid", os.getpid())
        trial.set_user_attr("name", trial.study.study_name)
        return trial.suggest_float("x", 0, 1)

    study.optimize(objective, n_trials=2, n_jobs=1, executor="process")
    import os

    assert all(trial.user_attrs["pid"] != os.getpid() for trial in study.trials)
    assert {trial.user_attrs["name"] for trial in study.trials} == {study.study_name}


def test_a_nan_fails_the_trial_and_the_study_goes_on() -> None:
    study = optuna.create_study()
    results: Any = iter([math.nan, None, "text", 1.0])
    study.optimize(lambda _: next(results), n_trials=4)
    states = [trial.state.name for trial in study.trials]
    assert states == ["FAIL", "FAIL", "FAIL", "COMPLETE"]
    assert study.best_trial.number == 3


def test_the_door_is_light_and_needs_no_peer() -> None:
    code = (
        "import sys, time; start = time.process_time(); from luthier.compat import optuna; "
        "used = time.process_time() - start; "
        "heavy = {'optuna', 'torch', 'sklearn', 'pandas', 'scipy', 'plotly', 'matplotlib', 'sqlalchemy'}; "
        "assert used < 0.3, used; "
        "study = optuna.create_study(); study.optimize(lambda trial: trial.suggest_float('x', 0, 1), n_trials=2); "
        "loaded = heavy & set(sys.modules); assert not loaded - {'scipy'}, loaded"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=Path.cwd()
    )
    assert done.returncode == 0, done.stderr
