"""Class trainables, populations, and taking an experiment up again."""

# ruff: noqa: ARG005 - a trainable takes a config, and need not look at it

import tempfile
from pathlib import Path
from typing import Any

import pytest

from luthier.compat import tune
from luthier.compat.tune.schedulers import ASHAScheduler, PopulationBasedTraining


class Climb(tune.Trainable):
    """Climbs by `config["rate"]` each iteration, and saves how high it is."""

    made = 0

    def setup(self, config: dict[str, Any]) -> None:
        Climb.made += 1
        self.height = 0.0

    def step(self) -> dict[str, Any]:
        self.height += self.config["rate"]
        return {"height": self.height}

    def save_checkpoint(self, checkpoint_dir: str) -> None:
        Path(checkpoint_dir, "height").write_text(str(self.height))

    def load_checkpoint(self, checkpoint: str) -> None:
        self.height = float(Path(checkpoint, "height").read_text())

    def cleanup(self) -> None:
        Path(self.logdir, "cleaned").touch()


class Reused(Climb):
    """Takes up another trial."""

    cleaned = 0

    def cleanup(self) -> None:
        Reused.cleaned += 1

    def reset_config(self, new_config: dict[str, Any]) -> bool:
        self.height = 0.0
        return True


def tuner(trainable: Any, tmp_path: Path, space: dict[str, Any], **options: Any) -> Any:
    """A tuner whose trials run one after the other in this process."""
    names = tune.RunConfig.__dataclass_fields__
    run = {name: options.pop(name) for name in list(options) if name in names}
    return tune.Tuner(
        trainable,
        param_space=space,
        tune_config=tune.TuneConfig(**{"max_concurrent_trials": 1, **options}),
        run_config=tune.RunConfig(**{"storage_path": str(tmp_path), "name": "run", "verbose": 0, **run}),
    )


def flaky(config: dict[str, Any]) -> None:
    """Fails in its third epoch until the file "mended" is there."""
    checkpoint = tune.get_checkpoint()
    start = 0 if checkpoint is None else int(Path(checkpoint.path, "epoch").read_text()) + 1
    for epoch in range(start, 4):
        if epoch == 2 and config["x"] == 1 and not Path(config["folder"], "mended").exists():
            raise RuntimeError("not yet")
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "epoch").write_text(str(epoch))
            tune.report({"score": epoch, "start": start}, checkpoint=tune.Checkpoint(folder))


def test_a_class_is_set_up_and_cleaned_up_for_each_trial(tmp_path: Path) -> None:
    Climb.made = 0
    grid = tuner(Climb, tmp_path, {"rate": tune.grid_search([1, 2])}, stop={"training_iteration": 3}).fit()
    assert [result.metrics["height"] for result in grid] == [3, 6]
    assert Climb.made == 2
    assert all(Path(result.path, "cleaned").exists() for result in grid)


def test_an_object_runs_several_trials_where_its_class_can(tmp_path: Path) -> None:
    Climb.made = 0
    space = {"rate": tune.grid_search([1, 2, 3])}
    grid = tuner(Reused, tmp_path, space, stop={"training_iteration": 3}, reuse_actors=True).fit()
    assert [result.metrics["height"] for result in grid] == [3, 6, 9]
    assert Climb.made == 1
    assert Reused.cleaned == 1


@pytest.mark.parametrize(
    ("frequency", "at_end", "kept"), [(0, False, 0), (0, True, 1), (2, False, 2), (2, True, 3)]
)
def test_a_class_saves_when_it_is_told(tmp_path: Path, frequency: int, at_end: bool, kept: int) -> None:  # noqa: FBT001 - pytest
    checkpoints = tune.CheckpointConfig(checkpoint_frequency=frequency, checkpoint_at_end=at_end)
    grid = tuner(
        Climb, tmp_path, {"rate": 1}, stop={"training_iteration": 5}, checkpoint_config=checkpoints
    ).fit()
    assert len(grid[0].best_checkpoints or ()) == kept


def test_a_class_can_be_used_by_hand(tmp_path: Path) -> None:
    first = Climb({"rate": 2})
    first.train()
    assert first.train()["training_iteration"] == 2
    checkpoint = first.save(str(tmp_path / "saved"))
    second = Climb({"rate": 2})
    second.restore(checkpoint)
    result = second.train()
    assert (result["height"], result["training_iteration"]) == (6, 3)
    assert second.trial_id == "default"


def test_a_restored_experiment_keeps_its_results_and_may_be_made_longer(tmp_path: Path) -> None:
    space = {"x": tune.uniform(0, 1)}
    first = tuner(
        lambda config: {"s": config["x"]}, tmp_path, space, metric="s", mode="max", num_samples=3
    ).fit()
    tries = []

    def trainable(config: dict[str, Any]) -> dict[str, float]:
        tries.append(config)
        return {"s": config["x"]}

    trainable.__name__ = "<lambda>"
    restored: Any = tune.Tuner.restore(tmp_path / "run", trainable)
    assert [result.metrics["s"] for result in restored.get_results()] == [r.metrics["s"] for r in first]
    assert len(restored.fit()) == 3
    assert not tries
    config = tune.TuneConfig(metric="s", mode="max", num_samples=5, max_concurrent_trials=1)
    longer = tune.Tuner.restore(tmp_path / "run", trainable, tune_config=config).fit()
    assert len(longer) == 5
    assert len(tries) == 2


