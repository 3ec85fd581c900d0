"""Array aliases that name their shapes, and the one check of shapes at public edges.

Notation, everywhere in luthier:

    n  finished trials        d  parameters         m  objectives
    p  pending trials         c  constraints

    X: (n, d) in the unit cube, NaN where a parameter was inactive      Y: (n, m), always minimised
"""

from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from luthier.base.errors import InvalidInput, explain

__all__ = ["Array", "BoolArray", "IntArray", "check_shape", "frozen"]

Scalar = TypeVar("Scalar", bound=np.generic)

Array: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]


def check_shape(array: Array, name: str, **shape: int | None) -> Array:
    """Return `array` when its shape is the one named, as in `check_shape(X, "X", n=None, d=3)`.

    Raises:
        InvalidInput: the shape differs; the message has the symbolic and the numeric shape.
    """
    wanted = tuple(shape.values())
    fits = array.ndim == len(wanted) and all(
        want is None or want == have for want, have in zip(wanted, array.shape, strict=True)
    )
    if not fits:
        symbols = ", ".join(shape)
        numbers = ", ".join("any" if size is None else str(size) for size in wanted)
        raise InvalidInput(
            explain(
                f"{name} of shape ({symbols}) = ({numbers})",
                f"shape {array.shape}",
                "Pass an array of that shape.",
            ),
        )
    return array


def frozen(array: NDArray[Scalar]) -> NDArray[Scalar]:
    """A read-only view of `array`; the array itself stays writable for its owner."""
    view = array.view()
    view.flags.writeable = False
    return view
