"""From a file of Optuna into a store: every study with its trials, their numbers, times and reports.

An import is three writes: the study, all its trials, all their reports. Each either happened or can be made again
without harm, so that an import that was cut off is completed by running it again, and one that is complete is found so.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from luthier.base.errors import InvalidInput, StudyExists, StudyNotFound, explain
from luthier.base.seeding import new_seed
from luthier.compat.optuna.reader import read_studies
from luthier.compat.optuna.reader_trials import FoundStudy
from luthier.records.study import StudyRecord
from luthier.records.trial import Report, TrialRecord
from luthier.storage.connect import connect
from luthier.storage.protocol import Draft, Storage

__all__ = ["Imported", "import_studies"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of one study."""

    #: Its name in Optuna's file, and in luthier's store.
    source: str
    name: str
    #: How many trials were written, and how many were there already.
    new: int
    present: int
    #: How many trials were running in Optuna: they wait now, with the values that they had.
    running: int
    #: How many wait to be run, those included.
    waiting: int


def import_studies(
    source: str | os.PathLike[str],
    *,
    to: str | Storage,
    study: str | None = None,
    name: str | None = None,
) -> list[Imported]:
    """Import the studies of a SQLite store or a journal of Optuna; the file itself is only read.

    Args:
        source: the file, or an URL `sqlite:///path`.
        to: luthier's store, made if it is not there.
        study: only this one.
        name: what to call it in luthier's store; needs that there is one study to import.

    Raises:
        StorageError: the file cannot be read, or the store cannot be opened.
        StudyNotFound: there is no study of that name in the file.
        StudyExists: luthier's store has another study of that name.
        InvalidInput: several studies are to get one name, or a name that luthier cannot keep.
    """
    found = chosen(read_studies(source), study, os.fspath(source))
    if name is not None and len(found) != 1:
        raise InvalidInput(
            explain("one study to rename", f"{len(found)}: {names_of(found)}", "Say which, with study=…"),
        )
    nameless = [one for one in found if not (name or one.name)]
    if nameless:
        raise InvalidInput(explain("a name for each study", "an empty one", "Import it alone, with name=…"))
    ready = [(one, name or one.name, one.drafts()) for one in found]  # all is read before anything is written
    storage = connect(to)
    held = [
        (one, new_name, drafts, destination(storage, one, new_name, drafts))
        for one, new_name, drafts in ready
    ]
    return [bring(storage, one, new_name, drafts, present) for one, new_name, drafts, present in held]


def chosen(found: Sequence[FoundStudy], study: str | None, source: str) -> Sequence[FoundStudy]:
    """The studies to import."""
    if study is None:
        if not found:
            raise StudyNotFound(explain(f"studies in {source}", "none", "Name another file."))
        return found
    wanted = [one for one in found if one.name == study]
    if not wanted:
        got = f"only these: {names_of(found)}" if found else "none"
        raise StudyNotFound(explain(f"a study {study!r} in {source}", got, "Correct the name."))
    return wanted


def names_of(found: Iterable[FoundStudy]) -> str:
    """Names for a message."""
    return ", ".join(repr(one.name) for one in found)


def destination(
    storage: Storage, found: FoundStudy, name: str, drafts: Sequence[Draft]
) -> Sequence[TrialRecord] | None:
    """The trials that luthier's study of that name has; None when there is no such study.

    Raises:
        StudyExists: they are not those of an earlier import.
    """
    taken = [summary.study for summary in storage.list_studies() if summary.study.name == name]
    if not taken:
        return None
    trials = storage.changes(taken[0].study_id, 0, reports=False).trials
    present = sorted(trials, key=lambda record: record.number)
    same = all(is_of(record, draft) for record, draft in zip(present, drafts, strict=False))
    behind = len(present) < len(drafts) and len(present) > 0
    if taken[0].directions != found.directions or not same or behind:
        got = f"a study {name!r} with {len(present)} trials, not an import of these {len(drafts)}"
        raise StudyExists(
            explain(f"no other study {name!r} in the store", got, "Import it under another name: --name NEW.")
        )
    return present


def is_of(record: TrialRecord, draft: Draft) -> bool:
    """Whether a trial came from this draft; one that waited may have run since."""
    if draft.state.finished:
        kept = (draft.state, dict(draft.params), draft.values, draft.finished)
        return (record.state, dict(record.params), record.values, record.finished) == kept
    return record.created == draft.created or draft.created is None


def bring(
    storage: Storage,
    found: FoundStudy,
    name: str,
    drafts: Sequence[Draft],
    present: Sequence[TrialRecord] | None,
) -> Imported:
    """Write what is not there yet of one study."""
    if present is None:
        record = storage.create_study(
            StudyRecord(
                name=name,
                directions=found.directions,
                seed=new_seed(),
                metric_names=found.metric_names,
                user_attrs=found.attrs,
            ),
        )
    else:
        record = storage.get_study(name)
    written = () if present else storage.create_trials(record.study_id, drafts, expected=0)
    reports: list[Report] = found.reports()
    if reports:
        storage.update_trials(record.study_id, [], reports)
    return Imported(
        source=found.name,
        name=name,
        new=len(written or ()),
        present=0 if written else len(drafts),
        running=sum(trial.state == "RUNNING" for trial in found.trials),
        waiting=sum(not draft.state.finished for draft in drafts),
    )
