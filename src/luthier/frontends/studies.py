"""Studies in their stores: create, load, list, copy, delete."""

from collections.abc import Sequence
from os import PathLike
from typing import Any, TypeAlias
from uuid import uuid4

from luthier.base.errors import InvalidInput, StudyExists, explain
from luthier.base.log import logger, show_by_default
from luthier.base.numbers import as_int
from luthier.base.seeding import SEED_BITS, new_seed
from luthier.engine.earlier import check_objectives
from luthier.frontends.choose import SamplerLike, choose_sampler, choose_scheduler, transferring
from luthier.frontends.study import Study
from luthier.records.study import Direction, StudyRecord, StudySummary, as_directions
from luthier.records.trial import Report, TrialRecord, newest_reports
from luthier.schedulers.protocol import Scheduler
from luthier.storage.connect import connect
from luthier.storage.protocol import Storage

__all__ = ["copy_study", "create_study", "delete_study", "list_studies", "load_study"]

#: What users name a store with.
StoreLike: TypeAlias = str | PathLike[str] | Storage

#: What users name an earlier study with.
EarlierLike: TypeAlias = Study | str | PathLike[str] | tuple[str, StoreLike]

#: Names longer than this do not fit the column of every database.
NAME_LENGTH = 255


def create_study(
    study_name: str | None = None,
    *,
    storage: StoreLike | None = None,
    direction: str | Direction | None = None,
    directions: Sequence[str | Direction] | None = None,
    sampler: SamplerLike = "auto",
    scheduler: str | Scheduler | None = None,
    seed: int | None = None,
    load_if_exists: bool = False,
    metric_names: Sequence[str] | None = None,
    warm_start: Sequence[EarlierLike] = (),
) -> Study:
    """Create a study, or open the one of that name with `load_if_exists=True`.

    Args:
        study_name: unique in its store; made up when left out.
        storage: where trials are kept: None in memory, a SQLite file by its URL `"sqlite:///file.db"` or by its path,
            ending in .db, .sqlite or .sqlite3, or a Storage.
        direction: "minimize" (the default) or "maximize".
        directions: one per objective, instead of `direction`.
        sampler: "auto", "gp", "tpe", "forest", "cma", "nsga2", "nsga3", "quasi", "random" or "grid"; the same with
            arguments, `luthier.samplers.Configured("tpe", n_candidates=48)`; or a Sampler. "brute_force" tries every
            path through an objective of finite choices once. It is not kept in the study: pass it again.
        scheduler: "asha", "hyperband", "median", "threshold", or a Scheduler, for one objective; None lets every trial
            run to its end. It is not kept in the study: pass it again.
        seed: makes the search reproducible, 0 to 2**63 - 1; drawn when left out. A study that exists keeps its own.
        load_if_exists: open an existing study instead of raising StudyExists.
        metric_names: one name per objective, shown in log lines and tables.
        warm_start: earlier studies of the same kind to learn from: studies, `(name, storage)` pairs, or URLs or paths
            of stores of one study. Their ranges may differ from this one's, and their values may be on another scale.
            They are read once, now, and not kept in this study: pass them again when it is loaded.

    Raises:
        StudyExists: the name is taken, and `load_if_exists` is False.
        StorageError: the store cannot be opened.
        InvalidInput: an argument is wrong, or differs from the study that exists.
    """
    wanted = as_directions(direction, directions)
    name = f"study-{uuid4().hex[:8]}" if study_name is None else checked_name(study_name)
    names = checked_metric_names(metric_names, len(wanted))
    draft = StudyRecord(name=name, directions=wanted, seed=checked_seed(seed), metric_names=names)
    # A wrong argument leaves no empty study behind, under a name that would then be taken.
    choose_sampler(sampler, seed=draft.seed)
    choose_scheduler(scheduler, objectives=len(wanted))
    earlier = earlier_studies(warm_start, objectives=len(wanted))
    store = connect(storage)
    try:
        record = store.create_study(draft)
        show_by_default()
        logger.info("A new study was created: %s", name)
    except StudyExists:
        if not load_if_exists:
            raise StudyExists(
                explain(
                    f"no study named {name!r}",
                    "one that exists",
                    "Pass load_if_exists=True to go on with it, or choose another study_name.",
                ),
            ) from None
        record = store.get_study(name)
        check_same(record, draft, seed, asked=direction is not None or directions is not None)
    return open_study(store, record, sampler, scheduler, earlier)


