"""The contract of a sampler: arrays and a generator in, points of the unit cube out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, runtime_checkable

from numpy.random import Generator

from luthier.base.arrays import Array
from luthier.records.history import History
from luthier.records.trial import NOTHING
from luthier.space.space import Space

__all__ = ["Capabilities", "Proposals", "Sampler"]


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a sampler makes use of. The engine skips what is not used; the conformance suite tests what is claimed."""

    #: Reads the history; a sampler that does not need not be shown one.
    uses_history: bool = True
    #: Reads `History.reports`, the learning curves; they are gathered for those who do, once a trial was stopped.
    uses_reports: bool = False
    #: Ends: over a finite space it returns fewer rows than asked once nothing is left.
    finite: bool = False
    #: Works on continua; a grid does not.
    continuous: bool = True
    #: The most configurations that a finite space may have; None if it does not matter.
    largest: int | None = None
    #: Holds some parameters at fixed values: chance, in its place, would not.
    holds: bool = False
    #: The most objectives that it takes; None if any number. More are refused with InvalidInput.
    most_objectives: int | None = None

    def suit(self, space: Space) -> bool:
        """Whether a sampler of these capabilities works on `space`."""
        if space.size is None:
            return self.continuous
        return self.largest is None or space.size <= self.largest


class Proposals(NamedTuple):
    """Points to try.

    `X: (k, d)` in the unit cube, k <= the number asked for. Fewer rows than asked mean that the space is exhausted.
    `tags` has one mapping per row, or is empty; they are stored with the trials and come back in `History.tags`.
    """

    X: Array
    tags: Sequence[Mapping[str, Any]] = ()

    def tag(self, row: int) -> Mapping[str, Any]:
        """The tags of one row."""
        return self.tags[row] if self.tags else NOTHING


@runtime_checkable
class Sampler(Protocol):
    """Proposes configurations.

    A sampler is a value: equal arguments give equal proposals. It keeps no state between calls beyond caches that can
    be dropped at any time, and sees no study, no storage, no clock and no global generator. It never raises on legal
    data: no trials at all, one trial, all values equal, infinities, columns that are NaN throughout.
    """

    @property
    def capabilities(self) -> Capabilities:
        """What the sampler makes use of."""

    def propose(self, space: Space, history: History, rng: Generator, n: int) -> Proposals:
        """Propose up to n configurations.

        Args:
            space: d named domains; column j of every array belongs to the j-th name.
            history: what is known, with `history.X: (n_told, d)` encoded in this very space.
            rng: the only source of randomness.
            n: how many rows are wanted, at least 1. Rows of one call know of each other.
        """
