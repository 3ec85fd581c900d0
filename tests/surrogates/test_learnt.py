"""Transform and hyperparameters together: the exponent that makes an objective easy to model."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.base.arrays import Array
from luthier.space.domains import Categorical, Float
from luthier.space.space import Space
from luthier.surrogates.gp import GaussianProcess
from luthier.surrogates.inputs import Inputs
from luthier.surrogates.learnt import learn
from luthier.surrogates.outputs import Outputs

SPACE = Space({"a": Float(0.0, 1.0), "b": Float(0.0, 1.0), "kind": Categorical(("x", "y"))})
INPUTS = Inputs.of(SPACE)


def smooth(n: int, seed: int = 0) -> tuple[Array, Array]:
    X = np.random.default_rng(seed).random((n, 3))
    return INPUTS.features(X), np.sin(4.0 * X[:, 0]) + X[:, 1] + 0.5 * np.floor(2.0 * X[:, 2])


def test_a_smooth_objective_is_left_as_it_is() -> None:
    Z, f = smooth(40)
    assert abs(learn(INPUTS, Z, f).exponent - 1.0) <= 0.5


def ranks(values: Array) -> Array:
    return values.argsort().argsort().astype(float)


def test_the_exponential_of_a_smooth_objective_is_undone() -> None:
    Z, f = smooth(40)
    y = np.exp(3.0 * f)
    exponent, hyper = learn(INPUTS, Z, y)
    assert exponent <= 0.0
    other, g = smooth(200, seed=1)
    agreement = []
    for tried in (exponent, 1.0):
        gp = GaussianProcess(INPUTS, Z, Outputs.of(y, exponent=tried).forward(y), hyper=hyper)
        agreement.append(np.corrcoef(ranks(gp.predict(other)[0]), ranks(g))[0, 1])
    assert agreement[0] > max(0.98, agreement[1])


def test_a_good_sample_of_a_bowl_stays_a_bowl() -> None:
    rng = np.random.default_rng(2)
    X = np.concatenate([rng.random((10, 3)), 0.5 + 0.05 * rng.normal(size=(30, 3))])
    y = ((X[:, :2] - 0.5) ** 2).sum(axis=1)
    assert learn(INPUTS, INPUTS.features(X), y).exponent >= 0.5
    assert Outputs.of(y).exponent < 0.5


def test_equal_data_give_equal_results() -> None:
    Z, y = smooth(30)
    first, second = learn(INPUTS, Z, y), learn(INPUTS, Z.copy(), y.copy())
    assert first.exponent == second.exponent
    np.testing.assert_array_equal(first.hyper.lengthscale, second.hyper.lengthscale)


@given(st.lists(st.floats(allow_nan=False), max_size=8).map(np.array))
def test_any_values_have_a_model(y: Array) -> None:
    Z, _ = smooth(len(y))
    with np.errstate(all="raise", under="ignore"):
        exponent, hyper = learn(INPUTS, Z, y)
        z = Outputs.of(y, exponent=exponent).forward(y)
        mean, variance = GaussianProcess(INPUTS, Z, z, hyper=hyper).predict(smooth(5, seed=1)[0])
    assert np.isfinite(mean).all()
    assert (variance > 0.0).all()


@pytest.mark.parametrize("n", [0, 1, 2])
def test_few_values_leave_the_exponent_near_1(n: int) -> None:
    Z, y = smooth(n)
    assert abs(learn(INPUTS, Z, y).exponent - 1.0) <= 0.5
