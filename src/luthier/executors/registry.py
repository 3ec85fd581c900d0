"""Executors by name."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from luthier.base.errors import InvalidInput, explain
from luthier.executors.inline import InlineExecutor
from luthier.executors.protocol import Executor, Objective, Respond

__all__ = ["EXECUTORS", "SHARE_PROCESS", "Factory"]

#: Makes an executor for this many trials at once.
Factory: TypeAlias = Callable[[Objective, Respond, int], Executor]


def inline(objective: Objective, respond: Respond, workers: int) -> Executor:
    """One trial at a time in the caller's thread."""
    if workers != 1:
        raise InvalidInput(explain("one worker inline", f"workers={workers}", 'Use executor="process".'))
    return InlineExecutor(objective, respond)


def process(objective: Objective, respond: Respond, workers: int) -> Executor:
    """Worker processes on this machine; what trials print is passed on, line by line under the trial's number."""
    from luthier.executors.process import ProcessExecutor  # a study without workers needs none of its imports

    return ProcessExecutor(objective, respond, workers=workers, echo=True)


def thread(objective: Objective, respond: Respond, workers: int) -> Executor:
    """Threads of this process."""
    from luthier.executors.thread import ThreadExecutor

    return ThreadExecutor(objective, respond, workers=workers)


#: Every entry runs through the conformance suite.
EXECUTORS: Mapping[str, Factory] = MappingProxyType({"inline": inline, "process": process, "thread": thread})

#: Executors whose objectives run in the driver's process: a crash takes the driver along, and no attempt can be killed.
SHARE_PROCESS = frozenset({"inline", "thread"})
