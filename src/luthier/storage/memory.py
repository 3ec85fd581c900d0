"""A store in the memory of one process: the executable specification of every other store."""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count
from threading import Lock
from typing import Any, NoReturn

from luthier.base.errors import NotStorable, StudyExists, explain
from luthier.records.state import TrialState
from luthier.records.study import StudyRecord, StudySummary
from luthier.records.trial import NOTHING, Constant, Report, TrialRecord
from luthier.records.wire import domains_to_text, kept_mapping
from luthier.space.domains import Domain
from luthier.storage.protocol import Changes, Draft, Update
from luthier.storage.rules import (
    Standing,
    born,
    check_claim,
    check_drafts,
    check_study,
    check_updates,
    ended,
    is_heard,
    kept_given,
    lost_reason,
    no_such_study,
    poisoned,
    single_value,
    standing,
    unasked,
    unknown_study,
)

__all__ = ["MemoryStorage"]

PLACE = "memory"


class Shelf:
    """One study with what belongs to it."""

    def __init__(self, study: StudyRecord) -> None:
        self.study = study
        self.revision = study.revision
        #: When anything last changed, in seconds since the epoch.
        self.touched = study.created
        #: The newest record of each trial by number, in the order of their last change; and one on its way there.
        self.trials: dict[int, TrialRecord] = {}
        self.moving: TrialRecord | None = None
        #: The first report of each (trial, attempt, step, name) and its revision, in the order written.
        self.reports: dict[tuple[Any, ...], tuple[Report, int]] = {}
        #: The same by trial, up to a revision: sorted when somebody asks for those of one trial.
        self.by_trial: dict[int, list[tuple[Report, int]]] = {}
        self.sorted_until = 0
        #: Running trials -> owner, and the time when their lease ends.
        self.leases: dict[int, tuple[str, float]] = {}
        #: The search ranges of the trial before, shared with the next one that has the same.
        self.domains: Mapping[str, Domain] = NOTHING

    def put(self, record: TrialRecord) -> None:
        """Set a trial's newest record. Between the two steps an interrupt would lose it, were it not kept aside."""
        self.moving = record
        self.trials.pop(record.number, None)
        self.trials[record.number] = record
        self.moving = None

    def reports_after(self, since: int) -> list[tuple[Report, int]]:
        """Reports that were written after a revision, in the order written."""
        fresh: list[tuple[Report, int]] = []
        for entry in reversed(self.reports.values()):
            if entry[1] <= since:
                break
            fresh.append(entry)
        return fresh[::-1]

    def reports_of(self, trial: int, since: int) -> list[Report]:
        """The same of one trial."""
        for entry in self.reports_after(self.sorted_until):
            self.by_trial.setdefault(entry[0].trial, []).append(entry)
        self.sorted_until = self.revision
        return [report for report, revision in self.by_trial.get(trial, ()) if revision > since]

    def heard(self, reports: Sequence[Report]) -> list[tuple[Report, int]]:
        """Those of new reports that do not come too late, as the trials are now, with their revisions."""
        attempts = {
            number: self.trials[number].attempt
            for number in {report[0] for report in reports}
            if is_heard(self.trials[number])
        }
        first = self.revision + 1
        return [
            (report, revision)
            for revision, report in enumerate(reports, first)
            if attempts.get(report[0]) == report[1]
        ]

    def shared(self, domains: Mapping[str, Domain]) -> Mapping[str, Domain]:
        """A copy of search ranges, the same object for as long as they stay the same.

        Raises:
            NotStorable: a choice has no durable form.
        """
        if domains != self.domains or list(domains) != list(self.domains):
            domains_to_text(domains)
            self.domains = Constant(domains) if domains else NOTHING
        return self.domains


