"""Quasi-random search: a scrambled Sobol sequence fills the space more evenly than chance."""

from itertools import islice

import numpy as np
from numpy.random import Generator

from luthier.base.seeding import purpose_of
from luthier.numerics.qmc import DIMENSIONS, scrambled, sobol
from luthier.records.history import History
from luthier.samplers.arguments import checked_seed
from luthier.samplers.protocol import Capabilities, Proposals
from luthier.samplers.weighted import by_weight
from luthier.space.space import Space

__all__ = ["QuasiSampler"]

#: The tag that holds the place of a trial in the sequence.
TAG = "quasi"


class QuasiSampler:
    """One scrambled Sobol sequence for the whole study.

    A trial carries its place in the sequence as a tag, and the next one takes the first place after all of them. Each
    parameter has a scramble by its name, so parameters that are proposed one by one do not move together. From the
    1,025th parameter on values are uniform.

    Args:
        seed: decides the scramble; 0 by default, that of the study with `sampler="quasi"`.

    Raises:
        InvalidInput: the seed is no whole number.
    """

    __slots__ = ("cursor", "matrices", "part", "seed", "shifts", "space")

    def __init__(self, seed: int = 0) -> None:
        self.seed = checked_seed(seed)
        self.space: Space | None = None
        self.part = False
        self.matrices = np.empty((0, 32), dtype=np.uint32)
        self.shifts = np.empty(0, dtype=np.uint32)
        #: How far the tags of told trials were read: which list, how many, the place after all of them.
        self.cursor: tuple[object, int, int] = (None, 0, 0)

    @property
    def capabilities(self) -> Capabilities:
        """Reads its places from the history's tags."""
        return Capabilities()

    def propose(self, space: Space, history: History, rng: Generator, n: int) -> Proposals:
        """Propose the next n points of the sequence."""
        self.prepare(space, part=history.part)
        first = self.next_place(history)
        X = np.empty((n, len(space)))
        for row in range(n):
            X[row, :DIMENSIONS] = sobol(first + row, self.matrices, self.shifts)
        if len(space) > DIMENSIONS:
            X[:, DIMENSIONS:] = rng.random((n, len(space) - DIMENSIONS))
        return Proposals(by_weight(space, X), [{TAG: first + row} for row in range(n)])

    def prepare(self, space: Space, *, part: bool) -> None:
        """Scramble the dimensions of a space.

        What is asked for by itself has a scramble of its own: after few points a dimension has few values, and a place
        of one would often repeat that of another dimension at another place.
        """
        if space is not self.space or part is not self.part:
            made = [
                scrambled(column, self.seed, purpose_of(f"part {name}" if part else name))
                for column, name in enumerate(space.names[:DIMENSIONS])
            ]
            self.matrices = np.array([matrix for matrix, _ in made], dtype=np.uint32).reshape(len(made), 32)
            self.shifts = np.array([shift for _, shift in made], dtype=np.uint32)
            self.space, self.part = space, part

    def next_place(self, history: History) -> int:
        """The place after those of all told and running trials; one without a tag counts as one place.

        A trial that is asked for value by value leaves no tag: its place is its number, wherever the others are.
        """
        if history.part:
            return history.started
        read, start, place = self.cursor
        if read is not history.all_tags or start > len(history):
            start, place = 0, 0
        for tags in islice(history.all_tags, start, len(history)):
            place = max(place, tags.get(TAG, -1) + 1)
        self.cursor = (history.all_tags, len(history), place)
        for tags in history.pending_tags:
            place = max(place, tags.get(TAG, -1) + 1)
        return max(place, history.started, history.turn or 0)
