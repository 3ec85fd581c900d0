"""Population based training in whole runs, written as for Ray Tune but for the import."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import luthier
from luthier.compat import tune
from luthier.compat.tune.schedulers import PB2, PopulationBasedTraining, PopulationBasedTrainingReplay

#: Iterations of every trial.
LAST = 12


class Walker(tune.Trainable):
    """Its score grows by `lr` in each step, and is kept in checkpoints."""

    def setup(self, config: dict[str, Any]) -> None:
        self.score = 0.0

    def step(self) -> dict[str, Any]:
        self.score += self.config["lr"]
        return {"score": self.score}

    def save_checkpoint(self, checkpoint_dir: str) -> None:
        Path(checkpoint_dir, "score").write_text(str(self.score))

    def load_checkpoint(self, checkpoint: str) -> None:
        self.score = float(Path(checkpoint, "score").read_text())


def walk(config: dict[str, Any]) -> None:
    """The same as a function."""
    step, score = 0, 0.0
    checkpoint = tune.get_checkpoint()
    if checkpoint is not None:
        with checkpoint.as_directory() as folder:
            step, score = json.loads(Path(folder, "state.json").read_text())
    while step < LAST:
        step, score = step + 1, score + config["lr"]
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "state.json").write_text(json.dumps([step, score]))
            tune.report({"score": score}, checkpoint=tune.Checkpoint.from_directory(folder))


def forgetful(config: dict[str, Any]) -> None:
    """Reports no checkpoint at all."""
    for _ in range(LAST):
        tune.report({"score": config["lr"]})


def fitted(trainable: Any, scheduler: Any, folder: Path, **rest: Any) -> Any:
    """The results of a run of four members, one after the other."""
    tuner = tune.Tuner(
        trainable,
        param_space=rest.pop("param_space", None),
        tune_config=tune.TuneConfig(
            metric="score",
            mode="max",
            scheduler=scheduler,
            num_samples=rest.pop("num_samples", 4),
            max_concurrent_trials=rest.pop("at_once", 1),
            search_alg=tune.search.BasicVariantGenerator(random_state=5),
        ),
        run_config=tune.RunConfig(
            name="pbt", storage_path=str(folder), verbose=0, stop={"training_iteration": LAST}, **rest
        ),
    )
    return tuner.fit()


def pbt(**rest: Any) -> PopulationBasedTraining:
    arguments: dict[str, Any] = {
        "time_attr": "training_iteration",
        "perturbation_interval": 3,
        "hyperparam_mutations": {"lr": tune.uniform(0.0, 1.0)},
        **rest,
    }
    return PopulationBasedTraining(**arguments)


def exploits(folder: Path) -> list[Any]:
    file = folder / "pbt" / "pbt_global.txt"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


@pytest.mark.parametrize("trainable", [Walker, walk])
@pytest.mark.parametrize("synch", [False, True])
def test_losers_go_on_from_the_weights_of_winners(trainable: Any, synch: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a parameter
    space = {"lr": tune.grid_search([0.01, 0.02, 0.03, 0.9]), "rest": "kept"}
    results = fitted(
        trainable, pbt(synch=synch, quantile_fraction=0.5), tmp_path, param_space=space, num_samples=1
    )
    assert len(results) == 4
    assert not results.errors
    assert [result.metrics["training_iteration"] for result in results] == [LAST] * 4
    assert all(0 <= result.config["lr"] <= 1 for result in results)
    assert all(result.config["rest"] == "kept" for result in results)
    assert len(exploits(tmp_path)) >= 2
    first = dict(
        zip(sorted(Path(result.path).name for result in results), [0.01, 0.02, 0.03, 0.9], strict=True)
    )
    lucky = {row[0] for row in exploits(tmp_path) if row[2] < LAST}
    for result in results:
        name = Path(result.path).name
        assert name not in lucky or result.metrics["score"] > LAST * first[name]
    assert results.get_best_result().metrics["score"] >= 0.9 * LAST - 1e-9


def test_the_study_knows_who_went_on_from_whom(tmp_path: Path) -> None:
    fitted(Walker, pbt(), tmp_path)
    study = luthier.load_study("pbt", storage=str(tmp_path / "luthier.db"))
    links = [trial for trial in study.trials if "continues" in trial.user_attrs]
    assert len(study.trials) == 4 + len(links)
    assert {str(trial.state) for trial in study.trials} <= {"COMPLETE", "PRUNED"}
    assert sum(trial.state == "COMPLETE" for trial in study.trials) == 4
    for row in exploits(tmp_path):
        assert any(trial.params["lr"] == row[5]["lr"] for trial in links)


def test_a_run_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    found = [
        [(result.config, result.metrics["score"]) for result in fitted(Walker, pbt(), tmp_path / name)]
        for name in "ab"
    ]
    assert found[0] == found[1]


def test_values_may_leave_the_first_space_but_never_that_of_the_mutations(tmp_path: Path) -> None:
    scheduler = pbt(hyperparam_mutations={"lr": tune.uniform(2.0, 3.0)}, quantile_fraction=0.5)
    results = fitted(Walker, scheduler, tmp_path, param_space={"lr": tune.uniform(0, 1)})
    study = luthier.load_study("pbt", storage=str(tmp_path / "luthier.db"))
    perturbed = [row[5]["lr"] for row in exploits(tmp_path)]
    assert perturbed
    assert all(2 <= lr <= 3 for lr in perturbed)
    recorded = {trial.params["lr"] for trial in study.trials}
    assert {result.config["lr"] for result in results} <= recorded


def test_without_checkpoints_every_member_runs_once(tmp_path: Path) -> None:
    results = fitted(forgetful, pbt(), tmp_path, num_samples=3)
    assert [result.metrics["training_iteration"] for result in results] == [LAST] * 3
    study = luthier.load_study("pbt", storage=str(tmp_path / "luthier.db"))
    assert len(study.trials) == 3


def test_a_policy_can_be_replayed(tmp_path: Path) -> None:
    space = {"lr": tune.grid_search([0.01, 0.5])}
    results = fitted(Walker, pbt(), tmp_path / "first", param_space=space, num_samples=1)
    (loser,) = [result for result in results if result.path.endswith("_00000")]
    policy = next((tmp_path / "first" / "pbt").glob("pbt_policy_*_00000.txt"))
    replay = fitted(Walker, PopulationBasedTrainingReplay(str(policy)), tmp_path / "again", num_samples=1)
    assert len(replay) == 1
    assert replay[0].config == loser.config
    assert replay[0].metrics["score"] == pytest.approx(loser.metrics["score"])
    assert replay[0].metrics["training_iteration"] == LAST


def test_pb2_trains_a_population_within_its_bounds(tmp_path: Path) -> None:
    scheduler = PB2("training_iteration", perturbation_interval=2, hyperparam_bounds={"lr": [0.1, 0.9]})
    results = fitted(Walker, scheduler, tmp_path)
    assert all(0.1 <= result.config["lr"] <= 0.9 for result in results)
    assert [result.metrics["training_iteration"] for result in results] == [LAST] * 4


def test_workers_share_a_population(tmp_path: Path) -> None:
    results = fitted(walk, pbt(), tmp_path, at_once=2)
    assert [result.metrics["training_iteration"] for result in results] == [LAST] * 4
    assert not results.errors


class Boom(tune.Callback):
    """Ends the run with an error at its n-th result."""

    def __init__(self, left: int) -> None:
        self.left = left

    def on_trial_result(
        self, iteration: int, trials: Any, trial: Any, result: Mapping[str, Any], **info: Any
    ) -> None:
        self.left -= 1
        if not self.left:
            raise RuntimeError("power cut")


@pytest.mark.parametrize("results", [7, 16, 30])
@pytest.mark.parametrize("synch", [False, True])
def test_a_population_that_was_interrupted_goes_on_where_it_was(
    synch: bool,  # noqa: FBT001 - a parameter
    results: int,
    tmp_path: Path,
) -> None:
    with pytest.raises(RuntimeError, match="power cut"):
        fitted(Walker, pbt(synch=synch), tmp_path, callbacks=[Boom(results)])
    before = len(exploits(tmp_path))
    run = tune.RunConfig(verbose=0, stop={"training_iteration": LAST})
    restored = tune.Tuner.restore(str(tmp_path / "pbt"), Walker, run_config=run).fit()
    metrics = [result.metrics or {} for result in restored]
    assert [found["training_iteration"] for found in metrics] == [LAST] * 4
    assert not restored.errors
    assert len(exploits(tmp_path)) >= before
    # Each step adds at most 1, whatever weights it started from: none was counted twice.
    assert all(0 <= found["score"] <= LAST for found in metrics)
