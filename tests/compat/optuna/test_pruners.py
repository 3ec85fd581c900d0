"""Optuna's pruners on luthier's schedulers."""

import math
from collections.abc import Sequence
from typing import Any

import pytest

from luthier.compat import optuna
from luthier.compat.optuna.pruners import (
    HyperbandPruner,
    MedianPruner,
    NopPruner,
    PatientPruner,
    PercentilePruner,
    SuccessiveHalvingPruner,
    ThresholdPruner,
    WilcoxonPruner,
)
from luthier.compat.optuna.trial import TrialState


def run(pruner: Any, levels: Sequence[float], *, direction: Any = "minimize", steps: int = 10) -> Any:
    """How many steps each trial got whose curve stays at its level."""
    study = optuna.create_study(pruner=pruner, direction=direction)

    def objective(trial: Any) -> Any:
        for step in range(steps):
            trial.report(levels[trial.number], step)
            if trial.should_prune():
                raise optuna.TrialPruned
        return levels[trial.number]

    study.optimize(objective, n_trials=len(levels))
    return [len(trial.intermediate_values) for trial in study.trials]


def test_the_median_is_the_default_and_starts_after_five_trials() -> None:
    assert isinstance(optuna.create_study().pruner, MedianPruner)
    assert run(None, [1, 2, 3, 4, 5, 2.5, 6]) == [10, 10, 10, 10, 10, 10, 1]


@pytest.mark.parametrize(
    ("pruner", "direction", "last"),
    [
        (MedianPruner(n_startup_trials=2), "maximize", [10, 10, 10, 1]),
        (MedianPruner(2, 4), "maximize", [10, 10, 10, 5]),
        (MedianPruner(2, 0, 1, n_min_trials=4), "maximize", [10, 10, 10, 10]),
        (PercentilePruner(25.0, n_startup_trials=2), "maximize", [10, 10, 10, 1]),
        (PercentilePruner(0.0, n_startup_trials=2), "minimize", [10, 10, 1, 10]),
        (NopPruner(), "maximize", [10, 10, 10, 10]),
    ],
)
def test_percentiles_keep_what_is_good_enough(pruner: Any, direction: Any, last: Any) -> None:
    assert run(pruner, [1, 2, 3, 0.5], direction=direction) == last


def test_thresholds_are_in_the_objectives_own_unit() -> None:
    assert run(ThresholdPruner(lower=0.0, upper=1.0), [0.5, 2.0, -1.0, math.nan], direction="maximize") == [
        10,
        1,
        1,
        1,
    ]
    with pytest.raises(TypeError):
        ThresholdPruner()


def stopped_at(pruner: Any, curve: Sequence[float], direction: Any = "minimize") -> int | None:
    """The step at which a trial with this curve is stopped."""
    study = optuna.create_study(pruner=pruner, direction=direction)
    trial = study.ask()
    for step, value in enumerate(curve):
        trial.report(value, step)
        if trial.should_prune():
            return step
    return None


# What Optuna 5.0 answers to the same.
@pytest.mark.parametrize(
    ("curve", "patience", "min_delta", "stop"),
    [
        ([1, 1, 1, 1, 1, 1], 3, 0.0, None),
        ([1, 2, 2, 2, 2, 2], 3, 0.0, 4),
        ([1, 2, 2, 2, 2, 2], 0, 0.0, 1),
        ([3, 1, 2, 3, 0.5, 2, 2, 2], 2, 0.0, 7),
        ([1, 1.1, 1.1, 1.1, 1.3, 1.3, 1.3], 2, 0.2, 6),
        ([1, math.nan, 2, math.nan, 2], 1, 0.0, 2),
        ([math.nan, 2, 2, 2], 1, 0.0, None),
    ],
)
def test_patience_ends_when_all_recent_reports_are_worse_than_before(
    curve: Any, patience: int, min_delta: float, stop: int | None
) -> None:
    assert stopped_at(PatientPruner(None, patience, min_delta), curve) == stop
    mirrored = [-value for value in curve]
    assert stopped_at(PatientPruner(None, patience, min_delta), mirrored, "maximize") == stop


