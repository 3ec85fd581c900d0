"""What a trial of CMA-ES remembers: which run and generation it was drawn for.

It travels as the tag `"cma": [columns, start, restart, generation, place, *raw]`, numbers all of them.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

__all__ = ["Mark", "RunName", "marks"]

#: The name of the tag, and how many numbers stand before the raw ones.
TAG = "cma"
FIXED = 5


class RunName(NamedTuple):
    """Which run."""

    #: The sum of the names of the columns that the run moves: another set of columns is another run.
    columns: int
    #: How many trials were told when the first run began: what it learnt from.
    start: int
    #: How many runs converged before.
    restart: int


class Mark(NamedTuple):
    """The mark of a trial: its run, in three numbers, and its place there."""

    columns: int
    start: int
    restart: int
    generation: int
    #: The trial's place among all of the strategy, which is its place in the quasi-random sequence.
    place: int
    #: What the distribution drew for columns under a margin, before it was rounded.
    raw: list[float]

    @classmethod
    def of(cls, tags: Mapping[str, Any]) -> "Mark | None":
        """The mark among a trial's tags; None for a trial of another sampler."""
        numbers = tags.get(TAG)
        if numbers is None:
            return None
        columns, start, restart, generation, place = numbers[:FIXED]
        return cls(columns, start, restart, generation, place, numbers[FIXED:])

    @property
    def run(self) -> RunName:
        """The name of the run."""
        return RunName(self.columns, self.start, self.restart)

    def tags(self) -> dict[str, Any]:
        """The mark as tags."""
        return {TAG: [*self[:FIXED], *self.raw]}


def marks(tags: Iterable[Mapping[str, Any]]) -> list[Mark]:
    """The marks of trials that have one."""
    return [mark for mark in map(Mark.of, tags) if mark is not None]
