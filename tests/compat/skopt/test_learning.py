from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.gaussian_process import GaussianProcessRegressor as Plain

from luthier.base.arrays import Array
from luthier.compat.skopt.estimators import cook_estimator, has_gradients
from luthier.compat.skopt.learning import (
    ExtraTreesRegressor,
    GaussianProcessRegressor,
    GradientBoostingQuantileRegressor,
    RandomForestRegressor,
)
from luthier.compat.skopt.learning.gaussian_process.kernels import (
    RBF,
    ConstantKernel,
    DotProduct,
    Exponentiation,
    ExpSineSquared,
    HammingKernel,
    Matern,
    RationalQuadratic,
    WhiteKernel,
    gradient_x,
)
from luthier.compat.skopt.space import Space

RNG = np.random.default_rng(0)
X = RNG.random((30, 2))
Y = np.sin(5.0 * X[:, 0]) + X[:, 1] ** 2 + 0.05 * RNG.normal(size=30)
AT = RNG.random((7, 2))

MATERN = ConstantKernel(1.0, (0.01, 1000.0)) * Matern([1.0, 1.0], [(0.01, 100.0)] * 2, nu=2.5)

KERNELS = [
    MATERN,
    2.0 * Matern(0.7, nu=0.5),
    Matern([0.5, 2.0], nu=1.5),
    Matern(0.5, nu=np.inf) + ConstantKernel(0.3),
    RBF([0.5, 1.5]) * RationalQuadratic(0.8, 1.2),
    ExpSineSquared(0.9, 1.7) + WhiteKernel(0.1),
    Exponentiation(RBF(0.6), 2.0),
    RBF(0.4) + DotProduct(0.5) * ConstantKernel(0.2),
]


def slopes_of(kernel: object, noise: object = None) -> tuple[GaussianProcessRegressor, Array, Array]:
    """A process, and the central differences of its mean and deviation."""
    process = GaussianProcessRegressor(kernel, noise=noise, normalize_y=True, optimizer=None, alpha=1e-4).fit(
        X, Y
    )
    step = 1e-6
    mean, std = np.empty((7, 2)), np.empty((7, 2))
    for column in range(2):
        shift = step * np.eye(2)[column]
        up, down = (process.predict(at, return_std=True) for at in (AT + shift, AT - shift))
        mean[:, column], std[:, column] = (up[0] - down[0]) / (2 * step), (up[1] - down[1]) / (2 * step)
    return process, mean, std


