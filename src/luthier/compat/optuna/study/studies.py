"""Studies in their stores: create, load, list, copy, delete."""

from collections.abc import Sequence
from typing import Any, Literal

from luthier.base.errors import StudyExists
from luthier.base.log import logger, show_by_default
from luthier.compat.optuna.direction import StudyDirection, chosen_directions, directions_of
from luthier.compat.optuna.exceptions import DuplicatedStudyError
from luthier.compat.optuna.pruners.base import BasePruner
from luthier.compat.optuna.samplers.base import BaseSampler
from luthier.compat.optuna.samplers.native import chosen_sampler
from luthier.compat.optuna.storages.base import BaseStorage
from luthier.compat.optuna.storages.opened import StorageLike, get_storage
from luthier.compat.optuna.study.study import Study
from luthier.compat.optuna.study.summary import StudySummary
from luthier.compat.optuna.trial.state import TrialState
from luthier.frontends import studies
from luthier.frontends.choose import SamplerLike

__all__ = [
    "copy_study",
    "create_study",
    "delete_study",
    "get_all_study_names",
    "get_all_study_summaries",
    "load_study",
]


def create_study(
    *,
    storage: StorageLike | None = None,
    sampler: BaseSampler | SamplerLike | None = None,
    pruner: BasePruner | None = None,
    study_name: str | None = None,
    direction: Literal["minimize", "maximize"] | StudyDirection | None = None,
    load_if_exists: bool = False,
    directions: Sequence[Literal["minimize", "maximize"] | StudyDirection] | None = None,
) -> Study:
    """Create a study, or open the one of that name with `load_if_exists=True`.

    Args:
        storage: None for memory, an URL such as `sqlite:///study.db`, or a store.
        sampler: chooses parameters; its seed becomes the study's. TPESampler when None. One of luthier's own will do,
            such as "auto", its default elsewhere.
        pruner: stops trials; MedianPruner when None.
        study_name: unique in its store; made up when left out.
        direction: "minimize" (the default) or "maximize".
        load_if_exists: open an existing study instead of raising DuplicatedStudyError.
        directions: one per objective, instead of `direction`.

    Raises:
        DuplicatedStudyError: the name is taken, and `load_if_exists` is False.
        ValueError: an argument is wrong, or differs from the study that exists.
    """
    show_by_default()
    chosen = chosen_sampler(sampler)  # a wrong one leaves no empty study behind
    store = get_storage(storage)
    try:
        made = studies.create_study(
            study_name,
            storage=store.native,
            directions=chosen_directions(direction, directions),
            seed=getattr(chosen, "seed", None) if isinstance(chosen, BaseSampler) else None,
            load_if_exists=load_if_exists,
        )
    except StudyExists as error:
        raise DuplicatedStudyError(str(error)) from None
    return Study(made.name, store, chosen, pruner)


def load_study(
    *,
    study_name: str | None,
    storage: StorageLike,
    sampler: BaseSampler | SamplerLike | None = None,
    pruner: BasePruner | None = None,
) -> Study:
    """Open an existing study; with None for its name, the only one in the store.

    Raises:
        KeyError: there is no study of that name.
        ValueError: no name was given and the store does not have exactly one study.
    """
    store = get_storage(storage)
    if study_name is None:
        study_name = studies.load_study(storage=store.native).name
        logger.info("The only study in the store is loaded: %s", study_name)
    return Study(study_name, store, sampler, pruner)


def delete_study(*, study_name: str, storage: StorageLike) -> None:
    """Delete a study with all its trials.

    Raises:
        KeyError: there is no study of that name.
    """
    store = get_storage(storage)
    store.delete_study(store.get_study_id_from_name(study_name))


def copy_study(
    *,
    from_study_name: str,
    from_storage: StorageLike,
    to_storage: StorageLike,
    to_study_name: str | None = None,
) -> None:
    """Copy a study's attributes and trials, but for running ones, into another store, or under another name.

    Raises:
        KeyError: there is no study of that name.
        DuplicatedStudyError: the new name is taken.
    """
    source = Study(from_study_name, from_storage)
    try:
        made = studies.create_study(
            to_study_name or from_study_name,
            storage=get_storage(to_storage).native,
            directions=source.native.directions,
            seed=source.native.seed,
            metric_names=source.metric_names,
        )
    except StudyExists as error:
        raise DuplicatedStudyError(str(error)) from None
    for key, value in source.native.user_attrs.items():
        made.set_user_attr(key, value)
    kept = [state for state in TrialState if state is not TrialState.RUNNING]
    Study(made.name, get_storage(made.storage)).add_trials(source.get_trials(deepcopy=False, states=kept))


def get_all_study_names(storage: StorageLike) -> list[str]:
    """The names of all studies in a store, by creation."""
    return [study.name for study in get_storage(storage).get_all_studies()]


def get_all_study_summaries(
    storage: StorageLike,
    include_best_trial: bool = True,  # noqa: FBT001, FBT002 - the original's signature
) -> list[StudySummary]:
    """A summary of each study in a store, by creation."""
    store = get_storage(storage)
    return [summary_of(store, study, best=include_best_trial) for study in store.get_all_studies()]


def summary_of(store: BaseStorage, study: Any, *, best: bool) -> StudySummary:
    """What a listing shows of one study."""
    book = store.book(study.study_id)
    trials = book.trials()
    directions = directions_of(study.directions)
    found = book.view.best if best and len(directions) == 1 else None
    return StudySummary(
        study.name,
        None,
        None if found is None else book.trial(found.number),
        store.get_study_user_attrs(study.study_id),
        len(trials),
        min((each.datetime_start for each in trials if each.datetime_start is not None), default=None),
        study.study_id,
        directions=directions,
    )
