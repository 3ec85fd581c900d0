"""Cut normal kernels, against SciPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, special, stats

from luthier.numerics.truncnorm import CDF_ERROR, cdf, draw, log_peak, mass_ends, quantile, shared_log_peak

MU = st.floats(0.0, 1.0)
SIGMA = st.floats(1e-4, 1.0)


def test_the_table_errs_by_no_more_than_it_says() -> None:
    z = np.linspace(-12.0, 12.0, 1_000_003)
    worst = np.abs(cdf(z) - special.ndtr(z)).max()
    assert CDF_ERROR / 2 < worst < CDF_ERROR


def test_small_tails_keep_their_relative_size() -> None:
    z = np.linspace(-7.9, -1.0, 10_001)
    np.testing.assert_allclose(cdf(z), special.ndtr(z), rtol=5e-5)


@given(st.floats(1e-12, 1.0 - 1e-12))
def test_the_quantile_inverts_the_table(p: float) -> None:
    assert cdf(quantile(np.array([p]))) == pytest.approx(p, rel=1e-9)


@given(MU, SIGMA)
def test_the_peak_is_that_of_the_truncated_normal(mu: float, sigma: float) -> None:
    exact = stats.truncnorm.logpdf(mu, -mu / sigma, (1.0 - mu) / sigma, loc=mu, scale=sigma)
    at = np.array([mu]), np.array([sigma])
    assert log_peak(*at)[0] == pytest.approx(exact, abs=1e-6)


@given(MU, SIGMA)
def test_the_mass_is_never_below_a_third(mu: float, sigma: float) -> None:
    lower, upper = mass_ends(np.array([mu]), np.array([sigma]))
    assert 0.34 < (upper - lower)[0] <= 1.0


@given(st.lists(MU, min_size=1, max_size=9), SIGMA, SIGMA)
def test_shared_peaks_err_by_less_than_they_say(mu: list[float], one: float, other: float) -> None:
    centres, sigma = np.array([mu, mu]), np.array([[one], [other]])
    error = np.abs(shared_log_peak(centres, sigma) - log_peak(centres, sigma))
    assert (error <= 0.4 / (1024 * sigma) + 1e-6).all()


@pytest.mark.parametrize(("mu", "sigma"), [(0.0, 0.1), (0.3, 1.0), (1.0, 0.02)])
def test_densities_integrate_to_one(mu: float, sigma: float) -> None:
    peak = log_peak(np.array([mu]), np.array([sigma]))[0]
    total, _ = integrate.quad(lambda x: np.exp(peak - 0.5 * ((x - mu) / sigma) ** 2), 0.0, 1.0, points=[mu])
    assert total == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(("mu", "sigma"), [(0.0, 0.3), (0.5, 1.0), (0.97, 0.05)])
def test_samples_follow_the_truncated_normal(mu: float, sigma: float) -> None:
    uniform = (np.arange(20_000) + 0.5) / 20_000
    sample = draw(uniform, np.full(20_000, mu), np.full(20_000, sigma))
    exact = stats.truncnorm.cdf(sample, -mu / sigma, (1.0 - mu) / sigma, loc=mu, scale=sigma)
    np.testing.assert_allclose(exact, uniform, atol=1e-6)


@given(st.floats(0.0, 1.0, exclude_max=True), MU, SIGMA)
def test_samples_stay_inside(uniform: float, mu: float, sigma: float) -> None:
    sample = draw(np.array([uniform]), np.array([mu]), np.array([sigma]))[0]
    assert 0.0 <= sample <= 1.0


@given(MU, SIGMA, st.integers(0, 1000))
def test_samples_invert_the_distribution_everywhere(mu: float, sigma: float, start: int) -> None:
    """For all kernels, their mass below each sample is the uniform number that it came from."""
    uniform = (start + np.arange(7) / 7.0) / 1001.0
    sample = draw(uniform, np.full(7, mu), np.full(7, sigma))
    lower, upper = special.ndtr(np.array([-mu, 1.0 - mu]) / sigma)
    below = (special.ndtr((sample - mu) / sigma) - lower) / (upper - lower)
    np.testing.assert_allclose(below, uniform, atol=2e-6)
    assert (np.diff(sample) >= 0.0).all()


@given(st.floats(0.0, 1.0, exclude_min=True, exclude_max=True), MU, SIGMA)
def test_kernels_mirror(uniform: float, mu: float, sigma: float) -> None:
    """Upside down, a kernel is the one of the mirrored centre; down to the borders, where one tail is cut off."""
    widths = np.full(2, sigma)
    there, back = draw(np.array([uniform, 1.0 - uniform]), np.array([mu, 1.0 - mu]), widths)
    assert there == pytest.approx(1.0 - back, abs=3e-4)
    one, other = log_peak(np.array([mu, 1.0 - mu]), widths)
    assert one == pytest.approx(other, abs=1e-9)


@given(MU, SIGMA, st.floats(1.0, 4.0))
def test_wider_kernels_have_lower_peaks(mu: float, sigma: float, factor: float) -> None:
    narrow, wide = log_peak(np.full(2, mu), np.array([sigma / factor, sigma]))
    assert wide <= narrow + 1e-6
