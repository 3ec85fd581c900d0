"""The study of a sweep: made from its plan, which is kept with it, and found again."""

from typing import Any, NamedTuple

from luthier.base.errors import StudyNotFound, explain
from luthier.frontends.studies import create_study, load_study
from luthier.frontends.study import Study
from luthier.frontends.sweep.changes import changes
from luthier.frontends.sweep.plan import EXIT_CODE, Plan, plan_of
from luthier.frontends.sweep.problems import Problem, SweepError
from luthier.frontends.sweep.search import SweepSearch
from luthier.records.study import Direction, StudyRecord
from luthier.storage.connect import connect
from luthier.storage.protocol import Storage

__all__ = ["Sweep", "load_sweep", "open_sweep"]

#: The study's attribute with the configuration of its sweep.
ATTRIBUTE = "sweep"


class Sweep(NamedTuple):
    """A study, and the plan that its runs follow."""

    study: Study
    plan: Plan
    #: "best" or "last": which of the values that a run reported counts.
    objective: str


def open_sweep(
    plan: Plan,
    name: str,
    *,
    storage: str | Storage,
    objective: str | None = None,
    seed: int | None = None,
    update: bool = False,
    source: str = "sweep configuration",
) -> Sweep:
    """Make the study of a sweep, or go on with the one of that name.

    Args:
        plan: what to run.
        name: the name of the study.
        storage: where it is kept.
        objective: "best" (the default) or "last".
        seed: of a new study.
        update: whether a study that was made with another configuration takes this one from now on.
        source: names the configuration in errors.

    Raises:
        SweepError: the study was made with another configuration; the message says what differs.
        LuthierError: the store cannot be opened, or the study is not a sweep.
    """
    store = connect(storage)
    kept = existing(name, store)
    if kept is not None:
        objective = objective or kept["objective"]
        check_same(plan, kept, name=name, objective=objective, update=update, source=source)
    study = create_study(
        name,
        storage=store,
        direction=plan.metric.direction if plan.metric else Direction.MINIMIZE,
        sampler=SweepSearch(plan),
        scheduler=plan.bands,
        seed=seed if kept is None else None,
        load_if_exists=True,
        metric_names=[plan.metric.name if plan.metric else EXIT_CODE],
    )
    objective = objective or "best"
    wanted = {"config": dict(plan.config), "objective": objective}
    if kept != wanted:
        study.set_user_attr(ATTRIBUTE, wanted)
    return Sweep(study, plan, objective)


def load_sweep(name: str, *, storage: str | Storage) -> Sweep:
    """The sweep of an existing study, by its name or as `entity/project/name`.

    Raises:
        StudyNotFound: there is no study of that name.
        SweepError: the study was not made by a sweep.
    """
    store = connect(storage, create=False)
    names = {summary.study.name for summary in store.list_studies()}
    name = name if name in names else name.rpartition("/")[2]
    kept = kept_of(store.get_study(name))
    plan = plan_of(kept["config"], source=f"study {name!r}")
    study = load_study(name, storage=store, sampler=SweepSearch(plan), scheduler=plan.bands)
    return Sweep(study, plan, kept["objective"])


def existing(name: str, store: Storage) -> dict[str, Any] | None:
    """What the study of that name keeps of its sweep; None when there is no study yet."""
    try:
        return kept_of(store.get_study(name))
    except StudyNotFound:
        return None


def kept_of(study: StudyRecord) -> dict[str, Any]:
    """What a study keeps of its sweep."""
    kept: dict[str, Any] | None = study.user_attrs.get(ATTRIBUTE)
    if kept is None:
        message = explain("a study that a sweep has made", "another one", "Choose another name.")
        raise SweepError(f"study {study.name!r}", [Problem("", None, message)])
    return kept


def check_same(
    plan: Plan, kept: dict[str, Any], *, name: str, objective: str, update: bool, source: str
) -> None:
    """Raise SweepError where a study was made with another configuration, unless it may change."""
    lines = changes(kept["config"], dict(plan.config))
    if objective != kept["objective"]:
        lines.append(f"objective: {kept['objective']!r} -> {objective!r}")
    # Values of another metric cannot be compared with those that are there.
    fixed = [
        line for line in lines if line.startswith(("metric.name", "metric.goal", "metric:", "objective"))
    ]
    if not lines or (update and not fixed):
        return
    advice = f"Go on as before with `luthier agent {name}`, or start anew with --name"
    advice += "." if fixed else ", or pass --update to go on with this file."
    listed = "".join(f"\n    {line}" for line in lines)
    message = f"The study {name!r} was made with another configuration:{listed}\n{advice}"
    raise SweepError(source, [Problem("", None, message)])
