"""One process's hold on a study: it asks, answers running trials, buffers their reports, and writes their ends."""

import os
import secrets
import socket
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from time import monotonic
from typing import Any

from luthier.base.errors import StorageError
from luthier.base.log import logger
from luthier.engine.ask import Asker
from luthier.engine.lease import LeaseKeeper
from luthier.engine.propose import Search, proposer_of
from luthier.engine.tell import Outcome
from luthier.engine.unasked import Unasked
from luthier.engine.view import StudyView
from luthier.executors.trial import Contents
from luthier.records.messages import Decision, Ended, Ending, Job, Logged, Reported, Suggest
from luthier.records.state import TrialState
from luthier.records.trial import ENQUEUED, NOTHING, OBJECTIVE, ORIGIN, Report, TrialRecord
from luthier.schedulers.protocol import Scheduler
from luthier.space.domains import Domain
from luthier.storage.protocol import Update

__all__ = ["Session", "new_owner", "says_what_it_asks"]

#: Reports are written together once there are this many, and those of others read when one comes this many seconds
#: after the last time: a slow trial's are seen at once, and a quick one's with its end.
BUFFERED_REPORTS = 1000
BUFFERED_SECONDS = 1.0

#: The tokens of trials that note what they ask for begin so: whoever ends one knows that nothing was left out.
NOTING = "noting-"

#: Endings after which a worker could not say what the objective had asked for.
UNHEARD = frozenset({Ending.CRASHED, Ending.CANCELLED})


