"""The points of a space as a Gaussian process sees them: coordinates of a Euclidean space, in groups.

    n  points       d  columns of the space       f  features       g  groups

Every group has one lengthscale, and the squared distance of two points is a weighted sum over groups,

    r^2(x, x') = sum_g theta_g D_g(x, x'),    D_g = sum over the features of g of (z - z')^2,

so that one kernel serves numbers, choices and parameters that are not always there:

    number       one feature, the middle of its cell on a grid
    choice       one feature each, 0 or 1/sqrt(2): D is 0 for equal choices and 1 for different ones (Hamming)
    inactive     where a column is NaN its features are those of the middle, and a further group of one feature says
                 whether the column is active; columns that are always active have no such group
"""

from dataclasses import dataclass

from luthier.base.arrays import Array, BoolArray, IntArray
from luthier.space.space import Space

__all__ = ["Inputs"]


@dataclass(frozen=True, slots=True)
class Inputs:
    """How points become features."""

    #: `(f,)` the group of each feature, and `(f,)` the column of the space that it comes from.
    group: IntArray
    column: IntArray
    #: `(f,)` whether the feature is the number itself, so that a derivative by it is one by the coordinate.
    smooth: BoolArray

    @classmethod
    def of(cls, space: Space, conditional: tuple[int, ...] = ()) -> "Inputs":
        """The inputs of a space in which the named columns are not always active; constants are left out."""
        raise NotImplementedError

    def features(self, X: Array, *, rounded: bool = True) -> Array:
        """`Z: (n, f)` of `X: (n, d)`, NaN where inactive; not `rounded`, grids count as continua, for gradients."""
        raise NotImplementedError
