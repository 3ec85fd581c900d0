"""What a run does with trials: results, errors, limits, resources and checkpoints."""

# ruff: noqa: ARG005 - a trainable takes a config, and need not look at it

import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import luthier
from luthier.compat import tune
from luthier.compat.support import CompatWarning
from luthier.compat.tune.placement import needs_of, share_of, slots

SAVED = "epoch"


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Any]:
    """Runs a trainable, one trial at a time in this process unless told otherwise."""

    def fit(trainable: Any, space: dict[str, Any] | None = None, **options: Any) -> Any:
        run_names = tune.RunConfig.__dataclass_fields__
        run = {name: options.pop(name) for name in list(options) if name in run_names}
        options.setdefault("max_concurrent_trials", 1)
        return tune.Tuner(
            trainable,
            param_space=space or {},
            tune_config=tune.TuneConfig(**options),
            run_config=tune.RunConfig(**{"storage_path": str(tmp_path), "name": "run", "verbose": 0, **run}),
        ).fit()

    return fit


Run = Callable[..., Any]


def saving(config: dict[str, Any], fail: Callable[[int, int], None] = lambda start, epoch: None) -> None:
    """Four epochs with a checkpoint each; `fail(start, epoch)` comes before the report."""
    checkpoint = tune.get_checkpoint()
    start = 0 if checkpoint is None else int(Path(checkpoint.path, SAVED).read_text()) + 1
    for epoch in range(start, 4):
        fail(start, epoch)
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, SAVED).write_text(str(epoch))
            metrics = {"loss": config.get("x", 0) - epoch, "start": start}
            tune.report(metrics, checkpoint=tune.Checkpoint.from_directory(folder))


@pytest.mark.parametrize(
    ("trainable", "expected"),
    [
        (lambda config: 3.5, {"_metric": 3.5}),
        (lambda config: np.float32(0.5), {"_metric": 0.5}),
        (lambda config: 0, {"_metric": 0}),
        (lambda config: {"a": {"b": np.int64(2)}, "text": "t"}, {"a": {"b": 2}, "text": "t"}),
        (lambda config: tune.report({"x": 1}), {"x": 1}),
        (lambda config: tune.report(x=1, y=2), {"x": 1, "y": 2}),
        (lambda config: tune.report(0.25), {"_metric": 0.25}),
    ],
)
def test_every_way_of_reporting_gives_the_same_kind_of_result(
    run: Run, trainable: Any, expected: Any
) -> None:
    (result,) = run(trainable)
    assert {key: result.metrics[key] for key in expected} == expected
    assert result.metrics["training_iteration"] == 1
    assert result.metrics["done"] is True
    assert result.metrics["config"] == {}
    assert result.error is None


def test_what_a_generator_yields_is_reported(run: Run) -> None:
    def trainable(config: dict[str, Any]) -> Any:
        for step in range(3):
            yield {"score": step * config["x"]}

    grid = run(trainable, {"x": tune.grid_search([1, 2])}, metric="score", mode="max")
    assert [result.metrics["score"] for result in grid] == [2, 4]
    frame = grid[1].metrics_dataframe
    assert frame["score"].tolist() == [0, 2, 4]
    assert frame["training_iteration"].tolist() == [1, 2, 3]
    assert frame["config/x"].tolist() == [2, 2, 2]


def test_a_trial_that_reports_nothing_ends_well_and_does_not_win(run: Run) -> None:
    grid = run(
        lambda config: None if config["x"] else {"s": 1},
        {"x": tune.grid_search([1, 0])},
        metric="s",
        mode="min",
    )
    assert grid.num_errors == 0
    assert grid.num_terminated == 2
    assert grid.get_best_result().config == {"x": 0}


@pytest.mark.parametrize("bad", [float("nan"), None, "text"])
def test_a_value_that_cannot_be_compared_neither_wins_nor_aborts(run: Run, bad: Any) -> None:
    def trainable(config: dict[str, Any]) -> None:
        tune.report({"loss": 5.0 + config["x"]})
        tune.report({"loss": bad if config["x"] == 0 else 1.0 + config["x"]})

    space = {"x": tune.grid_search([0, 1, 2])}
    for mode, best in (("min", 1), ("max", 2)):
        grid = run(trainable, space, metric="loss", mode=mode)
        assert grid.num_errors == 0
        assert grid.get_best_result().config == {"x": best}
        assert grid.study.best_params == {"x": best}
    assert run(trainable, space, metric="loss", mode="min", scheduler="asha").num_errors == 0


