"""What is known of a study as a whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.base.names import correction
from luthier.records.trial import NOTHING

__all__ = ["Direction", "StudyRecord", "StudySummary", "as_directions"]


class Direction(StrEnum):
    """Whether an objective is to be small or large. Members compare equal to their names."""

    MINIMIZE = "minimize"
    MAXIMIZE = "maximize"

    @property
    def sign(self) -> float:
        """+1.0 to minimise, -1.0 to maximise: `sign * value` is always minimised."""
        return 1.0 if self is Direction.MINIMIZE else -1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyRecord:
    """One study. `study_id` is given by the store; -1 before."""

    name: str
    directions: tuple[Direction, ...]
    #: Seed of every random stream of the study; drawn once, kept for ever, so that a resume goes on the same way.
    seed: int
    study_id: int = -1
    metric_names: tuple[str, ...] | None = None
    user_attrs: Mapping[str, Any] = NOTHING
    created: float = 0.0
    revision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StudySummary:
    """A study with its trials counted by state: what a listing shows."""

    study: StudyRecord
    #: State name -> number of trials.
    counts: Mapping[str, int]
    #: The best feasible value of a single-objective study, None when there is none.
    best_value: float | None = None
    #: Seconds since the epoch of the last change, None for a study without trials.
    last_change: float | None = None


def as_directions(
    direction: str | Direction | None,
    directions: Sequence[str | Direction] | None,
) -> tuple[Direction, ...]:
    """The directions that a user named, one per objective; `minimize` when none was named.

    Raises:
        InvalidInput: both arguments are given, there is none at all, or a name is unknown.
    """
    if direction is not None and directions is not None:
        raise InvalidInput(explain("either direction or directions", "both", "Drop one of the two."))
    if isinstance(directions, str):
        raise InvalidInput(explain("a list of directions", repr(directions), f'Pass ["{directions}", …].'))
    names = [direction or Direction.MINIMIZE] if directions is None else list(directions)
    if not names:
        raise InvalidInput(explain("at least one direction", "none", 'Pass directions=["minimize", …].'))
    return tuple(as_direction(name) for name in names)


def as_direction(name: str | Direction) -> Direction:
    """One direction by name, in any case."""
    try:
        return Direction(str(name).lower())
    except ValueError:
        fix = correction(name, list(Direction), otherwise="Correct the direction.")
        raise InvalidInput(explain('"minimize" or "maximize"', repr(name), fix)) from None
