"""`from luthier.compat import wandb`: sweeps of a function in this process, and what scripts call besides."""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import luthier
from luthier.compat import wandb
from luthier.compat.wandb.standin.wandb import errors, state

CONFIG: dict[str, Any] = {
    "method": "grid",
    "metric": {"name": "loss", "goal": "minimize"},
    "parameters": {"lr": {"values": [0.1, 0.2, 0.3]}, "epochs": {"value": 2}},
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A working directory without a run, and silence."""
    for name in ("LUTHIER_STORAGE", "LUTHIER_PARAMS", "LUTHIER_REPORT", "WANDB_PROJECT", "WANDB_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(errors, "SAID", set())
    luthier.set_verbosity("error")
    yield tmp_path
    wandb.finish()


def test_an_agent_calls_a_function_for_each_run() -> None:
    def train() -> None:
        run = wandb.init(project="demo", config={"epochs": 99, "seed": 1})
        assert (wandb.config.epochs, wandb.config["seed"]) == (2, 1)
        for epoch in range(wandb.config.epochs):
            wandb.log({"loss": wandb.config.lr - 0.01 * epoch})
        assert wandb.run is run

    sweep_id = wandb.sweep(CONFIG, project="demo")
    wandb.agent(sweep_id, function=train, count=2)
    wandb.agent(f"me/demo/{sweep_id}", train)

    study = luthier.load_study(sweep_id, storage="luthier.db")
    assert [record.params["lr"] for record in study.trials] == [0.1, 0.2, 0.3]
    assert [record.value for record in study.trials] == pytest.approx([0.09, 0.19, 0.29])
    assert study.reports(0) == pytest.approx({1: 0.1, 2: 0.09})
    assert wandb.run is None


def test_a_function_that_fails_costs_its_run(capfd: pytest.CaptureFixture[str]) -> None:
    def train() -> None:
        wandb.init()
        if wandb.config.lr == 0.2:
            raise RuntimeError("no luck")
        wandb.log({"loss": 1.0})

    sweep_id = wandb.sweep(lambda: CONFIG)
    wandb.agent(sweep_id, train)

    states = [record.state.value for record in luthier.load_study(sweep_id, storage="luthier.db").trials]
    assert states == ["COMPLETE", "FAILED", "COMPLETE"]
    assert "RuntimeError: no luck" in capfd.readouterr().err


def test_a_function_may_end_by_exit() -> None:
    def train() -> None:
        run = wandb.init()
        run.log({"loss": 1.0})
        raise SystemExit(None if run.config.lr < 0.3 else "no data")

    sweep_id = wandb.sweep(CONFIG)
    wandb.agent(sweep_id, train)

    trials = luthier.load_study(sweep_id, storage="luthier.db").trials
    assert [record.state.value for record in trials] == ["COMPLETE", "COMPLETE", "FAILED"]
    assert trials[2].reason == "ScriptError: sys.exit('no data')"


def test_a_run_that_was_open_before_the_agent_is_not_the_one_of_the_sweep() -> None:
    wandb.init(config={"lr": 99})
    seen: list[float] = []

    def train() -> None:
        run = wandb.init()
        seen.append(run.config.lr)
        run.log({"loss": 1.0})

    wandb.agent(wandb.sweep(CONFIG), train)

    assert seen == [0.1, 0.2, 0.3]


def test_a_configuration_may_have_arrays_and_ranges() -> None:
    import numpy as np

    values = {"lr": {"values": np.array([1, 2])}, "k": {"values": range(2)}, "n": {"value": np.int64(3)}}
    seen: list[dict[str, Any]] = []

    def train() -> None:
        run = wandb.init()
        seen.append(run.config.as_dict())
        run.log({"loss": 1.0})

    wandb.agent(wandb.sweep({**CONFIG, "parameters": values}), train)

    assert [(each["lr"], each["k"], each["n"]) for each in seen] == [
        (1, 0, 3),
        (2, 0, 3),
        (1, 1, 3),
        (2, 1, 3),
    ]


def test_early_termination_ends_a_function_at_its_log() -> None:
    ended: list[float] = []

    def train() -> None:
        with wandb.init() as run:
            for _ in range(5):
                try:
                    run.log({"loss": run.config.lr})
                except Exception:  # noqa: BLE001 - what a careless script does
                    pytest.fail("the stop was caught")
            ended.append(run.config.lr)

    sweep_id = wandb.sweep({**CONFIG, "early_terminate": {"type": "hyperband", "min_iter": 2}})
    wandb.agent(sweep_id, train)

    states = [record.state.value for record in luthier.load_study(sweep_id, storage="luthier.db").trials]
    assert states == ["COMPLETE", "PRUNED", "PRUNED"]
    assert ended == [0.1]


def test_an_agent_without_a_function_runs_the_script(folder: Path) -> None:
    (folder / "train.py").write_text("print('loss: 0.5')", encoding="utf-8")
    sweep_id = wandb.sweep({**CONFIG, "program": "train.py"})

    wandb.agent(sweep_id, count=1)

    assert luthier.load_study(sweep_id, storage="luthier.db").best_value == 0.5


def test_a_wrong_configuration_is_a_value_error() -> None:
    with pytest.raises(ValueError, match=r"Expected a mapping with method and parameters, got sweep\.yaml"):
        wandb.sweep("sweep.yaml")  # type: ignore[arg-type]  # a user's mistake
    with pytest.raises(ValueError, match=r"parameters\.lr: Expected value, values"):
        wandb.sweep({"method": "random", "parameters": {"lr": {}}})


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: wandb.sweep(CONFIG, prior_runs=["x"]), "add_trials"),
        (lambda: wandb.agent("x", forward_signals=True), "luthier agent"),
        (lambda: wandb.agent("x", max_consecutive_failed_runs=3), "luthier agent"),
        (lambda: wandb.Api, r"luthier\.load_study"),
        (lambda: wandb.controller, "luthier sweep"),
        (lambda: wandb.keras, "Install wandb"),
        (lambda: wandb.use_artifact("x"), "nothing to fetch"),
        (lambda: wandb.init().use_artifact("x"), "nothing to fetch"),
        (lambda: wandb.init().restore("x"), "nothing to fetch"),
    ],
)  # fmt: skip
def test_what_needs_a_service_says_what_to_do_instead(call: Any, told: str) -> None:
    with pytest.raises(NotImplementedError, match=told):
        call()


def test_outside_of_a_sweep_a_script_runs_by_itself(folder: Path) -> None:
    run = wandb.init(project="demo", name="first", config=argparse.Namespace(lr=0.1), tags=["a"])
    wandb.log({"loss": 1.0})
    wandb.log({"loss": 3.0}, commit=False)
    wandb.log({"loss": 2.0})

    assert (run.name, run.project, run.step, run.tags, run.url) == ("first", "demo", 2, ("a",), None)
    assert run.summary["loss"] == wandb.summary.loss == 2.0
    assert run.config.as_dict() == dict(wandb.config) == {"lr": 0.1}
    assert Path(run.dir).is_dir()
    assert folder in Path(run.dir).parents
    wandb.finish()
    with pytest.raises(errors.UsageError):
        run.log({"loss": 0.0})
    with pytest.raises(wandb.Error, match=r"wandb\.init"):
        wandb.log({"loss": 0.0})
    with pytest.raises(wandb.Error, match=r"wandb\.init"):
        _ = wandb.config.lr


def test_a_configuration_changes_only_where_it_may() -> None:
    config = wandb.init(config={"lr": 0.1, "deep": {"a": 1}}).config

    with pytest.raises(errors.ConfigError, match="allow_val_change"):
        config.lr = 0.2
    config.update({"lr": 0.2}, allow_val_change=True)
    config.setdefaults({"lr": 9, "new": 1})
    config.more = 2

    assert dict(config.items()) == {"lr": 0.2, "deep": {"a": 1}, "new": 1, "more": 2}
    assert config.get("absent", 7) == 7
    assert "lr" in config
    assert set(config.keys()) == {"lr", "deep", "new", "more"}
    with pytest.raises(AttributeError, match="absent"):
        _ = config.absent


def test_the_values_of_a_sweep_are_locked_and_merged_with_defaults(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    class Assigned:
        run_id, sweep_id = "r", "s"
        values: dict[str, Any] = {"opt": {"lr": 0.1}, "k": 1}  # noqa: RUF012 - never changed

        def send(self, said: Any) -> None:
            """Not listened to."""

    monkeypatch.setattr(state, "assignment", Assigned())
    run = wandb.init(config={"opt": {"lr": 5, "beta": 0.9}, "k": 2, "own": 3})
    run.config.k = 4

    assert run.config.as_dict() == {"opt": {"lr": 0.1, "beta": 0.9}, "k": 1, "own": 3}
    assert "Config item 'k' was locked by 'sweep' (ignored update)." in capfd.readouterr().err


def test_summaries_follow_their_rule() -> None:
    run = wandb.init()
    wandb.define_metric("low", summary="min")
    wandb.define_metric("both", step_metric="epoch", summary="mean,last")
    wandb.define_metric("val/*", summary="max")
    wandb.define_metric("hidden", summary="none")
    for value in (3.0, 1.0, 2.0):
        run.log({"low": value, "both": value, "val/acc": value, "hidden": value, "other": value})

    assert dict(run.summary) == {
        "low": {"min": 1.0},
        "both": {"mean": 2.0, "last": 2.0},
        "val/acc": {"max": 3.0},
        "other": 2.0,
    }
    assert run.summary["low"]["min"] == run.summary.low.min == 1.0


@pytest.mark.parametrize(("name", "summary"), [("loss", "median"), ("a*b", "min")])
def test_a_summary_that_there_is_not_is_refused(name: str, summary: str) -> None:
    with pytest.raises(wandb.Error, match="Unhandled define_metric"):
        wandb.init().define_metric(name, summary=summary)


def test_what_only_uploads_is_accepted_and_said_once(capfd: pytest.CaptureFixture[str]) -> None:
    wandb.init(settings=wandb.Settings(silent=True))
    table = wandb.Table(columns=["a"], data=[[1]])
    table.add_data(2)
    artifact = wandb.Artifact("model", type="model")
    artifact.add_file("model.pt")
    wandb.log({"t": table, "h": wandb.Histogram([1, 2]), "p": wandb.plot.line(table, "a", "a"), "x": 1})
    wandb.log_artifact(artifact).wait()
    wandb.save("model.pt")
    wandb.watch(None)
    wandb.alert("title", "text")

    said = capfd.readouterr().err.splitlines()
    assert sum("accepted and not kept" in line for line in said) == 1
    assert sum("nothing is uploaded" in line for line in said) == 1
    assert "luthier: alert: title: text" in said
    assert table.get_column("a") == [1, 2]
    assert len(wandb.util.generate_id()) == 8


def test_what_only_an_installed_wandb_can_do_is_said(capfd: pytest.CaptureFixture[str]) -> None:
    wandb.init(sync_tensorboard=True)

    assert "sync_tensorboard has no effect: log the numbers, or install wandb" in capfd.readouterr().err
    with pytest.raises(TypeError, match="unexpected keyword argument 'projet'"):
        wandb.init(projet="demo")


def test_a_file_of_defaults_is_read(folder: Path) -> None:
    (folder / "config-defaults.yaml").write_text("lr:\n  value: 0.5\n  desc: rate\nk: 2\n", encoding="utf-8")

    assert wandb.init(config={"k": 1}).config.as_dict() == {"k": 1, "lr": 0.5}


def test_the_door_opens_fast_and_needs_no_wandb() -> None:
    script = (
        "import sys; from luthier.compat import wandb; wandb.init; wandb.log\n"
        "heavy = {'numpy', 'yaml', 'sqlalchemy', 'pydantic', 'wandb', 'rich', 'click'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )

    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
