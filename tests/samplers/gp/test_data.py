"""What counts as data, and on which scale."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from luthier.samplers.gp.data import Data, levelled, spread
from luthier.space.domains import Float
from luthier.space.space import Space
from luthier.testing.samplers import crowd

SPACE = Space({"x": Float(0.0, 1.0), "y": Float(0.0, 1.0)})


def test_stopped_trials_are_no_data() -> None:
    history = crowd(SPACE, 6)
    stopped = replace(history, fidelity=np.array([np.inf, 3.0, np.inf, -np.inf, np.inf, np.inf]))
    np.testing.assert_array_equal(Data.of(stopped).Y, history.Y[[0, 2, 4, 5]])


def test_failures_and_broken_constraints_tell_of_feasibility_alone_and_by_degree() -> None:
    history = crowd(SPACE, 5)
    Y = history.Y.copy()
    Y[4] = np.inf
    data = Data.of(replace(history, Y=Y, violation=np.array([0.0, 2.0, 1.0, np.inf, 0.0])))
    np.testing.assert_array_equal(data.Y, history.Y[:4])
    np.testing.assert_array_equal(data.feasible, [True, False, False, False])
    assert data.V[0] < 0.0 < data.V[2] < data.V[1] < data.V[3] == data.V[4]


def test_without_anything_infeasible_there_is_nothing_to_tell() -> None:
    assert not len(Data.of(crowd(SPACE, 5)).V)


@given(y=st.lists(st.floats(-1e300, 1e300) | st.sampled_from([0.0, 1e-300, 1.0]), min_size=1, max_size=20))
def test_levels_keep_the_order_and_stay_finite(y: list[float]) -> None:
    values = np.array(y)
    with np.errstate(all="raise", under="ignore"):
        level = levelled(values)
    assert np.isfinite(level).all()
    order = np.argsort(values)
    assert (np.diff(level[order]) >= 0.0).all()
    assert np.abs(level).max() <= len(y) ** 0.5


def test_an_outlier_leaves_the_others_apart() -> None:
    values = np.append(np.linspace(0.0, 1.0, 20), 1e12)
    level = levelled(values)
    assert level[19] - level[0] > 0.5


@given(n=st.integers(1, 60), most=st.integers(9, 40), seed=st.integers(0, 1000))
def test_a_spread_has_the_best_and_no_row_twice(n: int, most: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    Z, order = rng.random((n, 3)), rng.permutation(n)
    rows = spread(Z, order, most)
    assert len(rows) == min(n, most)
    assert (np.diff(rows) > 0).all()
    assert set(order[: most // 3]) <= set(rows)


def test_minus_infinity_counts_as_the_best_finite_value() -> None:
    history = crowd(SPACE, 4)
    Y = np.array([[2.0], [-np.inf], [1.0], [5.0]])
    np.testing.assert_array_equal(Data.of(replace(history, Y=Y)).Y[:, 0], [2.0, 1.0, 1.0, 5.0])
