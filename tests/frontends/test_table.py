"""The live table: what a user sees on a terminal."""

import io

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


def test_parameters_fit_one_line() -> None:
    assert short_params({"lr": 0.00312345, "opt": "adam", "n": 3}) == "lr=0.003123  opt=adam  n=3"
