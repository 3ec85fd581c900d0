"""Logarithms in the tails, against numbers computed with 400 digits."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logsumexp as reference_logsumexp

from luthier.numerics.logspace import log1mexp, log_cdf, log_h, log_h_and_slope, log_pdf, logsumexp

#: z, log h(z), its derivative, log Phi(z).
REFERENCE = np.array(
    [
        (-1e10, -5e19, 1e10, -5e19),
        (-1e5, -5000000023.94479, 100000.00002, -5000000012.431864),
        (-3000.0, -4500016.931674002, 3000.0006666664444, -4500008.925306212),
        (-999.0, -499015.2324510965, 999.002001995984, -499008.32569431385),
        (-300.0, -45012.32653681455, 300.0066664444617, -45006.62273211866),
        (-40.0, -808.29856835662, 40.04990665764852, -804.6084420137538),
        (-8.0, -37.12236426169263, 8.239396506840066, -35.01343715991455),
        (-3.0, -7.869686059603029, 3.5323375176251606, -6.607726221510349),
        (-1.5, -3.52993592080571, 2.2795806941564463, -2.7059444008238898),
        (-1.0, -2.4851210257126413, 1.9042712333296918, -1.8410216450092636),
        (-0.999, -2.4832171154475855, 1.9035493173589595, -1.839496910164778),
        (-0.1, -1.047153314072846, 1.311273393714052, -0.7761545927302733),
        (0.0, -0.9189385332046728, 1.2533141373155003, -0.6931471805599453),
        (1.0, 0.08002621884930694, 0.7766387252017393, -0.17275377902344988),
        (5.0, 1.6094379231264313, 0.19999994053122006, -2.866516129637636e-07),
        (40.0, 3.6888794541139363, 0.025, 0.0),
        (1e10, 23.025850929940457, 1e-10, 0.0),
    ]
)

any_float = st.floats(allow_nan=False)


@pytest.fixture(autouse=True)
def strict() -> Iterator[None]:
    with np.errstate(all="raise", under="ignore"):
        yield


def test_log_h_has_twelve_digits_from_tail_to_tail() -> None:
    z, expected = REFERENCE[:, 0], REFERENCE[:, 1]
    np.testing.assert_allclose(log_h(z), expected, rtol=1e-12)


def test_the_slope_of_log_h_has_eleven_digits_from_tail_to_tail() -> None:
    z, expected = REFERENCE[:, 0], REFERENCE[:, 2]
    np.testing.assert_allclose(log_h_and_slope(z)[1], expected, rtol=1e-11)


def test_log_cdf_has_twelve_digits_in_the_lower_tail() -> None:
    z, expected = REFERENCE[:, 0], REFERENCE[:, 3]
    np.testing.assert_allclose(log_cdf(z), expected, rtol=1e-12, atol=1e-300)


@given(st.floats(-1e6, 1e6), st.floats(1e-9, 10.0))
def test_log_h_rises_everywhere(z: float, step: float) -> None:
    lower, upper = log_h(np.array([z, z + step]))
    assert upper >= lower - 1e-12 * abs(lower)


@given(any_float)
def test_nothing_warns_or_becomes_nan_at_any_number(z: float) -> None:
    point = np.array([z])
    for found in (*log_h_and_slope(point), log_h(point), log_cdf(point), log_pdf(point)):
        assert not np.isnan(found).any()


def test_log1mexp_keeps_the_digits_of_tiny_and_of_large_differences() -> None:
    x = np.array([0.0, -1e-300, -1e-10, -0.5, -1.0, -50.0, -1e4])
    expected = [
        -np.inf,
        -690.7755278982137,
        -23.025850929990458,
        -0.9327521295671886,
        -0.4586751453870819,
        -1.9287498479639178e-22,
        0.0,
    ]
    np.testing.assert_allclose(log1mexp(x), expected, rtol=1e-14)


@given(st.lists(any_float, min_size=1, max_size=5))
def test_logsumexp_is_the_log_of_the_sum(values: list[float]) -> None:
    x = np.array(values)
    with np.errstate(all="ignore"):
        expected = reference_logsumexp(x)
    np.testing.assert_allclose(logsumexp(x), expected, rtol=1e-12, atol=1e-12)


def test_logsumexp_sums_along_the_axis_asked_for() -> None:
    x = np.array([[0.0, -np.inf], [-np.inf, -np.inf]])
    np.testing.assert_array_equal(logsumexp(x, axis=0), [0.0, -np.inf])
    np.testing.assert_array_equal(logsumexp(x, axis=1), [0.0, -np.inf])