def test_patience_asks_the_wrapped_pruner_about_trials_that_got_worse() -> None:
    rising = [0.1, 1.0, 1.0, 1.0, 1.0]
    assert stopped_at(PatientPruner(ThresholdPruner(upper=0.5), patience=2), rising) == 3
    assert stopped_at(PatientPruner(ThresholdPruner(upper=2.0), patience=2), rising) is None
    assert stopped_at(PatientPruner(ThresholdPruner(upper=0.5), patience=2), [1.0] * 9) is None
    assert stopped_at(PatientPruner(NopPruner(), patience=1), rising) is None
    with pytest.raises(ValueError, match="patience"):
        PatientPruner(None, patience=-1)


def test_halving_keeps_the_best_of_each_rung() -> None:
    levels = [1.0, 2.0, 3.0, 0.5]
    assert run(SuccessiveHalvingPruner(min_resource=1, reduction_factor=2), levels) == [10, 2, 2, 10]
    assert run(SuccessiveHalvingPruner(1, 2, 1), levels) == [10, 3, 3, 10]


def test_halving_finds_its_first_rung_by_itself() -> None:
    assert run(SuccessiveHalvingPruner(reduction_factor=2), [1.0, 2.0], steps=300)[0] == 300
    assert run(SuccessiveHalvingPruner(reduction_factor=2), [1.0, 2.0], steps=300)[1] < 300


def test_hyperband_finds_the_length_of_a_trial_by_itself() -> None:
    counts = run(HyperbandPruner(), [1.0, *range(2, 12)], steps=9)
    assert counts[0] == 9
    assert min(counts) < 9
    counts = run(HyperbandPruner(min_resource=1, max_resource=9, reduction_factor=3), range(10), steps=9)
    assert min(counts) < 9


@pytest.mark.parametrize("kind", [SuccessiveHalvingPruner, HyperbandPruner])
def test_bootstrap_is_named_as_absent_and_bad_arguments_are_refused(kind: Any) -> None:
    with pytest.raises(NotImplementedError, match="bootstrap_count"):
        kind(bootstrap_count=2)
    with pytest.raises(ValueError, match="reduction_factor"):
        kind(reduction_factor=1)
    with pytest.raises(ValueError, match=r"(min|max)_resource"):
        kind(**{"min_resource" if kind is SuccessiveHalvingPruner else "max_resource": "often"})


@pytest.mark.parametrize(("direction", "sign"), [("minimize", 1.0), ("maximize", -1.0)])
def test_wilcoxon_stops_what_is_worse_problem_by_problem(direction: Any, sign: float) -> None:
    study = optuna.create_study(pruner=WilcoxonPruner(p_threshold=0.1), direction=direction)
    hardness = [0.0, 5.0, 1.0, 8.0, 3.0, 2.0, 7.0, 4.0]

    def objective(trial: Any) -> Any:
        offset = [0.0, 1.0, -1.0][trial.number]
        values = []
        for problem, hard in enumerate(hardness):
            values.append(sign * (hard + offset + 0.1 * problem * offset))
            trial.report(values[-1], problem)
            if trial.should_prune():
                raise optuna.TrialPruned
        return sum(values) / len(values)

    study.optimize(objective, n_trials=3)
    assert [trial.state for trial in study.trials] == [
        TrialState.COMPLETE,
        TrialState.PRUNED,
        TrialState.COMPLETE,
    ]
    assert len(study.trials[1].intermediate_values) == 4


@pytest.mark.parametrize("arguments", [{"p_threshold": 2.0}, {"n_startup_steps": -1}])
def test_wilcoxon_refuses_what_it_cannot_use(arguments: Any) -> None:
    with pytest.raises(ValueError, match=next(iter(arguments))):
        WilcoxonPruner(**arguments)
