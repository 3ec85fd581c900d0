"""Folds over told trials that continue where they stopped.

A strategy that remembers is a fold: its state is a function of the trials told so far, in the order told. `Replay`
keeps the state of the last call and reads only what was told since, for as long as what it has read is still there
unchanged; otherwise it reads all trials again. Either way the state is the same, so the kept one decides nothing.
"""

from collections.abc import Callable
from operator import is_not
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from luthier.records.history import History
from luthier.space.space import Space

__all__ = ["Folded", "Replay"]


class Folded(Protocol):
    """The state of a fold."""

    def read(self, history: History, first: int) -> None:
        """Take in the told trials of `history` from row `first` on, whole by whole and in order."""


State = TypeVar("State", bound=Folded)


class Replay(Generic[State]):
    """The state of one fold, for the history seen last.

    Args:
        fresh: makes the state before the first trial. A pickle or a copy starts there too.
    """

    __slots__ = ("fresh", "history", "kept", "space")

    def __init__(self, fresh: Callable[[Space], State]) -> None:
        self.fresh = fresh
        self.kept: State | None = None
        self.history = History.empty(0)
        self.space = Space({})

    def __reduce__(self) -> tuple[Any, ...]:
        return Replay, (self.fresh,)

    def state(self, space: Space, history: History) -> State:
        """The state after all told trials of `history`. Whoever changes it spoils it."""
        kept, self.kept = self.kept, None  # a fold that breaks off leaves nothing half read behind
        first = len(self.history)
        same_space = space is self.space or space == self.space
        if kept is None or not same_space or not continues(self.history, history):
            kept, first = self.fresh(space), 0
            self.space = space
        if first < len(history):
            kept.read(history, first)
        self.kept, self.history = kept, history
        return kept


def continues(old: History, new: History) -> bool:
    """Whether `new` begins with the told trials of `old`."""
    n = len(old)
    if n > len(new) or len(old.earlier) != len(new.earlier):
        return False
    if any(map(is_not, old.earlier, new.earlier)):
        return False
    if old.all_tags is not new.all_tags and list(old.tags) != list(new.all_tags[:n]):
        return False
    return all(map(begins_with, columns(new), columns(old)))


def columns(history: History) -> tuple[NDArray[Any], ...]:
    """What a fold reads of told trials, beside their tags."""
    return history.Y, history.X, history.violation, history.fidelity


def begins_with(longer: NDArray[Any], shorter: NDArray[Any]) -> bool:
    """Whether an array begins with the rows of another; views of one array do, for told rows never change."""
    if longer.shape[1:] != shorter.shape[1:]:
        return False
    if longer.base is not None and longer.base is shorter.base and starts_alike(longer, shorter):
        return True
    return np.array_equal(longer[: len(shorter)], shorter, equal_nan=True)


def starts_alike(one: NDArray[Any], other: NDArray[Any]) -> bool:
    """Whether two views of one array have the same first element and the same strides."""
    if one.strides != other.strides:
        return False
    first = (slice(1),) * one.ndim
    return np.may_share_memory(one[first], other[first])  # of single elements this says whether they are one
