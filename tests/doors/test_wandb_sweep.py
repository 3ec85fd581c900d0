# ruff: noqa: E501 - scripts stand in the test
"""A sweep file and a script written for wandb run unchanged: offline, without an account, without wandb."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import luthier
from luthier.records.trial import TrialRecord

SCRIPT = """
import argparse
import math
import wandb

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float)
parser.add_argument("--epochs", type=int)
parser.add_argument("--optimizer")
args = parser.parse_args()

wandb.login()
with wandb.init(project="digits", entity="me", mode="online", config={"lr": 99, "seed": 1, "optimizer": {"beta": 0.5}}) as run:
    assert wandb.config.lr == args.lr == wandb.config["lr"]
    assert wandb.config.seed == 1
    assert wandb.config.optimizer["beta"] == 0.5
    assert wandb.config.optimizer["name"] in ("adam", "sgd")
    wandb.config.update({"lr": 5})
    assert run.config.lr == args.lr
    wandb.watch(object())
    wandb.define_metric("accuracy", summary="max")
    for epoch in range(wandb.config.epochs):
        accuracy = 1 - abs(math.log10(args.lr) + 3) / 10 - 1 / (epoch + 5)
        wandb.log({"accuracy": accuracy, "epoch": epoch, "nested": {"x": 1}, "picture": wandb.Image(None)})
    wandb.log({"accuracy": 0.0})
    wandb.summary["note"] = "well"
    print("run", run.id, run.step)
"""

SWEEP = """
program: train.py
method: bayes
metric:
  name: accuracy
  goal: maximize
