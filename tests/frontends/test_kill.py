"""kill -9, and Ctrl-C: nothing finished is lost, nothing is stuck, numbers have no gaps."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

import luthier

SCRIPT = """
import sys, time
import luthier

def objective(trial):
    x = trial.suggest_float("x", -5, 5)
    for step in range(5):
        time.sleep(0.02)
        trial.report(x * x, step)
    return x * x

def note(study, record):
    with open(sys.argv[2], "a") as log:
        log.write(f"{record.number} {record.value!r}\\n")

luthier.set_verbosity(40)
study = luthier.create_study("s", storage=sys.argv[1], load_if_exists=True, seed=0)
study.optimize(objective, n_trials=int(sys.argv[3]), workers=int(sys.argv[4]), callbacks=[note], progress=False)
print("after optimize", flush=True)
"""


def start(url: str, log: Path, n_trials: int, workers: int) -> subprocess.Popen[str]:
    """A driver in a process of its own."""
    command = [sys.executable, "-c", SCRIPT, url, str(log), str(n_trials), str(workers)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until a condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def noted(log: Path) -> dict[str, str]:
    """What drivers were told is finished: the value of each number."""
    lines = log.read_text().splitlines() if log.exists() else []
    return {number: value for number, _, value in (line.partition(" ") for line in lines)}


def has_noted(log: Path, count: int) -> bool:
    """Whether drivers were told of so many finished trials."""
    return len(noted(log)) >= count


@pytest.mark.parametrize("workers", [1, 2])
def test_killed_drivers_lose_nothing_and_leave_nothing_stuck(url: str, tmp_path: Path, workers: int) -> None:
    log = tmp_path / "log"
    for kills in range(1, 4):
        driver = start(url, log, 1000, workers)
        wait_for(partial(has_noted, log, 4 * kills))
        driver.kill()
        driver.communicate()

    last = start(url, log, 10, workers)
    assert last.wait(timeout=60) == 0
    last.communicate()

    study = luthier.load_study("s", storage=url)
    values = {str(record.number): repr(record.value) for record in study.trials}
    assert all(values[number] == value for number, value in noted(log).items())
    assert [record.number for record in study.trials] == list(range(len(study.trials)))
    assert {record.state.value for record in study.trials} == {"COMPLETE"}
    assert any(record.attempt > 1 for record in study.trials)
    with sqlite3.connect(url.removeprefix("sqlite:///")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()


@pytest.mark.parametrize("workers", [1, 2])
def test_one_ctrl_c_finishes_what_runs_and_returns(url: str, tmp_path: Path, workers: int) -> None:
    log = tmp_path / "log"
    driver = start(url, log, 1000, workers)
    wait_for(lambda: len(noted(log)) >= 2)
    driver.send_signal(signal.SIGINT)
    out, _ = driver.communicate(timeout=30)

    study = luthier.load_study("s", storage=url)
    assert driver.returncode == 0
    assert out == "after optimize\n"
    assert {record.state.value for record in study.trials} == {"COMPLETE"}
    assert len(noted(log)) == len(study.trials)


@pytest.mark.parametrize("workers", [1, 2])
def test_two_ctrl_c_stop_now_and_what_ran_waits(url: str, tmp_path: Path, workers: int) -> None:
    slow = SCRIPT.replace("time.sleep(0.02)", "time.sleep(30)").replace("range(5)", "range(1)")
    command = [sys.executable, "-c", slow, url, str(tmp_path / "log"), "10", str(workers)]
    driver = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    db = Path(url.removeprefix("sqlite:///"))
    wait_for(
        lambda: (
            db.exists() and any(s.counts.get("RUNNING") == workers for s in luthier.list_studies(storage=url))
        )
    )
    time.sleep(0.5)
    driver.send_signal(signal.SIGINT)
    time.sleep(0.5)
    assert driver.poll() is None
    begin = time.monotonic()
    driver.send_signal(signal.SIGINT)
    out, err = driver.communicate(timeout=20)

    assert time.monotonic() - begin < 10
    assert driver.returncode != 0
    assert "KeyboardInterrupt" in err
    assert out == ""
    study = luthier.load_study("s", storage=url)
    assert [record.state.value for record in study.trials] == ["WAITING"] * workers


def test_no_worker_outlives_a_killed_driver(url: str, tmp_path: Path, alive: Callable[[int], bool]) -> None:
    marker = f"outlive-{os.getpid()}"
    script = SCRIPT.replace("import sys, time", f"import os, sys, time  # {marker}").replace(
        "for step in range(5):",
        "open(sys.argv[2] + str(os.getpid()), 'w').close()\n    for step in range(5000):",
    )
    driver = subprocess.Popen([sys.executable, "-c", script, url, str(tmp_path / "pid"), "10", "2"])
    wait_for(lambda: len(list(tmp_path.glob("pid*"))) >= 2)
    driver.kill()
    driver.wait()

    pids = [int(path.name.removeprefix("pid")) for path in tmp_path.glob("pid*")]
    wait_for(lambda: not any(alive(pid) for pid in pids), seconds=10)
