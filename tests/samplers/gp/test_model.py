"""What is believed after a history."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.samplers.gp.data import LEAST, Data
from luthier.samplers.gp.fits import Fits
from luthier.samplers.gp.model import Model
from luthier.samplers.gp.moves import Moves
from luthier.space.domains import Categorical, Float
from luthier.space.space import Space
from luthier.testing.samplers import SPACES, crowd
from luthier.testing.strategies import shared

SPACE = SPACES["mixed"]


def model(n: int) -> Model:
    return Model.of(SPACE, Data.of(crowd(SPACE, n)), Fits())


def test_what_was_fitted_before_decides_nothing() -> None:
    fits = Fits()
    for n in range(3, 40):
        kept = Model.of(SPACE, Data.of(crowd(SPACE, n)), fits)
    X = Moves(SPACE).anywhere(np.random.default_rng(0), 20)
    np.testing.assert_array_equal(kept.acquisition.score(X), model(39).acquisition.score(X))


def test_running_trials_are_believed_to_end_at_their_means() -> None:
    """The mean stays, what may be learnt there shrinks, and so does the promise."""
    before = model(20)
    X = np.array([[0.9, 0.055, 0.1, 0.5]])
    Z = before.inputs.features(X)
    after = before.with_running(X)
    (mean, variance), (mean_after, variance_after) = (
        each.objectives[0].predict(Z) for each in (before, after)
    )
    np.testing.assert_allclose(mean, mean_after, atol=1e-6)
    assert variance_after[0] < 0.1 * variance[0]
    assert after.acquisition.score(X)[0] < before.acquisition.score(X)[0]


def test_where_the_mean_beats_the_best_a_running_trial_is_believed_to_equal_it() -> None:
    before = model(20)
    X = np.array([[0.05, 0.055, 0.1, 0.5]])
    Z, best = before.inputs.features(X), before.known.min()
    after = before.with_running(X)
    mean, mean_after = (each.objectives[0].predict(Z)[0][0] for each in (before, after))
    assert after.objectives[0].y[-1] == best
    assert mean < mean_after <= best


@shared
@given(n=st.integers(LEAST, 20), running=st.integers(1, 12), seed=st.integers(0, 9))
def test_running_trials_do_not_raise_the_bar(n: int, running: int, seed: int) -> None:
    """What has to be improved upon is the best that is known, not what is hoped for, wherever trials run."""
    before = Model.of(SPACE, Data.of(crowd(SPACE, n, seed=seed)), Fits())
    after = before.with_running(np.random.default_rng(seed).random((running, len(SPACE))))
    assert after.known[after.feasible].min() == before.known[before.feasible].min()


def noisy(space: Space, *, noise: float) -> Model:
    """A bowl around the middle of the square, seen through noise."""
    rng = np.random.default_rng(3)
    X = rng.random((40, 2))
    Y = np.square(X - 0.5).sum(axis=1, keepdims=True) + noise * rng.standard_normal((40, 1))
    return Model.of(space, Data.of(replace(crowd(space, 40), X=X, Y=Y)), Fits())


def test_under_noise_the_most_promising_place_is_beside_the_best_and_not_on_it() -> None:
    model = noisy(SPACES["floats"], noise=0.2)
    ticks = np.linspace(0.0, 1.0, 41)
    grid = np.column_stack([ticks.repeat(41), np.tile(ticks, 41)])
    promising = grid[np.argmax(model.acquisition.score(grid))]
    assert np.linalg.norm(promising - model.good[0]) > 0.1


@pytest.mark.parametrize("noise", [0.0, 0.2])
def test_a_deviation_is_by_how_much_an_observation_moves_the_lead_over_the_best(noise: float) -> None:
    """An observation one deviation above its mean moves the difference of both means by just that."""
    model = noisy(SPACES["floats"], noise=noise)
    acquisition, (process,) = model.acquisition, model.objectives
    Z = model.inputs.features(np.concatenate([model.good[:1], np.random.default_rng(5).random((6, 2))]))
    mean, v, c = process.compared(Z, acquisition.beside[0])
    s = acquisition.telling(v[:, None], c[:, None])[0][:, 0]
    for row in range(1, len(Z)):
        seen = mean[row] + np.sqrt(v[row] + np.exp(process.hyper.noise))
        after = process.appended(Z[row : row + 1], np.array([seen])).predict(Z)[0]
        lead = (after[row] - mean[row]) - (after[0] - mean[0])
        np.testing.assert_allclose(abs(lead), s[row], rtol=1e-3, atol=1e-7)


def failing(n: int) -> Model:
    """Trials with x above one half fail before they ask for y."""
    space = Space({"x": Float(0.0, 1.0), "y": Float(0.0, 1.0)})
    X = np.random.default_rng(1).random((n, 2))
    broken = X[:, 0] > 0.5
    Y = np.where(broken, np.inf, X.sum(axis=1))[:, None]
    X[broken, 1] = np.nan
    return Model.of(space, Data.of(replace(crowd(space, n), X=X, Y=Y)), Fits())


def test_what_a_failure_did_not_get_to_ask_is_not_why_it_failed() -> None:
    model = failing(16)
    assert not model.activity.conditions.conditional
    X = np.array([[x, y] for x in (0.1, 0.3, 0.7, 0.9) for y in (0.1, 0.5, 0.9)])
    assert model.violation is not None
    mean, _ = model.violation.predict(model.inputs.features(X))
    np.testing.assert_array_equal(mean > 0.0, X[:, 0] > 0.5)


def test_that_a_failure_has_no_value_is_no_reason_to_look_there_again() -> None:
    model = failing(16)
    lost = ~model.feasible
    assert lost.any()
    _, variance = model.objectives[0].predict(model.inputs.features(model.X[lost]))
    assert (variance < 1e-2).all()
    assert (model.good[:, 0] < 0.5).all()


def test_what_a_running_trial_will_not_ask_for_does_not_count() -> None:
    """It was given a value of y all the same."""
    space = Space({"kind": Categorical(("with", "without")), "y": Float(0.0, 1.0)})
    X = np.random.default_rng(0).random((12, 2))
    X[X[:, 0] > 0.5, 1] = np.nan
    before = Model.of(space, Data.of(replace(crowd(space, 12), X=X)), Fits())
    told, given = (before.with_running(np.array([[0.75, y]])) for y in (np.nan, 0.2))
    np.testing.assert_array_equal(told.objectives[0].Z, given.objectives[0].Z)


@pytest.mark.parametrize("n", [30, 600])
def test_with_two_objectives_every_second_trial_looks_beyond_the_front(n: int) -> None:
    """Also where the process knows but a part of the trials; the worst of all is then the reference, or further."""
    one = crowd(SPACE, n)
    believed = Model.of(SPACE, Data.of(replace(one, Y=np.column_stack([one.Y, one.X[:, :1]]))), Fits())
    worst = believed.known.max(axis=0)
    for _ in range(4):
        after = believed.with_running(np.full((1, len(SPACE)), 0.5))
        looks = [each.beyond for each in (believed, after) if each.beyond is not None]
        assert len(looks) == 1
        np.testing.assert_array_equal(looks[0], worst)
        believed = after