def test_without_a_metric_the_first_number_is_the_objective(run: Run) -> None:
    grid = run(
        lambda config: {"name": "n", "loss": config["x"], "other": -config["x"]},
        {"x": tune.grid_search([2, 1])},
    )
    assert grid.study.best_value == 1
    assert grid.get_best_result("other", "min").config == {"x": 2}
    with pytest.raises(ValueError, match="a metric and a mode"):
        grid.get_best_result()


def test_the_scopes_of_the_best_result(run: Run) -> None:
    curves = {"a": [9, 0, 5], "b": [3, 3, 4], "c": [1, 8, 6]}

    def trainable(config: dict[str, Any]) -> None:
        for value in curves[config["x"]]:
            tune.report({"s": value})

    grid = run(trainable, {"x": tune.grid_search(list(curves))}, metric="s", mode="min")
    best = {scope: grid.get_best_result(scope=scope).config["x"] for scope in ("last", "avg", "all", "max")}
    assert best == {"last": "b", "avg": "b", "all": "a", "max": "b"}
    assert grid.get_dataframe("s", "max").set_index("config/x")["s"].to_dict() == {"a": 9, "b": 4, "c": 8}
    assert grid.get_dataframe().set_index("config/x")["s"].to_dict() == {"a": 5, "b": 4, "c": 6}


def test_infinity_wins_only_when_it_is_let(run: Run) -> None:
    grid = run(lambda c: {"s": c["x"]}, {"x": tune.grid_search([1.0, float("inf")])}, metric="s", mode="max")
    assert grid.get_best_result().metrics["s"] == 1
    assert grid.get_best_result(filter_nan_and_inf=False).metrics["s"] == float("inf")


def test_an_error_is_the_trial_s_and_the_rest_goes_on(run: Run, tmp_path: Path) -> None:
    def trainable(config: dict[str, Any]) -> float:
        if config["x"] == 1:
            raise ZeroDivisionError("one")
        return 1.0

    space = {"x": tune.grid_search([0, 1, 2])}
    grid = run(trainable, space)
    assert (grid.num_errors, grid.num_terminated) == (1, 2)
    assert isinstance(grid[1].error, ZeroDivisionError)
    assert [type(error) for error in grid.errors] == [ZeroDivisionError]
    with pytest.raises(tune.TuneError, match="1 of 3 trials failed"):
        tune.run(trainable, config=space, max_concurrent_trials=1, storage_path=tmp_path, verbose=0)
    analysis = tune.run(
        trainable,
        config=space,
        max_concurrent_trials=1,
        storage_path=tmp_path,
        verbose=0,
        raise_on_failed_trial=False,
    )
    assert [trial.status for trial in analysis.trials] == ["TERMINATED", "ERROR", "TERMINATED"]


@pytest.mark.parametrize("fail_fast", [True, "raise"])
def test_fail_fast_ends_the_run(run: Run, fail_fast: Any) -> None:
    started = []

    def trainable(config: dict[str, Any]) -> None:
        started.append(config["x"])
        raise ZeroDivisionError

    failures = tune.FailureConfig(fail_fast=fail_fast)
    if fail_fast == "raise":
        with pytest.raises(ZeroDivisionError):
            run(trainable, {"x": tune.grid_search([0, 1])}, failure_config=failures)
    else:
        assert run(trainable, {"x": tune.grid_search([0, 1])}, failure_config=failures).num_errors == 1
    assert started == [0]


def test_a_failed_trial_goes_on_from_its_newest_checkpoint(run: Run) -> None:
    def fail(start: int, epoch: int) -> None:
        if epoch == 2 and start == 0:
            raise RuntimeError("once")

    (result,) = run(
        lambda config: saving(config, fail),
        metric="loss",
        mode="min",
        failure_config=tune.FailureConfig(max_failures=1),
    )
    assert result.error is None
    assert result.metrics["training_iteration"] == 4
    assert result.metrics["start"] == 2
    assert result.metrics_dataframe["start"].tolist() == [0, 0, 2, 2]
    assert result.metrics["time_total_s"] > result.metrics["time_since_restore"]


def test_a_crash_costs_one_attempt(run: Run) -> None:
    def fail(start: int, epoch: int) -> None:
        if epoch == 2 and start == 0:
            os._exit(9)

    grid = run(
        lambda config: saving(config, fail),
        {"x": tune.grid_search([1, 2])},
        metric="loss",
        mode="min",
        max_concurrent_trials=2,
        failure_config=tune.FailureConfig(max_failures=1),
    )
    assert grid.num_errors == 0
    assert [result.metrics["start"] for result in grid] == [2, 2]


