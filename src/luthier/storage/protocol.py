"""The contract of a storage: what every store promises, in prose, and its methods.

**Numbers.** The trials of a study are numbered 0, 1, 2, … without gaps and without repeats, whatever crashes.

**Revisions.** Every change bumps the study's revision in the same transaction, and stamps what it changed.
`changes(study, since)` is therefore exact: folding the changes since 0 in any portions gives the same as one full read.

**Expectation.** Writes say what they expect, and change nothing when the world is otherwise:
`create_trials` expects the next number, `claim_trial` a WAITING trial, `update_trials` its token.
Whoever loses reads `changes` and decides anew; somebody else has then made progress.

**Claims.** A RUNNING trial has a token made by its claimant, and a lease that ends by the store's clock. A write under
a token that is no longer the trial's changes nothing and is reported as not written. A finish is recognised by its
token: repeated after a lost reply it succeeds again without writing. A trial whose lease ended goes back to WAITING and
keeps its token until somebody claims it, so that a late result that nobody recomputed is still welcome.

**Notes.** What a trial asked for and set before it ends may be written under its token, so that whoever ends it, in any
process, knows it. It stays with the trial until that is released or claimed anew; attributes stay even then.

**Reports.** A report is kept if its trial is held under that attempt before the call that brings it: it runs, or its
lease ended and nobody has claimed it since. So those that come together with the end are kept, and those that come
after it, or of an attempt that is over, are dropped: they would judge other trials. Of a trial that was created
finished they are kept at any time: whoever imports it may bring its reports later.

**Durability.** When `create_study`, `delete_study`, `update_study` or `update_trials` returns, its changes survive
power loss; so do enqueued trials. Claims, notes, reports and renewals survive the death of any process, and may be lost
with the power; nothing then refers to them.

**Safety.** Nothing that is read is executed: values are JSON with typed escapes. A store may be shared by threads and,
where it has a file or a server, by processes.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from luthier.records.state import TrialState
from luthier.records.study import StudyRecord, StudySummary
from luthier.records.trial import NOTHING, Report, TrialRecord
from luthier.space.domains import Domain

__all__ = ["LEASE_SECONDS", "MAX_LOST", "Changes", "Draft", "Storage", "Update"]

#: How long a claim holds without renewal. Long enough for a stuck disk or a busy machine, short enough that a dead
#: machine's trial is retried within the minute; a dead process on the same machine is noticed at once.
LEASE_SECONDS = 60.0

#: A trial whose workers died this often fails: it is likely what killed them.
MAX_LOST = 3


class Draft(NamedTuple):
    """A trial to be created.

    With a token it is RUNNING at once, claimed by `owner`. Without one it is WAITING, or already finished when `state`
    is a final state: that is how trials are imported.
    """

    given: Mapping[str, Any] | None = None
    tags: Mapping[str, Any] = NOTHING
    token: str | None = None
    owner: str | None = None
    state: TrialState = TrialState.WAITING
    params: Mapping[str, Any] = NOTHING
    domains: Mapping[str, Domain] = NOTHING
    values: tuple[float, ...] | None = None
    constraints: Mapping[str, float] = NOTHING
    user_attrs: Mapping[str, Any] = NOTHING
    reason: str | None = None
    detail: str | None = None
    created: float | None = None
    started: float | None = None
    finished: float | None = None


class Update(NamedTuple):
    """A change of one claimed trial, under its token.

    To a final state: the whole outcome. To WAITING: the trial is released, to be run again (`lost` and `given` stay).
    To RUNNING: a note of parameters, domains, constraints and attributes so far; the trial stays in its state, and its
    lease as it is.
    """

    number: int
    token: str
    state: TrialState
    params: Mapping[str, Any] = NOTHING
    domains: Mapping[str, Domain] = NOTHING
    values: tuple[float, ...] | None = None
    constraints: Mapping[str, float] = NOTHING
    user_attrs: Mapping[str, Any] = NOTHING
    reason: str | None = None
    detail: str | None = None


class Changes(NamedTuple):
    """What happened to a study after a revision.

    `trials` are whole records, each in its newest form, by revision. `reports` are those of every attempt, in the order
    written; a reader keeps those of the newest attempt of each trial. A claim that raises `attempt` comes as a trial.
    """

    revision: int
    trials: Sequence[TrialRecord]
    reports: Sequence[Report] = ()
    #: The study itself when it changed, for example its attributes.
    study: StudyRecord | None = None


class Storage(Protocol):
    """A store of studies. `study` arguments are the `study_id` of a StudyRecord."""

    def create_study(self, study: StudyRecord) -> StudyRecord:
        """Add a study; returns it with its `study_id`.

        Raises:
            StudyExists: the name is taken.
        """

    def get_study(self, name: str) -> StudyRecord:
        """The study of that name.

        Raises:
            StudyNotFound: there is none; the message names the studies that exist.
        """

    def list_studies(self) -> list[StudySummary]:
        """All studies with their trials counted, by creation."""

    def update_study(
        self,
        study: int,
        *,
        user_attrs: Mapping[str, Any] | None = None,
        metric_names: Sequence[str] | None = None,
    ) -> StudyRecord:
        """Merge user attributes into a study's, and set its metric names; None leaves either alone."""

    def delete_study(self, study: int) -> None:
        """Remove a study with all its trials and reports."""

    def create_trials(
        self,
        study: int,
        drafts: Sequence[Draft],
        *,
        expected: int | None = None,
    ) -> list[TrialRecord] | None:
        """Append trials in one transaction, with consecutive numbers.

        With `expected`, nothing is created and None comes back unless the first of them gets just that number.
        """

    def claim_trial(
        self,
        study: int,
        number: int,
        *,
        token: str,
        owner: str,
        given: Mapping[str, Any],
    ) -> TrialRecord | None:
        """Take a WAITING trial: it becomes RUNNING under `token`, with one more attempt. None when it is not WAITING.

        `given` replaces what the trial had: its enqueued values, completed by the sampler. What an earlier attempt
        asked for is forgotten, and its constraints are.
        """

    def update_trials(
        self,
        study: int,
        updates: Sequence[Update],
        reports: Sequence[Report] = (),
    ) -> list[TrialRecord | None]:
        """Write reports and changes of claimed trials in one transaction, durable when it ends or releases a trial.

        A report of a (trial, attempt, step, name) that is there already is dropped: the first value stands. So is one
        that comes too late, and nobody is told. The revision grows by one, or by the number of reports, dropped ones
        included, if that is more; not at all if everything came too late.
        Returns each trial as it is now: None means that the token is no longer the trial's, which then is as it was;
        the other updates stand.
        """

    def changes(self, study: int, since: int, *, reports: bool = True, trial: int | None = None) -> Changes:
        """What happened after revision `since`; 0 gives everything. Without `reports` they are left out.

        With `trial`, its number, only that trial and its reports come, at a cost that grows with these alone.

        Raises:
            StudyNotFound: the study was deleted.
        """

    def renew_leases(self, owner: str) -> float:
        """Start the leases of all trials that `owner` runs anew.

        Returns the seconds for which they hold from now on: infinity where no other process can reach the store, and
        then nobody needs to renew.
        """

    def expire_leases(self, study: int) -> list[int]:
        """Send RUNNING trials whose lease has ended, or whose owner is known to be dead, back to WAITING.

        A trial lost more than MAX_LOST times becomes FAILED instead. Returns the numbers of both.
        """

    def close(self) -> None:
        """Release connections and locks. Closing twice is harmless; a closed store may be used again."""
