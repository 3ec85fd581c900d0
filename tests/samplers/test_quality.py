"""Samplers with a model are better than chance, at a stated level of significance."""

from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest
from scipy.stats import wilcoxon

from luthier.numerics.hypervolume import hypervolume
from luthier.samplers.registry import SAMPLERS
from luthier.testing.loop import best_so_far, search
from luthier.testing.problems import PROBLEMS

#: The chance that a sampler no better than uniform passes one of these tests by luck.
LEVEL = 0.01

#: Seeds of each sampler: a search by Gaussian processes takes a second, and is so much better that fewer tell.
SEEDS = {"auto": 12, "tpe": 30}

SINGLE = [name for name, problem in PROBLEMS.items() if len(problem.optimum) == 1]


def regrets(sampler: str, problem: str, *, seeds: int, n_trials: int, workers: int = 1) -> np.ndarray:
    """What each seed's best trial lacks to the optimum."""
    best = [
        best_so_far(
            search(SAMPLERS[sampler](seed), PROBLEMS[problem], seed=seed, n_trials=n_trials, workers=workers)
        )[-1]
        for seed in range(seeds)
    ]
    return np.array(best) - PROBLEMS[problem].optimum[0]


@pytest.mark.parametrize("problem", ["sphere5", "branin", "hartmann6", "mixed", "conditional"])
@pytest.mark.parametrize("sampler", ["auto", "tpe"])
def test_models_beat_chance_after_fifty_trials(sampler: str, problem: str) -> None:
    """Paired over seeds (Wilcoxon's signed ranks): enough that a sampler as good as this one hardly ever fails."""
    seeds = SEEDS[sampler]
    ours, theirs = (regrets(name, problem, seeds=seeds, n_trials=50) for name in (sampler, "uniform"))
    assert wilcoxon(ours, theirs, alternative="less").pvalue < LEVEL
    assert np.median(ours) < 0.5 * np.median(theirs)


def test_eight_workers_beat_chance_too() -> None:
    ours, theirs = (
        regrets(name, "sphere5", seeds=10, n_trials=50, workers=8) for name in ("auto", "uniform")
    )
    assert wilcoxon(ours, theirs, alternative="less").pvalue < LEVEL


@pytest.mark.parametrize("sampler", ["auto", "tpe"])
def test_two_objectives_are_approached(sampler: str) -> None:
    """The front found dominates more of the square below (1.1, 6) than that of chance."""
    ours, theirs = (
        [area(search(SAMPLERS[name](seed), PROBLEMS["zdt1"], seed=seed, n_trials=40)) for seed in range(8)]
        for name in (sampler, "uniform")
    )
    assert wilcoxon(ours, theirs, alternative="greater").pvalue < LEVEL


def area(records: list) -> float:
    """The area below the corner (1.1, 6) that two-objective trials dominate."""
    return hypervolume(np.array([record.values for record in records]), np.array([1.1, 6.0]))


@pytest.mark.slow
@pytest.mark.parametrize("problem", SINGLE)
def test_models_beat_chance_everywhere_in_the_long_run(problem: str) -> None:
    """Paired over seeds and 200 trials, on every problem with one objective."""
    with ProcessPoolExecutor() as pool:
        names = ("auto", "tpe", "uniform")
        runs = [
            pool.submit(regrets, name, problem, seeds=SEEDS.get(name, 30), n_trials=200) for name in names
        ]
        auto, tpe, uniform = (run.result() for run in runs)
    for ours in (auto, tpe):
        assert wilcoxon(ours, uniform[: len(ours)], alternative="less").pvalue < LEVEL
        assert np.median(ours) < 0.75 * np.median(uniform)
