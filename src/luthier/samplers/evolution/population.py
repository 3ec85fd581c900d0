"""The population as a fold over told trials: each one competes with those that survived before it.

Whoever proposed a trial, once it is told it competes: enqueued trials and those of other samplers take part, nothing
that a crashed worker left behind is waited for, and any number of workers may run. The first trials all survive.
"""

from typing import final

import numpy as np

from luthier.base.arrays import Array, IntArray
from luthier.records.history import History
from luthier.samplers.evolution.survival import Pool, Survival
from luthier.space.space import Space

__all__ = ["Population"]


@final
class Population:
    """The survivors after the trials told so far.

    Args:
        space: the space searched.
        survival: who survives.
        size: how many.
        brood: how many trials are told between two selections.
    """

    def __init__(self, space: Space, *, survival: Survival, size: int, brood: int) -> None:
        self.space = space
        self.survival = survival
        self.size = size
        self.brood = brood
        #: `(k,)` rows of the survivors among told trials, ascending, and of those told since the last selection.
        self.rows: IntArray = np.empty(0, dtype=np.int64)
        self.fresh: list[int] = []
        #: `(k, d)` parameters of the survivors, `(k,)` how good they are as parents, and their trials' numbers.
        self.X: Array = np.empty((0, len(space)))
        self.merits: IntArray = self.rows
        self.numbers: IntArray = self.rows

    def read(self, history: History, first: int) -> None:
        """Take in the told trials from row `first` on."""
        before = self.rows
        for row in range(first, len(history)):
            self.fresh.append(row)
            if len(self.rows) < self.size or len(self.fresh) >= self.brood:
                self.turn(history)
        if not np.array_equal(before, self.rows):
            self.X, self.numbers = history.X[self.rows], history.number[self.rows]
            self.merits = self.survival.merits(Pool.of(history, self.rows))

    def turn(self, history: History) -> None:
        """Let the newcomers compete with the survivors."""
        rows = np.concatenate([self.rows, np.array(self.fresh, dtype=np.int64)])
        self.fresh = []
        if len(rows) > self.size:
            rows = rows[self.survival.survivors(Pool.of(history, rows), self.size)]
        self.rows = rows
