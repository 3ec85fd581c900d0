"""The live table: what a user sees on a terminal."""

import io
import os
import pty
import re
import subprocess
import sys

from rich.console import Console

import luthier
from luthier.engine.budget import Budget
from luthier.frontends.table import LiveTable, short_params
from luthier.records.messages import Reported


def screen(table: LiveTable) -> str:
    """The picture as text."""
    console = Console(file=io.StringIO(), width=100, force_terminal=False)
    console.print(table.draw())
    return str(console.file.getvalue())  # type: ignore[attr-defined]  # a StringIO


def test_it_shows_progress_the_best_trial_and_what_runs() -> None:
    study = luthier.create_study("digits", direction="maximize", seed=0)
    table = LiveTable(study._view, Budget(n_trials=6), Console(file=io.StringIO()))

    def callback(study: luthier.Study, record: luthier.TrialRecord) -> None:
        table.ended(record, None)

    def objective(trial: luthier.Trial) -> float:
        x = trial.suggest_float("x", 0, 1)
        if trial.number == 1:
            raise luthier.TrialPruned
        if trial.number == 2:
            raise ValueError("no luck")
        return x

    study.optimize(objective, n_trials=5, catch=ValueError, callbacks=[callback], progress=False)
    trial = study.ask()
    table.started(study.trials[trial.number])
    table.heard(Reported(trial.number, 7, 0.25))
    shown = screen(table)

    assert "digits" in shown
    assert "5/6" in shown
    assert "3 complete  1 pruned  1 failed  1 running" in " ".join(shown.split("   "))
    assert f"trial {study.best_trial.number}" in shown
    assert "ValueError: no luck" in shown
    (row,) = [line.split() for line in shown.splitlines() if line.split()[1:2] == ["running"]]
    assert row[:4] == [str(trial.number), "running", "7", "0.25"]


def test_the_table_draws_before_anything_happened() -> None:
    study = luthier.create_study("empty")

    assert "empty" in screen(LiveTable(study._view, Budget(), Console(file=io.StringIO())))


TABLE = """
import sys, luthier
study = luthier.create_study("digits", seed=0)
study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=2, progress=True)
sys.stderr.write("next line\\n")
"""


def test_off_a_terminal_the_table_ends_its_line() -> None:
    run = subprocess.run(
        [sys.executable, "-c", TABLE], check=True, capture_output=True, text=True, timeout=100
    )

    assert "next line" in run.stderr.splitlines()
    assert "2 complete" in run.stderr
    assert "\n\n\nnext line" not in run.stderr


WARNING = """
import logging, sys, time, luthier
def objective(trial):
    time.sleep(0.5)
    logging.getLogger("luthier").warning("look out")
    time.sleep(0.5)
    return 0.0
luthier.create_study().optimize(objective, n_trials=1, progress=True)
logging.getLogger("luthier").warning("over")
"""


def test_log_lines_stand_above_the_table_on_a_terminal() -> None:
    """A line that is written to the table's own last line would be drawn over."""
    driver, screen = pty.openpty()
    with subprocess.Popen([sys.executable, "-c", WARNING], stdout=screen, stderr=screen) as process:
        os.close(screen)
        shown = b"".join(iter(lambda: read_all(driver), b"")).decode()
        process.wait(timeout=100)
    os.close(driver)
    lines = [
        line
        for line in re.split(r"\r|\n|\x1b\[[0-9;?]*[A-Za-z]", shown)
        if "look out" in line or "over" in line
    ]
    assert [line.startswith("[W ") for line in lines] == [True, True]


def read_all(fd: int) -> bytes:
    """What a terminal shows next; nothing once the program is gone."""
    try:
        return os.read(fd, 1 << 16)
    except OSError:
        return b""


def test_parameters_fit_one_line() -> None:
    assert short_params({"lr": 0.00312345, "opt": "adam", "n": 3}) == "lr=0.003123  opt=adam  n=3"
