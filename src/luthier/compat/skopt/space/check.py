"""The shorthands for a dimension: a tuple is a range, a list is a choice."""

from collections.abc import Iterable
from numbers import Integral
from numbers import Real as RealNumber
from typing import Any

import numpy as np

from luthier.base.errors import InvalidInput, explain
from luthier.compat.skopt.space.categorical import Categorical
from luthier.compat.skopt.space.dimension import PRIORS, Dimension, Integer, Real
from luthier.compat.support import differs

__all__ = ["check_dimension"]


def check_dimension(dimension: Any, transform: str | None = None) -> Dimension:
    """The dimension that a description stands for; a Dimension is itself.

    Args:
        dimension: `(low, high)`, `(low, high, prior)` or `(low, high, prior, base)` for an Integer when both bounds are
            whole numbers, else a Real; any other iterable is a Categorical. A list is always a choice: `[16, 64]` has
            two values, `(16, 64)` has forty-nine.
        transform: what a model sees; see the dimensions.

    Raises:
        InvalidInput: nothing that describes a dimension.
    """
    if isinstance(dimension, Dimension):
        return dimension
    if isinstance(dimension, tuple) and is_range(dimension):
        low, high = dimension[:2]
        scale = dict(zip(("prior", "base"), dimension[2:], strict=False))
        if isinstance(low, Integral) and isinstance(high, Integral):
            return Integer(int(low), int(high), **scale, transform=transform)
        return Real(float(low), float(high), **scale, transform=transform)
    if isinstance(dimension, str | bytes) or not isinstance(dimension, Iterable):
        raise InvalidInput(
            explain(
                "a Dimension, a tuple (low, high[, prior[, base]]) or a list of categories",
                repr(dimension),
                "Describe the dimension in one of these ways.",
            ),
        )
    items = list(dimension)
    if isinstance(dimension, list | np.ndarray) and is_range(tuple(items)):
        differs(
            f"the dimension {items!r}",
            f"a list is a choice between its {len(items)} values; for a range write the tuple {tuple(items)!r}",
            stacklevel=4,
        )
    elif is_misspelled(items):
        differs(
            f"the dimension {dimension!r}",
            f"a choice between its {len(items)} values; for a range, the prior is one of {PRIORS}",
            stacklevel=4,
        )
    return Categorical(items, transform=transform)


def is_range(parts: tuple[Any, ...]) -> bool:
    """Whether these are two bounds, with a prior and a base after them at most."""
    if not 2 <= len(parts) <= 4 or not all(map(is_number, parts[:2])):
        return False
    if len(parts) > 2 and not (isinstance(parts[2], str) and parts[2] in PRIORS):
        return False
    return len(parts) < 4 or is_number(parts[3])


def is_number(value: Any) -> bool:
    """Whether this is a number; truth values are not."""
    return isinstance(value, RealNumber) and not isinstance(value, bool | np.bool_)


def is_misspelled(items: list[Any]) -> bool:
    """Whether these look like a range whose prior is misspelled."""
    return 2 < len(items) <= 4 and all(map(is_number, items[:2])) and isinstance(items[2], str)
