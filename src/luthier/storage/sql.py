"""The store in a SQL database."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from luthier.base.errors import StudyExists, explain
from luthier.base.jsonvalue import dumps
from luthier.records.state import TrialState
from luthier.records.study import StudyRecord, StudySummary
from luthier.records.trial import NOTHING, Report, TrialRecord
from luthier.records.wire import kept_mapping, mapping_to_text
from luthier.storage import statements as sql
from luthier.storage.database import open_database
from luthier.storage.hot import run
from luthier.storage.protocol import LEASE_SECONDS, Changes, Draft, Update
from luthier.storage.rows import (
    Lease,
    given_to_text,
    reports_of,
    study_of,
    study_row,
    summaries_of,
    trials_of,
)
from luthier.storage.rules import (
    check_claim,
    check_drafts,
    check_study,
    kept_given,
    no_such_study,
    unknown_study,
)
from luthier.storage.writes import insert_trials, take_turn, write_expired, write_updates

__all__ = ["SqlStorage"]


class SqlStorage:
    """Keeps studies in a SQL database, for all threads and processes that open it.

    An owner is one driver in one process: while it lives it holds a kernel lock, so that its death is noticed
    at once.

    Args:
        url: SQLAlchemy's form, such as `sqlite:///study.db`.
        lease_seconds: how long a claim holds without renewal.

    Raises:
        StorageError: the database cannot be opened.
        NewerSchema: a newer luthier wrote it.
    """

    def __init__(self, url: str, *, lease_seconds: float = LEASE_SECONDS, create: bool = True) -> None:
        self.lease_seconds = lease_seconds
        self.database = open_database(url, create=create)

    def __repr__(self) -> str:
        return f"SqlStorage({self.database})"

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(SqlStorage, lease_seconds=self.lease_seconds, create=False), (self.database.url,)

    def create_study(self, study: StudyRecord) -> StudyRecord:
        """Add a study; returns it with its `study_id`."""
        check_study(study)

        def work(connection: Connection) -> StudyRecord:
            now = connection.execute(sql.TIME).scalar_one()
            try:
                connection.execute(sql.INSERT_STUDY, study_row(study, now))
            except IntegrityError:
                raise StudyExists(
                    explain("a new study name", repr(study.name), "Load it, or choose another name."),
                ) from None
            return study_of(connection.execute(sql.STUDY_NAMED, {"at_name": study.name}).one())

        return self.database.write(work, durable=True)

    def get_study(self, name: str) -> StudyRecord:
        """The study of that name."""

        def work(connection: Connection) -> StudyRecord:
            try:
                row = connection.execute(sql.STUDY_NAMED, {"at_name": name}).one_or_none()
            except UnicodeEncodeError:  # half of a surrogate pair, which is in no name
                row = None
            if row is None:
                names = [study_of(one).name for one in connection.execute(sql.STUDIES)]
                raise no_such_study(name, names, str(self.database))
            return study_of(row)

        return self.database.read(work)

    def list_studies(self) -> list[StudySummary]:
        """All studies with their trials counted, by creation."""

        def work(connection: Connection) -> list[StudySummary]:
            return summaries_of(connection.execute(sql.STUDIES).all(), connection.execute(sql.COUNTS).all())

        return self.database.read(work)

    def update_study(
        self,
        study: int,
        *,
        user_attrs: Mapping[str, Any] | None = None,
        metric_names: Sequence[str] | None = None,
    ) -> StudyRecord:
        """Merge user attributes into a study's, and set its metric names; None leaves either alone."""
        attrs = kept_mapping(user_attrs or NOTHING)

        def work(connection: Connection) -> StudyRecord:
            take_turn(connection, study)
            old = self._study(connection, study)
            names = old.metric_names if metric_names is None else tuple(metric_names)
            row = {
                "user_attrs": mapping_to_text({**old.user_attrs, **attrs}),
                "metric_names": None if names is None else dumps(list(names)),
            }
            connection.execute(sql.UPDATE_STUDY, row | {"at_study": study})
            return self._study(connection, study)

        return self.database.write(work, durable=True)

    def delete_study(self, study: int) -> None:
        """Remove a study with all its trials and reports."""

        def work(connection: Connection) -> None:
            self._study(connection, study)
            for statement in sql.DELETE_STUDY:
                connection.execute(statement, {"at_study": study})

        self.database.write(work, durable=True)

    def create_trials(
        self,
        study: int,
        drafts: Sequence[Draft],
        *,
        expected: int | None = None,
    ) -> list[TrialRecord] | None:
        """Append trials in one transaction, with consecutive numbers; durable unless all are claimed."""
        check_drafts(drafts)
        for owner in {draft.owner for draft in drafts if draft.token is not None and draft.owner is not None}:
            self.database.owners.hold(owner)

        def work(connection: Connection) -> list[TrialRecord] | None:
            turn = take_turn(connection, study, numbers=len(drafts), expected=expected)
            if turn is None:
                self._study(connection, study)
                return None
            if not drafts:
                connection.rollback()
                return []
            return insert_trials(connection, study, drafts, turn, lease_seconds=self.lease_seconds)

        return self.database.write(work, durable=any(draft.token is None for draft in drafts))

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
        text = given_to_text(kept_given(given))
        self.database.owners.hold(owner)

        def work(connection: Connection) -> TrialRecord | None:
            turn = take_turn(connection, study)
            if turn is None:
                raise unknown_study(study, str(self.database))
            claim = {
                "at_study": study,
                "at_number": number,
                "given": text,
                "token": token,
                "owner": owner,
                "expires": turn.now + self.lease_seconds,
                "started": turn.now,
                "revision": turn.revision,
            }
            if not connection.execute(sql.CLAIM, claim).rowcount:
                connection.rollback()
                return None
            return trials_of(connection.execute(sql.TRIAL, claim))[0]

        return self.database.write(work, durable=False)

    def update_trials(
        self, study: int, updates: Sequence[Update], reports: Sequence[Report] = ()
    ) -> list[TrialRecord | None]:
        """Write reports and changes of claimed trials in one transaction; durable if it ends or releases one."""
        if not updates and not reports:
            return []
        return self.database.write(
            lambda connection: write_updates(connection, study, updates, reports),
            durable=any(update.state is not TrialState.RUNNING for update in updates),
        )

    def changes(self, study: int, since: int, *, reports: bool = True, trial: int | None = None) -> Changes:
        """What happened after revision `since`; 0 gives everything."""
        at = {"at_study": study, "at_since": since}
        statements = sql.TRIALS, sql.REPORTS
        if trial is not None:
            at["at_number"] = trial
            statements = sql.TRIAL_SINCE, sql.REPORTS_OF

        def work(connection: Connection) -> Changes:
            row = connection.execute(sql.STUDY, at).one_or_none()
            if row is None:
                raise unknown_study(study, str(self.database))
            if row.revision <= since:
                return Changes(row.revision, ())
            return Changes(
                row.revision,
                trials_of(run(connection, statements[0], at)),
                reports_of(run(connection, statements[1], at)) if reports else (),
                study_of(row) if row.changed > since else None,
            )

        return self.database.read(work)

    def renew_leases(self, owner: str) -> float:
        """Start the leases of all trials that `owner` runs anew, and return their seconds."""
        self.database.owners.hold(owner)
        renewal = {"at_owner": owner, "seconds": self.lease_seconds}
        self.database.write(lambda connection: connection.execute(sql.RENEW, renewal).rowcount, durable=False)
        return self.lease_seconds

    def expire_leases(self, study: int) -> list[int]:
        """Send RUNNING trials whose lease has ended, or whose owner is known to be dead, back to WAITING."""
        owners = self.database.owners
        leases = self.database.read(
            lambda connection: [Lease(*row) for row in connection.execute(sql.LEASES, {"at_study": study})],
        )
        dead = owners.dead({lease.owner for lease in leases})
        over = [lease for lease in leases if lease.ended or lease.owner in dead]
        if not over:
            return []

        def work(connection: Connection) -> tuple[list[int], list[str]]:
            sent = write_expired(connection, study, over, dead)
            return sent, list(connection.execute(sql.OWNERS).scalars())

        sent, running = self.database.write(work, durable=False)
        owners.sweep(running)
        return sent

    def close(self) -> None:
        """Release connections and locks. The next call opens them again."""
        self.database.close()

    def _study(self, connection: Connection, study: int) -> StudyRecord:
        """The study of that id."""
        row = connection.execute(sql.STUDY, {"at_study": study}).one_or_none()
        if row is None:
            raise unknown_study(study, str(self.database))
        return study_of(row)
