"""The exact Gaussian process: against dense formulas and differences, and on data that would break it."""

import math
import time
from collections.abc import Callable, Iterator
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.base.arrays import Array
from luthier.space.domains import Categorical, Float, Int
from luthier.space.space import Space
from luthier.surrogates.evidence import evidence
from luthier.surrogates.gp import GaussianProcess, Hyperparameters, fit
from luthier.surrogates.inputs import Inputs
from luthier.surrogates.kernels import matern, matern_slope, squared_distances
from luthier.surrogates.learning import Target
from luthier.surrogates.priors import prior

SPACE = Space(
    {
        "x": Float(0.0, 1.0),
        "y": Float(0.0, 1.0),
        "depth": Int(1, 5),
        "kind": Categorical(("a", "b", "c")),
    }
)
INPUTS = Inputs.of(SPACE, conditional=(1,))
GROUPS = len(INPUTS.kind)


@pytest.fixture(autouse=True)
def strict() -> Iterator[None]:
    with np.errstate(all="raise", under="ignore"):
        yield


def points(n: int, seed: int = 0) -> Array:
    rng = np.random.default_rng(seed)
    X = rng.random((n, len(SPACE)))
    X[:, 1] = np.where(rng.random(n) < 0.3, np.nan, X[:, 1])
    return X


def data(n: int, seed: int = 0) -> tuple[Array, Array]:
    X = points(n, seed)
    y = np.sin(5.0 * X[:, 0]) + np.nan_to_num(X[:, 1]) ** 2 + 0.3 * np.floor(3.0 * X[:, 3])
    return INPUTS.features(X), (y - y.mean()) / y.std() if n > 1 else np.zeros(n)


def some_hyper(*, warp: float = 0.0) -> Hyperparameters:
    table = np.zeros((GROUPS, 2))
    table[:2] = warp, -warp
    return Hyperparameters(np.linspace(-0.8, 0.9, GROUPS), math.log(1.7), math.log(0.01), 0.3, table)


def process(n: int, *, warp: float = 0.0) -> GaussianProcess:
    Z, y = data(n)
    return GaussianProcess(INPUTS, Z, y, hyper=some_hyper(warp=warp))


@pytest.mark.parametrize("square", [1e-12, 1e-3, 0.5, 1.0, 49.0, 1e4])
def test_the_kernel_and_its_slope_are_those_of_the_book(square: float) -> None:
    """Against fifty digits; the slope also as the difference of two kernels, which knows no formula of it."""
    with localcontext() as context:
        context.prec = 50

        def kernel(at: Decimal) -> Decimal:
            r = (5 * at).sqrt()
            return (1 + r + r * r / 3) * (-r).exp()

        here = Decimal(square)
        h = here * Decimal("1e-14")
        slope = (kernel(here + h) - kernel(here - h)) / (2 * h)
        (value, *_), (by_square, *_) = matern_slope(np.array([square]))
        assert value == matern(np.array([square]))[0] == pytest.approx(float(kernel(here)), rel=1e-13)
        assert by_square == pytest.approx(float(slope), rel=1e-9)


def test_the_kernel_is_one_where_points_meet_and_its_slope_finite() -> None:
    (value, *_), (slope, *_) = matern_slope(np.zeros(1))
    assert value == 1.0
    assert slope == pytest.approx(-5.0 / 6.0, rel=1e-15)


def test_predictions_are_those_of_the_dense_formula() -> None:
    Z, y = data(25)
    hyper = some_hyper()
    Q = INPUTS.features(points(9, seed=1))

    def kernel(A: Array, B: Array) -> Array:
        lengths = np.exp(hyper.lengthscale)[INPUTS.group]
        r = np.sqrt((((A[:, None] - B[None]) / lengths) ** 2).sum(axis=2))
        covariance: Array = 1.7 * (1 + math.sqrt(5) * r + 5 * r**2 / 3) * np.exp(-math.sqrt(5) * r)
        return covariance

    K = kernel(Z, Z) + 0.01 * np.eye(25)
    mean = 0.3 + kernel(Q, Z) @ np.linalg.solve(K, y - 0.3)
    covariance = kernel(Q, Q) - kernel(Q, Z) @ np.linalg.solve(K, kernel(Z, Q))
    gp = GaussianProcess(INPUTS, Z, y, hyper=hyper)
    for got_mean, got_variance in (gp.predict(Q), gp.gradient(Q)[:2]):
        np.testing.assert_allclose(got_mean, mean, atol=1e-9)
        np.testing.assert_allclose(got_variance, np.diagonal(covariance), atol=1e-9)


