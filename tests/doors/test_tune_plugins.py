"""Schedulers, searchers, stoppers, reporters and callbacks in whole runs, written as for Ray Tune."""

import json
import math
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest

import luthier
from luthier.compat import tune
from luthier.compat.support import CompatWarning
from luthier.compat.tune.logger import CSVLoggerCallback, JsonLoggerCallback
from luthier.compat.tune.schedulers import ASHAScheduler, FIFOScheduler, MedianStoppingRule, TrialScheduler
from luthier.compat.tune.search import BasicVariantGenerator, ConcurrencyLimiter, Repeater, Searcher
from luthier.compat.tune.search.optuna import OptunaSearch
from luthier.compat.tune.stopper import (
    CombinedStopper,
    ExperimentPlateauStopper,
    FunctionStopper,
    MaximumIterationStopper,
    TrialPlateauStopper,
)


def line(config: dict[str, Any]) -> None:
    """Reports the same loss eight times."""
    for _ in range(8):
        tune.report({"loss": config["x"]})


def run(folder: Path, trainable: Any = line, **asked: Any) -> Any:
    """The results of a run in this process."""
    space = asked.pop("param_space", {"x": tune.grid_search([1.0, 2.0, 3.0])})
    config = {key: asked.pop(key) for key in ("scheduler", "search_alg", "num_samples") if key in asked}
    tuner = tune.Tuner(
        trainable,
        param_space=space,
        tune_config=tune.TuneConfig(metric="loss", mode="min", max_concurrent_trials=1, **config),
        run_config=tune.RunConfig(name="run", storage_path=str(folder), verbose=0, **asked),
    )
    return tuner.fit()


def lengths(results: Any) -> list[int]:
    return [result.metrics["training_iteration"] for result in results]


def states(folder: Path) -> list[str]:
    return [
        str(trial.state) for trial in luthier.load_study("run", storage=str(folder / "luthier.db")).trials
    ]


def test_asha_stops_the_losers_and_completes_the_winner(tmp_path: Path) -> None:
    results = run(tmp_path, scheduler=ASHAScheduler(max_t=6, reduction_factor=2))
    assert lengths(results) == [6, 1, 1]
    assert states(tmp_path) == ["COMPLETE", "PRUNED", "PRUNED"]
    assert results.get_best_result().config["x"] == 1.0


def report_badly(config: dict[str, Any]) -> None:
    """Reports what is no number, or the loss."""
    for _ in range(8):
        tune.report({"loss": {"nan": math.nan, "none": None, "good": 1.0}[config["x"]]})


def test_nan_and_none_neither_survive_asha_nor_end_the_run(tmp_path: Path) -> None:
    space = {"x": tune.grid_search(["nan", "none", "good"])}
    results = run(
        tmp_path, report_badly, param_space=space, scheduler=ASHAScheduler(max_t=8, reduction_factor=2)
    )
    assert lengths(results) == [1, 1, 8]
    assert results.get_best_result().config["x"] == "good"


def test_the_median_rule_stops_what_is_behind(tmp_path: Path) -> None:
    rule = MedianStoppingRule("training_iteration", grace_period=2, min_samples_required=2)
    assert lengths(run(tmp_path, scheduler=rule)) == [8, 8, 2]


class Every(TrialScheduler):
    """A scheduler of the user's own, of one method."""

    def on_trial_result(self, tune_controller: Any, trial: Any, result: Mapping[str, Any]) -> str:
        return TrialScheduler.STOP if result["loss"] > 1.5 else TrialScheduler.CONTINUE


def test_a_scheduler_of_ones_own_decides(tmp_path: Path) -> None:
    assert lengths(run(tmp_path, scheduler=Every())) == [8, 1, 1]


class Turns(FIFOScheduler):
    """Pauses every trial at its second iteration."""

    def on_trial_result(self, tune_controller: Any, trial: Any, result: Mapping[str, Any]) -> str:
        return self.PAUSE if result["training_iteration"] == 2 else self.CONTINUE


class Counted(tune.Trainable):
    """Notes in which order its steps run."""

    order: ClassVar[list[tuple[float, int]]] = []

    def step(self) -> dict[str, Any]:
        self.order.append((self.config["x"], self.iteration + 1))
        return {"loss": self.config["x"], "done": self.iteration >= 3}

    def save_checkpoint(self, checkpoint_dir: str) -> None:
        Path(checkpoint_dir, "x").write_text("x")

    def load_checkpoint(self, checkpoint: str) -> None:
        assert Path(checkpoint, "x").exists()


