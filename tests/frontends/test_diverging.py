"""Trials that look best until they are worth nothing: diverged, collapsed, or stopped for their own sake."""

import math
from pathlib import Path
from typing import Any

import pytest

import luthier
from luthier.records.state import TrialState
from luthier.schedulers import ASHA, Median, Scheduler, Threshold

EPOCHS = 9


@pytest.mark.parametrize("scheduler", [ASHA(max_resource=EPOCHS), Median(n_startup_trials=2)], ids=repr)
@pytest.mark.parametrize("kind", ["at once", "resumed"])
def test_trials_that_diverged_stop_no_other(scheduler: Scheduler, kind: str, tmp_path: Path) -> None:
    """Six that are best until they return NaN, then worse ones: the first of these leads."""

    def objective(trial: luthier.Trial) -> float:
        diverges = trial.number < 6
        for epoch in range(1, EPOCHS + 1):
            trial.report(float(not diverges) + trial.number / 10, epoch)
            if trial.should_prune():
                raise luthier.TrialPruned
        return math.nan if diverges else float(trial.number)

    fields: dict[str, Any] = {"scheduler": scheduler, "sampler": "uniform", "storage": str(tmp_path / "s.db")}
    study = luthier.create_study(study_name="s", **fields)
    study.optimize(objective, n_trials=6, progress=False)
    if kind == "resumed":
        study = luthier.load_study("s", **fields)
    study.optimize(objective, n_trials=20, progress=False)
    assert study.best_trial.number == 6
    assert study.trials[10].state is TrialState.PRUNED


@pytest.mark.parametrize("scheduler", [Threshold(lower=-0.5), None], ids=["threshold", "by itself"])
@pytest.mark.parametrize("low", [-1.0, -math.inf])
def test_nobody_is_sent_again_where_a_loss_fell_below_what_it_can_be(
    scheduler: Scheduler | None, low: float
) -> None:
    """A tenth of the space is stopped because it is too good to be true; the model keeps out of it."""

    def objective(trial: luthier.Trial) -> float:
        x, y = trial.suggest_float("x", 0.0, 1.0), trial.suggest_float("y", 0.0, 1.0)
        loss = (x - 0.2) ** 2 + (y - 0.2) ** 2
        for epoch in range(1, EPOCHS + 1):
            trial.report(low if x > 0.9 else loss + 1.0 / epoch, epoch)
            if trial.should_prune() or (scheduler is None and x > 0.9):
                raise luthier.TrialPruned
        return loss

    study = luthier.create_study(sampler="auto", scheduler=scheduler, seed=1)
    study.optimize(objective, n_trials=25, progress=False)
    assert sum(trial.state is TrialState.PRUNED for trial in study.trials) < 6
    assert study.best_value < 0.01
