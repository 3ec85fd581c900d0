"""Scripts written for Ray Tune, with one changed import: the quick start, the CIFAR tutorial in both styles, Tuner."""

# ruff: noqa: NPY002, PLR1704, PTH118 - scripts as people have them

import os
import random
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from torch import nn

import luthier
from luthier.compat import tune
from luthier.compat.tune import Checkpoint
from luthier.compat.tune.schedulers import ASHAScheduler

#: Three epochs of these tell good from bad learning rates.
TRAIN, TEST = 400, 200

#: As in the tutorial, on a smaller scale.
MAX_EPOCHS = 4


@pytest.fixture(autouse=True)
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Experiments of a test are kept in its own directory."""
    monkeypatch.setenv("LUTHIER_RESULTS", str(tmp_path / "results"))
    torch.set_num_threads(1)
    return tmp_path / "results"


class Net(nn.Module):
    """Two hidden layers over 8 x 8 pixels."""

    def __init__(self, l1: int = 120, l2: int = 84) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(), nn.Linear(64, l1), nn.ReLU(), nn.Linear(l1, l2), nn.ReLU(), nn.Linear(l2, 10)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.layers(x)
        return out


def load_data(data_dir: str) -> tuple[torch.Tensor, torch.Tensor]:
    """The digits; the tutorial downloads its images to `data_dir`."""
    digits = load_digits()
    return torch.tensor(digits.images, dtype=torch.float32) / 16, torch.tensor(digits.target)


def epochs(
    config: dict[str, Any], data_dir: str, net: Net, optimizer: torch.optim.Optimizer, start: int
) -> Any:
    """Train; loss and accuracy on held-out images after each epoch."""
    images, labels = load_data(data_dir)
    size = int(config["batch_size"])
    for epoch in range(start, MAX_EPOCHS):
        for batch in range(0, TRAIN, size):
            optimizer.zero_grad()
            upper = min(TRAIN, batch + size)
            loss = nn.functional.cross_entropy(net(images[batch:upper]), labels[batch:upper])
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            out = net(images[TRAIN : TRAIN + TEST])
            held = labels[TRAIN : TRAIN + TEST]
            yield (
                epoch,
                nn.functional.cross_entropy(out, held).item(),
                (out.argmax(1) == held).float().mean().item(),
            )


def train_old_style(config: dict[str, Any], checkpoint_dir: str | None = None, data_dir: str = "") -> None:
    """As the tutorial was written for many years."""
    net = Net(config["l1"], config["l2"])
    optimizer = torch.optim.SGD(net.parameters(), lr=config["lr"], momentum=0.9)
    if checkpoint_dir:
        model_state, optimizer_state = torch.load(os.path.join(checkpoint_dir, "checkpoint"))
        net.load_state_dict(model_state)
        optimizer.load_state_dict(optimizer_state)
    for epoch, loss, accuracy in epochs(config, data_dir, net, optimizer, 0):
        with tune.checkpoint_dir(epoch) as checkpoint_dir:
            path = os.path.join(checkpoint_dir, "checkpoint")
            torch.save((net.state_dict(), optimizer.state_dict()), path)
        tune.report(loss=loss, accuracy=accuracy)


def train_new_style(config: dict[str, Any], data_dir: str = "") -> None:
    """As the tutorial is written now."""
    net = Net(config["l1"], config["l2"])
    optimizer = torch.optim.SGD(net.parameters(), lr=config["lr"], momentum=0.9)
    start = 0
    checkpoint = tune.get_checkpoint()
    if checkpoint:
        with checkpoint.as_directory() as folder:
            state = torch.load(Path(folder) / "data.pt")
        start = state["epoch"] + 1
        net.load_state_dict(state["net"])
        optimizer.load_state_dict(state["optimizer"])
    for epoch, loss, accuracy in epochs(config, data_dir, net, optimizer, start):
        state = {"epoch": epoch, "net": net.state_dict(), "optimizer": optimizer.state_dict()}
        with tempfile.TemporaryDirectory() as folder:
            torch.save(state, Path(folder) / "data.pt")
            tune.report({"loss": loss, "accuracy": accuracy}, checkpoint=Checkpoint.from_directory(folder))


def space() -> dict[str, Any]:
    """The tutorial's."""
    return {
        "l1": tune.sample_from(lambda _: 2 ** np.random.randint(2, 9)),
        "l2": tune.sample_from(lambda _: 2 ** np.random.randint(2, 9)),
        "lr": tune.loguniform(1e-4, 1e-1),
        "batch_size": tune.choice([2 * 8, 4 * 8, 8 * 8]),
    }


