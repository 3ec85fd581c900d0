"""Parzen mixtures on the unit cube, against their definition."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from luthier.base.arrays import Array
from luthier.base.seeding import rng_for
from luthier.space import Categorical, Float, Int, Space
from luthier.surrogates import parzen as module
from luthier.surrogates.columns import Columns
from luthier.surrogates.parzen import Parzen
from luthier.testing.strategies import histories, spaces

MIXED = Space(
    {
        "c": Categorical(("a", "b", "c")),
        "x": Float(0.0, 1.0),
        "k": Int(0, 4),
        "y": Float(0.0, 1.0),
        "o": Int(1, 1),
    }
)
NAN = math.nan


def mixture(space: Space, X: Array, *, sigma: float = 0.1, blur: float = 0.2, **kwargs: Any) -> Parzen:
    columns = Columns.of(space)
    return Parzen(
        columns,
        X,
        sigma=np.full((len(columns.numbers), kwargs.pop("widths", len(X))), sigma),
        blur=np.full(len(columns.choices), blur),
        **kwargs,
    )


def log_density(density: Parzen, points: Array) -> Array:
    return density.log_density(density.columns.features(points))


def definition(space: Space, X: Array, points: Array, *, sigma: float, blur: float) -> Array:
    """The mixture as the module's docstring defines it, one kernel and one column at a time."""
    total = np.ones(len(points))
    for row in X:
        kernel = np.ones(len(points))
        for column, domain in enumerate(space.values()):
            mu, x = row[column], points[:, column]
            levels = domain.levels or 0
            if math.isnan(mu) or levels == 1:
                continue
            if isinstance(domain, Categorical):
                same = np.floor(x * levels) == math.floor(mu * levels)
                prior = 1.0 / levels
                if domain.weights is not None:
                    prior = np.array(domain.weights)[np.floor(x * levels).astype(int)] / sum(domain.weights)
                kernel *= blur + same * (1.0 - blur) / prior
            else:
                width = max(sigma, 1.0 / levels) if levels else sigma
                kernel *= stats.truncnorm.pdf(x, -mu / width, (1 - mu) / width, loc=mu, scale=width)
        total += kernel
    return np.log(total / (len(X) + 1))


def observations(seed: int, n: int, holes: float = 0.0) -> Array:
    rng = rng_for(seed, 0)
    X = rng.random((n, 5))
    X[:, 0] = (np.floor(X[:, 0] * 3) + 0.5) / 3
    X[:, 2] = (np.floor(X[:, 2] * 5) + 0.5) / 5
    X[rng.random(X.shape) < holes] = NAN
    return X


@pytest.mark.parametrize("holes", [0.0, 0.4])
@pytest.mark.parametrize("shared", [False, True])
def test_columns_that_a_point_lacks_do_not_count(*, holes: float, shared: bool) -> None:
    """As if they had been unknown in all observations."""
    X, points = observations(1, 17, holes), observations(2, 9)
    sigma, blur = np.full((3, 1 if shared else 17), 0.07), np.array([0.15])
    columns = Columns.of(MIXED).with_optional([0, 1, 2])
    density = Parzen(columns, X, sigma=sigma, blur=blur)
    np.testing.assert_allclose(
        density.log_density(columns.features(points)),
        Parzen(Columns.of(MIXED), X, sigma=sigma, blur=blur).log_density(Columns.of(MIXED).features(points)),
        rtol=1e-9,
    )
    for lacking in ([0], [1], [2], [0, 2], [0, 1, 2]):
        part, known = points.copy(), X.copy()
        part[:, lacking] = known[:, lacking] = NAN
        expected = Parzen(Columns.of(MIXED), known, sigma=sigma, blur=blur)
        np.testing.assert_allclose(
            density.log_density(columns.features(part)),
            expected.log_density(expected.columns.features(points)),
            rtol=1e-9,
            atol=1e-9,
        )


WEIGHTED = Space({"c": Categorical(("a", "b", "c"), (1.0, 6.0, 3.0)), "x": Float(0.0, 1.0)})


def test_weights_are_the_prior_of_choices() -> None:
    X, points = observations(1, 12, 0.3)[:, :2], observations(2, 30)[:, :2]
    expected = definition(WEIGHTED, X, points, sigma=0.1, blur=0.2)
    np.testing.assert_allclose(log_density(mixture(WEIGHTED, X), points), expected, atol=1e-5)
    chosen = np.floor(mixture(WEIGHTED, np.empty((0, 2))).sample(rng_for(0, 0), 20_000)[:, 0] * 3)
    np.testing.assert_allclose([(chosen == c).mean() for c in range(3)], [0.1, 0.6, 0.3], atol=0.015)


def test_unlikely_choices_are_drawn_as_often_as_their_density_says() -> None:
    """Under the mixture, the mean of prior / density of one choice is the prior of that choice."""
    X = observations(4, 6, 0.2)[:, :2]
    density = mixture(WEIGHTED, X, sigma=0.25, blur=0.3)
    points = density.sample(rng_for(0, 0), 60_000)
    inverse, chosen = np.exp(-log_density(density, points)), np.floor(points[:, 0] * 3)
    np.testing.assert_allclose(
        [np.where(chosen == c, inverse, 0.0).mean() for c in range(3)], [0.1, 0.6, 0.3], atol=0.02
    )


