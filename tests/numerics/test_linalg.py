"""Cholesky factors: they invert, they grow, they never fail."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.base.arrays import Array
from luthier.numerics.linalg import Factor, cholesky


def definite(n: int, seed: int) -> Array:
    rows = np.random.default_rng(seed).normal(size=(n, n + 3))
    return rows @ rows.T / n + 0.1 * np.eye(n)


def test_a_definite_matrix_gets_no_jitter() -> None:
    K = definite(8, 0)
    L, jitter = cholesky(K)
    assert jitter == 0.0
    np.testing.assert_allclose(L @ L.T, K, atol=1e-13)


@pytest.mark.parametrize("n", [1, 2, 30])
def test_a_matrix_of_ones_gets_the_least_jitter_that_works(n: int) -> None:
    L, jitter = cholesky(np.ones((n, n)))
    assert jitter <= 1e-9
    np.testing.assert_allclose(L @ L.T, np.ones((n, n)) + jitter * np.eye(n), atol=1e-12)


@given(st.integers(1, 12), st.integers(0, 5), st.sampled_from([1e-300, 1e-8, 1.0, 1e200]))
def test_a_singular_matrix_of_any_scale_has_a_factor(n: int, rank: int, scale: float) -> None:
    rows = np.random.default_rng(n).normal(size=(n, rank))
    K = scale * (rows @ rows.T)
    with np.errstate(all="raise", under="ignore"):
        L, _ = cholesky(K)
    assert np.isfinite(L).all()
    assert (np.diagonal(L) > 0.0).all()


def test_an_indefinite_matrix_is_lifted_until_it_has_a_factor() -> None:
    L, jitter = cholesky(np.array([[1.0, 2.0], [2.0, 1.0]]))
    assert 1.0 <= jitter <= 10.0
    assert np.isfinite(L).all()


def test_solved_is_the_solution_and_whitened_its_square_root() -> None:
    K, B = definite(20, 1), np.random.default_rng(2).normal(size=(7, 20))
    factor = Factor.of(K)
    np.testing.assert_allclose(factor.solved(B), np.linalg.solve(K, B.T).T, rtol=1e-9, atol=1e-12)
    whitened = factor.whitened(B)
    np.testing.assert_allclose(whitened @ whitened.T, B @ np.linalg.solve(K, B.T), rtol=1e-9, atol=1e-12)


@given(st.integers(0, 9), st.integers(1, 4), st.integers(0, 3))
def test_appended_is_the_factor_of_the_larger_matrix(n: int, m: int, seed: int) -> None:
    K = definite(n + m, seed)
    grown = Factor.of(K[:n, :n]).appended(K[n:, :n], K[n:, n:])
    np.testing.assert_allclose(grown.inverse, Factor.of(K).inverse, rtol=1e-8, atol=1e-10)


def test_appended_leaves_the_factor_as_it_was() -> None:
    K = definite(6, 4)
    factor = Factor.of(K[:4, :4])
    before = factor.inverse.copy()
    factor.appended(K[4:, :4], K[4:, 4:])
    np.testing.assert_array_equal(factor.inverse, before)


def test_repeated_rows_can_be_appended_without_end() -> None:
    factor = Factor.of(np.ones((1, 1)))
    for n in range(1, 40):
        factor = factor.appended(np.ones((1, n)), np.ones((1, 1)))
    assert np.isfinite(factor.inverse).all()
    assert len(factor) == 40


def test_an_empty_factor_solves_nothing() -> None:
    factor = Factor.of(np.empty((0, 0)))
    assert factor.whitened(np.empty((3, 0))).shape == (3, 0)
    assert factor.solved(np.empty((0, 0))).shape == (0, 0)
