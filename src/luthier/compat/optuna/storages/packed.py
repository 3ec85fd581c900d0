"""Stores in memory as values that can be pickled, and back.

A trial that was running waits again in the copy: whoever ran it does not run it there.
"""

from typing import NamedTuple

from luthier.records.study import StudyRecord
from luthier.records.trial import Report, TrialRecord
from luthier.storage.memory import MemoryStorage
from luthier.storage.protocol import Draft, Storage

__all__ = ["Packed", "pack", "unpack"]


class Packed(NamedTuple):
    """One study with what belongs to it."""

    study: StudyRecord
    trials: list[TrialRecord]
    reports: list[Report]


def pack(store: Storage) -> list[Packed]:
    """The studies of a store, by creation."""
    packed = []
    for summary in store.list_studies():
        changes = store.changes(summary.study.study_id, 0)
        trials = sorted(changes.trials, key=lambda record: record.number)
        packed.append(Packed(summary.study, trials, list(changes.reports)))
    return packed


def unpack(studies: list[Packed]) -> MemoryStorage:
    """A new store with these studies; trials keep their numbers."""
    store = MemoryStorage()
    for study, trials, reports in studies:
        made = store.create_study(study).study_id
        created = store.create_trials(made, [draft_of(record) for record in trials]) or []
        kept = [
            report._replace(attempt=created[report.trial].attempt)
            for report in reports
            if trials[report.trial].state.finished and trials[report.trial].attempt == report.attempt
        ]
        store.update_trials(made, [], kept)
    return store


def draft_of(record: TrialRecord) -> Draft:
    """A trial as one to be created."""
    if not record.state.finished:
        return Draft(given=record.given, tags=record.tags, user_attrs=record.user_attrs)
    return Draft(
        tags=record.tags,
        state=record.state,
        params=record.params,
        domains=record.domains,
        values=record.values,
        constraints=record.constraints,
        user_attrs=record.user_attrs,
        reason=record.reason,
        detail=record.detail,
        created=record.created,
        started=record.started,
        finished=record.finished,
    )