@pytest.mark.parametrize("holes", [0.0, 0.4])
@pytest.mark.parametrize("shared", [False, True])
def test_the_matrix_product_is_the_definition(*, holes: float, shared: bool) -> None:
    X, points = observations(1, 17, holes), observations(2, 9)
    density = mixture(MIXED, X, sigma=0.07, blur=0.15, widths=1 if shared else 17)
    expected = definition(MIXED, X, points, sigma=0.07, blur=0.15)
    np.testing.assert_allclose(log_density(density, points), expected, atol=0.02 if shared else 1e-5)


@pytest.mark.parametrize("widths", [1, 50])
@pytest.mark.parametrize("kernels", [1, 7, 10])
def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch, kernels: int, widths: int) -> None:
    """Blocks of seven leave one kernel for the last."""
    X, points, left_out = observations(1, 50, 0.2), observations(2, 9), np.array([3, 17, 49])
    whole = log_density(mixture(MIXED, X, left_out=left_out, widths=widths), points)
    parts = mixture(MIXED, X, left_out=left_out, widths=widths)
    monkeypatch.setattr(module, "BLOCK", kernels * sum(parts.columns.features(points).shape))
    np.testing.assert_allclose(log_density(parts, points), whole, rtol=1e-12)


def test_leaving_out_is_gathering_the_others() -> None:
    X, points = observations(1, 20, 0.2), observations(2, 9)
    left_out = np.array([0, 7, 19])
    part = np.delete(X, left_out, axis=0)
    expected = log_density(mixture(MIXED, part), points)
    np.testing.assert_allclose(
        log_density(mixture(MIXED, X, left_out=left_out), points), expected, rtol=1e-12
    )


def test_the_density_has_mean_one() -> None:
    """It is relative to the uniform distribution, over choices and grids too."""
    X = observations(3, 8, 0.2)
    rng = rng_for(0, 0)
    points = rng.random((200_000, 5))
    points[:, 2] = (np.floor(points[:, 2] * 5) + 0.5) / 5
    assert np.exp(log_density(mixture(MIXED, X, sigma=0.2), points)).mean() == pytest.approx(1.0, abs=0.03)


def test_samples_follow_the_density() -> None:
    """Under the mixture, the mean of 1 / density is the volume of the cube."""
    X = observations(4, 6, 0.2)
    density = mixture(MIXED, X, sigma=0.25, blur=0.3)
    points = density.sample(rng_for(0, 0), 100_000)
    assert np.exp(-log_density(density, points)).mean() == pytest.approx(1.0, abs=0.03)
    chosen = np.floor(points[:, 0] * 3)
    cube = rng_for(0, 1).random((200_000, 5))
    cube[:, 2] = (np.floor(cube[:, 2] * 5) + 0.5) / 5
    weight = np.exp(log_density(density, cube))
    for choice in range(3):
        expected = weight[np.floor(cube[:, 0] * 3) == choice].sum() / len(cube)
        assert (chosen == choice).mean() == pytest.approx(expected, abs=0.01)


def test_without_observations_it_is_uniform() -> None:
    density = mixture(MIXED, np.empty((0, 5)))
    np.testing.assert_allclose(log_density(density, observations(2, 9)), 0.0, atol=1e-12)
    points = density.sample(rng_for(0, 0), 20_000)
    assert np.abs(points.mean(axis=0) - 0.5).max() < 0.01


@given(st.data(), spaces(max_size=4))
def test_samples_are_points_of_the_space_and_densities_finite(data: st.DataObject, space: Space) -> None:
    X = data.draw(histories(space)).X
    density = mixture(space, X, sigma=0.01, blur=0.1)
    points = density.sample(rng_for(0, 0), 8)
    assert points.shape == (8, len(space))
    assert ((points >= 0.0) & (points <= 1.0)).all()
    assert np.isfinite(log_density(density, points)).all()


def test_many_narrow_columns_neither_overflow_nor_underflow() -> None:
    space = Space({f"x{column}": Float(0.0, 1.0) for column in range(400)})
    X = np.full((3, 400), 0.5)
    density = mixture(space, X, sigma=1e-3)
    at, away = log_density(density, np.array([np.full(400, 0.5), np.full(400, 0.9)]))
    assert at == pytest.approx(400 * math.log(1e3 / math.sqrt(2 * math.pi)) + math.log(3 / 4), rel=1e-6)
    assert away == pytest.approx(math.log(1 / 4))


def test_samples_are_on_a_grid_that_no_machine_can_blur() -> None:
    scaled = mixture(MIXED, observations(1, 9)).sample(rng_for(0, 0), 50)[:, [1, 3]] * 2.0**32
    np.testing.assert_array_equal(scaled, np.rint(scaled))
