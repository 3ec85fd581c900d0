"""The closed unions that cross the channel between the driver and its workers.

    driver -> worker      Job, and a Reply to each Report that asks for a verdict and to each Suggest
    worker -> driver      Suggest, Reported, Logged while the objective runs; one Ended at its end

All are plain values: picklable, comparable, without behaviour. They are named tuples because there are thousands a
second, and a tuple is the cheapest immutable thing there is.
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, NamedTuple, TypeAlias

from luthier.records.trial import NOTHING
from luthier.space.domains import Domain

__all__ = ["Asked", "Decision", "Ended", "Ending", "Event", "Job", "Logged", "Reported", "Suggest"]


#: A parameter that a trial asked for: its name, range and value.
Asked: TypeAlias = tuple[str, Domain, Any]


class Decision(Enum):
    """A scheduler's answer to a report."""

    CONTINUE = "continue"
    STOP = "stop"


class Ending(Enum):
    """How one attempt of a trial ended."""

    #: The objective returned; `result` is what it returned, not yet checked.
    RETURNED = "returned"
    #: The objective raised TrialPruned.
    PRUNED = "pruned"
    #: The objective raised another exception.
    RAISED = "raised"
    #: The worker died under the objective.
    CRASHED = "crashed"
    #: The executor killed the attempt because it was told to.
    CANCELLED = "cancelled"


class Job(NamedTuple):
    """One attempt of one trial, as a worker gets it."""

    trial: int
    attempt: int
    #: Proposed or enqueued values. A name that is missing here costs a round trip.
    given: Mapping[str, Any]
    #: The domains that `given` was proposed from.
    domains: Mapping[str, Domain]
    #: How many objectives the study has.
    objectives: int = 1
    user_attrs: Mapping[str, Any] = NOTHING
    #: Whether some of `given` are the user's.
    enqueued: bool = False


class Suggest(NamedTuple):
    """The objective asked for a parameter that the job does not answer. The reply is a value of `domain`."""

    trial: int
    name: str
    domain: Domain
    #: What the trial took from its job since it asked last, in the order asked: the driver hears of it in no other way.
    since: Sequence[Asked] = ()


class Reported(NamedTuple):
    """The objective reported its value at a step. The reply is a Decision."""

    trial: int
    step: int
    value: float


class Logged(NamedTuple):
    """The objective logged metrics beside the objective. There is no reply."""

    trial: int
    step: int
    metrics: Mapping[str, float]
    #: Anything that can be pickled, for those who watch; it is not kept.
    note: Any = None


class Ended(NamedTuple):
    """One attempt of a trial ended. After it the worker is free."""

    trial: int
    attempt: int
    ending: Ending
    result: Any = None
    #: What the objective asked for and set, as far as it came.
    params: Mapping[str, Any] = NOTHING
    domains: Mapping[str, Domain] = NOTHING
    constraints: Mapping[str, float] = NOTHING
    user_attrs: Mapping[str, Any] = NOTHING
    #: One line: the exception and its message, the signal of a crash.
    reason: str | None = None
    #: Traceback and output tail.
    detail: str | None = None
    #: The exception itself where it can be kept, so that it can be raised again; or what says of which kinds it was.
    error: BaseException | None = None


Event: TypeAlias = Suggest | Reported | Logged | Ended