def test_the_best_checkpoints_are_kept_and_the_newest_always(run: Run) -> None:
    def trainable(config: dict[str, Any]) -> None:
        for score in (3, 9, 5, float("nan"), 1):
            with tempfile.TemporaryDirectory() as folder:
                Path(folder, "score").write_text(str(score))
                tune.report({"score": score}, checkpoint=tune.Checkpoint.from_directory(folder))

    config = tune.CheckpointConfig(num_to_keep=2, checkpoint_score_attribute="score")
    (result,) = run(trainable, checkpoint_config=config)
    assert [metrics["score"] for _, metrics in result.best_checkpoints] == [9, 1]
    assert result.checkpoint is not None
    assert Path(result.checkpoint.path, "score").read_text() == "1"
    best = result.get_best_checkpoint("score", "max")
    assert best is not None
    assert Path(best.path, "score").read_text() == "9"
    assert sorted(path.name for path in Path(result.path).iterdir() if path.is_dir()) == [
        "checkpoint_000001",
        "checkpoint_000004",
    ]


def test_checkpoints_are_copies_with_metadata(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "f").write_text("1")
    checkpoint = tune.Checkpoint.from_directory(tmp_path / "a")
    copy = checkpoint.to_directory(tmp_path / "b")
    assert Path(copy, "f").read_text() == "1"
    checkpoint.set_metadata({"k": 1})
    checkpoint.update_metadata({"l": 2})
    assert checkpoint.get_metadata() == {"k": 1, "l": 2}
    with checkpoint.as_directory() as folder:
        assert Path(folder, "f").exists()
    with pytest.raises(NotImplementedError, match="from_dict"):
        tune.Checkpoint.from_dict({})
    with pytest.raises(NotImplementedError, match="mounted"):
        tune.Checkpoint("s3://bucket/checkpoint")


@pytest.mark.parametrize(
    ("stop", "last"),
    [
        ({"training_iteration": 3}, 3),
        ({"score": 4, "training_iteration": 9}, 4),
        (lambda trial_id, result: result["score"] >= 2, 2),
    ],
)
def test_a_stop_rule_ends_a_trial_as_complete(run: Run, stop: Any, last: int) -> None:
    def trainable(config: dict[str, Any]) -> None:
        for step in range(1, 100):
            tune.report({"score": step})

    grid = run(trainable, metric="score", mode="max", stop=stop)
    assert grid[0].metrics["score"] == last
    assert [record.state.value for record in grid.study.trials] == ["COMPLETE"]
    assert grid.study.best_value == last


def test_a_threshold_for_what_nobody_reports_is_told(run: Run) -> None:
    with pytest.warns(CompatWarning, match="typo"):
        run(lambda config: {"score": 1}, stop={"typo": 1})


def test_finally_blocks_run_when_a_trial_is_stopped(run: Run, tmp_path: Path) -> None:
    def trainable(config: dict[str, Any]) -> None:
        try:
            while True:
                try:
                    tune.report({"score": 1})
                except Exception:  # noqa: BLE001, S112 - as careless scripts do
                    continue
        finally:
            (tmp_path / "cleaned").touch()

    run(trainable, stop={"training_iteration": 2})
    assert (tmp_path / "cleaned").exists()


def test_the_time_budget_ends_what_reports_and_what_does_not(run: Run) -> None:
    def trainable(config: dict[str, Any]) -> None:
        tune.report({"i": 1})
        if config["silent"]:
            time.sleep(60)
        for step in range(2, 10_000):
            time.sleep(0.01)
            tune.report({"i": step})

    began = time.monotonic()
    grid = run(
        trainable,
        {"silent": tune.grid_search([True, False])},
        metric="i",
        mode="max",
        max_concurrent_trials=2,
        time_budget_s=1,
    )
    assert time.monotonic() - began < 20
    assert grid.num_terminated == 2
    assert grid[0].metrics["i"] == 1
    assert grid[1].metrics["i"] > 1
    assert {record.state.value for record in grid.study.trials} == {"COMPLETE"}


def test_a_trial_knows_where_it_is_and_the_working_directory_stays(run: Run, tmp_path: Path) -> None:
    here = Path.cwd()

    def trainable(config: dict[str, Any]) -> dict[str, Any]:
        context: Any = tune.get_context()
        return {
            "id": context.get_trial_id(),
            "name": context.get_trial_name(),
            "folder": context.get_trial_dir(),
            "experiment": context.get_experiment_name(),
            "cpus": context.get_trial_resources().required_resources["CPU"],
            "cwd": str(Path.cwd()),
            "rank": context.get_world_rank(),
        }

    (result,) = run(trainable)
    metrics = result.metrics
    assert metrics["name"] == f"trainable_{metrics['id']}"
    assert metrics["id"].endswith("_00000")
    assert Path(metrics["folder"]) == tmp_path / "run" / metrics["id"] == Path(result.path)
    assert (metrics["experiment"], metrics["cpus"], metrics["rank"]) == ("run", 1, 0)
    assert metrics["cwd"] == str(here)
    assert tune.get_context().get_trial_id() is None


