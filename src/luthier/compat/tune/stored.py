"""Experiments as their store has them: found by the path of their directory."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import luthier
from luthier.base.errors import StudyNotFound, explain
from luthier.base.optional import require
from luthier.compat.tune.error import NoExperimentError
from luthier.compat.tune.flat import FlatResult, flatten
from luthier.compat.tune.keep import restored
from luthier.compat.tune.members import Members, complete, results_of
from luthier.compat.tune.opening import SPEC, STORE
from luthier.compat.tune.request import storage_of
from luthier.compat.tune.settings import Settings, prefix_of
from luthier.compat.tune.trial import TuneTrial
from luthier.engine.view import StudyView
from luthier.frontends.study import Study

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["history_of", "members_at", "pandas", "study_at", "table"]


def study_at(path: Path) -> Study:
    """The study of the experiment in a directory.

    Raises:
        NoExperimentError: there is none.
    """
    store = storage_of(path.parent) / STORE
    try:
        if store.exists():
            return luthier.load_study(path.name, storage=str(store))
    except StudyNotFound:
        pass
    raise NoExperimentError(
        explain("the directory <storage_path>/<name> of an experiment", str(path), "Correct the path.")
    )


def members_at(path: Path) -> Members:
    """The trials of the experiment in a directory, as the store has them."""
    study = study_at(path)
    spec = study.user_attrs.get(SPEC)
    kept = restored(spec) if isinstance(spec, Mapping) else None
    settings = Settings(
        experiment=study.name,
        directory=path,
        seed=study.seed,
        prefix=prefix_of(study.name, study.seed),
        trainable=kept.trainable if kept else study.name,
        space=kept.space if kept and kept.space else {},
        metrics=study.metric_names or (),
    )
    members = Members(settings, study.view)
    members.load()
    return members


def history_of(view: StudyView, members: Mapping[int, TuneTrial]) -> dict[int, list[FlatResult]]:
    """All results of each member; the last one with what is no number."""
    found = results_of(view)
    history: dict[int, list[FlatResult]] = {}
    for member, trial in members.items():
        results = [complete(result, trial) for result in found.get(member, ())]
        if results and trial.last_result.get("training_iteration") == results[-1].get("training_iteration"):
            results[-1] = trial.last_result
        history[member] = results
    return history


def table(results: "list[FlatResult]") -> "pd.DataFrame":
    """Results as a table, one row each, flat names as columns.

    Raises:
        MissingExtra: pandas is not installed.
    """
    frame: pd.DataFrame = pandas().DataFrame([flatten(result) for result in results])
    return frame


def pandas() -> Any:
    """The module, for tables."""
    return require("pandas", extra="frame", needed_for="tables of results")
