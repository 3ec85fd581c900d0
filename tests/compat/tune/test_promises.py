"""What is asked for is done, or refused by name: promises that are easy to break in silence."""

# ruff: noqa: ARG005 - what is passed need not look at all its arguments

import importlib
import json
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from luthier.compat import tune
from luthier.compat.support import CompatWarning
from luthier.compat.tune.schedulers import ASHAScheduler, PopulationBasedTraining
from luthier.compat.tune.search import Searcher
from luthier.compat.tune.search.optuna import OptunaSearch
from luthier.compat.tune.stopper import MaximumIterationStopper
from luthier.compat.tune.utils import flatten_dict

STATE = "state.json"


def tuner(folder: Path, trainable: Any, space: Any = None, **options: Any) -> tune.Tuner:
    """A tuner that runs one trial at a time in this process."""
    run_names = tune.RunConfig.__dataclass_fields__
    run = {name: options.pop(name) for name in list(options) if name in run_names}
    return tune.Tuner(
        trainable,
        param_space=space,
        tune_config=tune.TuneConfig(**{"max_concurrent_trials": 1, **options}),
        run_config=tune.RunConfig(**{"storage_path": str(folder), "name": "run", "verbose": 0, **run}),
    )


def counted(config: dict[str, Any], until: int = 6, fail: Callable[[int], None] = lambda step: None) -> None:
    """Report `step` and `start` up to `until`, with a checkpoint each."""
    checkpoint = tune.get_checkpoint()
    start = 0 if checkpoint is None else json.loads(Path(checkpoint.path, STATE).read_text())
    for step in range(start + 1, until + 1):
        fail(step)
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, STATE).write_text(json.dumps(step))
            tune.report(
                {"m": float(step), "start": start, "choice": config.get("choice")},
                checkpoint=tune.Checkpoint.from_directory(folder),
            )


def two_metrics(config: dict[str, Any]) -> None:
    """Two objectives."""
    for step in range(8):
        tune.report({"a": step + config["x"], "b": -step})


def several(folder: Path, **options: Any) -> tune.Tuner:
    """A tuner with two objectives."""
    search = OptunaSearch(metric=["a", "b"], mode=["max", "min"])
    return tuner(folder, two_metrics, {"x": tune.uniform(0, 1)}, search_alg=search, **options)


@pytest.mark.parametrize(
    "options",
    [
        {"stop": lambda trial_id, result: result["a"] > 1},
        {"stop": MaximumIterationStopper(2)},
        {"scheduler": ASHAScheduler(metric="a", mode="max")},
    ],
    ids=["function", "stopper", "scheduler"],
)
def test_what_cannot_end_a_trial_of_several_objectives_says_so(
    tmp_path: Path, options: dict[str, Any]
) -> None:
    with pytest.raises(NotImplementedError, match="several metrics"):
        several(tmp_path, **options).fit()


def test_a_threshold_ends_a_trial_of_several_objectives(tmp_path: Path) -> None:
    (result,) = several(tmp_path, stop={"training_iteration": 3}).fit()
    assert result.metrics is not None
    assert result.metrics["training_iteration"] == 3


def forever(config: dict[str, Any]) -> None:
    """Report something else than the metric until the trial is ended."""
    for step in range(200):
        tune.report({"other": step})


@pytest.mark.parametrize(
    "other", [lambda config: tune.report({"other": 3}), lambda config: {"other": 4, "text": ""}]
)
def test_a_metric_that_no_result_has_is_told(tmp_path: Path, other: Any) -> None:
    with pytest.warns(CompatWarning, match="'loss'"):
        tuner(tmp_path, other, metric="loss", mode="min", num_samples=2, stop={"other": 3}).fit()


def test_a_stopper_ends_a_trial_that_lacks_the_metric(tmp_path: Path) -> None:
    stop = MaximumIterationStopper(4)
    with pytest.warns(CompatWarning, match="'loss'"):
        (result,) = tuner(tmp_path, forever, metric="loss", mode="min", stop=stop).fit()
    assert result.metrics is not None
    assert result.metrics["training_iteration"] == 4


