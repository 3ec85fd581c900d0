"""Several processes as one: a mixture's moments, with the interface of a process."""

import numpy as np
import pytest

from luthier.base.arrays import Array
from luthier.space.domains import Float
from luthier.space.space import Space
from luthier.surrogates.ensemble import Ensemble
from luthier.surrogates.gp import GaussianProcess, fit
from luthier.surrogates.inputs import Inputs

INPUTS = Inputs.of(Space({name: Float(0.0, 1.0) for name in "ab"}))


def few(n: int = 6) -> tuple[Array, Array]:
    Z = np.random.default_rng(1).random((n, 2))
    y = np.sin(6.0 * Z[:, 0]) + Z[:, 1]
    return Z, (y - y.mean()) / y.std()


def single(n: int = 6) -> GaussianProcess:
    Z, y = few(n)
    return GaussianProcess(INPUTS, Z, y, hyper=fit(INPUTS, Z, y))


def test_moments_are_those_of_draws_from_the_mixture() -> None:
    ensemble = Ensemble.of(single())
    Q = np.array([[0.1, 0.9], [0.4, 0.4], [0.95, 0.05]])
    rng = np.random.default_rng(0)
    counts = np.rint(200_000 * ensemble.shares).astype(int)
    draws = [
        rng.multivariate_normal(*each.joint(Q), size=count)
        for each, count in zip(ensemble.processes, counts, strict=True)
    ]
    together = np.concatenate(draws)
    mean, covariance = ensemble.joint(Q)
    np.testing.assert_allclose(mean, together.mean(axis=0), atol=0.02)
    np.testing.assert_allclose(covariance, np.cov(together.T), atol=0.02)
    np.testing.assert_allclose(ensemble.predict(Q)[0], mean)
    np.testing.assert_allclose(ensemble.predict(Q)[1], np.diagonal(covariance))


def test_gradients_are_those_of_differences() -> None:
    ensemble = Ensemble.of(single())
    Q, step = np.random.default_rng(2).random((5, 2)), 1e-6
    mean, variance, by_mean, by_variance = ensemble.gradient(Q)
    np.testing.assert_allclose((mean, variance), ensemble.predict(Q))
    for feature in range(2):
        moved = np.eye(2)[feature] * step
        upper, lower = np.array(ensemble.predict(Q + moved)), np.array(ensemble.predict(Q - moved))
        np.testing.assert_allclose(
            (by_mean[:, feature], by_variance[:, feature]), (upper - lower) / (2 * step), atol=1e-6
        )


def test_the_mode_has_the_largest_share_of_many_points() -> None:
    ensemble = Ensemble.of(single(60))
    assert ensemble.shares.argmax() == 0
    assert ensemble.shares.sum() == pytest.approx(1.0)


def test_it_is_less_sure_than_its_members_are_on_average() -> None:
    ensemble = Ensemble.of(single())
    Q = np.random.default_rng(3).random((50, 2))
    members = np.array([each.predict(Q)[1] for each in ensemble.processes])
    assert (ensemble.predict(Q)[1] >= ensemble.shares @ members - 1e-12).all()


def test_further_data_reach_all_members() -> None:
    Z, y = few(8)
    ensemble = Ensemble.of(GaussianProcess(INPUTS, Z[:6], y[:6], hyper=fit(INPUTS, Z[:6], y[:6])))
    mean, variance = ensemble.appended(Z[6:], y[6:]).predict(Z[6:])
    assert (variance < 0.05).all()
    np.testing.assert_allclose(mean, y[6:], atol=0.2)
    np.testing.assert_allclose(ensemble.with_targets(y[:6]).predict(Z), ensemble.predict(Z))


@pytest.mark.parametrize("n", [0, 1])
def test_without_data_it_is_the_prior_of_its_members(n: int) -> None:
    Z = np.full((n, 2), 0.5)
    process = GaussianProcess(INPUTS, Z, np.zeros(n), hyper=fit(INPUTS, Z, np.zeros(n)))
    mean, variance = Ensemble.of(process).predict(np.array([[0.0, 0.0]]))
    np.testing.assert_allclose(mean, 0.0)
    assert 0.0 < variance[0] <= 1.1
