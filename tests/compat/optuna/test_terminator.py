"""`optuna.terminator` through the door."""

import math
from typing import Any

import pytest

from luthier.compat import optuna
from luthier.compat.optuna.terminator import (
    BaseImprovementEvaluator,
    BestValueStagnationEvaluator,
    CrossValidationErrorEvaluator,
    MedianErrorEvaluator,
    StaticErrorEvaluator,
    Terminator,
    TerminatorCallback,
    report_cross_validation_scores,
)
from luthier.compat.support import CompatWarning

StudyDirection = optuna.study.StudyDirection


def told(*values: float, direction: Any = "minimize") -> optuna.Study:
    study = optuna.create_study(direction=direction)
    for value in values:
        study.add_trial(optuna.create_trial(value=value))
    return study


def test_a_study_ends_after_so_many_trials_without_improvement() -> None:
    study = optuna.create_study()
    callback = TerminatorCallback(Terminator(BestValueStagnationEvaluator(3), min_n_trials=2))
    study.optimize(
        lambda trial: [5.0, 4.0][trial.number] if trial.number < 2 else 9.0, n_trials=50, callbacks=[callback]
    )
    assert len(study.trials) == 2 + 3 + 1


@pytest.mark.parametrize(
    ("values", "direction", "left"),
    [
        ([3, 2, 1], "minimize", 30),
        ([1, 2, 3], "minimize", 28),
        ([1, 2, 3], "maximize", 30),
        ([1, 1, 1], "minimize", 28),
    ],
)
def test_stagnation_counts_trials_since_the_first_best_one(
    values: list[float], direction: str, left: int
) -> None:
    study = told(*values, direction=direction)
    assert BestValueStagnationEvaluator().evaluate(study.trials, study.direction) == left


def test_no_study_ends_before_its_minimum_of_trials() -> None:
    study = told(1, 2, 3)
    evaluator = BestValueStagnationEvaluator(0)
    assert not Terminator(evaluator, min_n_trials=4).should_terminate(study)
    assert Terminator(evaluator, min_n_trials=3).should_terminate(study)


def test_scores_of_the_best_trial_are_the_error() -> None:
    def objective(trial: optuna.Trial) -> float:
        scores = [0.5, 0.7, 0.9] if trial.number else [0.1, 0.1]
        report_cross_validation_scores(trial, scores)
        return sum(scores) / len(scores)

    study = optuna.create_study(direction="maximize")
    study.optimize(objective, n_trials=2)
    variance = 0.08 / 3
    expected = math.sqrt((1 / 3 + 1 / 2) * variance)
    found = CrossValidationErrorEvaluator().evaluate(study.trials, study.direction)
    assert found == pytest.approx(expected)
    assert study.trials[0].user_attrs == {}


def test_missing_scores_are_named() -> None:
    study = told(1.0)
    with pytest.raises(ValueError, match="report_cross_validation_scores"):
        CrossValidationErrorEvaluator().evaluate(study.trials, study.direction)
    with pytest.raises(ValueError, match="two scores"):
        report_cross_validation_scores(study.ask(), [1.0])


def test_the_median_error_waits_for_its_trials() -> None:
    class Falling(BaseImprovementEvaluator):
        def evaluate(self, trials: list, study_direction: object) -> float:
            return 100.0 / len(trials)

    evaluator = MedianErrorEvaluator(Falling(), warm_up_trials=1, n_initial_trials=3, threshold_ratio=0.1)
    assert evaluator.evaluate(told(1, 2, 3).trials, StudyDirection.MINIMIZE) < 0
    assert evaluator.evaluate(told(1, 2, 3, 4).trials, StudyDirection.MINIMIZE) == pytest.approx(5.0)


def test_the_default_says_what_stands_in() -> None:
    with pytest.warns(CompatWarning, match="BestValueStagnationEvaluator"):
        Terminator()
    with pytest.raises(NotImplementedError, match="BestValueStagnationEvaluator"):
        _ = optuna.terminator.RegretBoundEvaluator
    with pytest.raises(NotImplementedError, match="BestValueStagnationEvaluator"):
        _ = optuna.terminator.EMMREvaluator


def test_wrong_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="max_stagnation_trials"):
        BestValueStagnationEvaluator(-1)
    with pytest.raises(ValueError, match="min_n_trials"):
        Terminator(BestValueStagnationEvaluator(), min_n_trials=0)
    with pytest.raises(ValueError, match="threshold_ratio"):
        MedianErrorEvaluator(BestValueStagnationEvaluator(), threshold_ratio=0)
    with pytest.raises(ValueError, match="complete"):
        BestValueStagnationEvaluator().evaluate([], StudyDirection.MINIMIZE)
    assert StaticErrorEvaluator(2.5).evaluate([], StudyDirection.MINIMIZE) == 2.5
