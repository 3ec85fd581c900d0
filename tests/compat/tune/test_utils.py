"""Helpers for trainables, and the names of integrations."""

import importlib
import stat
from pathlib import Path
from typing import Any

import pytest

from luthier.compat import tune
from luthier.compat.tune import utils

#: What a machine with two GPUs says: the first one is full.
ANSWER = "0, GPU-aaa, 900, 1000\n1, GPU-bbb, 5, 1000\n"


@pytest.fixture
def gpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for nvidia-smi, whose answer is in a file."""
    answer = tmp_path / "answer"
    answer.write_text(ANSWER)
    command = tmp_path / "nvidia-smi"
    command.write_text(f"#!/bin/sh\ncat {answer}\n")
    command.chmod(command.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    return answer


def test_a_gpu_is_free_when_its_memory_is(gpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert utils.wait_for_gpu(1)
    assert utils.wait_for_gpu("GPU-bbb")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1,0")
    assert utils.wait_for_gpu()


def test_a_gpu_is_waited_for(gpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 2:
            gpus.write_text(ANSWER.replace("900", "0"))

    monkeypatch.setattr("luthier.compat.tune.utils.time.sleep", sleep)
    assert utils.wait_for_gpu(0, delay_s=7)
    assert slept == [7, 7]


def test_a_gpu_that_stays_busy_or_is_not_there_is_an_error(
    gpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(RuntimeError, match="free"):
        utils.wait_for_gpu(0, retry=1, delay_s=0)
    with pytest.raises(ValueError, match="GPUs 0, 1"):
        utils.wait_for_gpu(7)
    monkeypatch.setenv("PATH", "nowhere")
    with pytest.raises(RuntimeError, match="nvidia-smi"):
        utils.wait_for_gpu(0)


def test_nested_dicts_are_merged_and_looked_up() -> None:
    first = {"a": 1, "net": {"width": 2, "deep": {"x": 3}}}
    merged = utils.merge_dicts(first, {"net": {"deep": {"y": 4}}, "b": 5})
    assert merged == {"a": 1, "net": {"width": 2, "deep": {"x": 3, "y": 4}}, "b": 5}
    assert first["net"] == {"width": 2, "deep": {"x": 3}}
    assert utils.flatten_dict(merged)["net/deep/y"] == 4
    assert utils.unflattened_lookup("net/deep/y", merged) == 4
    assert utils.unflattened_lookup("net/none", merged, default=None) is None
    with pytest.raises(KeyError):
        utils.unflattened_lookup("net/none", merged)


def test_an_update_knows_which_keys_may_be_new() -> None:
    with pytest.raises(ValueError, match="new_keys_allowed"):
        utils.deep_update({"a": {"b": 1}}, {"a": {"c": 1}})
    assert utils.deep_update({"a": {"b": 1}}, {"a": {"c": 1}}, allow_new_subkey_list=["a"]) == {
        "a": {"b": 1, "c": 1}
    }
    replaced = utils.deep_update({"a": {"b": 1}}, {"a": {"c": 1}}, override_all_key_list=["a"])
    assert replaced == {"a": {"c": 1}}
    typed = utils.deep_update(
        {"a": {"type": "x", "b": 1}}, {"a": {"type": "y"}}, override_all_if_type_changes=["a"]
    )
    assert typed == {"a": {"type": "y"}}


class Keeps(tune.Trainable):
    def step(self) -> dict[str, Any]:
        return {"x": 1}

    def save_checkpoint(self, checkpoint_dir: str) -> dict[str, Any]:
        return {"kept": True}

    def load_checkpoint(self, checkpoint: Any) -> None:
        assert checkpoint["kept"]


def test_a_trainable_that_goes_on_where_it_was_is_valid() -> None:
    assert utils.validate_save_restore(Keeps, {})


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("pytorch_lightning", "TuneReportCheckpointCallback"),
        ("keras", "TuneReportCallback"),
        ("xgboost", "TuneReportCheckpointCallback"),
        ("lightgbm", "TuneReportCallback"),
        ("ray_train", "TuneReportCallback"),
        ("wandb", "setup_wandb"),
        ("mlflow", "MLflowLoggerCallback"),
        ("comet", "CometLoggerCallback"),
    ],
)
def test_an_integration_names_what_to_write_instead(module: str, name: str) -> None:
    found = importlib.import_module(f"luthier.compat.tune.integration.{module}")
    with pytest.raises(NotImplementedError, match=name):
        getattr(found, name)
    with pytest.raises(AttributeError):
        _ = found.Nothing
