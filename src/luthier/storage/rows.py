"""Records to rows of the tables, and back."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from luthier.base.errors import LuthierError, StorageError, explain
from luthier.base.jsonvalue import dumps, loads
from luthier.records.state import TrialState
from luthier.records.study import Direction, StudyRecord, StudySummary
from luthier.records.trial import NOTHING, Report, TrialRecord
from luthier.records.wire import (
    domains_from_text,
    domains_to_text,
    mapping_from_text,
    mapping_to_text,
    number_from_columns,
    number_to_columns,
    prose_from_text,
    prose_to_text,
    tags_from_text,
    values_from_text,
    values_to_text,
)
from luthier.storage.protocol import Update
from luthier.storage.rules import feasible, single_value

__all__ = [
    "Lease",
    "Turn",
    "given_to_text",
    "left_of",
    "noted_row",
    "outcome_row",
    "report_rows",
    "reports_of",
    "study_of",
    "study_row",
    "summaries_of",
    "trial_row",
    "trials_of",
]

STATE_OF = {state.value: state for state in TrialState}

#: What reading a row raises that luthier did not write.
UNREADABLE = (ArithmeticError, LookupError, RecursionError, TypeError, ValueError, LuthierError)


class Turn(NamedTuple):
    """What a write learns when it bumps the revision."""

    revision: int
    next_number: int
    now: float


class Lease(NamedTuple):
    """The lease of a running trial, as read."""

    number: int
    token: str
    owner: str
    lost: int
    #: Whether its time is over.
    ended: bool


def study_row(study: StudyRecord, now: float) -> dict[str, Any]:
    """The row of a new study."""
    return {
        "name": study.name,
        "directions": dumps([direction.value for direction in study.directions]),
        "seed": study.seed,
        "metric_names": None if study.metric_names is None else dumps(list(study.metric_names)),
        "user_attrs": mapping_to_text(study.user_attrs),
        "created": now,
        "next_number": 0,
        "revision": 1,
        "changed": 1,
        "touched": now,
    }


def study_of(row: Sequence[Any]) -> StudyRecord:
    """The study of a row of `STUDY_COLUMNS`.

    Raises:
        StorageError: the row is not one that luthier wrote.
    """
    study_id, name, directions, seed, metric_names, user_attrs, created, revision, *_ = row
    try:
        return StudyRecord(
            name=name,
            directions=tuple(Direction(direction) for direction in loads(directions)),
            seed=seed,
            study_id=study_id,
            metric_names=None if metric_names is None else tuple(loads(metric_names)),
            user_attrs=mapping_from_text(user_attrs),
            created=created,
            revision=revision,
        )
    except UNREADABLE as error:
        raise damaged(f"study {study_id}", error) from error


def summaries_of(studies: Sequence[Sequence[Any]], counted: Sequence[Sequence[Any]]) -> list[StudySummary]:
    """The listing of rows of `STUDY_COLUMNS` and of the counts of their trials by state."""
    counts: dict[int, dict[str, int]] = {}
    ends: dict[int, tuple[float | None, float | None]] = {}
    for study_id, state, count, low, high in counted:
        counts.setdefault(study_id, {})[state] = count
        if state == TrialState.COMPLETE:
            ends[study_id] = low, high
    summaries = []
    for row in studies:
        study = study_of(row)
        low, high = ends.get(study.study_id, (None, None))
        summaries.append(
            StudySummary(
                study=study,
                counts=counts.get(study.study_id, {}),
                best_value=low if study.directions[0] is Direction.MINIMIZE else high,
                last_change=row[-1] if study.study_id in counts else None,
            ),
        )
    return summaries


def given_to_text(given: Any) -> str | None:
    """The text of given values: NULL for none at all, `{}` for none decided."""
    return None if given is None else mapping_to_text(given) or "{}"


def outcome_row(outcome: TrialRecord | Update) -> dict[str, Any]:
    """The columns that a finish writes."""
    return noted_row(outcome) | {
        "state": outcome.state.value,
        "objectives": values_to_text(outcome.values),
        "value": single_value(outcome.values),
        "reason": prose_to_text(outcome.reason),
        "detail": prose_to_text(outcome.detail),
    }


def noted_row(noted: TrialRecord | Update) -> dict[str, Any]:
    """The columns of what a trial asked for and set."""
    return {
        "params": mapping_to_text(noted.params),
        "domains": domains_to_text(noted.domains),
        "constraints": mapping_to_text(noted.constraints),
        "feasible": feasible(noted.constraints),
        "user_attrs": mapping_to_text(noted.user_attrs),
    }


def trial_row(study: int, record: TrialRecord, *, owner: str | None, expires: float | None) -> dict[str, Any]:
    """The row of a new trial."""
    return outcome_row(record) | {
        "study_id": study,
        "number": record.number,
        "tags": mapping_to_text(record.tags),
        "given": given_to_text(record.given),
        "attempt": record.attempt,
        "lost": record.lost,
        "token": record.token,
        "owner": owner,
        "expires": expires,
        "created": record.created,
        "started": record.started,
        "finished": record.finished,
        "revision": record.revision,
    }


def trials_of(rows: Iterable[Sequence[Any]]) -> list[TrialRecord]:
    """The trials of rows of `TRIAL_COLUMNS`.

    Raises:
        StorageError: a row is not one that luthier wrote.
    """
    row: Sequence[Any] = ()
    trials = []
    try:
        for row in rows:
            trials.append(trial_of(row))
    except UNREADABLE as error:
        raise damaged(f"trial {row[0]}", error) from error
    return trials


def trial_of(row: Sequence[Any]) -> TrialRecord:
    """The trial of one row of `TRIAL_COLUMNS`."""
    (
        number,
        state,
        params,
        domains,
        value,
        objectives,
        constraints,
        user_attrs,
        tags,
        given,
        reason,
        detail,
        attempt,
        lost,
        token,
        created,
        started,
        finished,
        revision,
    ) = row
    # -0.0 and all that is no finite number are in the text alone.
    values = (value,) if value else values_from_text(objectives)
    return TrialRecord(  # by position, in the order of the fields: by name takes twice the time
        number,
        STATE_OF[state],
        NOTHING if params is None else mapping_from_text(params),
        domains_from_text(domains),
        values,
        NOTHING if constraints is None else mapping_from_text(constraints),
        NOTHING if user_attrs is None else mapping_from_text(user_attrs),
        NOTHING if tags is None else tags_from_text(tags),
        None if given is None else mapping_from_text(given),
        None if reason is None else prose_from_text(reason),
        None if detail is None else prose_from_text(detail),
        attempt,
        lost,
        token,
        created,
        started,
        finished,
        revision,
    )


def left_of(update: Update, row: Sequence[Any]) -> TrialRecord:
    """The trial that an update found, as far as it leaves it alone, from a row of `LEFT_COLUMNS`.

    Raises:
        StorageError: the row is not one that luthier wrote.
    """
    given, user_attrs, tags, attempt, lost, created, started = row
    try:
        return TrialRecord(
            number=update.number,
            state=TrialState.RUNNING,
            given=None if given is None else mapping_from_text(given),
            user_attrs=mapping_from_text(user_attrs),
            tags=NOTHING if tags is None else tags_from_text(tags),
            attempt=attempt,
            lost=lost,
            token=update.token,
            created=created,
            started=started,
        )
    except UNREADABLE as error:
        raise damaged(f"trial {update.number}", error) from error


def report_rows(study: int, reports: Iterable[tuple[Report, int]]) -> list[dict[str, Any]]:
    """The rows of reports, each with a revision of its own: that keeps their order."""
    rows = []
    for report, revision in reports:
        value, special = number_to_columns(report.value)
        rows.append(
            {
                "study_id": study,
                "trial": report.trial,
                "attempt": report.attempt,
                "step": report.step,
                "name": report.name,
                "value": value,
                "special": special,
                "revision": revision,
            },
        )
    return rows


def reports_of(rows: Iterable[Sequence[Any]]) -> list[Report]:
    """The reports of rows of `REPORT_COLUMNS`.

    Raises:
        StorageError: a row is not one that luthier wrote.
    """
    try:
        return [
            Report(
                trial, attempt, step, name, value if special is None else number_from_columns(value, special)
            )
            for trial, attempt, step, name, value, special in rows
        ]
    except UNREADABLE as error:
        raise damaged("every report", error) from error


def damaged(what: str, error: Exception) -> StorageError:
    """The error for a row that cannot be read."""
    return StorageError(
        explain(
            f"{what} to be a row that luthier wrote", f"{type(error).__name__}: {error}", "Restore a backup."
        ),
    )
