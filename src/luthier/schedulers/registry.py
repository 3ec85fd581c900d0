"""Schedulers by name."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from luthier.base.errors import InvalidInput, explain
from luthier.base.names import correction, making
from luthier.schedulers.asha import ASHA
from luthier.schedulers.hyperband import Hyperband
from luthier.schedulers.median import Median
from luthier.schedulers.protocol import Scheduler
from luthier.schedulers.threshold import Threshold

__all__ = ["SCHEDULERS", "Entry", "resolve"]


class Entry(NamedTuple):
    """A scheduler that has a name, and what the conformance suite may ask of it."""

    #: Makes the scheduler with its defaults.
    make: Callable[[], Scheduler]
    #: Whether trials are compared with each other: the best goes on, and the worst is stopped in the end.
    ranks: bool


#: The schedulers that need no argument. Every entry runs through the conformance suite.
SCHEDULERS: Mapping[str, Entry] = MappingProxyType(
    {
        "asha": Entry(ASHA, ranks=True),
        "hyperband": Entry(Hyperband, ranks=True),
        "median": Entry(Median, ranks=True),
        "threshold": Entry(Threshold, ranks=False),
    },
)

#: What other libraries call them.
ELSEWHERE: Mapping[str, str] = MappingProxyType(
    {"bohb": "hyperband", "halving": "asha", "sha": "asha", "successivehalving": "asha"}
)


def resolve(scheduler: str | Scheduler | None) -> Scheduler | None:
    """The scheduler that a user asked for: by name, as it is, or None for no early stopping.

    Raises:
        InvalidInput: the name is unknown, or the object has no `on_report`.
    """
    if scheduler is None:
        return None
    if isinstance(scheduler, str):
        entry = SCHEDULERS.get(scheduler.lower())
        if entry is not None:
            return entry.make()
    elif isinstance(scheduler, Scheduler) and not isinstance(scheduler, type):
        return scheduler
    if isinstance(scheduler, type):
        got, fix = f"the class {scheduler.__name__}", f"Make one: scheduler={making(scheduler)}."
    else:
        otherwise = "Pass a name, an instance such as luthier.schedulers.ASHA(), or None."
        got, fix = repr(scheduler), correction(scheduler, SCHEDULERS, ELSEWHERE, otherwise=otherwise)
    raise InvalidInput(explain(f"a scheduler, or one of {', '.join(SCHEDULERS)}", got, fix))
