"""The study that a figure is about, as values."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from luthier.analysis.importance.target import Target, told
from luthier.base.errors import InvalidInput, explain
from luthier.records.state import TrialState
from luthier.records.study import Direction
from luthier.records.trial import TrialRecord

__all__ = ["Subject", "Target", "measured", "notes_of", "text_of"]

#: More trials than this are not described one by one: a figure would be mostly text.
NOTED = 500

OBJECTIVE_LABEL = "Objective Value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Trials and what their values mean."""

    records: Sequence[TrialRecord]
    #: One per objective: +1 where it is minimised, -1 where it is maximised.
    signs: tuple[float, ...] = (1.0,)
    name: str = "study"
    metric_names: tuple[str, ...] | None = None
    #: Trial -> step -> what it reported, as the user gave it.
    reports: Mapping[int, Mapping[int, float]] = field(default_factory=dict)
    #: What is shown instead of the objective.
    target: Target | None = None
    target_name: str = OBJECTIVE_LABEL

    @classmethod
    def of(cls, records: Sequence[TrialRecord], *, directions: Sequence[str] = ("minimize",)) -> Self:
        """The subject of records alone."""
        return cls(records=records, signs=tuple(Direction(direction).sign for direction in directions))

    @property
    def label(self) -> str:
        """The name of what is shown."""
        if self.target is None and self.target_name == OBJECTIVE_LABEL and self.metric_names:
            return self.metric_names[0]
        return self.target_name

    @property
    def sign(self) -> float:
        """+1 where small values are good, also for a target of the user's."""
        return self.signs[0] if self.target is None else 1.0

    @property
    def labels(self) -> list[str]:
        """One name per objective."""
        return list(self.metric_names or (f"Objective {place}" for place in range(len(self.signs))))


def measured(subject: Subject) -> list[tuple[TrialRecord, float]]:
    """Complete trials with the finite number that is shown of each.

    Raises:
        InvalidInput: there are several objectives, and no target says which is meant, or it returns no number.
    """
    if subject.target is None and len(subject.signs) > 1:
        raise InvalidInput(
            explain(
                "a target, for there are several objectives",
                "none",
                "Pass target=lambda trial: trial.values[0].",
            ),
        )
    found = []
    for record in subject.records:
        if record.state is not TrialState.COMPLETE:
            continue
        value = record.value if subject.target is None else told(subject.target, record)
        if value is not None and math.isfinite(value):
            found.append((record, value))
    return found


def notes_of(records: Sequence[TrialRecord]) -> list[str]:
    """What the pointer shows of each trial: its parameters too, unless there are many trials."""
    if len(records) > NOTED:
        return [f"Trial {record.number}" for record in records]
    return list(map(note_of, records))


def note_of(record: TrialRecord) -> str:
    """A trial with its parameters."""
    told = "<br>".join(f"{name}: {text_of(value)}" for name, value in record.params.items())
    return f"Trial {record.number}<br>{told}" if told else f"Trial {record.number}"


def text_of(value: object) -> str:
    """A value of a parameter, shortly."""
    if isinstance(value, float):
        return f"{value:.6g}"
    return value if isinstance(value, str) else repr(value)