@pytest.mark.parametrize("kernel", KERNELS, ids=repr)
def test_gradients_are_those_of_the_predictions(kernel: object) -> None:
    process, mean, std = slopes_of(kernel)
    values = process.predict(AT, return_std=True)
    found = process.predict_gradients(AT)
    np.testing.assert_allclose(found[0], values[0], rtol=1e-6)
    np.testing.assert_allclose(found[1], values[1], rtol=1e-4)
    np.testing.assert_allclose(found[2], mean, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(found[3], std, rtol=1e-3, atol=1e-5)


def test_gradients_of_one_point_in_the_order_of_the_original() -> None:
    process, mean, std = slopes_of(MATERN)
    found = process.predict(AT[:1], return_std=True, return_mean_grad=True, return_std_grad=True)
    assert [part.shape for part in found] == [(1,), (1,), (2,), (2,)]
    np.testing.assert_allclose(found[2], mean[0], rtol=1e-4)
    np.testing.assert_allclose(found[3], std[0], rtol=1e-4)
    assert len(process.predict(AT[:1], return_mean_grad=True)) == 2
    with pytest.raises(ValueError, match="one point"):
        process.predict(AT, return_mean_grad=True)
    with pytest.raises(ValueError, match="return_std"):
        process.predict(AT[:1], return_std_grad=True)


def test_no_gradient_is_made_up() -> None:
    with pytest.raises(NotImplementedError, match="nu=3"):
        gradient_x(Matern(1.0, nu=3.5), X, X)


@pytest.mark.parametrize(
    "kernel",
    [
        MATERN + WhiteKernel(0.1),
        MATERN,
        ConstantKernel(2.0, "fixed") * Matern(0.7, nu=2.5) + WhiteKernel(0.3, "fixed"),
        ConstantKernel(2.0) * Matern([0.7, 0.2], "fixed", nu=2.5) + WhiteKernel(0.3),
        ConstantKernel(2.0) * Matern(0.7, nu=1.5),
    ],
    ids=repr,
)
@pytest.mark.parametrize("shift", [0.0, 0.4])
def test_the_short_likelihood_is_the_general_one(kernel: object, shift: float) -> None:
    ours = GaussianProcessRegressor(kernel, optimizer=None, alpha=1e-6).fit(X, Y)
    general = Plain(kernel, optimizer=None, alpha=1e-6).fit(X, Y)
    theta = general.kernel_.theta + shift
    value, slope = ours.log_marginal_likelihood(theta, eval_gradient=True)
    expected_value, expected_slope = general.log_marginal_likelihood(theta, eval_gradient=True)
    assert value == pytest.approx(expected_value, rel=1e-9)
    np.testing.assert_allclose(slope, expected_slope, rtol=1e-6, atol=1e-8)


def test_noise_is_fitted_and_left_out_of_predictions() -> None:
    process = GaussianProcessRegressor(MATERN, noise="gaussian", normalize_y=True, random_state=0).fit(X, Y)
    noise: Any = process.noise_
    assert 0.01 < np.sqrt(noise) * process.y_train_std_ < 0.2
    assert process.kernel is MATERN
    _, std = process.predict(X, return_std=True)
    assert std.mean() < 0.06
    fixed = GaussianProcessRegressor(MATERN, noise=0.25).fit(X, Y)
    assert fixed.noise_ == pytest.approx(0.25)
    assert GaussianProcessRegressor(MATERN).fit(X, Y).noise_ is None
    with pytest.raises(ValueError, match="gaussian"):
        GaussianProcessRegressor(noise="white").fit(X, Y)


def test_new_data_keep_the_kernel() -> None:
    process = GaussianProcessRegressor(MATERN, noise="gaussian", normalize_y=True, random_state=0).fit(X, Y)
    other = process.given(X[:10], Y[:10])
    assert other.noise_ == process.noise_
    np.testing.assert_allclose(other.kernel_.k1.theta, process.kernel_.k1.theta)
    assert len(other.X_train_) == 10


def test_categories_are_equal_or_not() -> None:
    K, slope = HammingKernel([1.0, 2.0])(np.array([[0, 0], [0, 1], [5, 1]]), eval_gradient=True)
    np.testing.assert_allclose(K[0], np.exp([0.0, -2.0, -3.0]))
    np.testing.assert_allclose(slope[0, 2], -np.exp(-3.0) * np.array([1.0, 2.0]))
    shared = HammingKernel(1.5)
    _, slope = shared(X, eval_gradient=True)
    step = 1e-6
    higher, lower = (HammingKernel(1.5 * np.exp(d))(X) for d in (step, -step))
    np.testing.assert_allclose(slope[:, :, 0], (higher - lower) / (2 * step), atol=1e-6)
    assert not has_gradients(cook_estimator("GP", Space([["a", "b", "c"], ["d", "e"]])))
    assert has_gradients(cook_estimator("GP", Space([["a", "b", "c"], (0.0, 1.0)])))
    assert not has_gradients(cook_estimator("ET"))


@pytest.mark.parametrize("kind", [ExtraTreesRegressor, RandomForestRegressor])
def test_a_forest_is_as_sure_as_the_law_of_total_variance_says(kind: type) -> None:
    forest = kind(n_estimators=5, min_samples_leaf=3, random_state=0, min_variance=0.01).fit(X, Y)
    mean, std = forest.predict(AT, return_std=True)
    trees = forest.estimators_
    means = np.array([tree.predict(AT) for tree in trees])
    spreads = np.array([np.maximum(tree.tree_.impurity[tree.apply(AT)], 0.01) for tree in trees])
    np.testing.assert_allclose(mean, forest.predict(AT))
    np.testing.assert_allclose(std**2, spreads.mean(axis=0) + means.var(axis=0))
    assert clone(forest).get_params() == forest.get_params()


def test_quantiles_are_in_order_and_make_a_deviation() -> None:
    boosted = GradientBoostingQuantileRegressor(random_state=0).fit(X, Y)
    quantiles = boosted.predict(AT, return_quantiles=True)
    median, std = boosted.predict(AT, return_std=True)
    assert quantiles.shape == (7, 3)
    np.testing.assert_allclose(median, quantiles[:, 1])
    np.testing.assert_allclose(std, np.maximum(quantiles[:, 2] - quantiles[:, 0], 0.0) / 2.0)
    np.testing.assert_allclose(boosted.predict(AT), median)
    again = clone(boosted).fit(X, Y)
    np.testing.assert_allclose(again.predict(AT), median)


def test_quantile_regressors_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="quantile"):
        GradientBoostingQuantileRegressor(base_estimator=GradientBoostingRegressor()).fit(X, Y)
    two = GradientBoostingQuantileRegressor(
        [0.1, 0.5], GradientBoostingRegressor(n_estimators=3, loss="quantile")
    ).fit(X, Y)
    assert two.predict(AT, return_quantiles=True).shape == (7, 2)
    with pytest.raises(ValueError, match=r"0\.84"):
        two.predict(AT, return_std=True)


@pytest.mark.parametrize("name", ["gp", "RF", "et", "GBRT"])
def test_estimators_by_name(name: str) -> None:
    estimator = cook_estimator(name, Space([(0.0, 1.0), (0.0, 1.0)]), random_state=3, n_jobs=1)
    assert estimator.get_params()["random_state"] == 3
    mean, std = estimator.fit(X, Y).predict(AT, return_std=True)
    assert mean.shape == std.shape == (7,)


def test_estimators_that_cannot_be() -> None:
    assert cook_estimator("dummy") is None
    for wrong in ("tree", 3, GradientBoostingRegressor):
        with pytest.raises(ValueError, match="Expected"):
            cook_estimator(wrong)
    with pytest.raises(ValueError, match="space"):
        cook_estimator("GP")
