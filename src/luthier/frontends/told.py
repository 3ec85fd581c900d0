"""What a user says about trials that ran elsewhere, checked: which trial, how it ended, what is imported."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from luthier.base.errors import IllegalTransition, InvalidInput, explain
from luthier.base.jsonvalue import native, to_json
from luthier.base.numbers import as_float, as_int
from luthier.engine.session import Session
from luthier.engine.tell import Outcome, as_values
from luthier.executors.arguments import named, real
from luthier.executors.run import plain
from luthier.executors.trial import Trial, channel_of
from luthier.frontends.channel import SessionChannel
from luthier.frontends.choose import checked_space
from luthier.records.state import TrialState
from luthier.records.study import StudyRecord
from luthier.records.trial import ENQUEUED, NOTHING, ORIGIN, TrialRecord
from luthier.samplers.origin import origin_tags
from luthier.space.domains import Domain
from luthier.storage.protocol import Draft

__all__ = [
    "checked_count",
    "checked_mapping",
    "existing",
    "holder_of",
    "imported",
    "number_of",
    "queued",
    "tellable",
    "told_outcome",
    "with_values",
]

#: How the reason begins why a trial failed that was told, or that was added.
TOLD = "tell() should get"
ADDING = "add_trials() should get"

#: The tag of what was enqueued: a trial that ended keeps no values but those that it asked for.
WANTED = "enqueued"

#: The tags of a trial that ended elsewhere and does not say where it came from.
ADDED: Mapping[str, Any] = origin_tags("added: it ended elsewhere")


def number_of(trial: Any, study: StudyRecord) -> int:
    """The number of a trial, or the number itself; integers of numpy count.

    Raises:
        InvalidInput: it is neither, or the trial is one of another study.
    """
    if isinstance(trial, Trial):
        channel = channel_of(trial)
        if isinstance(channel, SessionChannel):
            check_study(channel.session.view.study, study)
        return trial.number
    number = as_int(trial)
    if number is None:
        raise InvalidInput(
            explain("a trial or its number", repr(trial), "Pass what ask() returned, or its number."),
        )
    return number


def check_study(found: StudyRecord, wanted: StudyRecord) -> None:
    """Raise InvalidInput unless two records are of one study, as its store has it."""
    mine, own = ((each.name, each.study_id, each.seed, each.created) for each in (found, wanted))
    if mine != own:
        got = f"one of {'another study ' if found.name == wanted.name else ''}{found.name!r}"
        raise InvalidInput(
            explain(f"a trial of study {wanted.name!r}", got, "Tell each study of its own trials.")
        )


def holder_of(trial: Trial) -> Session:
    """The session that started a trial.

    Raises:
        InvalidInput: it was not started by `ask`.
    """
    channel = channel_of(trial)
    if isinstance(channel, SessionChannel):
        return channel.session
    got = f"trial {trial.number}, which optimize runs"
    raise InvalidInput(explain("a trial that ask() returned", got, "Return its value from the objective."))


def checked_count(n: Any) -> int:
    """How many trials to ask for."""
    count = as_int(n)
    if count is None or count < 0:
        raise InvalidInput(explain("n to be an int >= 0", repr(n), "Pass how many trials to ask for."))
    return count


def checked_mapping(mapping: Any, what: str) -> dict[str, Any]:
    """A copy of what a user names values with, numbers of numpy and the like as Python's.

    Raises:
        NotStorable: a value has no durable form.
        InvalidInput: it is no mapping, or a key is no name.
    """
    if not isinstance(mapping, Mapping):
        raise InvalidInput(explain(f"a dict of {what}", repr(mapping), "Pass {'name': value}."))
    for name in mapping:
        named(name, f"one of the {what}")
    to_json(mapping)
    return {name: native(value) for name, value in mapping.items()}


def queued(params: Any, user_attrs: Any) -> Draft:
    """The draft of a configuration that a user enqueues."""
    given = checked_mapping(params, "parameters")
    return Draft(
        given=given,
        user_attrs=checked_mapping(user_attrs or {}, "user attributes"),
        tags={**ENQUEUED, WANTED: given},
    )


def with_values(params: Mapping[str, Any], records: Sequence[TrialRecord]) -> TrialRecord | None:
    """The first trial that has, had or will have these values, whatever its others; None when there is none.

    What a user wanted of a trial counts as well as what it took: its branch may not have asked for all of it, or the
    value was out of range.
    """
    for record in records:
        known = {**(record.given or NOTHING), **record.params}
        if has(known, params) or has(record.tags.get(WANTED, NOTHING), params):
            return record
    return None


def has(known: Mapping[str, Any], params: Mapping[str, Any]) -> bool:
    """Whether all of `params` are among the values that are known."""
    return all(name in known and alike(known[name], value) for name, value in params.items())


def alike(known: Any, value: Any) -> bool:
    """Whether two values of a parameter are the same; a number is the same as an int and as a float, a bool is none."""
    if isinstance(known, bool) is not isinstance(value, bool):
        return False
    return bool(known == value) or (known != known and value != value)  # noqa: PLR0124 - NaN is the same as NaN


def told_outcome(
    value: Any,
    state: TrialState | str | None,
    *,
    objectives: int,
    last_report: Callable[[], float | None],
) -> Outcome:
    """What a user told, judged as what an objective returns; a pruned trial without a value takes its last report."""
    wanted = TrialState.COMPLETE if state is None else str(state).upper()
    if wanted == TrialState.COMPLETE:
        return as_values(plain(value), objectives, TOLD)
    if wanted == TrialState.FAILED:
        return Outcome(TrialState.FAILED, None, "told so")
    if wanted == TrialState.PRUNED:
        last = last_report() if value is None else plain(value)
        kept = as_values(last, objectives, TOLD) if last is not None else None
        said = kept.reason if kept and value is not None else None
        return Outcome(TrialState.PRUNED, kept and kept.values, said)
    raise InvalidInput(explain("COMPLETE, PRUNED or FAILED", repr(state), "Tell how the trial ended."))


def existing(number: int, records: Sequence[TrialRecord], *, study: str) -> TrialRecord:
    """The record of that number.

    Raises:
        InvalidInput: there is no such trial.
    """
    if not 0 <= number < len(records):
        raise InvalidInput(
            explain(f"a trial of study {study!r}", f"number {number}", "Ask for a trial first.")
        )
    return records[number]


def tellable(number: int, records: Sequence[TrialRecord], *, study: str) -> TrialRecord:
    """The record of a trial that can be told.

    Raises:
        InvalidInput: there is no such trial, or nobody runs it.
        IllegalTransition: it is finished.
    """
    record = existing(number, records, study=study)
    got = f"trial {number}, which is {record.state.value.lower()}"
    if record.state.finished:
        raise IllegalTransition(explain("a running trial", got, "Tell each trial once."))
    if record.token is None:
        raise InvalidInput(explain("a running trial", got, "Ask for it first."))
    return record


def imported(record: Any, objectives: int, space: Mapping[str, Domain]) -> Draft:
    """The draft of a trial that ended elsewhere; where it lacks the range of a parameter, that of `space`.

    Raises:
        NotStorable: a value has no durable form.
        InvalidInput: it is no finished trial, or a part of it is wrong.
    """
    if not isinstance(record, TrialRecord):
        fix = "Pass records such as those of study.trials, a single one as [record]."
        raise InvalidInput(explain("a list of records of trials", f"{record!r} in it", fix))
    record = record._replace(state=as_state(record.state))
    outcome, params = imported_outcome(record, objectives), checked_mapping(record.params, "parameters")
    known = {name: space[name] for name in params if name in space and space[name].contains(params[name])}
    constraints = checked_mapping(record.constraints, "constraints")
    return Draft(
        state=outcome.state,
        params=params,
        domains=known | checked_space(record.domains),
        values=outcome.values,
        constraints={name: real(value, f"constraint {name!r}") for name, value in constraints.items()},
        user_attrs=checked_mapping(record.user_attrs, "user attributes"),
        tags={ORIGIN: record.tags[ORIGIN]} if ORIGIN in record.tags else ADDED,
        reason=outcome.reason,
        detail=record.detail,
        created=record.created,
        started=record.started,
        finished=record.finished,
    )


def as_state(state: Any) -> TrialState:
    """The state of a trial by name, in any case."""
    try:
        return TrialState[str(state).upper()]
    except KeyError:
        raise InvalidInput(
            explain("COMPLETE, PRUNED or FAILED as state", repr(state), "Tell how the trial ended."),
        ) from None


def imported_outcome(record: TrialRecord, objectives: int) -> Outcome:
    """How a trial ended elsewhere, judged as one that is told: NaN makes a complete one FAILED.

    Raises:
        InvalidInput: it is not finished, or its values are no numbers, or too many or too few.
    """
    state, values = record.state, plain(record.values)
    if state is TrialState.FAILED or (state is TrialState.PRUNED and not values):
        return Outcome(state, None, record.reason)
    items = values if isinstance(values, tuple | list) else [values]
    if not state.finished or len(items) != objectives or None in map(as_float, items):
        raise InvalidInput(
            explain(
                f"finished trials with {objectives} value(s), numbers",
                f"trial {record.number}: {state} with values {record.values!r}",
                "Correct it, leave it out, or enqueue its parameters.",
            ),
        )
    outcome = as_values(items, objectives, ADDING)
    if state is TrialState.PRUNED:
        return Outcome(state, outcome.values, record.reason)
    return outcome if outcome.reason else outcome._replace(reason=record.reason)
