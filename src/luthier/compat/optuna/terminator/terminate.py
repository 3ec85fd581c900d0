"""The decision to end a study, and the callback that carries it out."""

from abc import ABC, abstractmethod

from luthier.base.errors import InvalidInput, explain
from luthier.base.log import logger
from luthier.compat.optuna.study.study import Study
from luthier.compat.optuna.terminator.errors import (
    BaseErrorEvaluator,
    CrossValidationErrorEvaluator,
    StaticErrorEvaluator,
)
from luthier.compat.optuna.terminator.improvement import (
    BaseImprovementEvaluator,
    BestValueStagnationEvaluator,
)
from luthier.compat.optuna.trial.frozen import FrozenTrial
from luthier.compat.optuna.trial.state import TrialState
from luthier.compat.support import differs

__all__ = ["BaseTerminator", "Terminator", "TerminatorCallback"]

MIN_TRIALS = 20


class BaseTerminator(ABC):
    """Says when a study is to end."""

    @abstractmethod
    def should_terminate(self, study: Study) -> bool:
        """Whether it is to end now."""


class Terminator(BaseTerminator):
    """Ends a study once the improvement still to be hoped for is less than the error of its values.

    Args:
        improvement_evaluator: BestValueStagnationEvaluator by default, where Optuna has a model of the objective.
        error_evaluator: 0 with BestValueStagnationEvaluator, else from cross validation.
        min_n_trials: no study ends with fewer complete trials.

    Raises:
        ValueError: `min_n_trials` is not positive.
    """

    def __init__(
        self,
        improvement_evaluator: BaseImprovementEvaluator | None = None,
        error_evaluator: BaseErrorEvaluator | None = None,
        min_n_trials: int = MIN_TRIALS,
    ) -> None:
        if min_n_trials <= 0:
            raise InvalidInput(explain("min_n_trials > 0", str(min_n_trials), "Pass a number of trials."))
        if improvement_evaluator is None:
            differs(
                "Terminator without improvement_evaluator",
                "BestValueStagnationEvaluator stands in for RegretBoundEvaluator; pass it to say so.",
            )
            improvement_evaluator = BestValueStagnationEvaluator()
        if error_evaluator is None:
            stagnation = isinstance(improvement_evaluator, BestValueStagnationEvaluator)
            error_evaluator = StaticErrorEvaluator(0.0) if stagnation else CrossValidationErrorEvaluator()
        self._improvement_evaluator = improvement_evaluator
        self._error_evaluator = error_evaluator
        self._min_n_trials = min_n_trials

    def should_terminate(self, study: Study) -> bool:
        """Whether the study is to end now.

        Raises:
            RuntimeError: the study has several objectives.
        """
        direction = study.direction
        trials = study.get_trials(deepcopy=False)
        if sum(trial.state is TrialState.COMPLETE for trial in trials) < self._min_n_trials:
            return False
        improvement = self._improvement_evaluator.evaluate(trials, direction)
        return improvement < self._error_evaluator.evaluate(trials, direction)


class TerminatorCallback:
    """Stops a study, as one of the `callbacks` of `optimize`.

    Args:
        terminator: says when; `Terminator()` by default.
    """

    def __init__(self, terminator: BaseTerminator | None = None) -> None:
        self._terminator = terminator or Terminator()

    def __call__(self, study: Study, trial: FrozenTrial) -> None:
        """Stop the study if it is time."""
        if self._terminator.should_terminate(study):
            logger.info("The study has been stopped by the terminator.")
            study.stop()
