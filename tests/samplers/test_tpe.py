"""What the Parzen estimator learns, and what it costs."""

import math
import time
from dataclasses import replace

import numpy as np
import pytest

from luthier.base.errors import InvalidInput
from luthier.base.seeding import rng_for
from luthier.records.history import History
from luthier.samplers import TPESampler
from luthier.samplers.tpe.bandwidth import other_bandwidth
from luthier.samplers.tpe.sampler import MOST_SEEN, few
from luthier.space import Categorical, Float, Int, Space
from luthier.testing.samplers import crowd

MIXED = Space(
    {**{f"x{column}": Float(0.0, 1.0) for column in range(5)}, "c": Categorical(("a", "b", "c", "d"))}
)
PLANE = Space({"x": Float(0.0, 1.0), "y": Float(0.0, 1.0)})


def proposals(space: Space, history: History, n: int = 40) -> np.ndarray:
    made = [TPESampler().propose(space, history, rng_for(0, trial), 1).X[0] for trial in range(n)]
    return np.array(made)


def test_proposals_gather_where_trials_were_good() -> None:
    X = proposals(PLANE, crowd(PLANE, 60))
    assert np.median(X.mean(axis=1)) < 0.25


def test_choices_are_learnt() -> None:
    known = crowd(MIXED, 60)
    column = known.X[:, 5]
    X = proposals(MIXED, replace(known, Y=(np.floor(column * 4) != 2).astype(float)[:, None]))
    assert np.mean(np.floor(X[:, 5] * 4) == 2) > 0.6


def test_failures_are_avoided_before_anything_succeeded() -> None:
    known = crowd(PLANE, 12)
    failed = replace(known, X=0.25 + 0.01 * known.X, Y=np.full((12, 1), math.inf))
    X = proposals(PLANE, failed)
    assert np.min(np.abs(X - 0.255).max(axis=1)) > 0.1


def test_running_trials_are_given_room() -> None:
    known = crowd(PLANE, 30)
    alone = proposals(PLANE, known)
    spot = np.median(alone, axis=0)
    beside = proposals(PLANE, replace(known, pending=np.tile(spot, (8, 1))))
    distance = [np.median(np.abs(X - spot).max(axis=1)) for X in (alone, beside)]
    assert distance[1] > 1.3 * distance[0]


def test_inactive_parameters_are_drawn_from_the_prior() -> None:
    known = crowd(PLANE, 60)
    hidden = known.X.copy()
    hidden[:, 1] = np.nan
    X = proposals(PLANE, replace(known, X=hidden, Y=known.X[:, :1]), 200)
    assert np.median(X[:, 0]) < 0.2
    assert 0.4 < np.median(X[:, 1]) < 0.6


def branches(n: int) -> History:
    """The first half of `c` asks for `x0`, the second for `x1`; the best value of `x0` is 0.2, and `x1` is worse."""
    known = crowd(MIXED, n)
    X = known.X.copy()
    first = X[:, 5] < 0.5
    X[~first, 0] = np.nan
    X[first, 1] = np.nan
    return replace(known, X=X, Y=np.where(first, np.abs(known.X[:, 0] - 0.2), 0.5 + known.X[:, 1])[:, None])


def test_values_that_a_trial_would_not_ask_for_do_not_decide() -> None:
    """Running trials that will not ask for `x0` do not keep others from any value of it."""
    known = branches(120)
    running = [np.tile([x0, 0.5, 0.5, 0.5, 0.5, 0.625], (8, 1)) for x0 in (0.2, 0.9)]
    one, other = (proposals(MIXED, replace(known, pending=pending)) for pending in running)
    np.testing.assert_array_equal(one, other)
    assert np.mean(one[:, 5] < 0.5) > 0.8


def test_proposals_are_complete_even_where_a_trial_would_not_ask() -> None:
    """Whoever finds a new branch has a value for it."""
    assert not np.isnan(proposals(MIXED, branches(120))).any()


