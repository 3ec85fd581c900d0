"""Expected improvement, of one objective and of hypervolume."""

import itertools
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from luthier.numerics.hypervolume import hypervolume
from luthier.samplers.gp.improvement import MOST_SIDES, Improvement, boxes


@given(seed=st.integers(0, 10_000), n=st.integers(1, 9), m=st.integers(1, 4))
def test_boxes_tile_what_no_point_dominates(seed: int, n: int, m: int) -> None:
    """Their volume above -1 and that of what is dominated make the whole cube up to the reference."""
    Y = np.random.default_rng(seed).integers(0, 5, size=(n, m)).astype(float)
    reference = np.full(m, 4.0)
    found = boxes(Y, reference, 10_000)
    assert found is not None
    lower, upper = found
    assert (upper > lower).all()
    volume = np.prod(upper - np.maximum(lower, -1.0), axis=1).sum()
    assert volume + hypervolume(Y, reference) == pytest.approx(5.0**m)


@pytest.mark.parametrize(("n", "m"), [(50, 2), (20, 3), (150, 4), (100, 8)])
def test_boxes_are_given_up_as_soon_as_they_are_too_many(n: int, m: int) -> None:
    """Of 150 points and four objectives there are 585,276: they are never made."""
    Y = np.random.default_rng(0).dirichlet(np.ones(m), n)
    reference, begin = np.full(m, 2.0), time.thread_time()
    assert boxes(Y, reference, 40) is None
    assert Improvement.over(Y).lower.size <= MOST_SIDES
    assert time.thread_time() - begin < 1.0


@pytest.mark.parametrize("m", [1, 2, 3])
def test_it_is_the_mean_gain_of_samples(m: int) -> None:
    rng = np.random.default_rng(m)
    Y = rng.random((6, m))
    improvement = Improvement.over(Y)
    reference = improvement.upper.max(axis=0) if m > 1 else Y.max(axis=0)
    mu, s = np.full(m, 0.2), np.full(m, 0.3)
    samples = mu + s * rng.normal(size=(1500, m))
    gains = [hypervolume(np.vstack([Y, y]), reference) for y in samples]
    expected = np.mean(gains) - hypervolume(Y, reference)
    got = np.exp(improvement.log_expected(mu[None], s[None])[0])
    assert got == pytest.approx(expected, rel=0.15)


@given(seed=st.integers(0, 10_000), m=st.integers(1, 3))
def test_slopes_are_those_of_the_value(seed: int, m: int) -> None:
    rng = np.random.default_rng(seed)
    improvement = Improvement.over(rng.normal(size=(6, m)))
    mu, s = rng.normal(size=(4, m)), rng.uniform(0.05, 1.0, (4, m))
    value, by_mu, by_s = improvement.slopes(mu, s)
    np.testing.assert_allclose(value, improvement.log_expected(mu, s))
    for j in range(m):
        h = np.zeros(m)
        h[j] = 1e-6
        for slope, ahead, behind in (
            (by_mu[:, j], (mu + h, s), (mu - h, s)),
            (by_s[:, j], (mu, s + h), (mu, s - h)),
        ):
            numeric = (improvement.log_expected(*ahead) - improvement.log_expected(*behind)) / 2e-6
            np.testing.assert_allclose(slope, numeric, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("m", [1, 2])
@pytest.mark.parametrize("mean", [-1e6, -50.0, 0.0, 50.0, 1e6])
def test_far_from_any_gain_it_is_finite_and_still_has_a_slope(m: int, mean: float) -> None:
    with np.errstate(all="raise", under="ignore"):
        improvement = Improvement.over(np.array([[0.0, 1.0], [1.0, 0.0]])[:, :m])
        parts = improvement.slopes(np.full((1, m), mean), np.full((1, m), 1e-3))
    assert all(np.isfinite(part).all() for part in parts)
    if mean > 0.0:
        assert (parts[1] < 0.0).all()


def test_a_large_front_is_thinned() -> None:
    rng = np.random.default_rng(0)
    Y = rng.normal(size=(300, 3))
    Y /= -np.linalg.norm(Y, axis=1, keepdims=True)
    assert 1 < Improvement.over(Y).lower.size <= MOST_SIDES


def test_it_is_the_integral_over_all_that_may_be_gained() -> None:
    """The expected gain is the integral of P(y <= z) over all z that nothing dominates, here by quadrature, m = 2."""
    front = np.array([[0.1, 0.8], [0.4, 0.5], [0.7, 0.2]])
    improvement = Improvement.over(front)
    reference = improvement.upper.max(axis=0)
    mu, s = np.array([0.3, 0.35]), np.array([0.2, 0.3])

    def column(a: float) -> float:
        """Over the second coordinate up to where a point with the first one at most a begins to dominate."""
        top = min(reference[1], *(front[front[:, 0] <= a, 1]), np.inf)
        z = (top - mu[1]) / s[1]
        return float(norm.cdf((a - mu[0]) / s[0]) * s[1] * (norm.pdf(z) + z * norm.cdf(z)))

    breaks = [-3.0, *front[:, 0], reference[0]]
    expected = sum(
        quad(column, low, high - 1e-15, epsabs=1e-13)[0] for low, high in itertools.pairwise(breaks)
    )
    got = float(np.exp(improvement.log_expected(mu[None], s[None])[0]))
    assert got == pytest.approx(expected, rel=1e-9)


def test_what_extends_a_short_front_is_a_gain_up_to_the_worst_that_was_seen() -> None:
    """Below the near reference point alone it is none, and to fill the front is all that is left."""
    front = np.array([[0.0, 0.1], [0.05, 0.05], [0.1, 0.0]])
    extending, filling, outside = np.array([[2.0, -0.5], [0.07, 0.03], [4.0, -0.5]])
    points, s = np.stack([extending, filling, outside]), np.full((3, 2), 1e-3)
    near, far = (
        np.exp(Improvement.over(front, worst).log_expected(points, s)) for worst in (None, np.full(2, 3.0))
    )
    assert far[0] == pytest.approx(0.5, rel=0.01)
    assert far[1] == pytest.approx(near[1], rel=1e-6)
    assert near[0] < 1e-9 < near[1]
    assert far[2] < 1e-9
