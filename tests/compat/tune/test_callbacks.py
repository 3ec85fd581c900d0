"""Callbacks and loggers: hooks, and the files of a trial."""

import csv
import json
import math
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from luthier.compat.tune import logger as module
from luthier.compat.tune.callback import Callback
from luthier.compat.tune.logger import (
    CSVLoggerCallback,
    JsonLoggerCallback,
    LoggerCallback,
    TBXLoggerCallback,
    pretty_print,
)
from luthier.compat.tune.trial import TuneTrial


def a_trial(folder: Path, **config: Any) -> TuneTrial:
    trial = TuneTrial(0, trial_id="abc_00000", trainable_name="f", path=folder / "abc_00000", resources={})
    trial.config = config
    return trial


def rows(path: Path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file))


def test_every_documented_hook_is_there_and_does_nothing() -> None:
    callback = Callback()
    callback.setup(stop=None, num_samples=1, total_num_samples=1, more="than it knows")
    for hook in ("on_step_begin", "on_step_end"):
        getattr(callback, hook)(iteration=0, trials=[])
    for hook in ("start", "restore", "save", "complete", "recover", "error"):
        getattr(callback, f"on_trial_{hook}")(iteration=0, trials=[], trial=None)
    callback.on_trial_result(iteration=0, trials=[], trial=None, result={})
    callback.on_checkpoint(iteration=0, trials=[], trial=None, checkpoint=None)
    callback.on_experiment_end(trials=[])
    callback.set_state({})
    assert callback.get_state() is None


def test_a_logger_hears_of_four_events() -> None:
    heard: list[Any] = []

    class Mine(LoggerCallback):
        def log_trial_start(self, trial: Any) -> None:
            heard.append("start")

        def log_trial_restore(self, trial: Any) -> None:
            heard.append("restore")

        def log_trial_save(self, trial: Any) -> None:
            heard.append("save")

        def log_trial_result(self, iteration: int, trial: Any, result: Any) -> None:
            heard.append((iteration, result))

        def log_trial_end(self, trial: Any, failed: bool = False) -> None:  # noqa: FBT001, FBT002 - of the base
            heard.append(failed)

    mine = Mine()
    for hook in ("start", "restore", "save"):
        getattr(mine, f"on_trial_{hook}")(iteration=0, trials=[], trial=None)
    mine.on_trial_result(iteration=3, trials=[], trial=None, result={"loss": 1})
    mine.on_trial_complete(iteration=4, trials=[], trial=None)
    mine.on_trial_error(iteration=5, trials=[], trial=None)
    assert heard == ["start", "restore", "save", (3, {"loss": 1}), False, True]


def test_csv_has_a_row_for_each_result_and_goes_on_after_a_restore(tmp_path: Path) -> None:
    trial = a_trial(tmp_path, lr=0.1)
    for first in (1, 3):
        callback = CSVLoggerCallback()
        for step in (first, first + 1):
            result = {"training_iteration": step, "eval": {"loss": 1 / step}, "config": trial.config}
            callback.log_trial_result(step, trial, {**result, "late": 1} if step == 4 else result)
        callback.log_trial_end(trial)
    written = rows(tmp_path / "abc_00000" / "progress.csv")
    assert [row["training_iteration"] for row in written] == ["1", "2", "3", "4"]
    assert written[1]["eval/loss"] == "0.5"
    assert list(written[0]) == ["training_iteration", "eval/loss"]


def test_json_has_the_configuration_and_a_line_for_each_result(tmp_path: Path) -> None:
    trial = a_trial(tmp_path, lr=0.1, layers=(3, 4), act=math.tanh)
    callback = JsonLoggerCallback()
    callback.log_trial_start(trial)
    callback.log_trial_result(1, trial, {"loss": np.float32(0.5), "curve": np.arange(2), "bad": float("nan")})
    callback.log_trial_end(trial, failed=True)
    folder = tmp_path / "abc_00000"
    parameters = json.loads((folder / "params.json").read_text())
    assert parameters["lr"] == 0.1
    assert parameters["layers"] == [3, 4]
    (line,) = (folder / "result.json").read_text().splitlines()
    result = json.loads(line)
    assert result["loss"] == 0.5
    assert result["curve"] == [0, 1]
    assert math.isnan(result["bad"])
    assert sorted(path.name for path in folder.iterdir()) == ["params.json", "result.json"]


def test_tensorboard_needs_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    with pytest.raises(NotImplementedError, match="CSVLoggerCallback"):
        TBXLoggerCallback()


def test_tensorboard_gets_the_numbers_of_a_result(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    drawn: list[tuple[str, float, int]] = []

    class SummaryWriter:
        def __init__(self, folder: str, flush_secs: int) -> None:
            self.folder = folder

        def add_scalar(self, name: str, value: float, global_step: int) -> None:
            drawn.append((name, value, global_step))

        def flush(self) -> None:
            """Nothing is buffered."""

        def close(self) -> None:
            drawn.append(("closed", 0.0, 0))

    fake = ModuleType("tensorboardX")
    fake.SummaryWriter = SummaryWriter  # type: ignore[attr-defined]  # a stand-in
    monkeypatch.setitem(sys.modules, "tensorboardX", fake)
    callback, trial = TBXLoggerCallback(), a_trial(tmp_path)
    result = {
        "loss": np.float64(0.5),
        "name": "x",
        "nan": math.nan,
        "training_iteration": 7,
        "eval": {"acc": 1},
    }
    callback.log_trial_result(1, trial, result)
    callback.log_trial_end(trial)
    assert drawn == [("ray/tune/loss", 0.5, 7), ("ray/tune/eval/acc", 1, 7), ("closed", 0.0, 0)]


def test_a_result_prints_as_yaml_without_its_configuration() -> None:
    text = pretty_print(
        {"loss": np.float64(0.5), "config": {"lr": 1}, "none": None, "hidden": 1}, exclude={"hidden"}
    )
    assert text == "loss: 0.5\n"


@pytest.mark.parametrize(
    "name", ["WandbLoggerCallback", "MLflowLoggerCallback", "CometLoggerCallback", "AimLoggerCallback"]
)
def test_loggers_of_services_name_the_way_to_do_it(name: str) -> None:
    with pytest.raises(NotImplementedError, match=r"tune\.Callback"):
        getattr(module, name)