def test_names_and_folders_may_be_chosen(run: Run) -> None:
    (result,) = run(
        saving,
        {"x": 3},
        trial_name_creator=lambda trial: f"n{trial.config['x']}",
        trial_dirname_creator=lambda trial: f"d{trial.config['x']}",
    )
    assert Path(result.path).name == "d3"
    assert result.checkpoint is not None
    assert Path(result.checkpoint.path).parent.name == "d3"


def test_outside_of_a_trial_report_warns_and_does_nothing() -> None:
    with pytest.warns(UserWarning, match="outside of a trial"):
        tune.report({"loss": 1})
    with pytest.warns(UserWarning, match="outside of a trial"):
        assert tune.get_checkpoint() is None


def test_data_is_attached_without_touching_the_function(run: Run) -> None:
    def trainable(config: dict[str, Any], data: Any = None, *, scale: int = 1) -> float:
        return float(data.sum() * scale)

    attached = tune.with_resources(tune.with_parameters(trainable, data=np.arange(4), scale=2), {"cpu": 1})
    (result,) = run(attached)
    assert result.metrics["_metric"] == 12
    assert not vars(trainable)
    with pytest.raises(NotImplementedError, match="function of the config"):
        tune.with_resources(trainable, lambda config: tune.PlacementGroupFactory([{"CPU": 1}]))


def test_trials_of_one_machine_run_side_by_side_in_processes(run: Run) -> None:
    def trainable(config: dict[str, Any]) -> dict[str, Any]:
        time.sleep(0.2)
        return {
            "pid": os.getpid(),
            "gpus": os.environ.get("CUDA_VISIBLE_DEVICES"),
            "slot": os.environ["LUTHIER_WORKER"],
        }

    grid = run(trainable, num_samples=4, max_concurrent_trials=2)
    assert {result.metrics["slot"] for result in grid} == {"0", "1"}
    assert os.getpid() not in {result.metrics["pid"] for result in grid}


def test_one_trial_at_a_time_runs_in_this_thread(run: Run) -> None:
    seen = []
    run(lambda config: seen.append((os.getpid(), threading.get_ident())), num_samples=2)
    assert set(seen) == {(os.getpid(), threading.get_ident())}


def test_slots_are_what_the_machine_has_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("luthier.compat.tune.placement.machine_cpus", lambda: 8)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "4,5")
    assert slots(needs_of(None), None) == 8
    assert slots(needs_of({"cpu": 3}), None) == 2
    assert slots(needs_of({"cpu": 1, "gpu": 0.5}), None) == 4
    assert slots(needs_of({"cpu": 1, "gpu": 0.3}), 5) == 5
    assert slots(needs_of({"gpu": 2}), None) == 1
    assert slots(needs_of(tune.PlacementGroupFactory([{"CPU": 1}, {"CPU": 3}])), None) == 2
    with pytest.warns(CompatWarning, match="one trial"):
        assert slots(needs_of({"cpu": 16}), None) == 1
    with pytest.raises(tune.TuneError, match="3 GPU"):
        slots(needs_of({"gpu": 3}), None)
    with pytest.warns(CompatWarning, match="tpu"):
        needs_of({"cpu": 1, "tpu": 1})
    assert [share_of(("4", "5"), 0.5, slot) for slot in range(4)] == [["4"], ["4"], ["5"], ["5"]]
    assert [share_of(("4", "5"), 1, slot) for slot in range(2)] == [["4"], ["5"]]
    assert share_of(("4", "5"), 2, 0) == ["4", "5"]
    assert share_of(("4", "5"), 0, 1) == []


def test_what_trials_print_may_go_to_files(run: Run) -> None:
    def trainable(config: dict[str, Any]) -> float:
        sys.stdout.write("spoken\n")
        return 1.0

    (result,) = run(trainable, log_to_file=True)
    assert (Path(result.path) / "stdout").read_text() == "spoken\n"


def test_results_are_kept_whole_as_far_as_json_goes(run: Run) -> None:
    grid = run(lambda config: {"loss": 1, "note": "n", "nested": {"deep": [1, 2]}, "odd": object()})
    kept = grid.study.trials[0].user_attrs["result"]
    assert kept["note"] == "n"
    assert kept["nested"] == {"deep": [1, 2]}
    assert "odd" not in kept
    json.dumps(kept)
    analysis = tune.ExperimentAnalysis(grid.experiment_path)
    assert analysis.trials[0].last_result["nested/deep"] == [1, 2]
    read: Any = tune.Result.from_path(grid[0].path)
    assert read.metrics["note"] == "n"