def test_a_paused_trial_goes_on_from_its_checkpoint_behind_the_others(tmp_path: Path) -> None:
    Counted.order.clear()
    checkpoints = tune.CheckpointConfig(checkpoint_frequency=1)
    space = {"x": tune.grid_search([1.0, 2.0])}
    results = run(tmp_path, Counted, param_space=space, scheduler=Turns(), checkpoint_config=checkpoints)
    assert lengths(results) == [4, 4]
    assert sorted(Counted.order) == [(x, step) for x in (1.0, 2.0) for step in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    ("stop", "expected"),
    [
        (MaximumIterationStopper(3), [3, 3, 3]),
        (FunctionStopper(lambda _, result: result["loss"] > 2.5), [8, 8, 1]),
        (lambda _, result: result["loss"] > 1.5, [8, 1, 1]),
        (TrialPlateauStopper("loss", num_results=2, grace_period=5), [5, 5, 5]),
        (
            CombinedStopper(MaximumIterationStopper(6), FunctionStopper(lambda _, r: r["loss"] > 2.5)),
            [6, 6, 1],
        ),
        (ExperimentPlateauStopper("loss", top=4), [4]),
    ],
)
def test_stoppers_end_trials_and_experiments(stop: Any, expected: list[int], tmp_path: Path) -> None:
    assert lengths(run(tmp_path, stop=stop)) == expected


