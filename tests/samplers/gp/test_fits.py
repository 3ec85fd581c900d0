"""How values become targets, and from which trials hyperparameters are learnt."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.samplers.gp.fits import fitted_rows, for_objective
from luthier.space.domains import Float
from luthier.space.space import Space
from luthier.surrogates.inputs import Inputs

INPUTS = Inputs.of(Space({"x": Float(0.0, 1.0)}))


@given(n=st.integers(1, 5000))
def test_hyperparameters_follow_the_trials_closely(n: int) -> None:
    """All of few trials, nine in ten of many, and never fewer than for fewer trials."""
    k = fitted_rows(n)
    assert k <= n
    assert k > 0.9 * n or n - k <= 1
    assert fitted_rows(n + 1) >= k


def test_ties_but_for_their_last_bit_do_not_make_the_others_diverge() -> None:
    """Mean scores of equal folds differ by rounding; the values beside them are as far from each other as before."""
    x = np.linspace(0.0, 1.0, 16)
    y = np.maximum((x - 0.3) ** 2, 0.04) + 0.3
    dusty = np.where(y == y.min(), y * (1.0 + 2.3e-16 * (np.arange(16) % 2)), y)
    exact, near = (for_objective(INPUTS, x[:, None], each).targets(each) for each in (y, dusty))
    assert (dusty != y).any()
    np.testing.assert_allclose(near, exact, atol=1e-6)


@pytest.mark.parametrize("diverged", [0, 1, 4, 8])
def test_runs_that_diverged_leave_the_others_apart(diverged: int) -> None:
    """However many they are, and in the same order."""
    x = np.linspace(0.0, 1.0, 16)
    y = np.where(x > x[15 - diverged], 1e23 * x, (x - 0.3) ** 2)
    level = for_objective(INPUTS, x[:, None], y).targets(y)
    good = level[: 16 - diverged]
    assert np.ptp(good) > 0.09 * np.ptp(level)
    order = np.argsort(y, kind="stable")
    assert (np.diff(level[order]) >= 0.0).all()