@pytest.mark.parametrize("warp", [0.0, 0.4])
def test_gradients_of_predictions_are_those_of_differences(warp: float) -> None:
    gp = process(20, warp=warp)
    Q = np.clip(INPUTS.features(points(6, seed=2)), 0.02, 0.98)
    w = gp.beside(7)
    slopes = gp.gradient(Q, w)[3:]
    step = 1e-6
    for feature in range(Q.shape[1]):
        moved = np.zeros(Q.shape[1])
        moved[feature] = step
        for slope, upper, lower in zip(
            slopes, gp.compared(Q + moved, w), gp.compared(Q - moved, w), strict=True
        ):
            np.testing.assert_allclose(slope[:, feature], (upper - lower) / (2 * step), atol=1e-6)


def test_the_covariance_with_a_known_point_is_that_of_both_together() -> None:
    gp = process(20)
    Q = INPUTS.features(points(6, seed=2))
    for row in (0, 7, 19):
        both = np.concatenate([Q, gp.Z[row : row + 1]])
        S = gp.scaled(both)
        k = matern(squared_distances(S, gp.S))
        R = matern(squared_distances(gp.S, gp.S)) + gp.rho * np.eye(len(gp.y))
        together = gp.tau2 * (matern(squared_distances(S, S)) - k @ np.linalg.solve(R, k.T))
        mean, variance, covariance = gp.compared(Q, gp.beside(row))
        np.testing.assert_allclose(covariance, together[:-1, -1], atol=1e-9)
        np.testing.assert_array_equal(mean, gp.predict(Q)[0])
        np.testing.assert_array_equal(variance, gp.predict(Q)[1])


@pytest.mark.parametrize("warping", [False, True])
@given(n=st.integers(2, 15), seed=st.integers(0, 20))
def test_the_slope_of_the_posterior_is_that_of_differences(n: int, seed: int, *, warping: bool) -> None:
    Z, y = data(n, seed)
    target = Target.of(INPUTS, Z, y, warping=warping)
    rng = np.random.default_rng(seed)
    point = target.start(0.3, 1e-2) + 0.2 * rng.normal(size=len(target.low))
    slope = target.value(point)[1]
    step = 1e-5
    for place in range(len(point)):
        moved = np.zeros(len(point))
        moved[place] = step
        difference = (target.value(point + moved)[0] - target.value(point - moved)[0]) / (2 * step)
        assert slope[place] == pytest.approx(difference, rel=1e-4, abs=1e-5)


def test_the_evidence_prefers_the_noise_that_is_there() -> None:
    rng = np.random.default_rng(0)
    S = np.linspace(0.0, 3.0, 60)[:, None]
    y = np.sin(S[:, 0])
    noisy = y + 0.3 * rng.normal(size=60)
    ratios = (1e-6, 0.3)
    assert np.argmin([evidence(S, y, rho, v=1.0).value for rho in ratios]) == 0
    assert np.argmin([evidence(S, noisy, rho, v=1.0).value for rho in ratios]) == 1


def test_fit_finds_which_parameters_matter() -> None:
    space = Space({name: Float(0.0, 1.0) for name in "abc"})
    inputs = Inputs.of(space)
    Z = np.random.default_rng(4).random((60, 3))
    y = np.sin(9.0 * Z[:, 1])
    lengthscale = fit(inputs, Z, (y - y.mean()) / y.std()).lengthscale
    assert lengthscale[1] < min(lengthscale[0], lengthscale[2]) - 1.0


def test_fit_learns_the_noise() -> None:
    Z, y = data(120)
    noisy = y + 0.3 * np.random.default_rng(5).normal(size=120)
    assert math.exp(0.5 * fit(INPUTS, Z, noisy).noise) == pytest.approx(0.3, rel=0.25)
    assert math.exp(0.5 * fit(INPUTS, Z, y).noise) < 0.02


def test_fit_is_at_least_as_good_as_the_prior_alone() -> None:
    Z, y = data(30)
    target = Target.of(INPUTS, Z, y, warping=False)
    hyper = fit(INPUTS, Z, y)
    found = np.append(hyper.lengthscale, hyper.noise - hyper.signal)
    assert target.value(found)[0] < target.value(target.start(0.0, 1e-3))[0] - 1.0


def test_hyperparameters_are_rounded() -> None:
    Z, y = data(20)
    hyper = fit(INPUTS, Z, y)
    np.testing.assert_allclose(100.0 * hyper.lengthscale, np.rint(100.0 * hyper.lengthscale), atol=1e-8)
    assert fit(INPUTS, Z.copy(), y * (1.0 + 1e-14)).lengthscale.tolist() == hyper.lengthscale.tolist()


@given(st.integers(0, 12), st.integers(1, 4))
def test_appended_is_the_process_of_all_data(n: int, more: int) -> None:
    Z, y = data(n + more)
    hyper = some_hyper()
    grown = GaussianProcess(INPUTS, Z[:n], y[:n], hyper=hyper).appended(Z[n:], y[n:])
    whole = GaussianProcess(INPUTS, Z, y, hyper=hyper)
    Q = INPUTS.features(points(5, seed=3))
    for got, expected in zip(grown.gradient(Q), whole.gradient(Q), strict=True):
        np.testing.assert_allclose(got, expected, atol=1e-7)


