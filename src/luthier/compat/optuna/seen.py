"""A study of this door as analysis sees it: native records, and functions of frozen trials as functions of records."""

from collections.abc import Callable
from typing import TypeAlias

from luthier.analysis.figures.subject import Subject
from luthier.analysis.importance.target import check_target
from luthier.compat.optuna.study.study import Study
from luthier.compat.optuna.trial.frozen import FrozenTrial
from luthier.frontends import figures
from luthier.records.trial import TrialRecord

__all__ = ["OBJECTIVE_VALUE", "Target", "each_target", "subject_of"]

Target: TypeAlias = Callable[[FrozenTrial], float]

#: What plots call the objective when nobody named it.
OBJECTIVE_VALUE = "Objective Value"


def each_target(study: Study, target: Target | None) -> Callable[[TrialRecord], float] | None:
    """A function of frozen trials as one of records.

    Raises:
        InvalidInput: it is no function.
    """
    if target is None:
        return None
    check_target(target)
    trials = {trial.number: trial for trial in study.get_trials(deepcopy=False)}
    return lambda record: target(trials[record.number])


def subject_of(
    study: Study, target: Target | None = None, target_name: str = OBJECTIVE_VALUE, *, reports: bool = False
) -> Subject:
    """The subject of a figure; with `reports` it has the intermediate values too."""
    return figures.subject_of(
        study.native.view, target=each_target(study, target), target_name=target_name, reports=reports
    )
