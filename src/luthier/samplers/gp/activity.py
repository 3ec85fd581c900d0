"""Which columns of a complete point count."""

from typing import NamedTuple

import numpy as np

from luthier.base.arrays import Array, BoolArray
from luthier.space.conditions import Conditions

__all__ = ["Activity"]


class Activity(NamedTuple):
    """The rules learnt from trials, and the columns that no trial has ever asked for: nothing is known of those."""

    conditions: Conditions
    #: `(d,)`
    absent: BoolArray

    def masked(self, X: Array) -> Array:
        """`X: (q, d)` with NaN where a column is inactive or absent."""
        masked = self.conditions.masked(X)
        return np.where(self.absent, np.nan, masked) if self.absent.any() else masked
