"""The parameters that all trials have in common: `optuna.search_space`.

luthier's own samplers need none of this, for they model parameters that some trials lack. It is here for samplers
written for Optuna.
"""

from collections.abc import Iterable
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.compat.optuna.distributions import BaseDistribution
from luthier.compat.optuna.trial.frozen import FrozenTrial
from luthier.compat.optuna.trial.state import TrialState

__all__ = ["IntersectionSearchSpace", "intersection_search_space"]


class IntersectionSearchSpace:
    """The parameters that all finished trials of one study have, with the same range; each trial is read once.

    Args:
        include_pruned: count trials that were stopped, too.
    """

    def __init__(self, include_pruned: bool = False) -> None:  # noqa: FBT001, FBT002 - the original's signature
        self.states = interesting(include_pruned=include_pruned)
        self.study_id: int | None = None
        self.seen: set[int] = set()
        self.common: dict[str, BaseDistribution] | None = None

    def calculate(self, study: Any, use_cache: bool = False) -> dict[str, BaseDistribution]:  # noqa: FBT001, FBT002 - the original's signature
        """The common parameters now, by name.

        Raises:
            ValueError: it was used with another study before.
        """
        if self.study_id not in {None, study._study_id}:  # noqa: SLF001 - what samplers tell studies apart by
            raise InvalidInput(explain("one study", "another one", "Make a search space for each study."))
        self.study_id = study._study_id  # noqa: SLF001 - as above
        for trial in study.get_trials(deepcopy=False, states=self.states):
            if trial.number not in self.seen:
                self.seen.add(trial.number)
                self.common = narrowed(self.common, trial)
        return dict(sorted((self.common or {}).items()))


def intersection_search_space(
    trials: Iterable[FrozenTrial],
    include_pruned: bool = False,  # noqa: FBT001, FBT002 - the original's signature
) -> dict[str, BaseDistribution]:
    """The parameters that all of these trials have with the same range, by name."""
    states = interesting(include_pruned=include_pruned)
    common: dict[str, BaseDistribution] | None = None
    for trial in trials:
        if trial.state in states:
            common = narrowed(common, trial)
    return dict(sorted((common or {}).items()))


def interesting(*, include_pruned: bool) -> tuple[TrialState, ...]:
    """The states of trials that count."""
    return (TrialState.COMPLETE, TrialState.PRUNED) if include_pruned else (TrialState.COMPLETE,)


def narrowed(common: dict[str, BaseDistribution] | None, trial: FrozenTrial) -> dict[str, BaseDistribution]:
    """What is common to what was common and one more trial."""
    if common is None:
        return dict(trial.distributions)
    return {name: each for name, each in common.items() if trial.distributions.get(name) == each}
