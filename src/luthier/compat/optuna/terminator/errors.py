"""How uncertain the values of a study are."""

import math
import statistics
from abc import ABC, abstractmethod
from collections.abc import Sequence

from luthier.base.errors import InvalidInput, explain
from luthier.compat.optuna.attrs import prefixed
from luthier.compat.optuna.direction import StudyDirection
from luthier.compat.optuna.terminator.improvement import BaseImprovementEvaluator, completed, losses_of
from luthier.compat.optuna.trial.frozen import FrozenTrial
from luthier.compat.optuna.trial.live import Trial
from luthier.compat.optuna.trial.state import TrialState

__all__ = [
    "BaseErrorEvaluator",
    "CrossValidationErrorEvaluator",
    "MedianErrorEvaluator",
    "StaticErrorEvaluator",
    "report_cross_validation_scores",
]

#: The system attribute that holds a trial's scores.
SCORES = "terminator:cv_scores"


class BaseErrorEvaluator(ABC):
    """Says how uncertain the best value is."""

    @abstractmethod
    def evaluate(self, trials: list[FrozenTrial], study_direction: StudyDirection) -> float:
        """The error, from all trials of a study."""


class StaticErrorEvaluator(BaseErrorEvaluator):
    """The same error always.

    Args:
        constant: it.
    """

    def __init__(self, constant: float) -> None:
        self._constant = constant

    def evaluate(self, trials: list[FrozenTrial], study_direction: StudyDirection) -> float:
        """The constant."""
        return self._constant


class CrossValidationErrorEvaluator(BaseErrorEvaluator):
    """The scaled standard deviation of the scores of the best trial's folds (Makarova et al. 2022, Sec. 3.2)."""

    def evaluate(self, trials: list[FrozenTrial], study_direction: StudyDirection) -> float:
        """The error of the best trial so far.

        Raises:
            ValueError: no trial is complete, or the best one reported no scores.
        """
        done = completed(trials)
        losses = losses_of(done, study_direction)
        best = done[min(range(len(losses)), key=losses.__getitem__)]
        scores = best.system_attrs.get(SCORES)
        if scores is None:
            raise InvalidInput(
                explain(
                    f"scores of trial {best.number}",
                    "none",
                    "Call report_cross_validation_scores(trial, scores) in the objective.",
                ),
            )
        k = len(scores)
        return math.sqrt((1 / k + 1 / (k - 1)) * statistics.pvariance(scores))


class MedianErrorEvaluator(BaseErrorEvaluator):
    """A small share of what improvement was to be hoped for at the start (Ishibashi et al. 2023).

    Args:
        paired_improvement_evaluator: the one that the error is compared with.
        warm_up_trials: so many complete trials are left out,
        n_initial_trials: and the median is taken over so many after them.
        threshold_ratio: the share.

    Raises:
        ValueError: a number is out of range.
    """

    def __init__(
        self,
        paired_improvement_evaluator: BaseImprovementEvaluator,
        warm_up_trials: int = 10,
        n_initial_trials: int = 20,
        threshold_ratio: float = 0.01,
    ) -> None:
        if warm_up_trials < 0 or n_initial_trials <= 0 or not 0 < threshold_ratio < math.inf:
            got = f"{warm_up_trials=}, {n_initial_trials=}, {threshold_ratio=}"
            raise InvalidInput(
                explain("warm_up_trials >= 0, the others positive", got, "Correct the arguments.")
            )
        self._improvement = paired_improvement_evaluator
        self._warm_up_trials = warm_up_trials
        self._n_initial_trials = n_initial_trials
        self._threshold_ratio = threshold_ratio

    def evaluate(self, trials: list[FrozenTrial], study_direction: StudyDirection) -> float:
        """The error; -inf as long as there are too few trials, for then nothing ends the study."""
        done = [trial for trial in trials if trial.state is TrialState.COMPLETE]
        done.sort(key=lambda trial: trial.number)
        if len(done) < self._warm_up_trials + self._n_initial_trials:
            return -math.inf
        start = done[self._warm_up_trials :]
        hopes = sorted(
            self._improvement.evaluate(start[: count + 1], study_direction)
            for count in range(self._n_initial_trials)
        )
        return hopes[len(hopes) // 2] * self._threshold_ratio


def report_cross_validation_scores(trial: Trial, scores: Sequence[float]) -> None:
    """Keep the scores of a trial's folds, for CrossValidationErrorEvaluator. To be called in the objective.

    Raises:
        ValueError: fewer than two scores.
    """
    if len(scores) < 2:
        raise InvalidInput(explain("two scores or more", f"{len(scores)}", "Pass the score of each fold."))
    ((key, kept),) = prefixed({SCORES: [float(score) for score in scores]}).items()
    trial.set_user_attr(key, kept)
