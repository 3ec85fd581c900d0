import math

import numpy as np
import pytest

from luthier.compat.skopt.acquisition import (
    acquisition_values,
    gaussian_acquisition_1D,
    gaussian_ei,
    gaussian_lcb,
    gaussian_mes,
    gaussian_pi,
    gaussian_pvrs,
)
from luthier.compat.skopt.estimators import cook_estimator
from luthier.compat.skopt.space import Space


class Known:
    """A model whose mean is its first column, and whose deviation is its second."""

    def predict(self, X: np.ndarray, return_std: bool = False) -> tuple[np.ndarray, np.ndarray]:  # noqa: FBT001, FBT002 - a regressor's
        assert return_std
        return X[:, 0], X[:, 1]


AT = np.array([[0.0, 1.0], [1.0, 2.0], [-0.5, 0.1], [3.0, 0.0]])


def test_expected_improvement_is_the_expectation() -> None:
    draws = AT[:, :1] + AT[:, 1:] * np.random.default_rng(0).normal(size=200_000)
    expected = np.maximum(0.25 - 0.05 - draws, 0.0).mean(axis=1)
    np.testing.assert_allclose(gaussian_ei(AT, Known(), y_opt=0.25, xi=0.05), expected, atol=0.01)


def test_probability_of_improvement_is_the_probability() -> None:
    draws = AT[:, :1] + AT[:, 1:] * np.random.default_rng(0).normal(size=200_000)
    expected = (draws < 0.25 - 0.05).mean(axis=1)
    np.testing.assert_allclose(gaussian_pi(AT, Known(), y_opt=0.25, xi=0.05), expected, atol=0.01)


def test_the_lower_bound() -> None:
    np.testing.assert_allclose(gaussian_lcb(AT, Known(), kappa=2.0), [-2.0, -3.0, -0.7, 3.0])
    np.testing.assert_allclose(gaussian_lcb(AT, Known(), kappa="inf"), -AT[:, 1])


def test_nothing_is_expected_where_all_is_known() -> None:
    certain = np.array([[-5.0, 0.0]])
    assert gaussian_ei(certain, Known(), 0.0) == gaussian_pi(certain, Known(), 0.0) == 0.0


def test_the_entropy_of_the_minimum_is_learnt_where_it_may_lie() -> None:
    X = np.array([[0.0, 1.0], [1.0, 0.1], [5.0, 1.0]])
    first, sure, bad = gaussian_mes(X, Known())
    assert first > sure
    assert first > bad
    assert math.isfinite(gaussian_mes(np.array([[0.0, 0.0], [1.0, 1.0]]), Known()).sum())


@pytest.mark.parametrize("name", ["EI", "PI", "LCB"])
def test_gradients_at_one_point(name: str) -> None:
    X = np.random.default_rng(0).random((12, 2))
    model = cook_estimator("GP", Space([(0.0, 1.0)] * 2), random_state=0).fit(X, X.sum(axis=1))
    at, step = np.array([0.3, 0.6]), 1e-6
    value, slope = gaussian_acquisition_1D(at, model, 0.4, name)
    around = [
        [
            float(gaussian_acquisition_1D(at + s * step * axis, model, 0.4, name, return_grad=False)[0])
            for s in (1, -1)
        ]
        for axis in np.eye(2)
    ]
    np.testing.assert_allclose(
        np.ravel(slope), [(up - down) / (2 * step) for up, down in around], rtol=1e-3, atol=1e-6
    )
    assert float(value[0]) == pytest.approx(sum(map(sum, around)) / 4, rel=1e-6)


def test_a_function_per_second_divides_by_the_seconds_expected() -> None:
    class Both:
        estimators_ = (Known(), Known())

    plain = acquisition_values(AT, Known(), 0.25, acq_func="EI", options={})
    per_second = acquisition_values(AT, Both(), 0.25, acq_func="EIps", options={})
    np.testing.assert_allclose(per_second, plain * np.exp(-AT[:, 0] + 0.5 * AT[:, 1] ** 2))


def test_what_is_wrong_is_said() -> None:
    with pytest.raises(ValueError, match=r"\(n, d\)"):
        gaussian_ei(np.zeros(3), Known())
    with pytest.raises(ValueError, match="acq_func"):
        acquisition_values(AT, Known(), 0.0, acq_func="UCB", options={})
    with pytest.raises(ValueError, match="gradients"):
        gaussian_acquisition_1D(AT[0], Known(), 0.0, "MES")
    with pytest.raises(NotImplementedError, match="PVRS"):
        gaussian_pvrs(AT, Known())
