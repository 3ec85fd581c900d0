"""Trials that did not come from `optimize`: enqueued ones, and those that ended elsewhere."""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from numbers import Real
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.compat.optuna.attrs import TAG
from luthier.compat.optuna.distributions.native import domain_of, native_value
from luthier.compat.optuna.trial.base import CONSTRAINT, CONSTRAINTS, constraints_in, numbered
from luthier.compat.optuna.trial.frozen import FrozenTrial, check_trial
from luthier.compat.optuna.trial.state import NATIVE_STATES, TrialState
from luthier.compat.support import absent
from luthier.records.trial import ENQUEUED, NOTHING, OBJECTIVE, Report, TrialRecord
from luthier.storage.protocol import Draft, Storage

__all__ = ["FIXED", "enqueued", "tried", "write_trials"]

#: The system attribute that holds what was enqueued.
FIXED = "fixed_params"

#: Two enqueued floats closer than this, relatively, are one.
CLOSE = 1e-5


def enqueued(params: dict[str, Any], user_attrs: dict[str, Any] | None) -> Draft:
    """A trial that waits to be tried with these parameters."""
    return Draft(
        given=dict(params), tags={TAG: {FIXED: dict(params)}, **ENQUEUED}, user_attrs=user_attrs or NOTHING
    )


def tried(params: Mapping[str, Any], trials: Iterable[FrozenTrial]) -> bool:
    """Whether a configuration was enqueued or tried before."""
    return any(same_params(params, trial.system_attrs.get(FIXED, trial.params)) for trial in trials)


def write_trials(store: Storage, study: int, trials: Sequence[FrozenTrial], *, objectives: int) -> None:
    """Create trials in one transaction, and write what they reported in another.

    Raises:
        ValueError: a trial contradicts itself, or has another number of values.
    """
    drafts = [draft_of(trial, objectives=objectives) for trial in trials]
    created = store.create_trials(study, drafts) or []
    reports = [
        report
        for trial, record in zip(trials, created, strict=True)
        for report in reports_of(trial, record)
        if record.state.finished and objectives == 1
    ]
    if reports:
        store.update_trials(study, [], reports)


def draft_of(trial: FrozenTrial, *, objectives: int) -> Draft:
    """A frozen trial as one to be created.

    Raises:
        ValueError: it contradicts itself, or has another number of values.
        NotImplementedError: it is running.
    """
    check_trial(trial)
    if trial.values is not None and len(trial.values) != objectives:
        raise InvalidInput(
            explain(f"a trial with {objectives} values", f"{len(trial.values)}", "Leave it out.")
        )
    if trial.state is TrialState.RUNNING:
        raise absent("optuna.study.Study.add_trial of a running trial", "Use study.ask(), or enqueue_trial.")
    constraints = constraints_in(trial.system_attrs)
    told = {CONSTRAINTS} if numbered(constraints) else set()
    attrs = {
        key: value
        for key, value in trial.system_attrs.items()
        if not key.startswith(CONSTRAINT) and key not in told
    }
    if trial.state is TrialState.WAITING:
        given = {**trial.params, **attrs.get(FIXED, {})}
        tags = {TAG: {**attrs, FIXED: given}}
        return Draft(given=given, tags=tags, user_attrs=trial.user_attrs)
    return Draft(
        tags={TAG: attrs} if attrs else NOTHING,
        state=NATIVE_STATES[trial.state],
        params={name: native_value(trial.distributions[name], value) for name, value in trial.params.items()},
        domains={name: domain_of(distribution) for name, distribution in trial.distributions.items()},
        values=None if trial.values is None else tuple(map(float, trial.values)),
        constraints=constraints,
        user_attrs=trial.user_attrs,
        created=seconds(trial.datetime_start),
        started=seconds(trial.datetime_start),
        finished=seconds(trial.datetime_complete),
    )


def reports_of(trial: FrozenTrial, record: TrialRecord) -> list[Report]:
    """What a trial that ended elsewhere reported."""
    return [
        Report(record.number, record.attempt, step, OBJECTIVE, float(value))
        for step, value in sorted(trial.intermediate_values.items())
    ]


def seconds(moment: datetime | None) -> float | None:
    """A local time as seconds since the epoch."""
    return None if moment is None else moment.timestamp()


def same_params(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """Whether two configurations are one; floats may differ by rounding."""
    return first.keys() == second.keys() and all(same(first[name], second[name]) for name in first)


def same(first: Any, second: Any) -> bool:
    """Whether two values are one."""
    if not isinstance(first, type(second)):
        return False
    if isinstance(first, Real) and isinstance(second, Real):
        left, right = float(first), float(second)
        return math.isclose(left, right, rel_tol=CLOSE) or (math.isnan(left) and math.isnan(right))
    return bool(first == second)
