"""The rules that every store follows: what a write must look like and what comes of it."""

import math
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from luthier.base.errors import InvalidInput, StudyNotFound, explain
from luthier.records.state import TrialState
from luthier.records.study import StudyRecord
from luthier.records.trial import NOTHING, Constant, Report, TrialRecord
from luthier.records.wire import check_short_text, domains_to_text, kept_mapping
from luthier.space.domains import Domain
from luthier.storage.protocol import MAX_LOST, Draft, Update

__all__ = [
    "Standing",
    "born",
    "check_claim",
    "check_drafts",
    "check_study",
    "check_updates",
    "ended",
    "feasible",
    "is_heard",
    "kept_given",
    "lost_reason",
    "no_such_study",
    "poisoned",
    "single_value",
    "standing",
    "unasked",
    "unknown_study",
]

#: Steps and seeds are signed 64-bit integers in every database.
INT64 = 2**63

#: How many names of existing studies an error message lists.
NAMES_SHOWN = 20


class Standing(Enum):
    """What becomes of an update, given the trial that it finds."""

    WRITE = "write"
    #: The trial was finished by this very token: nothing to do.
    DONE = "done"
    #: The token is no longer the trial's.
    LOST = "lost"


def check_study(study: StudyRecord) -> None:
    """Raise InvalidInput unless a study can be created from this record."""
    check_short_text(study.name, "a study name")
    if not 0 <= study.seed < INT64:
        raise InvalidInput(
            explain("a seed from 0 to 2**63 - 1", str(study.seed), "Pass a smaller seed, or none.")
        )


def check_claim(token: str, owner: str | None) -> None:
    """Raise InvalidInput unless a trial can be claimed under this token by this owner."""
    check_short_text(token, "a token")
    if owner is None:
        raise InvalidInput(explain("an owner with a token", "none", "Name the process that runs the trial."))
    check_short_text(owner, "an owner")


def check_drafts(drafts: Sequence[Draft]) -> None:
    """Raise InvalidInput unless trials can be created from these drafts."""
    for draft in drafts:
        if draft.token is not None:
            check_claim(draft.token, draft.owner)
            legal = draft.state is TrialState.WAITING or draft.state is TrialState.RUNNING
        else:
            legal = draft.state is TrialState.WAITING or draft.state.finished
        if not legal:
            expected = "RUNNING" if draft.token is not None else "WAITING or a final state, without a token"
            raise InvalidInput(
                explain(f"a new trial to be {expected}", str(draft.state), "Correct its state.")
            )


def check_updates(updates: Sequence[Update], reports: Sequence[Report], trials: int) -> None:
    """Raise InvalidInput unless these can be written to a study with that many trials."""
    for update in updates:
        if update.state is TrialState.PAUSED:
            got = str(update.state)
            raise InvalidInput(
                explain("an update to RUNNING, WAITING or a final state", got, "Release the trial instead.")
            )
        if not 0 <= update.number < trials:
            raise no_such_trial(update.number, trials)
    for trial, _, step, name, _ in reports:
        if not 0 <= trial < trials:
            raise no_such_trial(trial, trials)
        if not -INT64 <= step < INT64:
            raise InvalidInput(explain("a step of at most 64 bits", str(step), "Report a smaller step."))
        if name:
            check_short_text(name, "the name of a metric")


def no_such_trial(number: int, trials: int) -> InvalidInput:
    """The error for a number that no trial of the study has."""
    return InvalidInput(
        explain(f"the number of one of {trials} trials", str(number), "Create the trial first.")
    )


