"""Which parameters are asked for under which values of others, learnt from trials.

    X  (n, d) in the unit cube, NaN where a parameter was not asked for

A define-by-run objective never says that `gamma` belongs to `model == "svm"`: the trials show it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from luthier.base.arrays import Array, BoolArray
from luthier.space.space import Space

__all__ = ["Conditions"]


@dataclass(frozen=True, slots=True)
class Conditions:
    """Rules that say which columns of a row are active."""

    @classmethod
    def learn(cls, space: Space, X: Array) -> "Conditions":
        """The simplest rules that agree with the rows of `X: (n, d)`."""
        raise NotImplementedError

    @property
    def conditional(self) -> Sequence[int]:
        """The columns that are not always active."""
        raise NotImplementedError

    def active(self, X: Array) -> BoolArray:
        """`(q, d)` whether each column is active in the rows of `X: (q, d)`, complete points of the unit cube."""
        raise NotImplementedError

    def masked(self, X: Array) -> Array:
        """`X: (q, d)` with NaN where a column is inactive."""
        raise NotImplementedError
