"""What a driver knows of its study: a fold over the store's changes, kept up to date by reading only what is new."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from threading import RLock
from typing import Any

from luthier.engine.earlier import Earlier
from luthier.records.curves import Curves
from luthier.records.history import History, Ledger
from luthier.records.reports import ReportLedger
from luthier.records.state import TrialState
from luthier.records.study import StudyRecord
from luthier.records.trial import NOTHING, OBJECTIVE, Report, TrialRecord, has_nan
from luthier.space.domains import Domain
from luthier.space.infer import widen
from luthier.space.space import Space
from luthier.storage.protocol import Draft, Storage

__all__ = ["StudyView"]

BY_NUMBER = attrgetter("number")

#: Holds the place of a trial whose change is later in the same batch.
TO_COME = TrialRecord(number=-1, state=TrialState.PAUSED, created=0.0)


class StudyView:
    """One study as last read. `sync` brings it up to date; everything else answers from memory.

    Learning curves are read only once something asks for them: opening a study costs its trials, not their reports.
    """

    def __init__(self, storage: Storage, study: StudyRecord) -> None:
        self.storage = storage
        self.study = study
        self.signs = tuple(direction.sign for direction in study.directions)
        #: Held while changes are folded: a monitoring thread may read the study while another one drives it.
        self.lock = RLock()
        self.revision = 0
        #: Every trial, by number.
        self.records: list[TrialRecord] = []
        #: Numbers of WAITING trials, ascending.
        self.waiting: list[int] = []
        #: RUNNING trials by number.
        self.running: dict[int, TrialRecord] = {}
        #: How the tokens of sessions of this process begin that ended without letting their trials go.
        self.abandoned: set[str] = set()
        #: Values that this process gave to running trials after their start; others see them when the trials end.
        self.answered: dict[int, dict[str, Any]] = {}
        #: The best COMPLETE feasible trial of a single-objective study.
        self.best: TrialRecord | None = None
        #: The union of the domains that were declared and those of the told trials, in the order asked: what a study
        #: that is opened anew makes of the same trials.
        self.base = Space({})
        #: Domains that this process answered running trials for, by number.
        self.asked: dict[int, dict[str, Domain]] = {}
        #: The union of both, and the base that it was made of.
        self.space = Space({})
        self.joined = self.base
        #: The ranges seen last: most trials share them, and then they teach nothing.
        self.seen: Mapping[str, Domain] = NOTHING
        self.told: list[TrialRecord] = []
        self.ledger = Ledger(study.directions)
        #: Studies to learn from beside this one.
        self.earlier = Earlier()
        self.courses = ReportLedger()
        #: Whether any trial was stopped before its end: until then last values say all that a sampler can compare.
        self.any_stopped = False
        self.lacks_reports = True
        self._curves = Curves(self.signs[0])

    def declare(self, domains: Mapping[str, Domain]) -> None:
        """Take parameters into the joint space that no trial has shown yet."""
        with self.lock:
            self.base = widen(self.earlier.replaced(self.base, domains), domains)
            self.join()

    def answer(self, trial: int, name: str, value: Any, domain: Domain) -> None:
        """Take in a value that a running trial was given after its start."""
        with self.lock:
            self.answered.setdefault(trial, {})[name] = value
            self.asked.setdefault(trial, {})[name] = domain
            if not self.covered(self.space, {name: domain}):
                self.join()

    def covered(self, space: Space, domains: Mapping[str, Domain]) -> bool:
        """Whether a space has all of these domains, and of its own: a look that spares one at all running trials."""
        return widen(space, domains) is space and self.earlier.borrowed.keys().isdisjoint(domains)

    def join(self) -> None:
        """Bring the joint space up to date; the very same object where nothing changed."""
        asked = Space({})
        for domains in self.asked.values():
            asked = widen(asked, domains)
        space = widen(self.earlier.shown(self.base, asked), asked)
        if space is not self.space and space != self.space:
            self.space = space
        elif not self.asked:
            self.base = self.space
        self.joined = self.base

    def learn_from(self, other: "StudyView") -> None:
        """Take in the told trials of another study, as they are now, and the ranges of parameters not known here.

        Raises:
            InvalidInput: it has another number of objectives.
        """
        other.sync()
        other.tell_ledger()
        with self.lock:
            own = self.base.without(self.earlier.borrowed)
            self.earlier.add(other.study, other.ledger, domains=other.space, objectives=len(self.signs))
            self.base = self.earlier.lend(own)
            self.join()

    def reap(self) -> list[int]:
        """Send trials of dead workers back to waiting; returns their numbers."""
        return self.storage.expire_leases(self.study.study_id)

    def sync(self) -> None:
        """Read what changed since last time."""
        with self.lock:
            self.read()

    def read(self) -> None:
        """The same, under the lock."""
        changes = self.storage.changes(self.study.study_id, self.revision, reports=not self.lacks_reports)
        if changes.revision == self.revision:
            return
        if changes.study is not None:
            self.study = changes.study
        for record in changes.trials:
            self.apply(record)
        if not self.lacks_reports:
            self.apply_reports(changes.reports)
            self.rank_ended(changes.trials)
        self.revision = changes.revision  # last: what an interrupt cut short is read again

    def adopt(self, written: Sequence[TrialRecord | None], *, revisions: int = 1) -> None:
        """Take in trials that this process wrote just now, under so many revisions, without reading them back.

        That is all there is to know if nobody else wrote meanwhile, and then the revision says so; else `sync`.
        """
        with self.lock:
            expected = self.revision + revisions
            # All or nothing: what was applied before a look at the rest would not be news to `read`.
            records = [record for record in written if record is not None and record.revision == expected]
            if len(records) < len(written):
                self.read()
                return
            if len(records) > 1:
                records.sort(key=BY_NUMBER)  # the order in which others read them
            for record in records:
                self.apply(record)
            if not self.lacks_reports:
                self.rank_ended(records)
            self.revision = expected

    def apply(self, record: TrialRecord) -> None:
        """Fold one changed trial. It takes its place last: until then it may come again, and all steps bear that."""
        number, state = record.number, record.state
        old = self.records[number] if number < len(self.records) else TO_COME
        asked = self.asked.get(number)
        if old is not TO_COME:
            self.leave(old, record)
        if state is TrialState.RUNNING:
            self.running[number] = record
        elif state is TrialState.WAITING:
            at = bisect_left(self.waiting, number)
            if self.waiting[at : at + 1] != [number]:
                self.waiting.insert(at, number)
        elif state.finished and not old.state.finished:
            self.finish(record)
        left = asked is not None and number not in self.asked and not self.covered(self.base, asked)
        if left or self.base is not self.joined:
            self.join()
        self.place(record)

    def place(self, record: TrialRecord) -> None:
        """Put a trial in its place; changes come by revision, so a higher number may come first."""
        if record.number == len(self.records):
            self.records.append(record)
            return
        while len(self.records) <= record.number:
            self.records.append(TO_COME)
        self.records[record.number] = record

    def leave(self, old: TrialRecord, new: TrialRecord) -> None:
        """Take a trial out of the sets of its old state; a new attempt starts its curve anew."""
        if old.state is TrialState.RUNNING:
            self.running.pop(old.number, None)
        elif old.state is TrialState.WAITING:
            at = bisect_left(self.waiting, old.number)
            if self.waiting[at : at + 1] == [old.number]:
                del self.waiting[at]
        if new.state is not TrialState.RUNNING or new.attempt != old.attempt:
            self.answered.pop(new.number, None)
            self.asked.pop(new.number, None)
        if new.attempt > old.attempt > 0:
            self._curves.forget(old.number)

    def finish(self, record: TrialRecord) -> None:
        """Fold the outcome of a trial that ended."""
        if not self.told or self.told[-1].number != record.number:
            self.told.append(record)
        if record.domains is not self.seen:
            self.base = widen(self.earlier.replaced(self.base, record.domains), record.domains)
            self.seen = record.domains
        if self.earlier.borrowed and record.params:
            self.base = self.earlier.told(self.base, complete=record.state is TrialState.COMPLETE)
        self.any_stopped |= record.state is TrialState.PRUNED
        ranked = record.state is TrialState.COMPLETE and len(self.signs) == 1
        if ranked and record.feasible and self.beats_best(record):
            self.best = record

    def beats_best(self, record: TrialRecord) -> bool:
        """Whether a complete trial is better than the best so far; among equals the lower number is. NaN never is."""
        best = self.best
        if best is None or best.values is None or record.values is None:
            return record.values is not None and not has_nan(record)
        sign = self.signs[0]
        new, old = sign * record.values[0], sign * best.values[0]
        return new < old or (new == old and record.number < best.number)

    def apply_reports(self, reports: Sequence[Report]) -> None:
        """Fold reports of the objective: an earlier attempt's are over, an unknown trial's come again with it."""
        sign, records = self.signs[0], self.records
        for trial, attempt, step, name, value in reports:
            if name == OBJECTIVE and trial < len(records) and attempt == records[trial].attempt:
                self._curves.add(trial, step, sign * value)

    @property
    def curves(self) -> Curves:
        """Learning curves, minimised; read from the store at first use, kept up to date after."""
        if self.lacks_reports:
            with self.lock:
                self.apply_reports(self.storage.changes(self.study.study_id, 0).reports)
                self.rank_ended(self.told)
                self.lacks_reports = False
        return self._curves

    def heard(self, trial: int, step: int, value: float) -> bool:
        """Take in what a trial of this process reports, in the user's direction; False when it has that step.

        Nothing is read for it: without a scheduler nobody asks what others reported.
        """
        return self._curves.add(trial, step, self.signs[0] * value)

    def hear_anew(self, record: TrialRecord) -> None:
        """Take the curve of a trial as the store has it."""
        with self.lock:
            self._curves.forget(record.number)
            self.apply_reports(self.storage.changes(self.study.study_id, 0, trial=record.number).reports)
            self.rank_ended([record])

    def reports(self, trial: int, metric: str) -> dict[int, float]:
        """What the newest attempt of a trial reported of a metric, by step, in the user's direction."""
        attempt = self.records[trial].attempt
        reports = self.storage.changes(self.study.study_id, 0, trial=trial).reports
        mine = {r.step: r.value for r in reports if (r.attempt, r.name) == (attempt, metric)}
        return dict(sorted(mine.items()))

    def rank_ended(self, records: Sequence[TrialRecord]) -> None:
        """Say against which trials others are measured, once their reports are in: complete and feasible ones.

        One that was stopped at NaN or at an infinite loss has lost to all others.
        """
        for record in records:
            if not record.state.finished:
                continue
            if not record.feasible or record.state is TrialState.FAILED:
                self._curves.exclude(record.number, infeasible=not record.feasible)
            elif record.state is TrialState.COMPLETE:
                self._curves.complete(record.number)
            elif self._curves.curve(record.number).diverged:
                self._curves.lose(record.number)

    def history(
        self,
        space: Space,
        drafts: Sequence[Draft] = (),
        *,
        turn: int | None = None,
        with_reports: bool = False,
    ) -> History:
        """All told trials in `space`; the running ones, and those about to start, as pending.

        `turn` is the number of the trial that it is for.
        """
        self.tell_ledger()
        running = self.running_by_number()
        configs, tags = self.pending(running)
        for draft in drafts:
            configs.append(draft.given or NOTHING)
            tags.append(draft.tags)
        history = self.ledger.history(space, configs, tags, turn=turn)
        if self.earlier.ledgers:
            history = replace(history, earlier=self.earlier.histories(space))
        return self.reported(history, running) if with_reports and self.any_stopped else history

    def column_history(self, space: Space, *, asker: int, with_reports: bool = False) -> History:
        """The same for a space of its own, as the running trial `asker` sees it: it is not pending to itself.

        Nor are later trials of which nothing is known in this space: two that start together would each make room for
        the other, and get the same value.
        """
        self.tell_ledger()
        records = [
            record
            for record in self.running_by_number()
            if record.number < asker
            or (record.number > asker and not space.keys().isdisjoint(self.known(record)))
        ]
        history = self.ledger.fork().history(space, *self.pending(records), turn=asker)
        history = replace(history, part=True)
        if self.earlier.ledgers:
            history = replace(history, earlier=self.earlier.histories(space, alone=True))
        return self.reported(history, records) if with_reports and self.any_stopped else history

    def reported(self, history: History, running: Sequence[TrialRecord]) -> History:
        """The history with what its trials reported: each told one gathered once, these running ones anew."""
        curves, courses = self.curves, self.courses
        for record in self.ledger.records[courses.heard :]:
            courses.tell(curves.curve(record.number))
        return replace(history, reports=courses.reports([curves.curve(record.number) for record in running]))

    def tell_ledger(self) -> None:
        """Hand newly told trials to the ledger; a pruned one with the step that its value stands for."""
        while self.ledger.heard < len(self.told):
            record = self.told[self.ledger.heard]
            last_step = None
            if record.state is TrialState.PRUNED:
                steps = self.curves.curve(record.number).steps
                last_step = steps[-1] if steps else None
            # No model can learn from a NaN that a store may hold, of whatever made it: it counts as a failure.
            if has_nan(record):
                record = record._replace(state=TrialState.FAILED, values=None)
            self.ledger.tell(record, last_step)

    def running_by_number(self) -> list[TrialRecord]:
        """Running trials in the order of their numbers, whatever order they were claimed in.

        Other threads may fold changes meanwhile: the values are taken at once.
        """
        return sorted(self.running.values(), key=BY_NUMBER)

    def known(self, record: TrialRecord) -> Mapping[str, Any]:
        """The values that a running trial is known to have."""
        start, later = record.given or record.params, self.answered.get(record.number)
        if record.params or later:  # a note of another process, or answers of this one
            return {**start, **record.params, **(later or NOTHING)}
        return start

    def pending(
        self, records: Sequence[TrialRecord]
    ) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
        """Configurations and tags of running trials."""
        return [self.known(record) for record in records], [record.tags for record in records]
