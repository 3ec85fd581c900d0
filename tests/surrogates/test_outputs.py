"""The transform of objective values: order is kept, outliers are not far, and it can be undone."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.base.arrays import Array
from luthier.surrogates.outputs import Outputs


def standardised(y: Array) -> Array:
    return Outputs.of(y).forward(y)


any_values = st.lists(st.floats(allow_nan=False), max_size=20).map(np.array)


@pytest.fixture(autouse=True)
def strict() -> Iterator[None]:
    with np.errstate(all="raise", under="ignore"):
        yield


@given(any_values)
def test_any_values_become_finite_and_moderate(y: Array) -> None:
    z = standardised(y)
    assert z.shape == y.shape
    assert np.isfinite(z).all()
    assert (np.abs(z) < 10.0).all()


@given(any_values)
def test_the_order_is_kept(y: Array) -> None:
    z = standardised(y)
    assert (np.diff(z[np.argsort(y, kind="stable")]) >= 0.0).all()


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20).map(np.array), st.floats(0.0, 1.0))
def test_the_inverse_undoes_it(y: Array, share: float) -> None:
    outputs = Outputs.of(y)
    between = y.min() + share * (y.max() - y.min())
    tolerance = 1e-7 * (y.max() - y.min()) + 1e-9 * np.abs(y).max() + np.finfo(float).tiny
    np.testing.assert_allclose(outputs.inverse(outputs.forward(y)), y, rtol=0.0, atol=tolerance)
    np.testing.assert_allclose(
        outputs.inverse(outputs.forward(np.array(between))), between, rtol=0.0, atol=tolerance
    )


@given(any_values, st.floats(-1e6, 1e6), st.floats(0.0, 1e6))
def test_intervals_are_finite_and_hold_their_middle(y: Array, mean: float, deviation: float) -> None:
    middle, low, high = Outputs.of(y).interval(np.array([mean]), np.array([deviation]))
    assert np.isfinite([low, middle, high]).all()
    assert low <= middle <= high


def test_normal_values_are_hardly_changed() -> None:
    y = np.random.default_rng(0).normal(3.0, 2.0, size=200)
    assert np.corrcoef(y, standardised(y))[0, 1] > 0.999


def test_skewed_values_become_even() -> None:
    y = np.exp(2.0 * np.random.default_rng(1).normal(size=200))
    z = standardised(y)
    assert abs(np.mean(z**3)) < 0.3
    assert np.mean(((y - y.mean()) / y.std()) ** 3) > 3.0


@pytest.mark.parametrize("outlier", [1e3, 1e9, 1e300])
def test_an_outlier_leaves_the_others_room(outlier: float) -> None:
    y = np.append(np.random.default_rng(2).normal(size=20), outlier)
    z = standardised(y)
    assert z[:-1].std() > 0.5
    assert z.argmax() == 20


def test_a_failed_trial_is_a_little_worse_than_the_worst_other() -> None:
    z = standardised(np.array([1.0, 2.0, np.inf, 5.0, 3.0]))
    assert z[2] == z.max()
    assert 0.0 < z[2] - np.sort(z)[-2] < 1.0


@pytest.mark.parametrize("y", [[], [4.0], [4.0, 4.0, 4.0], [np.inf, np.inf], [0.1 + 0.2, 0.3]])
def test_equal_values_are_equal_and_moderate(y: list[float]) -> None:
    z = standardised(np.array(y))
    assert np.ptp(z, axis=0) <= 2.0 if y else z.size == 0


def test_shift_and_scale_do_not_matter() -> None:
    y = np.random.default_rng(3).gamma(1.0, size=50)
    np.testing.assert_allclose(standardised(1e-3 * y - 7.0), standardised(y), atol=1e-9)