def load_study(
    study_name: str | None = None,
    *,
    storage: StoreLike,
    sampler: SamplerLike = "auto",
    scheduler: str | Scheduler | None = None,
    warm_start: Sequence[EarlierLike] = (),
) -> Study:
    """Open an existing study; without a name, the only one in the store.

    The arguments are those of `create_study`; without a scheduler no trial is stopped, whatever the study had before.

    Raises:
        StudyNotFound: there is no study of that name; the message names those that exist.
        InvalidInput: no name was given and the store does not have exactly one study.
        StorageError: the store cannot be opened.
    """
    store = connect(storage, create=False)
    if study_name is None:
        names = [summary.study.name for summary in store.list_studies()]
        if len(names) != 1:
            raise InvalidInput(
                explain(
                    "a study_name, or a store of one study", f"{len(names)} studies: {names}", "Name one."
                ),
            )
        study_name = names[0]
    record = store.get_study(study_name)
    earlier = earlier_studies(warm_start, objectives=len(record.directions))
    return open_study(store, record, sampler, scheduler, earlier)


def list_studies(*, storage: StoreLike) -> list[StudySummary]:
    """The studies of a store, with their trials counted, by creation.

    Raises:
        StorageError: the store cannot be opened.
    """
    return connect(storage, create=False).list_studies()


def delete_study(study_name: str, *, storage: StoreLike) -> None:
    """Delete a study with all its trials.

    Raises:
        StudyNotFound: there is no study of that name.
        StorageError: the store cannot be opened.
    """
    store = connect(storage, create=False)
    store.delete_study(store.get_study(study_name).study_id)


def copy_study(
    study_name: str,
    *,
    from_storage: StoreLike,
    to_storage: StoreLike,
    to_name: str | None = None,
) -> Study:
    """Copy a study's finished trials and their learning curves, seed and attributes, into another store or name.

    Args:
        study_name: the study to copy.
        from_storage: the store that has it.
        to_storage: the store of the copy, made if need be.
        to_name: the name of the copy; that of the study when left out.

    Raises:
        StudyNotFound: there is no study of that name.
        StudyExists: the new name is taken.
        StorageError: a store cannot be opened.
    """
    source = load_study(study_name, storage=from_storage)
    name = to_name or study_name
    try:
        copy = create_study(
            name,
            storage=to_storage,
            directions=source.directions,
            seed=source.seed,
            metric_names=source.metric_names,
        )
    except StudyExists:
        fix = "Pass another to_name=, or delete that study first."
        raise StudyExists(explain(f"no study named {name!r}", "one that exists", fix)) from None
    for key, value in source.user_attrs.items():
        copy.set_user_attr(key, value)
    finished = [record for record in source.trials if record.state.finished]
    copy.add_trials(finished)
    reports = copied_reports(source, finished, copy.trials)
    if reports:
        copy.storage.update_trials(copy.view.study.study_id, [], reports)
    return load_study(name, storage=copy.storage)  # which knows how far stopped trials came


def copied_reports(
    source: Study, records: Sequence[TrialRecord], copies: Sequence[TrialRecord]
) -> list[Report]:
    """What trials of a study reported in their newest attempts, as reports of their copies."""
    known = {record.number: copy for record, copy in zip(records, copies, strict=True)}
    changes = source.storage.changes(source.view.study.study_id, 0)
    return [
        each._replace(trial=known[each.trial].number, attempt=known[each.trial].attempt)
        for each in newest_reports(changes.reports, records)
    ]


