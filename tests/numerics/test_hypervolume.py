"""The hypervolume against counting unit cells, and its laws."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.numerics.hypervolume import exclusive, hypervolume

#: Points on a small grid, so that a volume is a number of cells.
SIDE = 5


def points(least: int = 0) -> st.SearchStrategy[np.ndarray]:
    return st.integers(1, 4).flatmap(
        lambda m: st.lists(
            st.lists(st.integers(0, SIDE + 1), min_size=m, max_size=m), min_size=least, max_size=7
        ).map(lambda rows: np.array(rows, dtype=np.float64).reshape(len(rows), m))
    )


def cells(Y: np.ndarray) -> int:
    """How many unit cells below (SIDE, …) have a point at or below their lower corner."""
    corners = product(range(SIDE), repeat=Y.shape[1])
    return sum(any((row <= corner).all() for row in Y) for corner in map(np.array, corners))


@given(points())
def test_it_counts_the_cells_that_are_dominated(Y: np.ndarray) -> None:
    assert hypervolume(Y, np.full(Y.shape[1], float(SIDE))) == cells(Y)


@given(points(least=1))
def test_neither_order_nor_repetition_matters(Y: np.ndarray) -> None:
    reference = np.full(Y.shape[1], float(SIDE))
    shuffled = np.concatenate([Y[::-1], Y[:1]])
    assert hypervolume(shuffled, reference) == hypervolume(Y, reference)


@given(points(least=1))
def test_what_a_point_adds_is_the_difference(Y: np.ndarray) -> None:
    reference = np.full(Y.shape[1], float(SIDE))
    added = exclusive(Y[0], Y[1:], reference)
    assert added == hypervolume(Y, reference) - hypervolume(Y[1:], reference)
    assert added >= 0


@given(points(least=1), st.floats(0.5, 4))
def test_it_scales_with_every_axis(Y: np.ndarray, factor: float) -> None:
    reference = np.full(Y.shape[1], float(SIDE))
    scaled = hypervolume(Y * factor, reference * factor)
    assert scaled == pytest.approx(hypervolume(Y, reference) * factor ** Y.shape[1])


def test_an_infinitely_bad_point_adds_nothing() -> None:
    assert hypervolume(np.array([[np.inf, 0.0], [0.5, 0.5]]), np.ones(2)) == 0.25