def test_other_trials_are_told_apart_better_the_more_there_are() -> None:
    widths = [other_bandwidth(n) for n in range(10_000)]
    assert widths[0] == 0.5
    assert widths[50] == widths[100] == 0.05
    assert (np.diff(widths) <= 0.0).all()
    assert widths[1000] == pytest.approx(0.0354, rel=0.01)
    assert len(set(widths[100:])) < 5


def test_long_searches_stay_with_what_is_good() -> None:
    """In six dimensions, behind a thousand trials, chance does not come back."""
    X = proposals(MIXED, crowd(MIXED, 1000), 20)
    assert np.median(X.mean(axis=1)) < 0.3


def test_weights_of_choices_are_their_prior() -> None:
    space = Space({"c": Categorical(("a", "b"), (99.0, 1.0)), "x": Float(0.0, 1.0)})
    nothing = proposals(space, History.empty(2), 300)
    assert np.mean(nothing[:, 0] > 0.5) < 0.05
    known = crowd(space, 40)
    X = proposals(space, replace(known, Y=(known.X[:, :1] < 0.5).astype(float)))
    assert np.mean(X[:, 0] > 0.5) > 0.5


def test_stopped_trials_with_low_values_do_not_attract() -> None:
    known = crowd(PLANE, 60)
    right = known.X[:, 0] > 0.5
    values = np.where(right, -100.0 - known.X[:, 0], known.X[:, 0])[:, None]
    X = proposals(PLANE, replace(known, Y=values, fidelity=np.where(right, 1.0, math.inf)))
    assert np.median(X[:, 0]) < 0.3


def test_proposals_of_grids_are_middles_of_cells() -> None:
    space = Space({"k": Int(0, 6), "x": Float(0.0, 1.0)})
    places = proposals(space, crowd(space, 30))[:, 0] * 7 - 0.5
    np.testing.assert_allclose(places, np.rint(places), atol=1e-12)


@pytest.mark.parametrize(
    "arguments", [{"n_candidates": 0}, {"good_share": 0.0}, {"good_share": 1.0}, {"most_good": 0}]
)
def test_numbers_out_of_range_are_refused(arguments: dict) -> None:
    with pytest.raises(InvalidInput, match=next(iter(arguments))):
        TPESampler(**arguments)


def cost(n: int, repeats: int) -> float:
    """CPU milliseconds of one proposal after n trials, the best of ten runs."""
    sampler, known, rng = TPESampler(), crowd(MIXED, n), rng_for(0, 0)
    sampler.propose(MIXED, known, rng, 1)
    best = math.inf
    for _ in range(10):
        start = time.thread_time()
        for _ in range(repeats):
            sampler.propose(MIXED, known, rng, 1)
        best = min(best, (time.thread_time() - start) / repeats)
    return 1e3 * best


def test_a_proposal_costs_a_fraction_of_a_millisecond() -> None:
    """0.2 ms after 500 trials on a quiet core; three times that is a regression on any."""
    assert cost(500, 20) < 0.6


def test_the_cost_grows_at_most_linearly() -> None:
    assert cost(10_000, 3) < 2.0 * 20 * cost(500, 20)
    assert cost(10_000, 3) < 7.5


@pytest.mark.parametrize("weights", [(1e308, 1e308), (1e300, 1e-300), (5e-324, 1e-300)])
def test_weights_of_any_size_are_legal(weights: tuple[float, float]) -> None:
    space = Space({"x": Float(0.0, 1.0), "c": Categorical(("a", "b"), weights)})
    with np.errstate(all="raise", under="ignore"):
        X = proposals(space, crowd(space, 12))
    assert ((X >= 0.0) & (X <= 1.0)).all()


def test_conditions_are_learnt_from_a_few_of_many_trials() -> None:
    """The last ones, and as many spread over those before: the time of a proposal stays bounded."""
    X = np.arange(9000.0)[:, None]
    seen = few(X)[:, 0]
    assert len(seen) == len(np.unique(seen)) == MOST_SEEN
    assert seen[-1000:].tolist() == X[-1000:, 0].tolist()
    assert np.diff(seen[:1000]).max() <= 9
    np.testing.assert_array_equal(few(X[:MOST_SEEN]), X[:MOST_SEEN])
