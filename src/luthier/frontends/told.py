"""What a user says about trials that ran elsewhere, checked: which trial, how it ended, what is imported."""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from luthier.base.errors import IllegalTransition, InvalidInput, explain
from luthier.base.jsonvalue import to_json
from luthier.engine.tell import Outcome, as_values
from luthier.executors.trial import Trial, named
from luthier.records.state import TrialState
from luthier.records.trial import ENQUEUED, NOTHING, ORIGIN, TrialRecord
from luthier.samplers.origin import origin_tags
from luthier.storage.protocol import Draft

__all__ = [
    "checked_count",
    "checked_mapping",
    "existing",
    "imported",
    "number_of",
    "queued",
    "tellable",
    "told_outcome",
    "with_values",
]

#: The tags of a trial that ended elsewhere and does not say where it came from.
ADDED: Mapping[str, Any] = origin_tags("added: it ended elsewhere")


def number_of(trial: Any) -> int:
    """The number of a trial, or the number itself; integers of numpy count."""
    if isinstance(trial, Trial):
        return trial.number
    try:
        if not isinstance(trial, bool):
            return operator.index(trial)
    except TypeError:
        pass
    raise InvalidInput(
        explain("a trial or its number", repr(trial), "Pass what ask() returned, or its number."),
    )


def checked_count(n: Any) -> None:
    """Raise InvalidInput unless so many trials can be asked for."""
    if isinstance(n, bool) or not isinstance(n, int) or n < 0:
        raise InvalidInput(explain("n to be an int >= 0", repr(n), "Pass how many trials to ask for."))


def checked_mapping(mapping: Any, what: str) -> dict[str, Any]:
    """A copy of what a user names values with.

    Raises:
        NotStorable: a value has no durable form.
        InvalidInput: it is no mapping, or a key is no name.
    """
    if not isinstance(mapping, Mapping):
        raise InvalidInput(explain(f"a dict of {what}", repr(mapping), "Pass {'name': value}."))
    for name in mapping:
        named(name, f"one of the {what}")
    to_json(mapping)
    return dict(mapping)


def queued(params: Any, user_attrs: Any) -> Draft:
    """The draft of a configuration that a user enqueues."""
    given = checked_mapping(params, "parameters")
    return Draft(given=given, user_attrs=checked_mapping(user_attrs or {}, "user attributes"), tags=ENQUEUED)


def with_values(params: Mapping[str, Any], records: Sequence[TrialRecord]) -> TrialRecord | None:
    """The first trial that has, had or will have these values, whatever its others; None when there is none."""
    for record in records:
        known = {**(record.given or NOTHING), **record.params}
        if all(name in known and alike(known[name], value) for name, value in params.items()):
            return record
    return None


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
    """What a user told, judged; a pruned trial without a value takes its last report."""
    wanted = TrialState.COMPLETE if state is None else str(state).upper()
    if wanted == TrialState.COMPLETE:
        return as_values(value, objectives)
    if wanted == TrialState.FAILED:
        return Outcome(TrialState.FAILED, None, "told so")
    if wanted == TrialState.PRUNED:
        last = last_report() if value is None else value
        kept = as_values(last, 1) if last is not None and objectives == 1 else None
        return Outcome(TrialState.PRUNED, kept.values if kept else None)
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


def imported(record: Any, objectives: int) -> Draft:
    """The draft of a trial that ended elsewhere."""
    if not isinstance(record, TrialRecord):
        raise InvalidInput(
            explain("trials of a study", repr(record), "Pass records such as those of study.trials."),
        )
    complete = record.state is TrialState.COMPLETE
    if not record.state.finished or (complete and len(record.values or ()) != objectives):
        raise InvalidInput(
            explain(
                f"finished trials with {objectives} value(s)",
                f"trial {record.number}: {record.state} with values {record.values}",
                "Leave it out, or enqueue its parameters.",
            ),
        )
    return Draft(
        state=record.state,
        params=record.params,
        domains=record.domains,
        values=record.values,
        constraints=record.constraints,
        user_attrs=record.user_attrs,
        tags={ORIGIN: record.tags[ORIGIN]} if ORIGIN in record.tags else ADDED,
        reason=record.reason,
        detail=record.detail,
        created=record.created,
        started=record.started,
        finished=record.finished,
    )