@pytest.mark.parametrize("saves", [{"checkpoint_frequency": 2}, {"checkpoint_at_end": True}])
def test_a_function_saves_its_checkpoints_itself(tmp_path: Path, saves: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="checkpoint"):
        tuner(tmp_path, counted, checkpoint_config=tune.CheckpointConfig(**saves))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (lambda folder: tuner(folder, counted, [1]), "dict"),
        (lambda folder: tuner(folder, counted, scheduler=ASHAScheduler).fit(), "AsyncHyperBandScheduler()"),
        (lambda folder: tuner(folder, counted, search_alg=OptunaSearch).fit(), "OptunaSearch()"),
        (lambda folder: tuner(folder, counted, stop={"m": "3"}).fit(), "a number"),
        (lambda folder: tuner(folder, counted, callbacks=[3]).fit(), "tune.Callback"),
        (lambda folder: tune.with_resources(counted, {"cpu": -1}), "cpu"),
    ],
    ids=["space", "scheduler", "search", "stop", "callback", "resources"],
)
def test_a_wrong_argument_is_named_before_anything_runs(
    tmp_path: Path, wrong: Callable[[Path], Any], told: str
) -> None:
    with pytest.raises(Exception, match="Expected") as caught:
        wrong(tmp_path)
    assert told in str(caught.value)
    assert not (tmp_path / "luthier.db").exists()


@pytest.mark.parametrize("name", ["storage_path", "eval"])
def test_what_is_absent_is_told_by_its_name(tmp_path: Path, name: str) -> None:
    space = {"x": {"eval": "1"}} if name == "eval" else {}
    path = "s3://bucket" if name == "storage_path" else str(tmp_path)
    with pytest.raises(NotImplementedError, match="a part of tune that luthier has"):
        tuner(tmp_path, counted, space, storage_path=path).fit()


class Names(tune.Callback):
    """Notes how trials are called, and their configurations, when they start and end."""

    def __init__(self) -> None:
        self.started: list[Any] = []
        self.ended: list[Any] = []

    def on_trial_start(self, iteration: int, trials: Any, trial: Any, **info: Any) -> None:
        """Note it."""
        self.started.append(dict(trial.config))

    def on_trial_complete(self, iteration: int, trials: Any, trial: Any, **info: Any) -> None:
        """Note it."""
        self.ended.append((str(trial), Path(trial.path).name, trial.checkpoint is not None))


def test_names_wait_for_what_a_define_by_run_space_suggests(tmp_path: Path) -> None:
    def space(trial: Any) -> None:
        trial.suggest_categorical("choice", ["left", "right"])

    noted = Names()
    search = OptunaSearch(space=space, metric="m", mode="max", seed=1)
    grid = tuner(
        tmp_path,
        counted,
        search_alg=search,
        callbacks=[noted],
        num_samples=2,
        trial_name_creator=lambda trial: f"to the {trial.config['choice']}",
        trial_dirname_creator=lambda trial: f"{trial.config['choice']}_{trial.trial_id}",
    ).fit()
    for (name, folder, saved), result in zip(noted.ended, grid, strict=True):
        assert result.config is not None
        choice = result.config["choice"]
        assert name == f"to the {choice}"
        assert folder.startswith(choice)
        assert saved
        assert Path(result.path).name == folder


class Fixed(Searcher):
    """Suggests the same, whatever happens."""

    def suggest(self, trial_id: str) -> dict[str, Any]:
        """A nested configuration."""
        return {"choice": "left", "net": {"width": 3}}


def test_callbacks_see_what_a_searcher_of_ones_own_suggested(tmp_path: Path) -> None:
    noted = Names()
    search = Fixed(metric="m", mode="max")
    tuner(tmp_path, counted, search_alg=search, callbacks=[noted]).fit()
    assert noted.started == [{"choice": "left", "net": {"width": 3}}]


def test_the_store_knows_what_a_population_chose_outside_of_the_space(tmp_path: Path) -> None:
    scheduler = PopulationBasedTraining(
        time_attr="training_iteration",
        perturbation_interval=2,
        resample_probability=1.0,
        hyperparam_mutations={"choice": ["right", "up"]},
    )

    def apart(config: dict[str, Any]) -> None:
        checkpoint = tune.get_checkpoint()
        start = 0 if checkpoint is None else json.loads(Path(checkpoint.path, STATE).read_text())
        for step in range(start + 1, 7):
            with tempfile.TemporaryDirectory() as folder:
                Path(folder, STATE).write_text(json.dumps(step))
                value = config["base"] + step
                tune.report({"m": value}, checkpoint=tune.Checkpoint.from_directory(folder))

    grid = tuner(
        tmp_path,
        apart,
        {"choice": tune.choice(["left", "middle"]), "base": tune.grid_search([0, 10])},
        metric="m",
        mode="max",
        scheduler=scheduler,
    ).fit()
    changed = [
        trial for trial in grid.study.trials if trial.user_attrs["config"]["choice"] in {"right", "up"}
    ]
    assert changed
    assert all(trial.params["choice"] == trial.user_attrs["config"]["choice"] for trial in changed)


