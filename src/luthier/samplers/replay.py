"""Folds over told trials that continue where they stopped.

A strategy that remembers is a fold: its state is a function of the trials told so far, in the order told. `Replay`
keeps the last state in each of a few spaces and reads only what was told since, for as long as what it has read is
still there unchanged; otherwise it reads all trials again. Either way the state is the same, so a kept one decides
nothing.
"""

from collections.abc import Callable
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

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


class Kept(NamedTuple, Generic[State]):
    """A state, and what it was made from."""

    space: Space
    history: History
    state: State


class Replay(Generic[State]):
    """The states of one fold, for the histories seen last.

    Args:
        fresh: makes the state before the first trial. A pickle or a copy starts there too.
    """

    __slots__ = ("fresh", "kept")

    #: Spaces whose states are kept: that of whole trials, and those of parameters that are asked for one by one, as
    #: one whose range depends on another is.
    ROOM = 8

    def __init__(self, fresh: Callable[[Space], State]) -> None:
        self.fresh = fresh
        #: The state used last comes first.
        self.kept: list[Kept[State]] = []

    def __reduce__(self) -> tuple[Any, ...]:
        return Replay, (self.fresh,)

    def state(self, space: Space, history: History) -> State:
        """The state after all told trials of `history`. Whoever changes it spoils it."""
        old = self.taken_out(space)
        if old is not None and continues(old.history, history):
            space, state, first = old.space, old.state, len(old.history)
        else:
            state, first = self.fresh(space), 0
        if first < len(history):
            state.read(history, first)
        self.kept.insert(0, Kept(space, history, state))
        del self.kept[self.ROOM :]
        return state

    def taken_out(self, space: Space) -> Kept[State] | None:
        """What is kept for a space, which is no longer: a fold that breaks off leaves nothing half read behind."""
        for place, kept in enumerate(self.kept):
            if kept.space is space or kept.space == space:
                return self.kept.pop(place)
        return None


def continues(old: History, new: History) -> bool:
    """Whether `new` begins with the told trials of `old`, and knows the same earlier studies."""
    n = len(old)
    if n > len(new) or len(old.earlier) != len(new.earlier):
        return False
    pairs = zip(old.earlier, new.earlier, strict=True)
    if not all(one is other or (len(one) == len(other) and continues(one, other)) for one, other in pairs):
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
