"""Stop at a number of trials that counts for all processes together."""

from collections.abc import Container
from typing import Any

from luthier.compat.optuna.trial.frozen import FrozenTrial
from luthier.compat.optuna.trial.state import TrialState, state_of
from luthier.engine.view import StudyView
from luthier.records.state import TrialState as NativeState

__all__ = ["MaxTrialsCallback"]


class MaxTrialsCallback:
    """A callback of `optimize` that stops the study at so many trials, whoever runs them.

    It also looks ahead: where the trials under way will do, nothing more is started, so that n processes do not end up
    with n - 1 trials too many, and a study that has enough starts none.

    Args:
        n_trials: how many trials are enough.
        states: which trials count; None counts all.
    """

    def __init__(self, n_trials: int, states: Container[TrialState] | None = (TrialState.COMPLETE,)) -> None:
        self._n_trials = n_trials
        self._states = states

    def __call__(self, study: Any, trial: FrozenTrial) -> None:
        """Stop the study if there are enough trials."""
        if len(study.get_trials(deepcopy=False, states=self._states)) >= self._n_trials:
            study.stop()

    def reached(self, view: StudyView, starting: int = 0) -> bool:
        """Whether the trials that count, with those under way and `starting` ones, are enough."""
        states = self._states
        count = starting
        for record in view.records:
            under_way = record.state is NativeState.RUNNING
            count += under_way or states is None or state_of(record.state) in states
        return count >= self._n_trials
