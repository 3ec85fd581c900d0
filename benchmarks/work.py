"""What is measured, and the goals that it is held to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import truediv
from pathlib import Path
from statistics import median
from typing import TypeAlias

from benchmarks.libraries import OURS, PEERS
from benchmarks.libraries.protocol import Library

__all__ = ["Check", "Measure", "Reading", "Summary", "Task", "Verdict", "Work", "as_factor"]

#: Named figures of one measurement; the names carry their units.
Reading: TypeAlias = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Task:
    """One measurement: this library, with so many trials, and a folder for its files."""

    library: Library
    trials: int
    folder: Path


Measure: TypeAlias = Callable[[Task], Reading]


@dataclass(frozen=True, slots=True)
class Summary:
    """One figure over all repeats."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle value."""
        return median(self.values)

    @property
    def low(self) -> float:
        """The smallest value."""
        return min(self.values)

    @property
    def high(self) -> float:
        """The largest value."""
        return max(self.values)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a goal came out: what was found, and whether that meets it; None when it was not measured."""

    goal: str
    got: str
    met: bool | None
    #: How many repeats meet the goal by themselves, and of how many. Where they disagree, noise has a say.
    agree: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Check:
    """A goal: our median of a figure, as a multiple of a peer's if one is named, is within the limit."""

    figure: str
    limit: float
    against: str | None = None
    at_least: bool = False

    @property
    def goal(self) -> str:
        """The goal in words."""
        sign = "≥" if self.at_least else "≤"
        if self.against is None:
            return f"{self.figure} {sign} {self.limit:g}"
        return f"{sign} {as_factor(self.limit)} {self.against.capitalize()}"

    def judge(self, figures: Mapping[str, Mapping[str, Summary]]) -> Verdict:
        """Compare the medians in `figures[library][figure]`; a repeat is held against the peer's of the same turn."""
        ours = figures.get(OURS, {}).get(self.figure)
        theirs = figures.get(self.against or "", {}).get(self.figure)
        if ours is None or (self.against is not None and theirs is None):
            return Verdict(self.goal, "-", None)
        got = ours.median / theirs.median if theirs is not None else ours.median
        turns = ours.values if theirs is None else map(truediv, ours.values, theirs.values)
        agree = [self.meets(turn) for turn in turns]
        shown = as_factor(got) if self.against else f"{got:.3g}"
        return Verdict(self.goal, shown, self.meets(got), (sum(agree), len(agree)))

    def meets(self, got: float) -> bool:
        """Whether a quotient, or a figure of ours, is within the limit."""
        return got >= self.limit if self.at_least else got <= self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One row of the table."""

    name: str
    title: str
    #: The figure that the table shows.
    figure: str
    measure: Measure
    checks: Sequence[Check]
    #: How many trials, and how many in a quick run.
    trials: int
    quick: int
    #: Fewer trials for libraries that would take minutes; the figure is per trial.
    fewer: Mapping[str, int] = field(default_factory=dict)
    libraries: Sequence[str] = (OURS, *PEERS)
    #: Makes what every repeat then reads, once for each library, in the parent of their folders.
    prepare: Callable[[Task], None] | None = None

    def size(self, library: str, *, quick: bool) -> int:
        """How many trials this library gets."""
        if quick:
            return min(self.quick, self.fewer.get(library, self.quick))
        return self.fewer.get(library, self.trials)


def as_factor(ratio: float) -> str:
    """A ratio as people say it: "3x", or "1/40"."""
    return f"{ratio:.3g}x" if ratio >= 1 else f"1/{1 / ratio:.3g}"
