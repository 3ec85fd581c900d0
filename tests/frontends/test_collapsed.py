"""Trials that are stopped for their own sake: their loss is too good to be one."""

import math

import pytest

import luthier
from luthier.records.state import TrialState
from luthier.schedulers import Scheduler, Threshold

EPOCHS = 9


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
