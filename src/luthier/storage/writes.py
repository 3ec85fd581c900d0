"""The writes of a SQL store that take several statements, as functions of a connection."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from luthier.records.state import TrialState
from luthier.records.trial import NOTHING, Constant, Report, TrialRecord
from luthier.storage import statements as sql
from luthier.storage.hot import run, run_many
from luthier.storage.protocol import Draft, Update
from luthier.storage.rows import (
    Lease,
    Turn,
    left_of,
    noted_row,
    outcome_row,
    report_rows,
    trial_row,
    trials_of,
)
from luthier.storage.rules import (
    Standing,
    born,
    check_updates,
    ended,
    lost_reason,
    poisoned,
    standing,
    unknown_study,
)

__all__ = ["insert_trials", "take_turn", "write_expired", "write_updates"]


def take_turn(
    connection: Connection,
    study: int,
    *,
    revisions: int = 1,
    numbers: int = 0,
    expected: int | None = None,
) -> Turn | None:
    """Bump a study's revision and hand out trial numbers; None without the study or the expected number.

    One statement where the database can return what it wrote, else two: the first one locks the row for the
    second.
    """
    parameters = {"at_study": study, "at_next": expected, "revisions": revisions, "numbers": numbers}
    if connection.dialect.update_returning:
        row = run(connection, sql.BUMP_RETURNING, parameters).fetchone()
    else:
        # MySQL counts rows that changed, not rows that match; here they are the same, for the revision always
        # grows.
        changed = connection.execute(sql.BUMP, parameters).rowcount
        row = connection.execute(sql.TURN, parameters).one() if changed else None
    return None if row is None else Turn(*row)


def insert_trials(
    connection: Connection,
    study: int,
    drafts: Sequence[Draft],
    turn: Turn,
    *,
    lease_seconds: float,
) -> list[TrialRecord]:
    """Insert the trials of drafts, numbered up to the turn's next number."""
    first = turn.next_number - len(drafts)
    records = [
        born(draft, number=number, revision=turn.revision, now=turn.now)
        for number, draft in enumerate(drafts, first)
    ]
    ends = turn.now + lease_seconds
    rows = [
        trial_row(study, record, owner=draft.owner, expires=ends)
        if draft.token is not None
        else trial_row(study, record, owner=None, expires=None)
        for record, draft in zip(records, drafts, strict=True)
    ]
    run_many(connection, sql.INSERT_TRIALS, rows)
    return records


def write_updates(
    connection: Connection,
    study: int,
    updates: Sequence[Update],
    reports: Sequence[Report],
) -> list[TrialRecord | None]:
    """Write changes and reports under one turn; undo the turn when nothing came of it."""
    turn = take_turn(connection, study, revisions=max(1, len(reports)))
    if turn is None:
        raise unknown_study(study, str(connection.engine.url.database))
    check_updates(updates, reports, turn.next_number)
    trials = [write_update(connection, study, update, turn) for update in updates]
    written = [trial for trial in trials if trial is not None and trial.revision == turn.revision]
    kept = heard(connection, study, reports, turn, written) if reports else []
    if kept:
        run_many(connection, sql.INSERT_REPORTS, report_rows(study, kept))
    elif not written:
        connection.rollback()
    return trials


def heard(
    connection: Connection, study: int, reports: Sequence[Report], turn: Turn, written: Sequence[TrialRecord]
) -> list[tuple[Report, int]]:
    """Those of new reports that did not come too late, with their revisions.

    They are judged by their trials as they were before this turn. One that was written in it was held until then, and
    all others are as they were: only those are looked up, and the common end of a trial with its reports asks nothing.
    """
    attempts = {trial.number: trial.attempt for trial in written}
    unknown = list({report.trial for report in reports} - attempts.keys())
    names = [parameter.key for parameter in sql.HEARD_NUMBERS]
    for first in range(0, len(unknown), len(names)):
        numbers = unknown[first : first + len(names)]
        numbers += numbers[-1:] * (len(names) - len(numbers))
        at = {"at_study": study, **dict(zip(names, numbers, strict=True))}
        attempts.update(run(connection, sql.HEARD, at).fetchall())
    first = turn.revision - len(reports) + 1
    return [
        (report, revision)
        for revision, report in enumerate(reports, first)
        if attempts.get(report.trial) == report.attempt
    ]


def write_update(connection: Connection, study: int, update: Update, turn: Turn) -> TrialRecord | None:
    """Write one change under its token; the trial as it is then, None when it is somebody else's."""
    at = {"at_study": study, "at_number": update.number, "at_token": update.token, "revision": turn.revision}
    if update.state is TrialState.RUNNING:
        return write_note(connection, update, at)
    released = update.state is TrialState.WAITING
    row = at if released else outcome_row(update) | at | {"finished": turn.now}
    if connection.dialect.update_returning:
        found = run(connection, sql.RELEASE_RETURNING if released else sql.FINISH_RETURNING, row).fetchone()
        written = found is not None
    else:
        written = bool(connection.execute(sql.RELEASE if released else sql.FINISH, row).rowcount)
        found = connection.execute(sql.LEFT, at).one() if written else None
    if found is not None:
        old = left_of(update, found)
        domains = Constant(update.domains) if update.domains else NOTHING
        return ended(old, update, domains, revision=turn.revision, now=turn.now)
    return as_it_is(connection, update, at)


def write_note(connection: Connection, update: Update, at: dict[str, Any]) -> TrialRecord | None:
    """Write what a trial asked for so far; the same."""
    connection.execute(sql.NOTE, noted_row(update) | at)
    return as_it_is(connection, update, at)


def as_it_is(connection: Connection, update: Update, at: Mapping[str, Any]) -> TrialRecord | None:
    """The trial of an update as it is now; None when it is somebody else's."""
    (trial,) = trials_of(connection.execute(sql.TRIAL, at))
    return None if standing(update, trial.state, trial.token) is Standing.LOST else trial


def write_expired(connection: Connection, study: int, leases: Sequence[Lease], dead: set[str]) -> list[int]:
    """Send the trials of these leases back unless they were renewed or ended meanwhile; which ones."""
    turn = take_turn(connection, study)
    if turn is None:
        return []
    sent = []
    for lease in leases:
        lost = lease.lost + 1
        at = {
            "at_study": study,
            "at_number": lease.number,
            "at_token": lease.token,
            "at_dead": lease.owner if lease.owner in dead else None,
            "revision": turn.revision,
        }
        if poisoned(lost):
            done = connection.execute(sql.GIVE_UP, at | {"reason": lost_reason(lost), "finished": turn.now})
        else:
            done = connection.execute(sql.REQUEUE, at)
        if done.rowcount:
            sent.append(lease.number)
    if not sent:
        connection.rollback()
    return sent