def test_calibrated_follows_the_scale_of_the_targets() -> None:
    gp = process(30).calibrated()
    scaled = GaussianProcess(INPUTS, gp.Z, 10.0 * gp.y + 5.0, hyper=gp.hyper).calibrated()
    Q = INPUTS.features(points(5, seed=3))
    mean, variance = gp.predict(Q)
    np.testing.assert_allclose(scaled.predict(Q)[0], 10.0 * mean + 5.0, atol=1e-6)
    np.testing.assert_allclose(scaled.predict(Q)[1], 100.0 * variance, rtol=0.02)


def test_a_process_without_data_is_its_prior() -> None:
    Z, y = data(0)
    hyper = fit(INPUTS, Z, y)
    mean, variance = GaussianProcess(INPUTS, Z, y, hyper=hyper).predict(INPUTS.features(points(4)))
    np.testing.assert_allclose(mean, 0.0)
    np.testing.assert_allclose(variance, math.exp(hyper.signal))


def test_a_space_without_parameters_has_a_process_of_one_value() -> None:
    inputs = Inputs.of(Space({}))
    Z, y = np.empty((5, 0)), np.array([1.0, -1.0, 0.5, -0.5, 0.0])
    mean, variance = GaussianProcess(inputs, Z, y, hyper=fit(inputs, Z, y)).predict(np.empty((2, 0)))
    np.testing.assert_allclose(mean, 0.0, atol=1e-6)
    assert (variance > 0.0).all()


BROKEN = {
    "constant": np.zeros(12),
    "one outlier": np.eye(12)[0],
    "two values": np.arange(12) % 2.0,
    "large": 1e8 * np.arange(12.0),
    "tiny": 1e-150 * np.arange(12.0),
}


@pytest.mark.parametrize("y", BROKEN.values(), ids=BROKEN.keys())
@pytest.mark.parametrize("same", [0, 6, 12])
def test_no_data_breaks_it(y: Array, same: int) -> None:
    Z, _ = data(12)
    Z[:same] = Z[0]
    Z[6] = Z[7] + 1e-300
    gp = GaussianProcess(INPUTS, Z, y, hyper=fit(INPUTS, Z, y))
    Q = np.concatenate([Z, INPUTS.features(points(5))])
    for mean, variance, *slopes in (gp.gradient(Q), gp.appended(Z[:2], y[:2]).predict(Q)):
        assert np.isfinite(mean).all()
        assert np.isfinite(variance).all()
        assert (variance > 0.0).all()
        assert all(np.isfinite(slope).all() for slope in slopes)


def test_the_prior_of_lengthscales_couples_them() -> None:
    believed = prior(INPUTS)
    together, apart = np.zeros(GROUPS + 1), np.zeros(GROUPS + 1)
    together[:GROUPS], apart[:GROUPS] = 1.0, np.resize([1.0, -1.0], GROUPS)
    assert believed.negative_log(believed.loc + together)[0] < believed.negative_log(believed.loc + apart)[0]


def test_the_prior_is_a_normal_density() -> None:
    believed, rng = prior(INPUTS, warped=2), np.random.default_rng(0)
    inverse = np.diag(believed.precision) - np.outer(believed.coupling, believed.coupling)
    np.testing.assert_allclose(np.sqrt(np.diag(np.linalg.inv(inverse))), believed.deviation, rtol=1e-12)
    x = rng.normal(size=len(believed.loc))
    value, slope = believed.negative_log(x)
    assert value == pytest.approx(0.5 * (x - believed.loc) @ inverse @ (x - believed.loc))
    np.testing.assert_allclose(slope, inverse @ (x - believed.loc), rtol=1e-12)


def cost(work: Callable[[], object]) -> float:
    start = time.thread_time()
    work()
    return time.thread_time() - start


def test_appending_a_row_costs_a_fraction_of_a_new_process() -> None:
    rng = np.random.default_rng(0)
    inputs = Inputs.of(Space({f"x{column}": Float(0.0, 1.0) for column in range(6)}))
    Z, y = rng.random((601, 6)), rng.normal(size=601)
    hyper = Hyperparameters(np.zeros(6), 0.0, -5.0, 0.0, np.zeros((6, 2)))
    gp = GaussianProcess(inputs, Z[:600], y[:600], hyper=hyper)
    new = min(cost(lambda: GaussianProcess(inputs, Z, y, hyper=hyper)) for _ in range(3))
    assert min(cost(lambda: gp.appended(Z[600:], y[600:])) for _ in range(5)) < new / 2.0


def test_fits_of_usual_sizes_take_milliseconds() -> None:
    rng = np.random.default_rng(0)
    inputs = Inputs.of(Space({f"x{column}": Float(0.0, 1.0) for column in range(6)}))
    Z = rng.random((200, 6))
    y = np.sin(4.0 * Z).sum(axis=1)
    y = (y - y.mean()) / y.std()
    assert cost(lambda: fit(inputs, Z, y)) < 5 * 0.15
