"""Order among points with several objectives, against its definition."""

import math
import time
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from luthier.base.arrays import Array
from luthier.numerics.pareto import crowding, nondominated, rank

#: Few different numbers, so that ties and equal points are common; infinities too.
NUMBERS = st.sampled_from([-math.inf, -1.0, 0.0, 0.5, 1.0, 2.0, math.inf])


def tables(min_objectives: int = 1) -> Any:
    shapes = st.tuples(st.integers(0, 14), st.integers(min_objectives, 4))
    return shapes.flatmap(lambda shape: hnp.arrays(np.float64, shape, elements=NUMBERS))


def dominates(a: Array, b: Array) -> bool:
    return bool((a <= b).all() and (a < b).any())


@given(tables())
def test_the_first_front_is_what_nothing_dominates(Y: Array) -> None:
    expected = [not any(dominates(other, row) for other in Y) for row in Y]
    assert nondominated(Y).tolist() == expected


@given(tables())
def test_ranks_peel_fronts(Y: Array) -> None:
    ranks = rank(Y)
    left = np.ones(len(Y), dtype=bool)
    for level in range(len(Y)):
        expected = np.flatnonzero(left)[nondominated(Y[left])]
        assert np.flatnonzero(ranks == level).tolist() == expected.tolist()
        left[expected] = False


@given(tables(), st.integers(0, 14))
def test_enough_ranks_are_exact_and_the_rest_share_the_next(Y: Array, enough: int) -> None:
    exact, some = rank(Y), rank(Y, enough=enough)
    assert (some <= exact).all()
    assert np.count_nonzero(some == exact) >= min(enough, len(Y))
    assert (some[some < some.max(initial=0)] == exact[some < some.max(initial=0)]).all()


@given(tables(), st.randoms())
def test_the_order_of_rows_does_not_matter(Y: Array, random: Any) -> None:
    order = random.sample(range(len(Y)), len(Y))
    assert rank(Y[order]).tolist() == rank(Y)[order].tolist()


@given(tables(2))
def test_crowding_is_a_number_and_ends_are_far(Y: Array) -> None:
    distance = crowding(Y)
    assert not np.isnan(distance).any()
    assert (distance >= 0.0).all()
    for values in Y.T:
        inside = values[np.isfinite(values)]
        if len(set(inside.tolist())) > 1:
            assert np.isinf(distance).sum() >= 2


def test_crowding_is_the_sum_of_gaps_over_the_span() -> None:
    Y = np.array([[0.0, 4.0], [1.0, 3.0], [3.0, 1.0], [4.0, 0.0]])
    np.testing.assert_allclose(crowding(Y), [math.inf, 1.5, 1.5, math.inf])


def test_ten_thousand_points_take_no_quadratic_memory_and_little_time() -> None:
    rng = np.random.default_rng(0)
    start = time.thread_time()
    for Y in (rng.random((10_000, 2)), np.arange(20_000.0).reshape(-1, 2), rng.random((10_000, 3))):
        rank(Y, enough=1000)
    assert time.thread_time() - start < 5.0