parameters:
  lr:
    distribution: log_uniform_values
    min: 1e-5
    max: 1e-1
  epochs:
    value: 3
  optimizer:
    parameters:
      name: {values: [adam, sgd]}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory of a user, in an environment without wandb's variables."""
    for name in [name for name in os.environ if name.startswith(("WANDB_", "LUTHIER_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def command(*arguments: str) -> list[str]:
    """The command line of luthier."""
    return [sys.executable, "-m", "luthier.cli.main", *arguments]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run luthier to its end."""
    return subprocess.run(command(*arguments), check=False, capture_output=True, text=True, timeout=100)


def trials(name: str = "sweep") -> list[TrialRecord]:
    """The trials of a study in the default store."""
    return luthier.load_study(name, storage="luthier.db").trials


def wait_for(condition: Callable[[], object], seconds: float = 30) -> None:
    """Wait until a condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_wandb_script_and_its_file_run_unchanged(folder: Path) -> None:
    (folder / "train.py").write_text(SCRIPT, encoding="utf-8")
    (folder / "sweep.yaml").write_text(SWEEP, encoding="utf-8")

    done = run("sweep", "sweep.yaml", "--count", "6", "--workers", "2", "--no-progress")

    assert done.returncode == 0, done.stderr + done.stdout
    study = luthier.load_study("sweep", storage="luthier.db")
    assert [record.state.value for record in study.trials] == ["COMPLETE"] * 6
    for record in study.trials:
        curve = study.reports(record.number)
        assert list(curve) == [1, 2, 3, 4]
        assert record.value == max(curve.values())
        assert record.user_attrs["note"] == "well"
        assert study.reports(record.number, "epoch") == {0: 0, 1: 1, 2: 2}
        assert study.reports(record.number, "nested.x") == {0: 1, 1: 1, 2: 1}
        assert f"[trial {record.number}] run {record.user_attrs['run_id']} 4" in done.stdout
    assert f"Best: trial {study.best_trial.number} with accuracy" in done.stdout
    assert "python train.py --lr=" in done.stdout
    assert not (folder / "wandb").exists()


def test_the_same_command_goes_on_and_an_agent_too(folder: Path) -> None:
    (folder / "train.py").write_text("print('accuracy: 0.5')\n", encoding="utf-8")
    (folder / "sweep.yaml").write_text(SWEEP, encoding="utf-8")

    for _ in range(2):
        assert run("sweep", "sweep.yaml", "--count", "1").returncode == 0
    assert run("agent", "me/digits/sweep", "--count", "1").returncode == 0

    assert [record.value for record in trials()] == [0.5] * 3


#: Runs the script that its parameter names.
CHOOSER = """
import json, os, runpy
runpy.run_path(json.load(open(os.environ["LUTHIER_PARAMS"]))["way"] + ".py")
"""


def run_each(folder: Path, scripts: dict[str, str]) -> tuple[int, dict[str, TrialRecord]]:
    """The exit code of one sweep over scripts, and their trials by name."""
    for name, script in {**scripts, "train": CHOOSER}.items():
        (folder / f"{name}.py").write_text(script, encoding="utf-8")
    head = SWEEP.partition("parameters:")[0].replace("method: bayes", "method: grid")
    text = f"{head}parameters: {{way: {{values: [{', '.join(scripts)}]}}}}\n"
    (folder / "sweep.yaml").write_text(text, encoding="utf-8")
    code = run("sweep", "sweep.yaml").returncode
    return code, {record.params["way"]: record for record in trials()}


def test_a_script_reports_in_any_of_these_ways(folder: Path) -> None:
    scripts = {
        "printed": "print('epoch 1'); print('accuracy: 0.25'); print('accuracy = 0.75'); print('bye')",
        "json": "import json; print(json.dumps({'accuracy': 0.75, 'epoch': 3}))",
        "report": "from luthier import sweep; sweep.report({'accuracy': 0.75, 'n': len(sweep.params())}, step=3)",
        "file": "import os; open(os.environ['LUTHIER_REPORT'], 'a').write('{\"accuracy\": 0.75}\\n')",
        "summary": "import wandb; wandb.init(); print('accuracy: 0.9'); wandb.run.summary.update({'accuracy': 0.75})",
        "disabled": "import wandb; wandb.init(mode='disabled'); wandb.run.log({'accuracy': 0.75})",
    }

    code, found = run_each(folder, {f"way_{name}": script for name, script in scripts.items()})

    assert code == 0
    assert {name: record.value for name, record in found.items()} == dict.fromkeys(
        (f"way_{name}" for name in scripts), 0.75
    )


@pytest.mark.parametrize(("objective", "value"), [("best", 0.75), ("last", 0.5)])
def test_the_best_value_counts_unless_the_last_one_is_asked_for(
    folder: Path, objective: str, value: float
) -> None:
    (folder / "train.py").write_text(
        "import wandb\nwandb.init()\nfor x in 0.25, 0.75, 0.5, float('nan'): wandb.log({'accuracy': x})",
        encoding="utf-8",
    )
    (folder / "sweep.yaml").write_text(SWEEP, encoding="utf-8")

    assert run("sweep", "sweep.yaml", "--count", "1", "--objective", objective).returncode == 0

    assert [record.value for record in trials()] == [value]


def test_a_run_without_a_value_fails_and_says_why(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANDB_AGENT_DISABLE_FLAPPING", "true")
    fails = {
        "other_names": (
            "import wandb; wandb.init(); wandb.log({'acc': 1}); wandb.log({'loss': 2})",
            "'accuracy' was never reported; reported were: acc, loss",
        ),
        "nothing": ("pass", "'accuracy' was never reported; nothing was"),
        "not_finite": (
            "import wandb; wandb.init(); wandb.log({'accuracy': float('nan')})",
            "never a finite number, it was nan",
        ),
        "raised": ("raise ValueError('no luck')", "exit code 1: ValueError: no luck"),
        "crashed": ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "killed by SIGSEGV"),
    }

    code, found = run_each(folder, {name: script for name, (script, _) in fails.items()})

    assert code == 1
    assert found.keys() == fails.keys()
    for name, record in found.items():
        assert record.state.value == "FAILED"
        assert fails[name][1] in (record.reason or "")


def test_metrics_are_in_the_store_while_the_script_runs(folder: Path) -> None:
    (folder / "train.py").write_text(
        "import time, wandb\nwandb.init()\nwandb.log({'accuracy': 0.5})\ntime.sleep(60)", encoding="utf-8"
    )
    (folder / "sweep.yaml").write_text(SWEEP, encoding="utf-8")
    driver = subprocess.Popen(command("sweep", "sweep.yaml"), stderr=subprocess.DEVNULL)
    try:
        wait_for(Path("luthier.db").exists)
        wait_for(lambda: any(each.counts for each in luthier.list_studies(storage="luthier.db")))
        study = luthier.load_study("sweep", storage="luthier.db")
        wait_for(lambda: study.reports(0))
        assert study.trials[0].state.value == "RUNNING"
        assert study.reports(0) == {1: 0.5}
    finally:
        driver.kill()
        driver.wait()


CHILDREN = """
import os, subprocess, sys, time
import wandb
wandb.init()
for pid in open("pids").read().split() if os.path.exists("pids") else ():
    if os.path.exists(f"/proc/{pid}") and open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[0] != "Z":
        open("leaked", "a").write(f"{pid} ")
loader = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
child = subprocess.Popen([sys.executable, "-c", loader])
daemon = subprocess.Popen([sys.executable, "-c", loader], start_new_session=True)
with open("pids", "a") as file:
    file.write(f"{os.getpid()} {child.pid} {daemon.pid}\\n")
for epoch in range(1000):
    wandb.log({"accuracy": -float(os.environ["LUTHIER_TRIAL"]) if epoch else 0.0})
    time.sleep(0.05 if SLOW or int(os.environ["LUTHIER_TRIAL"]) else 0)
"""


def pids(folder: Path) -> list[int]:
    """All processes that scripts have noted."""
    path = folder / "pids"
    return [int(pid) for pid in path.read_text(encoding="utf-8").split()] if path.exists() else []


def test_early_termination_reaches_every_process_of_a_script(
    folder: Path, monkeypatch: pytest.MonkeyPatch, alive: Callable[[int], bool]
) -> None:
    monkeypatch.setenv("WANDB_AGENT_KILL_DELAY", "0.3")
    (folder / "train.py").write_text(CHILDREN.replace("SLOW", "False"), encoding="utf-8")
    rule = "early_terminate: {type: hyperband, min_iter: 2}\n"
    (folder / "sweep.yaml").write_text(SWEEP + rule, encoding="utf-8")

    done = run("sweep", "sweep.yaml", "--count", "3")

    assert done.returncode == 0, done.stderr
    assert [record.state.value for record in trials()] == ["COMPLETE", "PRUNED", "PRUNED"]
    assert trials()[1].reason == "early_terminate"
    assert len(pids(folder)) == 9
    assert not (folder / "leaked").exists(), "a run saw processes of the one before"
    assert not any(map(alive, pids(folder)))


def test_a_killed_sweep_leaves_no_process_and_goes_on(folder: Path, alive: Callable[[int], bool]) -> None:
    (folder / "train.py").write_text(CHILDREN.replace("SLOW", "True"), encoding="utf-8")
    (folder / "sweep.yaml").write_text(SWEEP, encoding="utf-8")
    driver = subprocess.Popen(command("sweep", "sweep.yaml", "--workers", "2"), stderr=subprocess.DEVNULL)
    wait_for(lambda: len(pids(folder)) == 6)
    before = [dict(record.given or {}) for record in trials()]
    driver.kill()
    driver.wait()

    wait_for(lambda: not any(map(alive, pids(folder))), seconds=10)
    (folder / "train.py").write_text("print('accuracy: 1')", encoding="utf-8")
    assert run("sweep", "sweep.yaml", "--count", "2").returncode == 0
    again = trials()
    assert [record.params for record in again] == before
    assert [(record.state.value, record.attempt) for record in again] == [("COMPLETE", 2)] * 2


def test_ctrl_c_finishes_what_runs_and_twice_stops_now(folder: Path, alive: Callable[[int], bool]) -> None:
    (folder / "train.py").write_text(
        "import os, time\nopen('pids', 'a').write(f'{os.getpid()} ')\ntime.sleep(600)", encoding="utf-8"
    )
    (folder / "sweep.yaml").write_text(SWEEP, encoding="utf-8")
    driver = subprocess.Popen(command("sweep", "sweep.yaml"), stderr=subprocess.PIPE, text=True)
    wait_for(lambda: len(pids(folder)) == 1)
    driver.send_signal(signal.SIGINT)
    time.sleep(0.5)
    assert driver.poll() is None
    driver.send_signal(signal.SIGINT)
    _, said = driver.communicate(timeout=20)

    assert driver.returncode == 130
    assert "The same command goes on" in said
    assert "Traceback" not in said
    assert not alive(pids(folder)[0])
    assert [record.state.value for record in trials()] == ["WAITING"]


def test_each_run_sees_one_of_the_gpus(folder: Path) -> None:
    (folder / "train.py").write_text(
        "import os, sys, time\n"
        "time.sleep(0.3)\n"
        "assert os.environ['CUDA_VISIBLE_DEVICES'] == sys.argv[1]\n"
        "print('accuracy:', sys.argv[1])",
        encoding="utf-8",
    )
    line = 'command: ["${interpreter}", "${program}", "${gpu}"]\n'
    (folder / "sweep.yaml").write_text(SWEEP + line, encoding="utf-8")

    assert run("sweep", "sweep.yaml", "--count", "4", "--gpus", "3,5").returncode == 0

    assert {record.value for record in trials()} == {3.0, 5.0}


#: The parts of an installed wandb that are wrapped, in the places where it has them.
INSTALLED = {
    "__init__.py": "from wandb.sdk.wandb_init import init\nrun = None\n",
    "sdk/__init__.py": "",
    "sdk/lib/__init__.py": "",
    "sdk/wandb_summary.py": (
        "class SummaryDict:\n"
        "    def update(self, d): pass\n"
        "    def __setitem__(self, key, value): self.update({key: value})\n"
        "class Summary(SummaryDict): pass\n"
    ),
    "sdk/wandb_run.py": (
        "from wandb.sdk.wandb_summary import Summary\n"
        "class Run:\n"
        "    disabled = False\n"
        "    def __init__(self): self.step, self.summary = 0, Summary()\n"
        "    def log(self, data, step=None, commit=None):\n"
        "        self.step = self.step + 1 if step is None else max(self.step, step)\n"
    ),
    "sdk/wandb_init.py": (
        "import os, json\n"
        "from wandb.sdk.wandb_run import Run\n"
        "def init(**given):\n"
        "    names = ('MODE', 'SWEEP_ID', 'RUN_ID', 'SWEEP_PARAM_PATH')\n"
        "    said = {name: os.environ['WANDB_' + name] for name in names}\n"
        "    said['config'] = open(said['SWEEP_PARAM_PATH']).read()\n"
        "    print(json.dumps({**given, **said}))\n"
        "    return Run()\n"
    ),
}


def test_an_installed_wandb_is_used_offline_and_tapped(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in INSTALLED.items():
        path = folder / "site" / "wandb" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "site" / "sitecustomize.py").write_text("print('theirs, too')", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(folder / "site"))
    (folder / "train.py").write_text(
        "import wandb\n"
        "run = wandb.init(mode='online')\n"
        "run.log({'accuracy': 0.25, 'words': 'ignored'})\n"
        "run.log({'accuracy': 0.5}, step=10)\n"
        "run.log({'accuracy': 0.9}, step=3)\n"
        "run.summary['size'] = 7\n",
        encoding="utf-8",
    )
    (folder / "sweep.yaml").write_text(SWEEP, encoding="utf-8")

    done = run("sweep", "sweep.yaml", "--count", "1")

    assert done.returncode == 0, done.stderr
    (record,) = trials()
    study = luthier.load_study("sweep", storage="luthier.db")
    assert "theirs, too" in done.stdout
    line = next(line for line in done.stdout.splitlines() if "WANDB" in line or '"MODE"' in line)
    said = json.loads(line.partition("] ")[2])
    assert (said["mode"], said["MODE"], said["SWEEP_ID"]) == ("offline", "offline", "sweep")
    assert said["RUN_ID"] == record.user_attrs["run_id"]
    assert said["config"].startswith("wandb_version: 1\n\nlr:\n  value: ")
    assert f"optimizer:\n  value:\n    name: {record.params['optimizer.name']}\n" in said["config"]
    assert record.value == 0.5
    assert study.reports(0, "accuracy") == {0: 0.25, 10: 0.5}
    assert record.user_attrs["size"] == 7


def test_only_the_first_of_several_processes_reports(folder: Path) -> None:
    (folder / "train.py").write_text(
        "import os, subprocess, sys\n"
        "script = \"import os, wandb; wandb.init(); wandb.log({'accuracy': 1.0 + int(os.environ['RANK'])})\"\n"
        "for rank in '210':\n"
        "    subprocess.run([sys.executable, '-c', script], env={**os.environ, 'RANK': rank}, check=True)\n",
        encoding="utf-8",
    )
    (folder / "sweep.yaml").write_text(SWEEP, encoding="utf-8")

    assert run("sweep", "sweep.yaml", "--count", "1").returncode == 0

    assert trials()[0].value == 1.0
