"""The forest: it explains what it saw, knows what it does not know, and cuts choices and inactive columns."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.base.arrays import Array
from luthier.base.seeding import rng_for
from luthier.space.domains import Categorical, Float, Int
from luthier.space.space import Space
from luthier.surrogates.forest import Forest, Grown, inputs_of
from luthier.testing.samplers import crowd

BOX = Space({f"x{column}": Float(0.0, 1.0) for column in range(4)})
MIXED = Space({"c": Categorical(tuple("abcd")), "x": Float(0.0, 1.0), "k": Int(1, 9)})


def fitted(space: Space, X: Array, y: Array, seed: int = 0, trees: int = 30) -> Forest:
    F, levels = inputs_of(space, X)
    return Forest.fit(F, y, levels=levels, rng=rng_for(seed, 0), grown=Grown(trees=trees, least_split=2))


def predicted(forest: Forest, space: Space, X: Array) -> tuple[Array, Array]:
    return forest.predict(inputs_of(space, X)[0])


def test_a_smooth_function_is_explained() -> None:
    rng = rng_for(1, 0)
    X, Q = rng.random((400, 4)), rng.random((400, 4))

    def f(X: Array) -> Array:
        value: Array = np.sin(4 * X[:, 0]) + X[:, 1] ** 2
        return value

    mean, _ = predicted(fitted(BOX, X, f(X)), BOX, Q)
    assert np.square(mean - f(Q)).mean() < 0.05 * f(Q).var()


def test_told_points_are_known_and_gaps_are_not() -> None:
    """The variance is nothing at told points, and largest where they are far."""
    X = np.array([[0.0], [0.1], [0.2], [0.8], [0.9], [1.0]])
    y = np.array([0.0, 0.1, 0.2, 1.8, 1.9, 2.0])
    space = Space({"x": Float(0.0, 1.0)})
    forest = fitted(space, X, y, trees=200)
    mean, variance = predicted(forest, space, X)
    np.testing.assert_allclose(mean, y)
    assert variance.max() == pytest.approx(0.0, abs=1e-12)
    _, (near, gap) = predicted(forest, space, np.array([[0.05], [0.5]]))
    assert gap > 20 * near


def test_choices_are_told_apart_whatever_their_order() -> None:
    X = np.tile([[0.125, 0.5, 0.5], [0.375, 0.5, 0.5], [0.625, 0.5, 0.5], [0.875, 0.5, 0.5]], (3, 1))
    y = np.tile([1.0, 0.0, 1.0, 0.0], 3)
    mean, _ = predicted(fitted(MIXED, X, y), MIXED, X)
    np.testing.assert_allclose(mean, y)


def test_an_inactive_column_is_a_place_of_its_own() -> None:
    X = np.array([[0.1, np.nan, 0.5], [0.1, 0.01, 0.5], [0.1, 0.99, 0.5], [np.nan, 0.5, 0.5]])
    y = np.array([5.0, 1.0, 1.0, -4.0])
    mean, _ = predicted(fitted(MIXED, X, y), MIXED, X)
    np.testing.assert_allclose(mean, y)


@given(
    n=st.integers(1, 20),
    values=st.sampled_from([[0.0], [1.0, 2.0], [1e150, -1e150], [1e-300, 0.0]]),
    seed=st.integers(0, 9),
)
def test_means_stay_between_what_was_told(n: int, values: list[float], seed: int) -> None:
    X = rng_for(seed, n).random((n, 3))
    y = np.resize(np.array(values), n)
    with np.errstate(over="ignore"):
        mean, variance = predicted(fitted(MIXED, X, y, seed), MIXED, rng_for(seed, 99).random((30, 3)))
    width = 1e-9 * np.abs(y).max()
    assert ((mean >= y.min() - width) & (mean <= y.max() + width)).all()
    assert (variance >= 0.0).all()


def test_equal_arguments_give_equal_forests() -> None:
    X = rng_for(3, 0).random((60, 3))
    one, other = (predicted(fitted(MIXED, X, X[:, 1], seed=4), MIXED, X[::-1]) for _ in range(2))
    np.testing.assert_array_equal(one, other)


def test_equal_points_are_one_leaf() -> None:
    mean, variance = predicted(fitted(BOX, np.full((6, 4), 0.5), np.arange(6.0)), BOX, np.zeros((1, 4)))
    assert mean == pytest.approx(2.5)
    assert variance == pytest.approx(np.arange(6.0).var())


def test_five_hundred_trials_take_milliseconds() -> None:
    """About 30 ms on one core; five times as much is allowed."""
    X = crowd(BOX, 500).X
    fitted(BOX, X, X[:, 0])
    begin = time.thread_time()
    fitted(BOX, X, np.sin(9 * X[:, 0]) + X[:, 1], trees=40)
    assert time.thread_time() - begin < 0.15
