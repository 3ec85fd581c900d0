"""Warping of inputs: increasing, the identity by default, and its derivatives are right."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.surrogates.warping import warped, warped_by_parameters, warped_slope

logs = st.floats(-1.5, 1.5)


def test_no_warping_is_the_identity() -> None:
    z = np.linspace(0.0, 1.0, 11)[:, None]
    np.testing.assert_allclose(warped(z, np.zeros(1), np.zeros(1)), z, atol=2e-6)


@given(logs, logs)
def test_it_rises_from_0_to_1(log_a: float, log_b: float) -> None:
    z = np.linspace(0.0, 1.0, 50)[:, None]
    with np.errstate(all="raise", under="ignore"):
        w = warped(z, np.array([log_a]), np.array([log_b]))[:, 0]
    assert (np.diff(w) > 0.0).all()
    assert w[0] >= 0.0
    assert w[-1] <= 1.0


@pytest.mark.parametrize("wrt", ["z", "a", "b"])
@given(log_a=logs, log_b=logs, z=st.floats(0.01, 0.99))
def test_derivatives_are_those_of_differences(wrt: str, log_a: float, log_b: float, z: float) -> None:
    point, step = np.array([z, log_a, log_b]), 1e-6
    moved = np.zeros(3)
    moved["zab".index(wrt)] = step
    (upper, lower) = (
        warped(np.array([[at[0]]]), at[1:2], at[2:3])[0, 0] for at in (point + moved, point - moved)
    )
    Z, a, b = np.array([[z]]), np.array([log_a]), np.array([log_b])
    by = {"z": warped_slope(Z, a, b)}
    w, by["a"], by["b"] = warped_by_parameters(Z, a, b)
    assert w[0, 0] == warped(Z, a, b)[0, 0]
    assert by[wrt][0, 0] == pytest.approx((upper - lower) / (2 * step), rel=1e-4, abs=1e-7)