def accuracy_of(config: dict[str, Any], path: str) -> float:
    """What the network in a file gets right of the held-out images."""
    state = torch.load(path)
    net = Net(config["l1"], config["l2"])
    net.load_state_dict(state[0] if isinstance(state, tuple) else state["net"])
    images, labels = load_data("")
    with torch.no_grad():
        right = net(images[TRAIN : TRAIN + TEST]).argmax(1) == labels[TRAIN : TRAIN + TEST]
    return float(right.float().mean().item())


def test_the_quick_start_finds_the_best_of_a_hundred(results: Path) -> None:
    def objective(config: dict[str, Any]) -> float:
        return float(config["n_units"] / 128 - abs(np.log10(config["lr"]) + 3) / 10)

    analysis: Any = tune.run(
        objective,
        config={"lr": tune.loguniform(1e-5, 1e-1), "n_units": tune.choice([32, 64, 128])},
        num_samples=100,
        metric="accuracy",
        mode="max",
        verbose=0,
    )

    assert len(analysis.trials) == 100
    assert analysis.best_config["n_units"] == 128
    assert (
        analysis.best_result["accuracy"] == max(one["accuracy"] for one in analysis.results.values()) > 0.95
    )
    assert [path.name for path in results.iterdir() if not path.name.startswith("luthier.db")] == []


@pytest.mark.parametrize("style", ["old", "new"])
def test_the_cifar_tutorial_runs_in_both_styles(style: str, capsys: pytest.CaptureFixture[str]) -> None:
    scheduler = ASHAScheduler(metric="loss", mode="min", max_t=MAX_EPOCHS, grace_period=1, reduction_factor=2)
    reporter = tune.CLIReporter(metric_columns=["loss", "accuracy", "training_iteration"])
    train = train_old_style if style == "old" else train_new_style

    result: Any = tune.run(
        partial(train, data_dir="data"),
        resources_per_trial={"cpu": os.cpu_count(), "gpu": 0},
        config=space(),
        num_samples=12,  # nothing is stopped when each is better than those before: once in five thousand runs
        scheduler=scheduler,
        progress_reporter=reporter,
    )

    best = result.get_best_trial("loss", "min", "last")
    assert set(best.config) == {"l1", "l2", "lr", "batch_size"}
    assert best.config["l1"] in {4, 8, 16, 32, 64, 128, 256}
    assert best.last_result["loss"] == min(one.last_result["loss"] for one in result.trials)
    assert {trial.status for trial in result.trials} == {"TERMINATED"}
    iterations = [trial.last_result["training_iteration"] for trial in result.trials]
    assert max(iterations) == MAX_EPOCHS > min(iterations)
    found = result.get_best_checkpoint(best, metric="accuracy", mode="max")
    with found.as_directory() as folder:
        path = os.path.join(folder, "checkpoint" if style == "old" else "data.pt")
        assert accuracy_of(best.config, path) == pytest.approx(
            max(r["accuracy"] for _, r in best.checkpoints), abs=1e-6
        )
    table = capsys.readouterr().out
    assert "loss" in table
    assert "training_iteration" in table


def test_the_study_behind_an_experiment_is_an_ordinary_one(results: Path) -> None:
    analysis: Any = tune.run(
        lambda config: {"score": -(config["x"] ** 2)},
        config={"x": tune.uniform(-1, 1)},
        num_samples=8,
        metric="score",
        mode="max",
        name="parabola",
        verbose=0,
    )

    study = luthier.load_study("parabola", storage=str(results / "luthier.db"))
    assert study.best_params["x"] == analysis.best_config["x"]
    assert study.best_value == analysis.best_result["score"]
    study.optimize(lambda trial: -(trial.suggest_float("x", -1, 1) ** 2), n_trials=2, progress=False)
    assert len(study.trials) == 10


class Walk(tune.Trainable):
    """A class trainable that walks towards its target."""

    def setup(self, config: dict[str, Any]) -> None:
        self.at = 0.0
        self.stride = config["stride"]

    def step(self) -> dict[str, Any]:
        self.at += self.stride
        return {"distance": abs(10 - self.at), "done": self.at >= 10}

    def save_checkpoint(self, checkpoint_dir: str) -> dict[str, Any]:
        return {"at": self.at}

    def load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        self.at = checkpoint["at"]

    def reset_config(self, new_config: dict[str, Any]) -> bool:
        self.setup(new_config)
        return True


