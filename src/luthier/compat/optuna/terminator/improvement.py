"""How much better a study may still get."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

from luthier.base.errors import InvalidInput, NoTrials, explain
from luthier.compat.optuna.direction import StudyDirection
from luthier.compat.optuna.trial.frozen import FrozenTrial
from luthier.compat.optuna.trial.state import TrialState

__all__ = ["BaseImprovementEvaluator", "BestValueStagnationEvaluator", "completed", "losses_of"]


class BaseImprovementEvaluator(ABC):
    """Says how much a study may still improve; a study ends when that is less than the error of its values."""

    @abstractmethod
    def evaluate(self, trials: list[FrozenTrial], study_direction: StudyDirection) -> float:
        """The improvement still to be hoped for, from all trials of a study."""


class BestValueStagnationEvaluator(BaseImprovementEvaluator):
    """How many trials without improvement are still borne.

    Args:
        max_stagnation_trials: so many in a row are.

    Raises:
        ValueError: a negative number.
    """

    def __init__(self, max_stagnation_trials: int = 30) -> None:
        if max_stagnation_trials < 0:
            raise InvalidInput(
                explain("max_stagnation_trials >= 0", str(max_stagnation_trials), "Pass a number of trials.")
            )
        self._max_stagnation_trials = max_stagnation_trials

    def evaluate(self, trials: list[FrozenTrial], study_direction: StudyDirection) -> float:
        """The trials left; negative when there were more than allowed.

        Raises:
            ValueError: no trial is complete.
        """
        losses = losses_of(completed(trials), study_direction)
        best = min(range(len(losses)), key=losses.__getitem__)
        return self._max_stagnation_trials - (len(losses) - 1 - best)


def completed(trials: Sequence[FrozenTrial]) -> list[FrozenTrial]:
    """The complete trials.

    Raises:
        ValueError: there is none.
    """
    done = [trial for trial in trials if trial.state is TrialState.COMPLETE]
    if not done:
        raise NoTrials(explain("a complete trial", f"{len(trials)} others", "Run more trials first."))
    return done


def losses_of(trials: Sequence[FrozenTrial], direction: StudyDirection) -> list[float]:
    """Values of complete trials, minimised."""
    sign = -1.0 if direction is StudyDirection.MAXIMIZE else 1.0
    return [sign * (trial.values or [0.0])[0] for trial in trials]
