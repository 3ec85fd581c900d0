"""The Sobol sequence, against SciPy and its own definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import qmc

from luthier.base.arrays import Array
from luthier.numerics.qmc import DIMENSIONS, directions, scrambled, shifted, sobol


def plain(index: int, d: int) -> Array:
    matrices = np.array([directions(column) for column in range(d)])
    return sobol(index, matrices, np.zeros(d, dtype=np.uint32))


def net(n: int, d: int, seed: int) -> Array:
    made = [scrambled(column, seed, column) for column in range(d)]
    matrices = np.array([matrix for matrix, _ in made])
    shifts = np.array([shift for _, shift in made], dtype=np.uint32)
    return np.array([sobol(index, matrices, shifts) for index in range(n)])


def test_points_are_those_of_scipy_in_every_dimension() -> None:
    d, n = DIMENSIONS, 64
    expected = qmc.Sobol(d, scramble=False, bits=32).random(n)
    np.testing.assert_array_equal(np.array([plain(index, d) for index in range(n)]), expected)


@given(st.integers(1, 2**20))
def test_any_point_comes_without_those_before_it(index: int) -> None:
    expected = qmc.Sobol(7, scramble=False, bits=32).fast_forward(index).random(1)[0]
    np.testing.assert_array_equal(plain(index, 7), expected)


def test_the_last_index_is_in_the_cube() -> None:
    assert (plain(2**32 - 1, 9) < 1.0).all()


@given(st.integers(0, 2**63 - 1))
def test_scrambles_keep_the_first_dimensions_a_net(seed: int) -> None:
    """Any two of three dimensions: every elementary interval of volume 2^-4 has one of the first 16 points."""
    X = net(16, 2, seed)
    for bits in range(5):
        cells = np.floor(X * [2**bits, 2 ** (4 - bits)]).astype(int)
        assert len(np.unique(cells, axis=0)) == 16


@given(st.integers(0, 2**63 - 1))
def test_each_dimension_is_stratified(seed: int) -> None:
    X = net(32, 40, seed)
    assert (np.sort(np.floor(X * 32), axis=0) == np.arange(32)[:, None]).all()


def test_it_is_more_even_than_chance() -> None:
    rng = np.random.default_rng(0)
    chance = np.median([qmc.discrepancy(rng.random((64, 5))) for _ in range(30)])
    assert max(qmc.discrepancy(net(64, 5, seed)) for seed in range(10)) < chance / 3


def test_seeds_and_names_give_scrambles_of_their_own() -> None:
    first = {tuple(scrambled(0, seed, name)[0]) for seed in range(3) for name in range(3)}
    assert len(first) == 9


def test_scrambled_points_are_uniform_over_seeds() -> None:
    first = np.array([net(1, 2, seed)[0] for seed in range(400)])
    assert np.abs(first.mean(axis=0) - 0.5).max() < 4 * np.sqrt(1 / 12 / 400)


def test_beyond_the_table_there_is_no_dimension() -> None:
    with pytest.raises(IndexError):
        directions(DIMENSIONS)


def test_shifted_points_are_those_of_the_sequence() -> None:
    X = shifted(100, 5, np.random.default_rng(0))
    moved = (X * 2.0**32).astype(np.uint32)
    plainly = np.array([plain(index, 5) * 2.0**32 for index in range(100)]).astype(np.uint32)
    # One shift for all points of a dimension.
    assert (moved ^ moved[0] == plainly).all()


@given(st.integers(0, 2**63 - 1))
def test_shifts_keep_each_dimension_stratified(seed: int) -> None:
    X = shifted(32, 40, np.random.default_rng(seed))
    assert (np.sort(np.floor(X * 32), axis=0) == np.arange(32)[:, None]).all()


def test_a_shifted_point_is_uniform() -> None:
    rng = np.random.default_rng(1)
    X = np.array([shifted(3, 2, rng) for _ in range(2000)])
    # The mean of 2,000 uniform numbers has a deviation of 0.0065; twelve of them stay within four.
    assert np.abs(X.mean(axis=0) - 0.5).max() < 0.026
    assert np.abs(X.var(axis=0) - 1 / 12).max() < 0.008


def test_dimensions_beyond_the_table_are_random() -> None:
    X = shifted(4, DIMENSIONS + 3, np.random.default_rng(0))
    assert X.shape == (4, DIMENSIONS + 3)
    assert ((X >= 0.0) & (X < 1.0)).all()
    assert len(np.unique(X[:, -1])) == 4


def test_no_points_and_no_dimensions_are_legal() -> None:
    assert shifted(0, 3, np.random.default_rng(0)).shape == (0, 3)
    assert shifted(3, 0, np.random.default_rng(0)).shape == (3, 0)
