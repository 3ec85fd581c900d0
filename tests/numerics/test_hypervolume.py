"""The hypervolume against counting unit cells, and its laws."""

import time
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.numerics.hypervolume import exclusive, greedy, hypervolume
from luthier.numerics.pareto import nondominated

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


@pytest.mark.parametrize("seed", range(200))
def test_a_point_that_all_but_repeats_another_takes_nothing_away(seed: int) -> None:
    Y = np.random.default_rng(seed).random((6, 3))
    point = np.array([np.nextafter(Y[0, 0], 0.0), *Y[0, 1:]])
    assert 0.0 <= exclusive(point, Y, np.ones(3)) < 1e-12


@given(points(least=1), st.floats(0.5, 4))
def test_it_scales_with_every_axis(Y: np.ndarray, factor: float) -> None:
    reference = np.full(Y.shape[1], float(SIDE))
    scaled = hypervolume(Y * factor, reference * factor)
    assert scaled == pytest.approx(hypervolume(Y, reference) * factor ** Y.shape[1])


@pytest.mark.parametrize("m", [1, 2, 3, 4])
@pytest.mark.parametrize("size", [1e-70, 1e70, 1e150])
def test_huge_and_tiny_values_have_the_volume_of_all_others(m: int, size: float) -> None:
    Y = np.random.default_rng(m).random((6, m))
    volume = hypervolume(Y, np.ones(m))
    with np.errstate(over="ignore"):
        assert hypervolume(Y * size, np.full(m, size)) == pytest.approx(volume * np.power(size, m), rel=1e-9)
        added = exclusive(Y[0] * size, Y[1:] * size, np.full(m, size))
        assert added == pytest.approx(exclusive(Y[0], Y[1:], np.ones(m)) * np.power(size, m), rel=1e-9)


@pytest.mark.parametrize("Y", [np.ones((3, 2)), np.array([[0.0, 1.0], [0.5, 1.0]]), np.ones((3, 3))])
def test_points_without_a_volume_are_chosen_in_their_order(Y: np.ndarray) -> None:
    rows, added = greedy(Y, np.ones(Y.shape[1]), 2)
    assert (rows.tolist(), added.tolist()) == ([0, 1], [0.0, 0.0])


def test_an_infinitely_bad_point_adds_nothing() -> None:
    assert hypervolume(np.array([[np.inf, 0.0], [0.5, 0.5]]), np.ones(2)) == 0.25


def inclusion_exclusion(Y: np.ndarray, reference: np.ndarray) -> float:
    """The volume of a union of boxes as the signed sum over all their intersections."""
    total = 0.0
    for size in range(1, len(Y) + 1):
        for chosen in combinations(Y, size):
            total -= (-1) ** size * float(np.prod(np.maximum(reference - np.max(chosen, axis=0), 0.0)))
    return total


def clouds(least: int = 1, most: int = 7) -> st.SearchStrategy[np.ndarray]:
    """Points with coordinates in [0, 1.2], on no grid."""
    shape = st.tuples(st.integers(0, 2**32), st.integers(least, most), st.integers(1, 4))
    return shape.map(lambda drawn: 1.2 * np.random.default_rng(drawn[0]).random(drawn[1:]))


def fronts() -> st.SearchStrategy[np.ndarray]:
    """Points that do not dominate one another, below one; some are there twice."""
    return clouds().map(lambda Y: np.minimum(Y[nondominated(Y)], 1.0)).map(lambda Y: Y[nondominated(Y)])


@given(clouds())
def test_it_is_the_signed_sum_over_intersections(Y: np.ndarray) -> None:
    reference = np.ones(Y.shape[1])
    assert hypervolume(Y, reference) == pytest.approx(inclusion_exclusion(Y, reference), abs=1e-12)


@given(clouds(least=2), st.floats(0.0, 0.5))
def test_it_never_falls_when_a_point_is_added_or_improves(Y: np.ndarray, step: float) -> None:
    reference = np.ones(Y.shape[1])
    better = Y.copy()
    better[0] -= step
    assert hypervolume(Y[1:], reference) <= hypervolume(Y, reference) + 1e-12
    assert hypervolume(Y, reference) <= hypervolume(better, reference) + 1e-12


@given(fronts(), st.data())
def test_the_greedy_choice_adds_most_at_each_step(Y: np.ndarray, data: st.DataObject) -> None:
    """Exactly with two objectives; on a lattice of 1,021 points to a few hundredths of the whole."""
    reference = np.full(Y.shape[1], 1.1)
    rows, added = greedy(Y, reference, data.draw(st.integers(1, len(Y))))
    close = 1e-9 if Y.shape[1] == 2 else 0.05 * float(np.prod(reference - Y.min(axis=0)))
    assert len(set(rows.tolist())) == len(rows)
    for place, row in enumerate(rows):
        before = Y[rows[:place]]
        gains = [exclusive(point, before, reference) for point in Y]
        assert added[place] == pytest.approx(gains[row], abs=close)
        assert gains[row] >= max(gains) - 2 * close


def test_greedy_subsets_are_nearly_as_good_as_the_best() -> None:
    """At least 1 - 1/e of the best by theory, and 95 % of it on fronts like these."""
    rng = np.random.default_rng(0)
    angle = np.sort(rng.random(12)) * np.pi / 2
    Y = 1.0 - np.column_stack([np.sin(angle), np.cos(angle)])
    reference = np.full(2, 1.1)
    chosen, added = greedy(Y, reference, 4)
    best = max(hypervolume(Y[list(rows)], reference) for rows in combinations(range(12), 4))
    assert added.sum() == pytest.approx(hypervolume(Y[chosen], reference))
    assert added.sum() > 0.95 * best


def test_a_thousand_points_take_milliseconds() -> None:
    rng = np.random.default_rng(0)
    start = time.thread_time()
    for m in (2, 3, 6):
        Y = rng.random((1000, m))
        front = np.abs(Y) / np.linalg.norm(Y, axis=1, keepdims=True)
        greedy(1.0 - front, np.full(m, 1.1), 25)
    assert time.thread_time() - start < 2.0
