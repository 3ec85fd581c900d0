"""Array aliases, and the notation of shapes.

Notation, everywhere in luthier:

    n  finished trials        d  parameters         m  objectives
    p  pending trials         c  constraints

    X: (n, d) in the unit cube, NaN where a parameter was inactive      Y: (n, m), always minimised
"""

from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["Array", "BoolArray", "IntArray", "frozen"]

Scalar = TypeVar("Scalar", bound=np.generic)

Array: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]


def frozen(array: NDArray[Scalar]) -> NDArray[Scalar]:
    """A read-only view of `array`; the array itself stays writable for its owner."""
    view = array.view()
    view.setflags(write=False)
    return view
