"""Choices that are not all alike: a uniform number becomes the middle of a cell drawn by weight."""

import numpy as np

from luthier.base.arrays import Array
from luthier.space.space import Space

__all__ = ["by_weight"]


def by_weight(space: Space, X: Array) -> Array:
    """`(n, d)` uniform numbers, with those of weighted choices moved to the cells that their weights give them.

    Cells are equally wide in the unit cube, whatever the weights: models see choices, and weigh them by what they saw.
    """
    for column, weights in space.weights.items():
        ends = np.cumsum(weights)
        place = np.searchsorted(ends[:-1] / ends[-1], X[:, column], side="right")
        X[:, column] = (place + 0.5) / len(weights)
    return X
