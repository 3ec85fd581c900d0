"""The forest sampler: the laws of all samplers, and that its model is worth its time."""

import math
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import wilcoxon

from luthier.base.errors import InvalidInput
from luthier.base.seeding import rng_for
from luthier.records.history import History
from luthier.samplers import Distinct, Sampler, UniformSampler
from luthier.samplers.auto import started
from luthier.samplers.forest import ForestSampler, targets
from luthier.testing.loop import best_so_far, search
from luthier.testing.problems import PROBLEMS
from luthier.testing.samplers import SamplerLaws, crowd

#: The chance that a sampler no better than uniform passes by luck.
LEVEL = 0.01


class TestLaws(SamplerLaws):
    @pytest.fixture(scope="class")
    @classmethod
    def sampler(cls) -> Sampler:
        return Distinct(started(ForestSampler(trees=5), seed=11))


def regrets(make: Callable[[int], Sampler], problem: str, *, seeds: int, n_trials: int) -> np.ndarray:
    """What each seed's best trial lacks to the optimum."""
    best = [
        best_so_far(search(make(seed), PROBLEMS[problem], seed=seed, n_trials=n_trials))[-1]
        for seed in range(seeds)
    ]
    return np.array(best) - PROBLEMS[problem].optimum[0]


@pytest.mark.parametrize("problem", ["hartmann6", "mixed"])
def test_it_beats_chance_after_forty_trials(problem: str) -> None:
    """Paired over twelve seeds (Wilcoxon's signed ranks)."""
    ours = regrets(lambda seed: started(ForestSampler(trees=10), seed=seed), problem, seeds=12, n_trials=40)
    theirs = regrets(lambda _: UniformSampler(), problem, seeds=12, n_trials=40)
    assert wilcoxon(ours, theirs, alternative="less").pvalue < LEVEL


def parabola(n: int, *, broken_above: float = math.inf) -> History:
    """Random points of the space of floats, least at x = 0.7; infeasible where x is larger than said."""
    space = PROBLEMS["sphere2"].space
    history = crowd(space, n, seed=4)
    Y = np.square(history.X[:, :1] - 0.7)
    return replace(history, Y=Y, violation=np.where(history.X[:, 0] > broken_above, 1.0, 0.0))


def proposals(history: History, n: int = 1) -> np.ndarray:
    """Twenty times n proposals."""
    sampler, space = ForestSampler(random_share=0.0), PROBLEMS["sphere2"].space
    return np.concatenate([sampler.propose(space, history, rng_for(5, trial), n).X for trial in range(20)])


def test_proposals_are_where_values_were_good() -> None:
    assert np.abs(proposals(parabola(40))[:, 0] - 0.7).mean() < 0.15


def test_what_is_infeasible_is_avoided() -> None:
    free, bound = proposals(parabola(40)), proposals(parabola(40, broken_above=0.6))
    assert (bound[:, 0] < 0.65).mean() > 0.8 > (free[:, 0] < 0.65).mean()


def test_a_failed_trial_has_no_value_but_counts_as_infeasible() -> None:
    history = parabola(40)
    failed = replace(history, Y=np.where(history.X[:, :1] > 0.6, np.inf, history.Y))
    assert (proposals(failed)[:, 0] < 0.65).mean() > 0.8


def test_the_value_of_a_stopped_trial_is_not_taken_for_a_final_one() -> None:
    """Trials stopped at x < 0.3 look best of all."""
    history = parabola(40)
    early = history.X[:, 0] < 0.3
    stopped = replace(
        history,
        Y=np.where(early[:, None], -1.0, history.Y),
        fidelity=np.where(early, 1.0, np.inf),
    )
    assert (proposals(stopped)[:, 0] > 0.4).all()


def test_rows_of_one_call_keep_apart() -> None:
    """Rows of one call are running trials to each other: they lie further apart than those of single calls."""
    sampler, space = ForestSampler(random_share=0.0), PROBLEMS["sphere2"].space

    def apart(X: np.ndarray) -> float:
        near = np.sqrt(np.square(X[:, None] - X[None]).sum(axis=2)) + 9.0 * np.eye(len(X))
        return float(near.min(axis=1).mean())

    together, alone = [], []
    for seed in range(6):
        together.append(apart(sampler.propose(space, parabola(30), rng_for(6, seed), 6).X))
        single = [sampler.propose(space, parabola(30), rng_for(6, 100 * seed + k), 1).X for k in range(6)]
        alone.append(apart(np.concatenate(single)))
    assert np.mean(together) > 1.3 * np.mean(alone)


@pytest.mark.parametrize(
    "y",
    [
        [1.0],
        [2.0, 2.0],
        [1e150, -1e150, 0.0],
        [1e-300, 2e-300],
        [0.0, 0.0, 0.0, 5.0],
        [0.0, 1e-309, 2e-309, 1.0],
    ],
)
def test_targets_are_finite_and_in_the_order_of_values(y: list[float]) -> None:
    with np.errstate(all="raise", under="ignore"):
        t = targets(np.array(y))
    assert np.isfinite(t).all()
    assert (np.diff(t[np.argsort(y, kind="stable")]) >= 0.0).all()


def test_a_proposal_after_five_hundred_trials_takes_less_than_150_ms() -> None:
    space = PROBLEMS["hartmann6"].space
    history, sampler = crowd(space, 500), ForestSampler(random_share=0.0)
    begin = time.thread_time()
    sampler.propose(space, history, rng_for(0, 0), 1)
    assert time.thread_time() - begin < 5 * 0.15


def test_wrong_arguments_are_refused() -> None:
    with pytest.raises(InvalidInput, match="trees"):
        ForestSampler(trees=0)


def test_while_nothing_is_feasible_it_goes_where_constraints_are_broken_least() -> None:
    """Also where the objective falls the other way, and whatever the others report."""
    history = parabola(30)
    violation = 1.0 + history.X[:, 0]
    violation[:2] = 1e9, math.inf
    x = proposals(replace(history, Y=-history.X[:, :1], violation=violation))[:, 0]
    assert np.median(x) < 0.2