@pytest.mark.parametrize(
    ("unfinished", "starts", "iterations"),
    [("resume", [0, 3], [6, 6]), ("restart", [0, 0], [6, 6]), ("skip", [0, 0], [6, 3])],
)
def test_unfinished_trials_are_resumed_restarted_or_left(
    tmp_path: Path, unfinished: str, starts: list[int], iterations: list[int]
) -> None:
    def train(config: dict[str, Any]) -> None:
        def fail(step: int) -> None:
            if config["broken"] and step == 4 and not (tmp_path / "fixed").exists():
                raise KeyboardInterrupt

        counted(config, fail=fail)

    arguments: Mapping[str, Any] = {
        "config": {"broken": tune.grid_search([False, True])},
        "name": "run",
        "storage_path": str(tmp_path),
        "verbose": 0,
        "max_concurrent_trials": 1,
        "metric": "m",
        "mode": "max",
    }
    with pytest.raises(KeyboardInterrupt):
        tune.run(train, **arguments)
    (tmp_path / "fixed").touch()
    how = tune.ResumeConfig(unfinished=unfinished)
    analysis = tune.run(train, resume=True, resume_config=how, **arguments)
    assert [trial.last_result["start"] for trial in analysis.trials] == starts
    assert [trial.last_result["training_iteration"] for trial in analysis.trials] == iterations


def test_two_runs_of_a_name_that_start_at_once_are_two_experiments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = tuner(tmp_path, counted).fit()
    monkeypatch.setattr("luthier.list_studies", lambda **_: [])  # as the other run saw the store
    second = tuner(tmp_path, counted).fit()
    assert (Path(first.experiment_path).name, Path(second.experiment_path).name) == ("run", "run_2")


@pytest.mark.parametrize("function", [lambda: 1, lambda config, data: 1], ids=["none", "two"])
def test_a_function_that_cannot_be_called_with_a_configuration_is_refused(
    tmp_path: Path, function: Any
) -> None:
    with pytest.raises(ValueError, match="with_parameters"):
        tuner(tmp_path, function)
    attached = tune.with_parameters(lambda config, data: data, data=3)
    (result,) = tuner(tmp_path, attached).fit()
    assert result.metrics is not None
    assert result.metrics["_metric"] == 3


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        (lambda folder: tuner(folder, "unknown"), tune.TuneError),
        (lambda folder: tuner(folder, counted).get_results(), RuntimeError),
        (lambda folder: tune.Tuner.restore(folder / "nothing", counted), FileNotFoundError),
    ],
    ids=["unregistered", "not run", "no experiment"],
)
def test_errors_are_also_of_the_kind_that_the_original_raises(
    tmp_path: Path, wrong: Callable[[Path], Any], kind: type[Exception]
) -> None:
    with pytest.raises(kind) as caught:
        wrong(tmp_path)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("schedulers.resource_changing_scheduler", "DistributeResources"),
        ("logger.aim", "AimLoggerCallback"),
        ("logger.mlflow", "MLflowLoggerCallback"),
    ],
)
def test_a_module_that_is_absent_as_a_whole_says_so(module: str, name: str) -> None:
    with pytest.raises(NotImplementedError, match=name):
        getattr(importlib.import_module(f"luthier.compat.tune.{module}"), name)


def several_slow(config: dict[str, Any]) -> None:
    """Two objectives, for longer than the time that there is."""
    for step in range(100):
        time.sleep(0.02)
        tune.report({"a": step, "b": -step})


def test_the_time_budget_ends_trials_of_several_objectives(tmp_path: Path) -> None:
    search = OptunaSearch(metric=["a", "b"], mode=["max", "min"])
    grid = tuner(tmp_path, several_slow, search_alg=search, num_samples=3, time_budget_s=0.1).fit()
    assert len(grid) == 1
    assert grid.study.trials[0].state.name == "COMPLETE"


def test_a_dict_is_flattened_with_any_delimiter() -> None:
    assert flatten_dict({"a": {"b": 1}}, delimiter=".") == {"a.b": 1}