@pytest.mark.parametrize(("how", "start"), [("resume_errored", 2), ("restart_errored", 0)])
def test_failed_trials_may_be_tried_again(tmp_path: Path, how: str, start: int) -> None:
    space = {"x": tune.grid_search([0, 1]), "folder": str(tmp_path)}
    grid = tuner(flaky, tmp_path, space, metric="score", mode="max").fit()
    assert grid.num_errors == 1
    (tmp_path / "mended").touch()
    assert tune.Tuner.restore(tmp_path / "run", flaky).fit().num_errors == 1

    options: dict[str, Any] = {how: True}
    again: Any = tune.Tuner.restore(tmp_path / "run", flaky, **options).fit()

    assert again.num_errors == 0
    assert len(again) == 2
    assert [result.metrics["score"] for result in again] == [3, 3]
    assert [result.metrics["start"] for result in again] == [0, start]
    assert again[1].path == grid[1].path
    read = tune.ExperimentAnalysis(tmp_path / "run", default_metric="score", default_mode="max")
    assert [trial.last_result["start"] for trial in read.trials] == [0, start]


def test_run_goes_on_by_name_where_there_is_something(tmp_path: Path) -> None:
    options: dict[str, Any] = {
        "storage_path": tmp_path,
        "name": "auto",
        "verbose": 0,
        "max_concurrent_trials": 1,
    }
    first = tune.run(lambda config: 1.0, num_samples=2, resume="AUTO", **options)
    again = tune.run(lambda config: 1.0, num_samples=3, resume="AUTO", **options)
    assert (len(first.trials), len(again.trials)) == (2, 3)
    with pytest.raises(ValueError, match="an experiment 'nothing'"):
        tune.run(lambda config: 1.0, resume=True, storage_path=tmp_path, name="nothing", verbose=0)


def test_restore_asks_for_what_cannot_be_kept(tmp_path: Path) -> None:
    space = {"x": tune.choice([1, 2]), "y": tune.sample_from(lambda config: config.x + 1)}

    def trainable(config: dict[str, Any]) -> float:
        return float(config["y"])

    tuner(trainable, tmp_path, space).fit()
    assert tune.Tuner.can_restore(tmp_path / "run")
    assert not tune.Tuner.can_restore(tmp_path / "nothing")
    with pytest.raises(ValueError, match="param_space/y"):
        tune.Tuner.restore(tmp_path / "run", trainable)
    with pytest.raises(ValueError, match="the trainable 'trainable'"):
        tune.Tuner.restore(tmp_path / "run", flaky, param_space=space)
    (result,) = tune.Tuner.restore(tmp_path / "run", trainable, param_space=space).fit()
    assert result.config is not None
    assert result.config["y"] == result.config["x"] + 1


def test_schedulers_and_spaces_are_kept_without_pickle(tmp_path: Path) -> None:
    space = {
        "a": tune.qrandint(0, 10, 5),
        "b": {"c": tune.choice([1, (2, 3), None]), "d": tune.randn(1, 2)},
        "e": [tune.loguniform(1e-3, 1), "fixed"],
    }
    scheduler = ASHAScheduler(max_t=7, grace_period=2)
    tuner(lambda config: 1.0, tmp_path, space, scheduler=scheduler, metric="_metric", mode="max").fit()
    kept = tune.Tuner.restore(tmp_path / "run", lambda config: 1.0)._request
    assert kept.space == space
    assert isinstance(kept.tune.scheduler, ASHAScheduler)
    assert kept.tune.metric == "_metric"
    assert not list((tmp_path / "run").rglob("*.pkl"))


def test_a_population_is_one_result_for_each_member(tmp_path: Path) -> None:
    pbt = PopulationBasedTraining(
        time_attr="training_iteration",
        metric="height",
        mode="max",
        perturbation_interval=2,
        quantile_fraction=0.5,
        hyperparam_mutations={"rate": tune.uniform(0.0, 1.0)},
    )
    space = {"rate": tune.grid_search([0.1, 0.9])}
    grid = tuner(Climb, tmp_path, space, scheduler=pbt, stop={"training_iteration": 8}).fit()

    assert len(grid) == 2
    assert len(grid.study.trials) > 2
    assert grid.num_terminated == 2
    heights = [result.metrics["height"] for result in grid]
    assert min(heights) > 0.8 + 1e-9  # the loser went on from the winner's checkpoint
    assert all(0 <= result.config["rate"] <= 1 for result in grid)
    assert [result.metrics["training_iteration"] for result in grid] == [8, 8]
    assert grid.study.best_value == max(heights)