class Session:
    """What `optimize` and `ask`/`tell` share. Not for several threads at once.

    Args:
        view: what is known of the study.
        sampler: proposes: a Sampler, or a search with a proposer of its own.
        scheduler: stops; None lets every trial run to its end.
        owner: who holds the trials, one name for all sessions of a process on a study.
        noting: whether trials note what they ask for in the store, if other processes can reach it and end them.
    """

    def __init__(
        self,
        view: StudyView,
        sampler: Search,
        *,
        scheduler: Scheduler | None,
        owner: str,
        noting: bool = False,
    ) -> None:
        self.view = view
        self.storage = view.storage
        self.sampler = sampler
        self.scheduler = scheduler
        self.proposer = proposer_of(sampler, view)
        self.asker = Asker(view, self.proposer, owner)
        if noting:
            self.asker.prefix = f"{NOTING}{self.asker.prefix}"
        self.lease = LeaseKeeper(self.storage, owner)
        self.reports: list[Report] = []
        #: When reports were exchanged with others last, by the monotonic clock.
        self.exchanged = monotonic()
        self.next_reaping = 0.0
        #: Trials of this session that are running, by number; and how many there ever were.
        self.held: dict[int, TrialRecord] = {}
        self.begun = 0
        #: Values given to trials after their start, with their domains: what is known of one that crashes, and what
        #: one that is tried again gets once more.
        self.answers: dict[int, dict[str, tuple[Any, Domain]]] = {}
        self.unasked = Unasked()

    def use(self, sampler: Search, scheduler: Scheduler | None) -> None:
        """Go on with these."""
        self.scheduler = scheduler
        if sampler is not self.sampler:
            self.sampler = sampler
            self.proposer = self.asker.proposer = proposer_of(sampler, self.view)

    def reap(self, now: float) -> None:
        """Send trials of dead workers back to waiting: due when `now`, the monotonic time, is `next_reaping`."""
        self.next_reaping = now + self.lease.interval
        if self.held and self.lease.shared:
            # After a suspension leases have ended that nobody was awake to renew: this driver and its trials live.
            self.storage.renew_leases(self.asker.owner)
        lost = self.view.reap()
        if lost or self.view.abandoned:
            self.view.sync()
        given_up = [number for number in lost if self.view.records[number].state.finished]
        again = [number for number in lost if number not in given_up]
        for numbers, said in ((again, "to be tried again"), (given_up, "too often, and given up")):
            if numbers:
                logger.warning("Lost by their workers, %s: trials %s.", said, ", ".join(map(str, numbers)))
        self.send_back(self.hidden(self.view.abandoned | {self.asker.prefix}))
        self.view.abandoned.clear()

    def ask(self, count: int = 1, *, up_to_date: bool = False) -> list[TrialRecord]:
        """Start up to `count` trials, but one at least unless nothing is left to propose."""
        self.lease.hold()  # before anything is held: should it fail, nothing is lost
        records = self.asker.ask(count, up_to_date=up_to_date, held=self.held)
        if records:
            self.view.adopt(records)
            for record in records:
                self.held[record.number] = record
            self.begun += len(records)
        return records

    def job(self, record: TrialRecord) -> Job:
        """What a worker needs to run a trial of this session."""
        given, answers = record.given or NOTHING, self.answers.get(record.number)
        domains, objectives = self.view.space.domains, len(self.view.signs)
        if answers:
            given = {**given, **{name: value for name, (value, _) in answers.items()}}
            domains = {**domains, **{name: domain for name, (_, domain) in answers.items()}}
        enqueued = record.tags.get(ORIGIN) == ENQUEUED[ORIGIN]
        if enqueued:
            self.unasked.given[record.number] = given
        return Job(record.number, record.attempt, given, domains, objectives, record.user_attrs, enqueued)

    def respond(self, message: Suggest | Reported | Logged) -> Any:
        """The answer to a running trial: a value, a Decision, or None."""
        if message.trial not in self.held:  # a thread of the objective spoke while that ended: too late
            return Decision.STOP
        if isinstance(message, Reported):
            return self.decide(message)
        if isinstance(message, Suggest):
            value = self.proposer.answer(message)
            self.answers.setdefault(message.trial, {})[message.name] = value, message.domain
            self.view.answer(message.trial, message.name, value, message.domain)
            return value
        for name, metric in message.metrics.items():
            self.keep(message.trial, message.step, name, metric)
        self.flush_due()
        return None

    def is_over(self, trial: int) -> bool:
        """Whether a held trial is known to have been ended or taken by others: what it says is kept no more."""
        record, held = self.view.records[trial], self.held[trial]
        return record is not held and (record.token != held.token or record.state.finished)

    def decide(self, report: Reported) -> Decision:
        """Take a report in, and ask the scheduler; a trial that others ended or took is to stop."""
        trial, step, value = report
        if self.is_over(trial):
            return Decision.STOP
        if not self.view.heard(trial, step, value):
            return Decision.CONTINUE
        self.keep(trial, step, OBJECTIVE, value)
        if self.flush_due() and self.is_over(trial):
            return Decision.STOP
        return (
            Decision.CONTINUE if self.scheduler is None else self.scheduler.on_report(self.view.curves, trial)
        )

    def keep(self, trial: int, step: int, name: str, value: float) -> None:
        """Buffer one number."""
        self.reports.append(Report(trial, self.held[trial].attempt, step, name, value))
        if len(self.reports) >= BUFFERED_REPORTS:
            self.flush()

    def flush_due(self) -> bool:
        """Write buffered reports that others have waited for long enough, and read what those wrote.

        Returns whether it was time for that. Where nobody else wrote, the reading changes nothing.
        """
        if not self.reports or monotonic() - self.exchanged < BUFFERED_SECONDS:
            return False
        reports, self.exchanged = self.reports, monotonic()
        self.flush()
        if self.lease.shared:
            self.view.sync()
            self.correct({report.trial for report in reports})
        return True

    def flush(self) -> None:
        """Write buffered reports now."""
        if self.reports:
            self.send([])

    def send(self, updates: Sequence[Update]) -> list[TrialRecord | None]:
        """Write changes and the buffered reports in one transaction; returns each trial as it is now.

        Where that fails, the reports are kept for the next time: what the store has by then it drops.
        """
        reports, self.reports = self.reports, []
        try:
            return self.storage.update_trials(self.view.study.study_id, updates, reports)
        except (StorageError, KeyboardInterrupt):
            self.reports = [*reports, *self.reports]
            raise

    def correct(self, trials: AbstractSet[int]) -> None:
        """Read the curves anew of those trials that others ended: the store may have dropped late reports."""
        for record in [self.view.records[trial] for trial in trials]:
            if record.state.finished:
                self.view.hear_anew(record)

    def note(self, trial: int, contents: Contents) -> TrialRecord | None:
        """Keep what a held trial asked for and set so far where every process finds it.

        Returns the trial as it is now, None where another worker has taken it over.
        """
        token = self.held[trial].token or ""
        params, domains, constraints, attrs = contents
        update = Update(trial, token, TrialState.RUNNING, params, domains, None, constraints, attrs)
        (now,) = self.storage.update_trials(self.view.study.study_id, [update])
        self.view.adopt([now])
        return now

    def last_report(self, trial: int) -> float | None:
        """What a trial reported last, in the user's direction."""
        values = self.view.curves.curve(trial).values
        return self.view.signs[0] * values[-1] if values else None

    def write(self, updates: Sequence[Update]) -> list[TrialRecord | None]:
        """Write changes of held trials and the buffered reports in one durable transaction; let the trials go.

        Returns each trial as it is now, None where another worker has taken it over.
        """
        revisions = max(1, len(self.reports))
        written = self.send(updates)
        for update in updates:
            self.held.pop(update.number, None)
            if update.state.finished:
                self.answers.pop(update.number, None)
        self.view.adopt(written, revisions=revisions)
        if self.unasked.given:
            for record in written:
                if record is not None:
                    self.unasked.check(record, self.view.space)
        return written

    def update(self, ended: Ended, outcome: Outcome) -> Update:
        """The change that finishes a held trial."""
        record = self.held[ended.trial]
        params, domains = ended.params, ended.domains
        if not params and ended.ending in UNHEARD:
            params, domains = self.known(record)
        return Update(
            ended.trial,
            record.token or "",
            outcome.state,
            params,
            domains,
            outcome.values,
            ended.constraints,
            ended.user_attrs or record.user_attrs,
            outcome.reason,
            ended.detail,
        )

    def known(self, record: TrialRecord) -> tuple[dict[str, Any], dict[str, Domain]]:
        """The values that a running trial was given, at its start or since, and their domains."""
        space, answers = self.view.space.domains, self.answers.get(record.number, {})
        given = record.given or NOTHING
        params = {name: value for name, value in given.items() if name in space and name not in answers}
        domains = {name: space[name] for name in params}
        params |= {name: value for name, (value, _) in answers.items()}
        return params, domains | {name: domain for name, (_, domain) in answers.items()}

    def hidden(self, prefixes: AbstractSet[str]) -> list[TrialRecord]:
        """Running trials under such tokens that this session does not hold: an interrupt came in between."""
        begins = tuple(f"{prefix}-" for prefix in prefixes)
        with self.view.lock:
            running = list(self.view.running.values())
        return [
            record
            for record in running
            if record.number not in self.held and (record.token or "").startswith(begins)
        ]

    def send_back(self, records: Sequence[TrialRecord]) -> None:
        """Release running trials: interrupted, not failed."""
        if records:
            self.write(
                [
                    Update(
                        number=record.number,
                        token=record.token or "",
                        state=TrialState.WAITING,
                        user_attrs=record.user_attrs,
                        reason="interrupted",
                    )
                    for record in records
                ]
            )

    def let_go(self) -> None:
        """Release all trials of this session. Should that fail, the next session of this process does it."""
        prefix = self.asker.prefix
        try:
            if (
                self.asker.claims != self.begun
            ):  # a token went to a trial that never was, or that is not known of here
                self.view.sync()
            self.send_back([*self.held.values(), *self.hidden({prefix})])
        except BaseException:
            self.view.abandoned.add(prefix)
            raise

    def close(self) -> None:
        """Write what is buffered and stop renewing leases, whatever comes of the writing."""
        try:
            self.flush()
        finally:
            self.lease.close()


def says_what_it_asks(record: TrialRecord) -> bool:
    """Whether the record of a running trial has all that it asked for, whichever process runs it."""
    return record.token is not None and record.token.startswith(NOTING)


def new_owner() -> str:
    """A name that nobody else has: host, process and chance."""
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