def test_callbacks_hear_of_everything_in_order(run: Run) -> None:
    heard: list[Any] = []

    class Ear(tune.Callback):
        def setup(
            self, stop: Any = None, num_samples: Any = None, total_num_samples: Any = None, **info: Any
        ) -> None:
            heard.append(("setup", total_num_samples))

        def on_trial_start(self, iteration: int, trials: Any, trial: Any, **info: Any) -> None:
            heard.append(("start", trial.config))

        def on_trial_result(self, iteration: int, trials: Any, trial: Any, result: Any, **info: Any) -> None:
            heard.append(("result", result["n"], trial.status))

        def on_checkpoint(
            self, iteration: int, trials: Any, trial: Any, checkpoint: Any, **info: Any
        ) -> None:
            heard.append(("checkpoint", Path(checkpoint.path).name))

        def on_trial_complete(self, iteration: int, trials: Any, trial: Any, **info: Any) -> None:
            heard.append(("complete", trial.status))

        def on_trial_error(self, iteration: int, trials: Any, trial: Any, **info: Any) -> None:
            heard.append(("error", str(trial.error)))

        def on_experiment_end(self, trials: Any, **info: Any) -> None:
            heard.append(("end", len(trials)))

    def trainable(config: dict[str, Any]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            tune.report({"n": 1}, checkpoint=tune.Checkpoint(folder))
        if config["x"]:
            raise ValueError("bad")

    run(trainable, {"x": tune.grid_search([0, 1])}, callbacks=[Ear()])
    one = [("result", 1, "RUNNING"), ("checkpoint", "checkpoint_000000")]
    assert heard == [
        ("setup", 2),
        ("start", {"x": 0}),
        *one,
        ("complete", "TERMINATED"),
        ("start", {"x": 1}),
        *one,
        ("error", "bad"),
        ("end", 2),
    ]


def test_a_sampler_of_luthier_may_search_and_its_scheduler_stop(run: Run) -> None:
    def trainable(config: dict[str, Any]) -> None:
        for step in range(1, 10):
            tune.report({"loss": config["x"] ** 2 + 1 / step})

    grid = run(
        trainable,
        {"x": tune.uniform(-4, 4)},
        metric="loss",
        mode="min",
        num_samples=12,
        search_alg="tpe",
        scheduler=luthier.schedulers.ASHA(max_resource=9),
    )
    states = [record.state.value for record in grid.study.trials]
    assert set(states) == {"COMPLETE", "PRUNED"}
    assert grid.num_terminated == 12


def test_a_second_run_of_a_name_is_an_experiment_of_its_own(run: Run) -> None:
    first, second = run(lambda config: 1.0), run(lambda config: 2.0)
    assert Path(first.experiment_path).name == "run"
    assert Path(second.experiment_path).name == "run_2"
    assert len(second) == 1


def test_experiments_run_from_specifications(tmp_path: Path) -> None:
    tune.register_trainable("twice", lambda config: {"s": 2 * config["x"]})
    trials = tune.run_experiments(
        {
            "spec": {
                "run": "twice",
                "config": {"x": tune.grid_search([1, 2])},
                "storage_path": str(tmp_path),
            },
        },
        verbose=0,
    )
    trials += tune.run_experiments(
        tune.Experiment("object", "twice", config={"x": 5}, num_samples=2, storage_path=str(tmp_path)),
        verbose=0,
    )
    assert [trial.last_result["s"] for trial in trials] == [2, 4, 10, 10]
    with pytest.raises(ValueError, match="registered"):
        tune.run("nobody")


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"export_formats": ["onnx"]}, "export_formats"),
        ({"storage_filesystem": object()}, "storage_filesystem"),
        ({"storage_path": "s3://bucket"}, "s3://bucket"),
        ({"resume": "PROMPT"}, "PROMPT"),
    ],
)
def test_what_is_not_offered_says_so_by_name(options: dict[str, Any], named: str, tmp_path: Path) -> None:
    with pytest.raises(NotImplementedError, match=named):
        tune.run(lambda config: 1, **{"storage_path": str(tmp_path), "verbose": 0, "name": "x", **options})


@pytest.mark.parametrize("name", ["automl", "execution"])
def test_a_missing_module_says_so_by_name(name: str) -> None:
    with pytest.raises(NotImplementedError, match=f"tune.{name}"):
        getattr(tune, name)
