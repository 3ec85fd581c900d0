"""What a file of Optuna says of studies and trials, and the same as drafts of luthier's store.

Optuna keeps every parameter as a number: an index for a choice, a float for an integer. Here each becomes the value
that it stands for. What samplers of Optuna noted for themselves (`system_attrs`) is left behind, apart from
constraints, enqueued values, metric names and artifacts, which are the user's.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from luthier.base.errors import StorageError, explain
from luthier.compat.optuna.attrs import prefixed
from luthier.records.state import TrialState
from luthier.records.study import Direction
from luthier.records.trial import OBJECTIVE, Report
from luthier.space.domains import Categorical, Domain, Float, Int, choice_key
from luthier.storage.protocol import Draft

__all__ = ["FoundStudy", "FoundTrial", "domain_of"]

STATES = {
    "RUNNING": TrialState.WAITING,
    "COMPLETE": TrialState.COMPLETE,
    "PRUNED": TrialState.PRUNED,
    "FAIL": TrialState.FAILED,
    "WAITING": TrialState.WAITING,
}

METRIC_NAMES = "study:metric_names"
FIXED_PARAMS = "fixed_params"
CONSTRAINTS = "constraints"

#: System attributes that are the user's: artifacts, and scores for the terminator.
KEPT = ("artifacts:", "terminator:")

#: Why a trial failed is not in Optuna's files.
FAILED = "it failed in Optuna"

#: Optuna's own class of each deprecated name, and what that name says of the scale.
DEPRECATED = {
    "UniformDistribution": ("FloatDistribution", {}),
    "LogUniformDistribution": ("FloatDistribution", {"log": True}),
    "DiscreteUniformDistribution": ("FloatDistribution", {}),
    "IntUniformDistribution": ("IntDistribution", {}),
    "IntLogUniformDistribution": ("IntDistribution", {"log": True, "step": 1}),
}
KINDS = {"float": "FloatDistribution", "int": "IntDistribution", "categorical": "CategoricalDistribution"}


@dataclass(slots=True)
class FoundTrial:
    """One trial as the file has it."""

    state: str = "RUNNING"
    #: Name -> Optuna's number, and the JSON text of its range.
    params: dict[str, tuple[float, str]] = field(default_factory=dict)
    values: Sequence[float] | None = None
    reports: dict[int, float] = field(default_factory=dict)
    user_attrs: dict[str, Any] = field(default_factory=dict)
    system_attrs: dict[str, Any] = field(default_factory=dict)
    #: Seconds since the epoch.
    started: float | None = None
    finished: float | None = None

    @property
    def constraints(self) -> dict[str, float]:
        """Named constraints, from both forms that Optuna had: a list, and one attribute each."""
        old = self.system_attrs.get(CONSTRAINTS) or ()
        named = {str(place): float(value) for place, value in enumerate(old)}
        prefix = f"{CONSTRAINTS}:"
        for key, value in self.system_attrs.items():
            if key.startswith(prefix):
                named[key.removeprefix(prefix)] = float(value)
        return named

    def draft(self) -> Draft:
        """The trial to be created; one that was running waits, with the values that it had."""
        state = STATES[self.state]
        domains = {name: domain_of(text) for name, (_, text) in self.params.items()}
        params = {name: value_of(number, text) for name, (number, text) in self.params.items()}
        attrs = {**self.user_attrs, **kept(self.system_attrs)}
        if not state.finished:
            fixed = self.system_attrs.get(FIXED_PARAMS) or {}
            return Draft(given={**fixed, **params}, user_attrs=attrs, created=self.started)
        return Draft(
            state=state,
            params=params,
            domains=domains,
            values=None if self.values is None or state is TrialState.FAILED else tuple(self.values),
            constraints=self.constraints,
            user_attrs=attrs,
            reason=FAILED if state is TrialState.FAILED else None,
            created=self.started,
            started=self.started,
            finished=self.finished,
        )


@dataclass(slots=True)
class FoundStudy:
    """One study as the file has it; its trials by number."""

    name: str
    directions: tuple[Direction, ...]
    user_attrs: dict[str, Any] = field(default_factory=dict)
    system_attrs: dict[str, Any] = field(default_factory=dict)
    trials: list[FoundTrial] = field(default_factory=list)

    @property
    def metric_names(self) -> tuple[str, ...] | None:
        """One name per objective, None when they have none."""
        names = self.system_attrs.get(METRIC_NAMES)
        return tuple(names) if names else None

    @property
    def attrs(self) -> dict[str, Any]:
        """The user's attributes, and the artifacts of the study."""
        return {**self.user_attrs, **kept(self.system_attrs)}

    def drafts(self) -> list[Draft]:
        """All trials, to be created in this order: that keeps their numbers."""
        return [trial.draft() for trial in self.trials]

    def reports(self) -> list[Report]:
        """The intermediate values of finished trials, which have one attempt behind them when they are created."""
        return [
            Report(number, 1, step, OBJECTIVE, value)
            for number, trial in enumerate(self.trials)
            if STATES[trial.state].finished
            for step, value in sorted(trial.reports.items())
        ]


def kept(system_attrs: Mapping[str, Any]) -> dict[str, Any]:
    """The system attributes that come along."""
    return prefixed({key: value for key, value in system_attrs.items() if key.startswith(KEPT)})


def parsed(text: str) -> tuple[str, Mapping[str, Any]]:
    """The class and the arguments of a range, whichever of its forms it was written in."""
    form = json.loads(text)
    if "name" not in form:
        return KINDS.get(form.get("type"), ""), form
    kind, fixed = DEPRECATED.get(form["name"], (form["name"], {}))
    return kind, {**form["attributes"], **fixed}


def domain_of(text: str) -> Domain:
    """The search range of Optuna's JSON.

    Raises:
        StorageError: it is none of Optuna's ranges.
    """
    try:
        kind, told = parsed(text)
        if kind == "CategoricalDistribution":
            different = {choice_key(choice): choice for choice in told["choices"]}
            return Categorical(tuple(different.values()))
        low, high, log = told["low"], told["high"], bool(told.get("log", False))
        if kind == "FloatDistribution":
            return Float(low, high, log=log, step=told.get("q", told.get("step")))
        if kind == "IntDistribution":
            return Int(low, high, log=log, step=1 if log else told.get("step") or 1)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise unknown_range(text) from error
    raise unknown_range(text)


def value_of(number: float, text: str) -> Any:
    """The value that Optuna's number stands for in a range."""
    kind, told = parsed(text)
    if kind == "CategoricalDistribution":
        return told["choices"][int(number)]
    if kind == "IntDistribution" and math.isfinite(number):
        return int(number)
    return float(number)


def unknown_range(text: str) -> StorageError:
    """The error for a range that cannot be read."""
    return StorageError(explain("a search range of Optuna", text, "Check the file with Optuna itself."))