def kept_given(given: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Given values as they are stored; none at all is something else than none decided."""
    return None if given is None else kept_mapping(given)


def born(draft: Draft, *, number: int, revision: int, now: float) -> TrialRecord:
    """The trial of a draft. Only a trial that nobody holds brings its own times.

    Raises:
        NotStorable: a value has no durable form.
    """
    if draft.token is not None:  # nothing is known yet of a trial that starts: the path of every search
        return TrialRecord(  # by position, in the order of the fields: by name takes twice the time
            number,
            TrialState.RUNNING,
            NOTHING,
            NOTHING,
            None,
            NOTHING,
            kept_mapping(draft.user_attrs) if draft.user_attrs else NOTHING,
            kept_mapping(draft.tags) if draft.tags else NOTHING,
            kept_given(draft.given),
            None,
            None,
            1,
            0,
            draft.token,
            now,
            now,
            None,
            revision,
        )
    over = draft.state.finished
    domains_to_text(draft.domains)
    return TrialRecord(
        number=number,
        state=draft.state,
        params=kept_mapping(draft.params),
        domains=Constant(draft.domains) if draft.domains else NOTHING,
        values=draft.values and tuple(map(float, draft.values)),
        constraints=kept_mapping(draft.constraints),
        user_attrs=kept_mapping(draft.user_attrs),
        tags=kept_mapping(draft.tags),
        given=None if over else kept_given(draft.given),
        reason=draft.reason,
        detail=draft.detail,
        attempt=1 if over else 0,
        created=now if draft.created is None else draft.created,
        started=draft.started,
        finished=now if over and draft.finished is None else draft.finished,
        revision=revision,
    )


def ended(
    old: TrialRecord,
    update: Update,
    domains: Mapping[str, Domain],
    *,
    revision: int,
    now: float,
) -> TrialRecord:
    """A held trial with its outcome, with a note, or released."""
    if update.state is TrialState.WAITING:
        return unasked(old)._replace(state=TrialState.WAITING, token=None, revision=revision)
    if update.state is TrialState.RUNNING:
        return old._replace(
            params=kept_mapping(update.params),
            domains=domains,
            constraints=kept_mapping(update.constraints),
            user_attrs=kept_mapping(update.user_attrs),
            revision=revision,
        )
    return TrialRecord(  # by position, in the order of the fields: by name takes twice the time
        old.number,
        update.state,
        kept_mapping(update.params),
        domains,
        None if update.values is None else tuple(map(float, update.values)),
        kept_mapping(update.constraints) if update.constraints else NOTHING,
        kept_mapping(update.user_attrs) if update.user_attrs else NOTHING,
        old.tags,
        None,
        update.reason,
        update.detail,
        old.attempt,
        old.lost,
        old.token,
        old.created,
        old.started,
        now,
        revision,
    )


def unasked(record: TrialRecord) -> TrialRecord:
    """A trial before it runs again: what it noted is forgotten, but for its attributes."""
    return record._replace(params=NOTHING, domains=NOTHING, constraints=NOTHING)


def standing(update: Update, state: TrialState, token: str | None) -> Standing:
    """What becomes of an update of a trial in this state under this token."""
    if token != update.token:
        return Standing.LOST
    return Standing.DONE if state.finished else Standing.WRITE


def is_heard(record: TrialRecord) -> bool:
    """Whether reports of a trial's newest attempt are kept: somebody holds it, or it came finished, held by nobody."""
    if record.token is None:
        return record.state.finished and not record.lost
    return not record.state.finished


def feasible(constraints: Mapping[str, float]) -> bool:
    """Whether every constraint holds; a NaN does not."""
    return all(violation <= 0 for violation in constraints.values())


def single_value(values: Sequence[float] | None) -> float | None:
    """The value that a listing ranks: that of a single objective, if it is finite."""
    return values[0] if values is not None and len(values) == 1 and math.isfinite(values[0]) else None


def poisoned(lost: int) -> bool:
    """Whether a trial that was lost this often is given up."""
    return lost > MAX_LOST


def lost_reason(lost: int) -> str:
    """Why a trial failed whose workers all died."""
    return f"its worker was lost {lost} times"


def unknown_study(study: int, place: str) -> StudyNotFound:
    """The error for a study that is not there, by id."""
    return StudyNotFound(
        explain(f"study {study} in {place}", "none: it was deleted", "Create or load a study.")
    )


def no_such_study(name: str, existing: Sequence[str], place: str) -> StudyNotFound:
    """The error for a study that is not there, by name."""
    shown = ", ".join(repr(one) for one in existing[:NAMES_SHOWN]) or "none"
    more = ", …" if len(existing) > NAMES_SHOWN else ""
    return StudyNotFound(
        explain(
            f"a study {name!r} in {place}",
            f"only these: {shown}{more}",
            "Correct the name or create the study.",
        ),
    )