def open_study(
    store: Storage,
    record: StudyRecord,
    sampler: SamplerLike,
    scheduler: str | Scheduler | None,
    earlier: Sequence[Study],
) -> Study:
    """The live study of a record, with what it learns from earlier ones."""
    search = choose_sampler(sampler, seed=record.seed)
    judge = choose_scheduler(scheduler, objectives=len(record.directions))
    taught = transferring(search, sampler) if earlier else None
    study = Study(store, record, taught or search, judge)
    for other in earlier if taught else ():
        study.view.learn_from(other.view)
    return study


def earlier_studies(warm_start: Any, *, objectives: int) -> list[Study]:
    """The studies to learn from, opened where need be.

    Raises:
        InvalidInput: that is no list of studies, or one has another number of objectives.
    """
    if not isinstance(warm_start, Sequence) or isinstance(warm_start, str):
        raise InvalidInput(explain("a list of earlier studies", repr(warm_start), "Pass [study, …]."))
    studies = [opened(each) for each in warm_start]
    for study in studies:
        check_objectives(study.view.study, objectives=objectives)
    return studies


def opened(earlier: Any) -> Study:
    """A study, by itself, by `(name, storage)`, or by the URL or path of a store that has no other."""
    if isinstance(earlier, Study):
        return earlier
    if isinstance(earlier, str | PathLike):
        return load_study(storage=earlier)
    pair = isinstance(earlier, Sequence) and len(earlier) == 2
    if not pair or not isinstance(earlier[0], str):
        got = repr(earlier)
        raise InvalidInput(
            explain("a study, a (name, storage) pair, a URL or a path", got, "Correct warm_start.")
        )
    return load_study(earlier[0], storage=earlier[1])


def check_same(found: StudyRecord, wanted: StudyRecord, seed: int | None, *, asked: bool) -> None:
    """Raise InvalidInput when an existing study contradicts what was asked for."""
    if asked and found.directions != wanted.directions:
        got, want = ([str(direction) for direction in record.directions] for record in (found, wanted))
        raise InvalidInput(
            explain(f"study {found.name!r} to have directions {want}", f"{got}", "Use another study_name."),
        )
    if wanted.metric_names is not None and found.metric_names != wanted.metric_names:
        raise InvalidInput(
            explain(
                f"study {found.name!r} to have metric_names {list(wanted.metric_names)}",
                "none" if found.metric_names is None else f"{list(found.metric_names)}",
                "Leave metric_names out, or use another study_name.",
            ),
        )
    if seed is not None and seed != found.seed:
        logger.warning(
            "Study %r keeps its seed %d; the seed %d given now has no effect.", found.name, found.seed, seed
        )


def checked_name(name: Any) -> str:
    """A study name that every database can keep."""
    if not isinstance(name, str) or not name or len(name) > NAME_LENGTH or not name.isprintable():
        raise InvalidInput(
            explain(
                f"a study_name of 1 to {NAME_LENGTH} printable characters", repr(name), "Choose another name."
            ),
        )
    return name


def checked_seed(seed: Any) -> int:
    """The seed asked for, or a fresh one."""
    if seed is None:
        return new_seed()
    number = as_int(seed)
    if number is None or not 0 <= number < 2**SEED_BITS:
        raise InvalidInput(
            explain(f"seed to be an int in [0, 2**{SEED_BITS})", repr(seed), "Pass such a number.")
        )
    return number


def checked_metric_names(names: Sequence[str] | None, objectives: int) -> tuple[str, ...] | None:
    """Metric names, one per objective and all different."""
    if names is None:
        return None
    several = isinstance(names, Sequence) and not isinstance(names, str)
    if (
        not several
        or len(names) != objectives
        or len(set(names)) != objectives
        or not all(map(is_name, names))
    ):
        raise InvalidInput(
            explain(
                f"{objectives} different metric_names, one per objective", repr(names), "Name each objective."
            ),
        )
    return tuple(names)


def is_name(name: Any) -> bool:
    """Whether this can name a metric."""
    return isinstance(name, str) and name != ""
