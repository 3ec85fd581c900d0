"""What is known of one trial: an immutable record, and one reported number."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, NoReturn

from luthier.base.errors import explain
from luthier.records.state import TrialState
from luthier.space.domains import Domain

__all__ = [
    "ENQUEUED",
    "NOTHING",
    "OBJECTIVE",
    "ORIGIN",
    "Constant",
    "Origin",
    "Report",
    "TrialRecord",
    "has_nan",
    "newest_reports",
]


class Constant(dict[str, Any]):
    """A mapping that cannot be changed, so that records may share it and hand it out."""

    __slots__ = ()

    def refuse(self, *_: Any, **__: Any) -> NoReturn:
        """What every change comes to."""
        got = f"a change of {dict(self)!r}"
        raise TypeError(explain("what a study keeps to stay as it is", got, "Change a copy: dict(…)."))

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = refuse

    def __hash__(self) -> int:  # type: ignore[override]  # never changes, so it may be a default of a frozen field
        return hash(tuple(self.items()))

    def __reduce__(self) -> str | tuple[Any, ...]:
        return "NOTHING" if self is NOTHING else (type(self), (dict(self),))


#: The empty mapping that records share.
NOTHING: Mapping[str, Any] = Constant()

#: The name under which the objective itself is reported; other names are metrics beside it.
OBJECTIVE = ""


#: The tag that says who proposed a trial and why: "sampler: reason".
ORIGIN = "origin"


#: The tags of a trial that the user enqueued.
ENQUEUED: Mapping[str, Any] = Constant({ORIGIN: "enqueued: by the user"})


class Origin(NamedTuple):
    """Who decided the parameters of a trial, and why."""

    #: The sampler's name, or "enqueued".
    sampler: str
    reason: str

    def __str__(self) -> str:
        return f"{self.sampler}: {self.reason}"


class Report(NamedTuple):
    """One number that a trial reported.

    `attempt` tells the tries of a retried trial apart: only the reports of its newest attempt count.
    `value` is as the user gave it, in the objective's own direction; NaN and infinities are kept.
    """

    trial: int
    attempt: int
    step: int
    name: str
    value: float


class TrialRecord(NamedTuple):
    """One trial. Records are never changed; a change is a new record with a higher revision."""

    #: Position in the study: 0, 1, 2, … without gaps.
    number: int
    state: TrialState
    #: Values that the objective asked for, in the order asked.
    params: Mapping[str, Any] = NOTHING
    #: The search range of each of `params`.
    domains: Mapping[str, Domain] = NOTHING
    #: One number per objective, in the user's direction. A pruned trial has what it was told with, or else
    #: the report of its highest step, if any; a failed one None.
    values: tuple[float, ...] | None = None
    #: Named constraints; feasible when every one is <= 0.
    constraints: Mapping[str, float] = NOTHING
    user_attrs: Mapping[str, Any] = NOTHING
    #: What the sampler wants to read back from this trial, such as who proposed it.
    tags: Mapping[str, Any] = NOTHING
    #: Values decided before the objective runs: enqueued by the user, or proposed by the sampler. None once finished.
    given: Mapping[str, Any] | None = None
    #: Why the trial failed or was stopped, in one line.
    reason: str | None = None
    #: Traceback and the tail of the trial's output, for a failed trial.
    detail: str | None = None
    #: How often the trial was started; 1 for a trial that went through at once.
    attempt: int = 0
    #: How often its worker was lost.
    lost: int = 0
    #: The fence: who holds the trial. Writes under another token change nothing.
    token: str | None = None
    #: Seconds since the epoch, by the store's clock.
    created: float = 0.0
    started: float | None = None
    finished: float | None = None
    #: The study's counter at the last change of this record.
    revision: int = 0

    @property
    def value(self) -> float | None:
        """The only objective value.

        None while there is none; the first one when there are several.
        """
        return self.values[0] if self.values else None

    @property
    def origin(self) -> Origin | None:
        """Who proposed the parameters, and why; None where nobody said so."""
        said = self.tags.get(ORIGIN)
        return None if said is None else Origin(*said.partition(": ")[::2])

    @property
    def duration(self) -> float | None:
        """Seconds from the start of the last attempt to the end; None while unfinished."""
        if self.started is None or self.finished is None:
            return None
        return self.finished - self.started

    @property
    def feasible(self) -> bool:
        """Whether every constraint holds; a trial without constraints is feasible, one with a NaN is not."""
        return not self.constraints or all(violation <= 0 for violation in self.constraints.values())


def has_nan(record: TrialRecord) -> bool:
    """Whether a value is NaN. No judged outcome has one, but a store may, of whatever wrote it."""
    return record.values is not None and any(value != value for value in record.values)  # noqa: PLR0124 - only NaN is


def newest_reports(reports: Iterable[Report], records: Iterable[TrialRecord]) -> Iterator[Report]:
    """Those reports that are of the newest attempts of these trials, in the same order."""
    attempts = {record.number: record.attempt for record in records}
    return (report for report in reports if attempts.get(report.trial) == report.attempt)