class MemoryStorage:
    """Keeps studies for as long as the process lives. Threads may share it; no other process can reach it.

    Args:
        lease_seconds: how long a claim holds. For ever by default: whoever holds one lives in this process.
    """

    def __init__(self, *, lease_seconds: float = math.inf) -> None:
        self.lease_seconds = lease_seconds
        self._shelves: dict[int, Shelf] = {}
        self._ids = count(1)
        self._lock = Lock()

    def __reduce__(self) -> NoReturn:
        got = "one in the memory of this process"
        raise NotStorable(
            explain("a store that others can open too", got, 'Pass storage="study.db" to create_study.')
        )

    def __repr__(self) -> str:
        return f"MemoryStorage({len(self._shelves)} studies)"

    def create_study(self, study: StudyRecord) -> StudyRecord:
        """Add a study; returns it with its `study_id`."""
        check_study(study)
        attrs = kept_mapping(study.user_attrs)
        with self._lock:
            if any(shelf.study.name == study.name for shelf in self._shelves.values()):
                raise StudyExists(
                    explain("a new study name", repr(study.name), "Load it, or choose another name.")
                )
            now = time.time()
            record = replace(study, study_id=next(self._ids), user_attrs=attrs, created=now, revision=1)
            self._shelves[record.study_id] = Shelf(record)
            return record

    def get_study(self, name: str) -> StudyRecord:
        """The study of that name."""
        with self._lock:
            for shelf in self._shelves.values():
                if shelf.study.name == name:
                    return replace(shelf.study, revision=shelf.revision)
            raise no_such_study(name, [shelf.study.name for shelf in self._shelves.values()], PLACE)

    def list_studies(self) -> list[StudySummary]:
        """All studies with their trials counted, by creation."""
        with self._lock:
            return [summary(shelf) for shelf in self._shelves.values()]

    def update_study(
        self,
        study: int,
        *,
        user_attrs: Mapping[str, Any] | None = None,
        metric_names: Sequence[str] | None = None,
    ) -> StudyRecord:
        """Merge user attributes into a study's, and set its metric names; None leaves either alone."""
        attrs = kept_mapping(user_attrs or NOTHING)
        with self._lock:
            shelf = self._shelf(study)
            old = shelf.study
            names = old.metric_names if metric_names is None else tuple(metric_names)
            merged = kept_mapping({**old.user_attrs, **attrs})
            shelf.revision += 1
            shelf.touched = time.time()
            shelf.study = replace(old, user_attrs=merged, metric_names=names, revision=shelf.revision)
            return shelf.study

    def delete_study(self, study: int) -> None:
        """Remove a study with all its trials and reports."""
        with self._lock:
            self._shelf(study)
            del self._shelves[study]

    def create_trials(
        self,
        study: int,
        drafts: Sequence[Draft],
        *,
        expected: int | None = None,
    ) -> list[TrialRecord] | None:
        """Append trials in one transaction, with consecutive numbers."""
        check_drafts(drafts)
        with self._lock:
            shelf = self._shelf(study)
            first = len(shelf.trials)
            if expected is not None and expected != first:
                return None
            if not drafts:
                return []
            now, revision = time.time(), shelf.revision + 1
            records = [
                born(draft, number=number, revision=revision, now=now)
                for number, draft in enumerate(drafts, first)
            ]
            shelf.revision, shelf.touched = revision, now
            for record, draft in zip(records, drafts, strict=True):
                shelf.trials[record.number] = record
                if draft.token is not None:
                    shelf.leases[record.number] = draft.owner or "", now + self.lease_seconds
            return records

    def claim_trial(
        self,
        study: int,
        number: int,
        *,
        token: str,
        owner: str,
        given: Mapping[str, Any],
    ) -> TrialRecord | None:
        """Take a WAITING trial. None when it is not WAITING."""
        check_claim(token, owner)
        values = kept_given(given)
        with self._lock:
            shelf = self._shelf(study)
            old = shelf.trials.get(number)
            if old is None or old.state is not TrialState.WAITING:
                return None
            shelf.revision += 1
            now = shelf.touched = time.time()
            record = unasked(old)._replace(
                state=TrialState.RUNNING,
                given=values,
                attempt=old.attempt + 1,
                token=token,
                started=now,
                revision=shelf.revision,
            )
            shelf.put(record)
            shelf.leases[number] = owner, now + self.lease_seconds
            return record

    def update_trials(
        self, study: int, updates: Sequence[Update], reports: Sequence[Report] = ()
    ) -> list[TrialRecord | None]:
        """Write reports and changes of claimed trials in one transaction."""
        if not updates and not reports:
            return []
        with self._lock:
            shelf = self._shelf(study)
            check_updates(updates, reports, len(shelf.trials))
            revision, now = shelf.revision + max(1, len(reports)), time.time()
            heard = shelf.heard(reports) if reports else []
            now_are: list[TrialRecord | None] = []
            written: dict[int, TrialRecord] = {}
            for update in updates:
                old = written.get(update.number) or shelf.trials[update.number]
                verdict = standing(update, old.state, old.token)
                if verdict is Standing.WRITE:
                    domains = shelf.shared(update.domains)
                    old = written[update.number] = ended(old, update, domains, revision=revision, now=now)
                now_are.append(None if verdict is Standing.LOST else old)
            if written or heard:
                self._write(shelf, written, heard)
                shelf.revision, shelf.touched = revision, now
            return now_are

    def _write(
        self, shelf: Shelf, written: Mapping[int, TrialRecord], reports: Sequence[tuple[Report, int]]
    ) -> None:
        """Put changed trials and new reports into a study. Nothing in here can fail."""
        for entry in reports:
            shelf.reports.setdefault(entry[0][:4], entry)
        for number in sorted(written) if len(written) > 1 else written:
            if written[number].state is not TrialState.RUNNING:
                shelf.leases.pop(number, None)
            shelf.put(written[number])

    def changes(self, study: int, since: int, *, reports: bool = True, trial: int | None = None) -> Changes:
        """What happened after revision `since`; 0 gives everything."""
        with self._lock:
            shelf = self._shelf(study)
            if shelf.revision <= since:
                return Changes(shelf.revision, ())
            changed = shelf.study.revision > since
            now_is = replace(shelf.study, revision=shelf.revision) if changed else None
            if trial is not None:
                one = shelf.trials.get(trial)
                newest = [one] if one is not None and one.revision > since else []
                return Changes(
                    shelf.revision, newest, shelf.reports_of(trial, since) if reports else (), now_is
                )
            newest = []
            for record in reversed(shelf.trials.values()):
                if record.revision <= since:
                    break
                newest.append(record)
            fresh = [report for report, _ in shelf.reports_after(since)] if reports else []
            return Changes(shelf.revision, newest[::-1], fresh, now_is)

    def renew_leases(self, owner: str) -> float:
        """Start the leases of all trials that `owner` runs anew, and return their seconds."""
        with self._lock:
            ends = time.time() + self.lease_seconds
            for shelf in self._shelves.values():
                shelf.leases.update({n: (who, ends) for n, (who, _) in shelf.leases.items() if who == owner})
        return self.lease_seconds

    def expire_leases(self, study: int) -> list[int]:
        """Send RUNNING trials whose lease has ended back to WAITING, or give them up."""
        with self._lock:
            if study not in self._shelves:
                return []
            shelf, now = self._shelf(study), time.time()
            ended = sorted(number for number, (_, ends) in shelf.leases.items() if ends <= now)
            if ended:
                shelf.revision += 1
                shelf.touched = now
            for number in ended:
                del shelf.leases[number]
                shelf.put(lapsed(shelf.trials[number], shelf.revision, now))
            return ended

    def close(self) -> None:
        """Nothing to release: the studies live as long as this object."""

    def _shelf(self, study: int) -> Shelf:
        """The shelf of a study."""
        shelf = self._shelves.get(study)
        if shelf is None:
            raise unknown_study(study, PLACE)
        if shelf.moving is not None:
            shelf.put(shelf.moving)
        return shelf


def lapsed(old: TrialRecord, revision: int, now: float) -> TrialRecord:
    """A running trial whose worker is lost: WAITING under its old token, or FAILED under none."""
    lost = old.lost + 1
    if not poisoned(lost):
        return old._replace(state=TrialState.WAITING, lost=lost, revision=revision)
    return old._replace(
        state=TrialState.FAILED,
        lost=lost,
        given=None,
        token=None,
        reason=lost_reason(lost),
        finished=now,
        revision=revision,
    )


def summary(shelf: Shelf) -> StudySummary:
    """The line of a listing for one study."""
    counts: dict[str, int] = {}
    values = []
    for record in shelf.trials.values():
        counts[record.state.value] = counts.get(record.state.value, 0) + 1
        value = single_value(record.values)
        if record.state is TrialState.COMPLETE and value is not None and record.feasible:
            values.append(value)
    sign = shelf.study.directions[0].sign
    return StudySummary(
        study=replace(shelf.study, revision=shelf.revision),
        counts=counts,
        best_value=min(values, key=lambda value: sign * value, default=None),
        last_change=shelf.touched if counts else None,
    )
