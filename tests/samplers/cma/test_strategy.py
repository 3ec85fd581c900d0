"""One run: draws are those of the package's distribution, and starts and restarts are what they say."""

import math
from importlib import import_module

import numpy as np
import pytest

from luthier.base.seeding import rng_for
from luthier.records.history import History
from luthier.samplers.cma.restart import Budget, following
from luthier.samplers.cma.start import middle, ranked, warm_start
from luthier.samplers.cma.strategy import Kind, Start, Strategy, usual_size

CONTINUA = np.zeros(3, dtype=np.int64)


def told(strategy: Strategy, generations: int) -> Strategy:
    """The strategy after some generations on a stretched bowl."""
    rng = rng_for(0, 0)
    for _ in range(generations):
        x = strategy.draw(rng.standard_normal((strategy.size, 3)))
        order = np.argsort((x**2) @ np.array([1.0, 10.0, 100.0]))
        strategy.tell(x[order], np.arange(strategy.size))
    return strategy


@pytest.mark.parametrize("kind", ["full", "separable", "cautious"])
def test_draws_have_the_moments_of_the_package(kind: Kind) -> None:
    """`ask` of the package draws from the same mean and covariance, after five generations as at the start."""
    for generations in (0, 5):
        start = Start(mean=np.array([0.3, 0.6, 0.5]), sigma=0.1)
        strategy = told(Strategy(start, levels=CONTINUA, size=8, kind=kind), generations)
        strategy.optimizer.reseed_rng(1)
        theirs = np.array([strategy.optimizer.ask() for _ in range(6000)])
        ours = strategy.draw(rng_for(1, 1).standard_normal((6000, 3)))
        scale = theirs.std(axis=0)
        assert (abs(ours.mean(axis=0) - theirs.mean(axis=0)) < 0.06 * scale).all()
        np.testing.assert_allclose(np.cov(ours.T), np.cov(theirs.T), atol=0.08 * scale.max() ** 2)


def test_the_start_is_that_of_the_package() -> None:
    cmaes = import_module("cmaes")
    assert [usual_size(c) for c in (1, 2, 10, 100)] == [
        cmaes.CMA(np.zeros(c), 1.0).population_size for c in (1, 2, 10, 100)
    ]


def test_a_margin_keeps_other_values_within_reach() -> None:
    """However often one value wins, others come up about once in c times size draws."""
    strategy = Strategy(middle(2), levels=np.array([9, 0]), size=6, kind="full")
    rng = rng_for(0, 0)
    for _ in range(40):
        x = strategy.draw(rng.standard_normal((6, 2)))
        points = np.array([strategy.point(row) for row in x])
        order = np.argsort(abs(points[:, 0] - 0.5) + abs(points[:, 1] - 0.5))
        strategy.tell(x[order], np.arange(6))
    values = [strategy.point(row)[0] for row in strategy.draw(rng.standard_normal((2000, 2)))]
    assert 0.03 < np.mean(np.array(values) != 0.5) < 0.3


def test_numbers_that_are_none_end_a_run() -> None:
    strategy = Strategy(middle(3), levels=CONTINUA, size=4, kind="full")
    assert not strategy.converged
    strategy.core._sigma = math.nan
    strategy.settle()
    assert strategy.broken
    assert strategy.converged


def history(Y: list[float], **other: list[float]) -> History:
    k = len(Y)
    return History(
        X=np.linspace(0.0, 1.0, 2 * k).reshape(k, 2),
        Y=np.array(Y)[:, None],
        violation=np.array(other.get("violation", [0.0] * k)),
        fidelity=np.array(other.get("fidelity", [math.inf] * k)),
        number=np.arange(k),
        pending=np.empty((0, 2)),
        all_tags=[{}] * k,
    )


def test_trials_are_ranked_by_what_can_be_compared() -> None:
    """Feasible before broken, ended before stopped, values last; equals share a rank, failures come last."""
    known = history(
        [3.0, -9.0, -8.0, 1.0, math.inf, 1.0, 0.0],
        violation=[0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.5],
        fidelity=[math.inf, math.inf, 7.0, math.inf, math.inf, math.inf, math.inf],
    )
    rows, ranks = ranked(known, np.arange(7))
    assert rows.tolist() == [3, 5, 0, 2, 6, 1, 4]
    assert ranks.tolist() == [0, 0, 1, 2, 3, 4, 5]


def test_a_warm_start_lies_around_the_best_tenth() -> None:
    columns = np.array([0, 1])
    known = history([abs(k - 30.0) for k in range(40)])
    start = warm_start(known, columns, 40)
    assert start is not None
    np.testing.assert_allclose(start.mean, known.X[29:33].mean(axis=0), atol=0.03)
    assert start.cov is not None
    assert (np.diag(start.cov) * start.sigma**2 >= 0.1**2 - 1e-9).all()
    assert warm_start(known, columns, 19) is None


def test_restarts_grow_or_alternate() -> None:
    budget = Budget(first=6, doubled=6).spent(600)
    sizes = []
    for number in range(1, 6):
        _, size, budget = following(budget, "bipop", seed=0, number=number, c=2, sigma=0.2)
        sizes.append((size, budget.is_small))
        budget = budget.spent(100 * size)
    assert sizes[0] == (12, False)
    assert {small for _, small in sizes} == {True, False}
    assert all(size <= 12 for size, small in sizes[:2] if small)
    start, size, _ = following(Budget(first=6, doubled=24), "ipop", seed=0, number=3, c=2, sigma=0.2)
    again, _, _ = following(Budget(first=6, doubled=24), "ipop", seed=0, number=3, c=2, sigma=0.2)
    assert size == 48
    np.testing.assert_array_equal(start.mean, again.mean)
