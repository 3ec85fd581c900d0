"""A scheduler whose decisions nobody asks for: said once, and only where it is so."""

from collections.abc import Callable
from typing import Any

import pytest

import luthier
from luthier.executors.simulated import Simulated
from luthier.executors.trial import Trial, TrialWarning

#: How trials run: executor, workers.
WAYS: list[tuple[Any, int]] = [("inline", 1), ("thread", 2), ("process", 2), (Simulated(), 2)]


def curve(trial: Trial) -> float:
    """Every trial but the first is worse than those before it."""
    for step in range(1, 10):
        trial.report(trial.number, step)
    return float(trial.number)


def asks_late(trial: Trial) -> float:
    value = curve(trial)
    trial.should_prune()
    return value


def stops_by_itself(trial: Trial) -> float:
    trial.report(trial.number, 1)
    return float(trial.number)


def fails(trial: Trial) -> float:
    raise ValueError(curve(trial))


@pytest.mark.parametrize(("executor", "workers"), WAYS)
def test_an_objective_that_never_asks_is_told_once_how_to(executor: Any, workers: int) -> None:
    study = luthier.create_study(scheduler="asha")
    with pytest.warns(TrialWarning) as caught:
        study.optimize(curve, n_trials=12, workers=workers, executor=executor)
    (warning,) = caught
    assert "which was to stop at step 1 and never asked. Add `if trial.should_prune():" in str(
        warning.message
    )
    assert warning.filename == __file__
    assert {str(record.state) for record in study.trials} == {"COMPLETE"}


@pytest.mark.parametrize(("executor", "workers"), WAYS)
@pytest.mark.parametrize(
    ("objective", "scheduler"),
    [(asks_late, "asha"), (stops_by_itself, "asha"), (fails, "asha"), (curve, None)],
)
def test_nothing_is_said_where_it_asks_or_could_not_or_is_not_to(
    executor: Any,
    workers: int,
    objective: Callable[[Trial], float],
    scheduler: Any,
    recwarn: pytest.WarningsRecorder,
) -> None:
    study = luthier.create_study(scheduler=scheduler)
    study.optimize(objective, n_trials=8, workers=workers, executor=executor, catch=ValueError)
    assert not [str(each.message) for each in recwarn]