def test_a_reporter_prints_the_columns_that_were_chosen(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    reporter = tune.CLIReporter(
        metric_columns={"loss": "the loss"}, parameter_columns=["x"], max_report_frequency=0
    )
    run(tmp_path, progress_reporter=reporter)
    text = capsys.readouterr().out
    last = text.rpartition("== Status ==")[2]
    assert "the loss" in last
    assert last.count("TERMINATED |") == 3
    assert "Number of trials: 3/3 (3 TERMINATED)" in last
    assert "with loss=1.0" in last
    assert "RUNNING" in text


class Heard(tune.Callback):
    """Counts the hooks that it hears."""

    def __init__(self) -> None:
        self.count: Counter[str] = Counter()
        self.best = math.inf

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("on_") or name == "setup":
            object.__getattribute__(self, "count")[name] += 1
        return object.__getattribute__(self, name)

    def on_trial_result(
        self, iteration: int, trials: Any, trial: Any, result: Mapping[str, Any], **info: Any
    ) -> None:
        self.best = min(self.best, result["loss"])


def test_callbacks_hear_of_everything(tmp_path: Path) -> None:
    heard = Heard()
    run(tmp_path, callbacks=[heard, CSVLoggerCallback(), JsonLoggerCallback()])
    assert heard.best == 1.0
    expected = {
        "setup": 1,
        "on_trial_start": 3,
        "on_trial_result": 24,
        "on_trial_complete": 3,
        "on_experiment_end": 1,
    }
    assert {name: heard.count[name] for name in expected} == expected
    assert heard.count["on_step_begin"] == heard.count["on_step_end"] >= 30
    assert heard.count["on_trial_error"] == 0
    folders = sorted(path for path in (tmp_path / "run").iterdir() if path.is_dir())
    assert [sorted(path.name for path in folder.iterdir()) for folder in folders] == [
        ["params.json", "progress.csv", "result.json"]
    ] * 3
    assert json.loads((folders[1] / "params.json").read_text()) == {"x": 2.0}
    assert len((folders[1] / "progress.csv").read_text().splitlines()) == 9


class Descent(Searcher):
    """A searcher of the user's own: it halves its best point."""

    def __init__(self) -> None:
        super().__init__(metric="loss", mode="min")
        self.best = 8.0
        self.points: dict[str, float] = {}

    def suggest(self, trial_id: str) -> dict[str, Any]:
        self.points[trial_id] = self.best / 2
        return {"x": self.points[trial_id], "deep": {"name": "d"}}

    def on_trial_complete(
        self,
        trial_id: str,
        result: Mapping[str, Any] | None = None,
        error: bool = False,  # noqa: FBT001, FBT002 - of the base
    ) -> None:
        if result is not None:
            self.best = min(self.best, result["loss"])


def test_a_searcher_of_ones_own_finds_its_way(tmp_path: Path) -> None:
    searcher = Descent()
    results = run(tmp_path, param_space={"rest": 1}, search_alg=searcher, num_samples=3)
    assert [result.config["x"] for result in results] == [4.0, 2.0, 1.0]
    assert results[0].config == {"rest": 1, "x": 4.0, "deep": {"name": "d"}}
    assert [result.metrics["trial_id"] for result in results] == list(searcher.points)


@pytest.mark.parametrize(
    "wrap", [lambda searcher: searcher, lambda searcher: ConcurrencyLimiter(searcher, 2)]
)
def test_optuna_search_tries_the_given_points_first(wrap: Callable[[Any], Any], tmp_path: Path) -> None:
    searcher = wrap(OptunaSearch(points_to_evaluate=[{"x": 5.0}, {"x": 7.0}], seed=3))
    results = run(tmp_path, param_space={"x": tune.uniform(0, 9)}, search_alg=searcher, num_samples=4)
    values = [result.config["x"] for result in results]
    assert values[:2] == [5.0, 7.0]
    assert luthier.load_study("run", storage=str(tmp_path / "luthier.db")).seed == 3


def define(trial: Any) -> dict[str, Any]:
    """A define-by-run space with a branch."""
    if trial.suggest_categorical("kind", ["low", "high"]) == "low":
        trial.suggest_float("x", 0.0, 1.0)
    else:
        trial.suggest_int("x_high", 5, 9)
    return {"fixed": 3}


def branched(config: dict[str, Any]) -> dict[str, Any]:
    """The loss of either branch."""
    return {"loss": config["x"] if config["kind"] == "low" else config["x_high"]}


def test_a_define_by_run_space_gives_each_trial_its_branch(tmp_path: Path) -> None:
    searcher = OptunaSearch(define, metric="loss", mode="min", seed=0)
    tuner = tune.Tuner(
        branched,
        tune_config=tune.TuneConfig(search_alg=searcher, num_samples=8, max_concurrent_trials=1),
        run_config=tune.RunConfig(name="run", storage_path=str(tmp_path), verbose=0),
    )
    configs = [result.config or {} for result in tuner.fit()]
    assert {config["kind"] for config in configs} == {"low", "high"}
    for config in configs:
        assert set(config) == {"kind", "fixed", "x" if config["kind"] == "low" else "x_high"}


def test_a_repeater_gives_every_configuration_an_index(tmp_path: Path) -> None:
    with pytest.warns(CompatWarning, match="each repeat"):
        results = run(
            tmp_path,
            param_space={"x": tune.uniform(0, 9)},
            search_alg=Repeater(OptunaSearch(seed=3), repeat=2),
            num_samples=4,
        )
    configs = [result.config for result in results]
    assert [config["__trial_index__"] for config in configs] == [0, 1, 0, 1]
    assert configs[0]["x"] == configs[1]["x"] != configs[2]["x"] == configs[3]["x"]


def test_constant_grid_search_draws_once_for_a_grid(tmp_path: Path) -> None:
    space = {"x": tune.uniform(0, 9), "a": tune.grid_search([1, 2])}
    searcher = BasicVariantGenerator(constant_grid_search=True, random_state=1)
    configs = [
        result.config for result in run(tmp_path, param_space=space, search_alg=searcher, num_samples=2)
    ]
    assert [config["a"] for config in configs] == [1, 2, 1, 2]
    assert configs[0]["x"] == configs[1]["x"] != configs[2]["x"] == configs[3]["x"]


def test_a_restored_run_keeps_its_scheduler_and_its_rungs(tmp_path: Path) -> None:
    scheduler = ASHAScheduler(max_t=6, reduction_factor=2)
    stop = CombinedStopper(MaximumIterationStopper(50))
    run(tmp_path, scheduler=scheduler, stop=stop, search_alg=BasicVariantGenerator(random_state=2))
    config = tune.TuneConfig(
        metric="loss",
        mode="min",
        scheduler=scheduler,
        max_concurrent_trials=1,
        num_samples=2,
        search_alg=BasicVariantGenerator(random_state=2),
    )
    results = tune.Tuner.restore(str(tmp_path / "run"), line, tune_config=config).fit()
    # The second sample of the grid meets the rungs of the first: 1.0 ties with its like, the others lose.
    assert lengths(results) == [6, 1, 1, 6, 1, 1]
    again = tune.Tuner.restore(str(tmp_path / "run"), line)
    assert isinstance(again._request.tune.scheduler, ASHAScheduler)
    assert isinstance(again._request.tune.search_alg, BasicVariantGenerator)
    assert isinstance(again._request.run.stop, CombinedStopper)