def test_a_class_trainable_runs_under_a_tuner() -> None:
    tuner = tune.Tuner(
        Walk,
        param_space={"stride": tune.grid_search([1.0, 2.5, 4.0])},
        tune_config=tune.TuneConfig(
            metric="distance", mode="min", max_concurrent_trials=1, reuse_actors=True
        ),
        run_config=tune.RunConfig(
            stop={"training_iteration": 8},
            checkpoint_config=tune.CheckpointConfig(checkpoint_frequency=2, num_to_keep=1),
            verbose=0,
        ),
    )

    grid: Any = tuner.fit()

    best = grid.get_best_result()
    assert best.config == {"stride": 2.5}
    assert best.metrics["distance"] == 0
    assert best.metrics["training_iteration"] == 4
    frame = grid.get_dataframe()
    assert frame.set_index("config/stride")["training_iteration"].to_dict() == {1.0: 8, 2.5: 4, 4.0: 3}
    assert [len(result.best_checkpoints) for result in grid] == [1, 1, 1]
    assert len(grid[0].metrics_dataframe) == 8
    again = Walk({"stride": 0.0})
    again.restore(best.checkpoint)
    assert again.at == 10
    assert again.training_iteration == 4


#: A run that is killed: trial 2 hangs in its third iteration as long as the file "hold" is there.
KILLED = """
    import sys, tempfile, time
    from pathlib import Path
    from luthier.compat import tune

    HERE = Path(sys.argv[1])

    def train(config):
        start = 0
        checkpoint = tune.get_checkpoint()
        if checkpoint:
            start = int(Path(checkpoint.path, "epoch").read_text()) + 1
        with open(HERE / "starts", "a") as file:
            file.write(f"{config['x']} {start}\\n")
        for epoch in range(start, 4):
            while config["x"] == 2 and epoch == 2 and (HERE / "hold").exists():
                (HERE / "hanging").touch()
                time.sleep(0.01)
            with tempfile.TemporaryDirectory() as folder:
                Path(folder, "epoch").write_text(str(epoch))
                tune.report({"score": config["x"] + epoch}, checkpoint=tune.Checkpoint.from_directory(folder))

    if __name__ == "__main__":
        path = HERE / "results" / "killed"
        if tune.Tuner.can_restore(path):
            tuner = tune.Tuner.restore(path, train)
        else:
            tuner = tune.Tuner(
                train,
                param_space={"x": tune.grid_search([1, 2, 3])},
                tune_config=tune.TuneConfig(metric="score", mode="max", max_concurrent_trials=1),
                run_config=tune.RunConfig(name="killed", storage_path=str(HERE / "results"), verbose=0),
            )
        grid = tuner.fit()
        print([(r.config["x"], r.metrics["score"], r.metrics["training_iteration"]) for r in grid], grid.num_errors)
"""


def test_a_killed_run_is_restored_where_it_was(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(KILLED))
    (tmp_path / "hold").touch()
    command = [sys.executable, str(script), str(tmp_path)]
    first = subprocess.Popen(command)
    while not (tmp_path / "hanging").exists():
        assert first.poll() is None
        time.sleep(0.01)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    (tmp_path / "hold").unlink()

    second = subprocess.run(command, capture_output=True, text=True, check=True)

    assert second.stdout.strip() == "[(1, 4, 4), (2, 5, 4), (3, 6, 4)] 0"
    assert (tmp_path / "starts").read_text().splitlines() == ["1 0", "2 0", "2 2", "3 0"]


def test_functions_of_the_space_leave_the_global_generators_alone() -> None:
    def drawn() -> list[tuple[int, float]]:
        found = tune.run(
            lambda config: config["a"] + config["b"],
            config={
                "a": tune.sample_from(lambda _: int(np.random.randint(1000))),
                "b": tune.sample_from(lambda config: random.random() + config["a"]),
            },
            num_samples=4,
            search_alg=tune.create_searcher("random", random_state=3),
            max_concurrent_trials=1,
            verbose=0,
        )
        return [(trial.config["a"], trial.config["b"]) for trial in found.trials]

    np.random.seed(0)
    expected = np.random.RandomState(0).random_sample(2).tolist()
    first = drawn()
    assert np.random.random_sample(2).tolist() == expected
    assert drawn() == first
    assert len(set(first)) == 4
