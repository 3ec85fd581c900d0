"""Reads a journal of Optuna: one JSON object a line, each an operation on the state that those before it made.

A line that was being written when its writer died, the last one, is not yet part of the journal. Operations that
Optuna refuses on replay, such as a change of a finished trial, are refused here too: two workers may both have tried.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from luthier.base.errors import StorageError, explain
from luthier.compat.optuna.reader_trials import FoundStudy, FoundTrial
from luthier.records.study import Direction

__all__ = ["read_journal"]

#: Numbers of operations, and of states, in a journal.
CREATE_STUDY, DELETE_STUDY, STUDY_USER_ATTR, STUDY_SYSTEM_ATTR, CREATE_TRIAL = range(5)
TRIAL_PARAM, TRIAL_STATE, TRIAL_REPORT, TRIAL_USER_ATTR, TRIAL_SYSTEM_ATTR = range(5, 10)
STATES = ("RUNNING", "COMPLETE", "PRUNED", "FAIL", "WAITING")
FINISHED = frozenset({"COMPLETE", "PRUNED", "FAIL"})
MAXIMIZE = 2


def read_journal(path: Path) -> list[FoundStudy]:
    """The studies of a journal, by creation.

    Raises:
        StorageError: the file is no journal of Optuna, or a line before the last one is damaged.
    """
    journal = Journal()
    for number, line in lines_of(path):
        try:
            journal.apply(json.loads(line))
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise StorageError(
                explain(
                    f"line {number} of {path} to be an operation of Optuna's journal",
                    f"{line[:60]!r}",
                    "Name a SQLite store or a journal of Optuna.",
                ),
            ) from error
    return [study for study in journal.studies if study is not None]


def lines_of(path: Path) -> Iterator[tuple[int, str]]:
    """The whole lines of a file, counted from 1; the last one only when it ends."""
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, 1):
            if line.endswith("\n") and line.strip():
                yield number, line


class Journal:
    """The state that the operations so far have made."""

    def __init__(self) -> None:
        #: By id; None for one that was deleted.
        self.studies: list[FoundStudy | None] = []
        #: By id; trials of all studies count together.
        self.trials: list[FoundTrial] = []

    def apply(self, told: Mapping[str, Any]) -> None:
        """Apply one operation."""
        operation = told["op_code"]
        if operation == CREATE_STUDY:
            self.create_study(told["study_name"], told["directions"])
        elif operation <= CREATE_TRIAL:
            study = self.studies[told["study_id"]] if told["study_id"] < len(self.studies) else None
            if study is not None:
                self.change_study(operation, study, told)
        elif operation <= TRIAL_SYSTEM_ATTR:
            trial = self.trials[told["trial_id"]] if told["trial_id"] < len(self.trials) else None
            if trial is not None and trial.state not in FINISHED:
                change_trial(operation, trial, told)

    def create_study(self, name: str, directions: list[int]) -> None:
        """Add a study, unless its name is taken."""
        if all(study is None or study.name != name for study in self.studies):
            ends = (Direction.MAXIMIZE if one == MAXIMIZE else Direction.MINIMIZE for one in directions)
            self.studies.append(FoundStudy(name, tuple(ends)))

    def change_study(self, operation: int, study: FoundStudy, told: Mapping[str, Any]) -> None:
        """Apply an operation on a study that is there."""
        if operation == DELETE_STUDY:
            self.studies[told["study_id"]] = None
        elif operation == STUDY_USER_ATTR:
            study.user_attrs.update(told["user_attr"])
        elif operation == STUDY_SYSTEM_ATTR:
            study.system_attrs.update(told["system_attr"])
        else:
            trial = created(told)
            self.trials.append(trial)
            study.trials.append(trial)


def created(told: Mapping[str, Any]) -> FoundTrial:
    """The trial of an operation that creates one, finished already when it was added from elsewhere."""
    value = told.get("value")
    values = told.get("values")
    ranges = told.get("distributions", {})
    return FoundTrial(
        state=STATES[told.get("state", 0)],
        params={name: (number, ranges[name]) for name, number in told.get("params", {}).items()},
        values=(value,) if value is not None else values,
        reports={int(step): number for step, number in told.get("intermediate_values", {}).items()},
        user_attrs=dict(told.get("user_attrs", {})),
        system_attrs=dict(told.get("system_attrs", {})),
        started=moment(told.get("datetime_start")),
        finished=moment(told.get("datetime_complete")),
    )


def change_trial(operation: int, trial: FoundTrial, told: Mapping[str, Any]) -> None:
    """Apply an operation on a trial that is not finished."""
    if operation == TRIAL_PARAM:
        trial.params[told["param_name"]] = told["param_value_internal"], told["distribution"]
    elif operation == TRIAL_REPORT:
        trial.reports[int(told["step"])] = told["intermediate_value"]
    elif operation == TRIAL_USER_ATTR:
        trial.user_attrs.update(told["user_attr"])
    elif operation == TRIAL_SYSTEM_ATTR:
        trial.system_attrs.update(told["system_attr"])
    else:
        change_state(trial, STATES[told["state"]], told)


def change_state(trial: FoundTrial, state: str, told: Mapping[str, Any]) -> None:
    """Start or end a trial; of two workers that start it, the first one does."""
    if state == trial.state == "RUNNING":
        return
    if state == "RUNNING":
        trial.started = moment(told["datetime_start"])
    if state in FINISHED:
        trial.finished = moment(told["datetime_complete"])
    trial.state = state
    if told["values"] is not None:
        trial.values = tuple(told["values"])


def moment(text: str | None) -> float | None:
    """Seconds since the epoch of a time with its zone; one without it is local, as Optuna takes it."""
    return None if text is None else datetime.fromisoformat(text).timestamp()
