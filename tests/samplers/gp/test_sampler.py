"""Search with Gaussian processes: what users see of it."""

import math
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

import luthier
from luthier.base.arrays import Array, BoolArray
from luthier.base.seeding import rng_for
from luthier.numerics.hypervolume import hypervolume
from luthier.samplers import QuasiSampler, Sampler, StartupThen, UniformSampler
from luthier.samplers.gp.sampler import GPSampler
from luthier.space.codec import Codec
from luthier.space.domains import Categorical, Float, Int
from luthier.space.space import Space
from luthier.testing.loop import best_so_far, search
from luthier.testing.problems import PROBLEMS
from luthier.testing.samplers import SPACES, SamplerLaws, crowd


class TestLaws(SamplerLaws):
    @pytest.fixture(scope="class")
    @classmethod
    def sampler(cls) -> Sampler:
        return GPSampler()


def started(seed: int) -> Sampler:
    return StartupThen(5, first=QuasiSampler(seed), then=GPSampler())


def regrets(problem: str, *, n_trials: int, workers: int = 1, chance: bool = False) -> np.ndarray:
    """What the best of each of three seeds lacks to the optimum."""
    best = [
        best_so_far(
            search(
                UniformSampler() if chance else started(seed),
                PROBLEMS[problem],
                seed=seed,
                n_trials=n_trials,
                workers=workers,
            )
        )[-1]
        for seed in range(3)
    ]
    return np.array(best) - PROBLEMS[problem].optimum[0]


@pytest.mark.parametrize(
    ("problem", "n_trials", "close"),
    [("branin", 40, 0.01), ("hartmann6", 60, 0.3), ("mixed", 40, 0.02), ("conditional", 40, 0.02)],
)
def test_optima_are_found_far_more_closely_than_by_chance(problem: str, n_trials: int, close: float) -> None:
    """Numbers, choices, grids and parameters that are there only sometimes."""
    ours = np.median(regrets(problem, n_trials=n_trials))
    assert ours < close
    assert ours < 0.2 * np.median(regrets(problem, n_trials=5 * n_trials, chance=True))


def test_the_low_end_of_a_wide_log_scale_is_not_tried_again_and_again() -> None:
    """One in 1..100,000 has a cell as wide as 6 % of the scale, and its neighbours are found by steps."""
    study = luthier.create_study(sampler="gp", seed=1)
    study.declare({"n": luthier.Int(1, 100_000, log=True)})
    study.optimize(lambda trial: abs(math.log(trial.suggest_int("n", 1, 100_000, log=True) / 2)), 20)
    values = [trial.params["n"] for trial in study.trials]
    assert len(set(values)) == 20
    assert study.best_params == {"n": 2}
    assert [trial.origin.sampler for trial in study.trials if trial.origin][5:] == ["gp"] * 15


def test_four_workers_find_the_optimum_too() -> None:
    assert np.median(regrets("branin", n_trials=48, workers=4)) < 0.02


def test_running_trials_are_kept_apart() -> None:
    """Rows of one call, and of calls while others run, are not where others are, with several pits to look into."""
    space = SPACES["floats"]
    history = crowd(space, 12, pending=4)
    history = replace(history, Y=np.sin(9.0 * history.X).sum(axis=1, keepdims=True))
    rows = GPSampler().propose(space, history, rng_for(0, 0), 4).X
    points = np.concatenate([history.pending, rows])
    gaps = np.abs(points[:, None] - points).max(axis=2) + np.eye(len(points))
    assert gaps[-4:].min() > 0.02


def test_a_good_choice_is_exploited() -> None:
    """Once one choice is seen to be best by far, most proposals have it."""
    space = Space({"c": Categorical(("a", "b", "c", "d")), "x": Float(0.0, 1.0)})
    history = crowd(space, 24)
    good = np.floor(history.X[:, 0] * 4) == 2
    history = replace(history, Y=np.where(good, -3.0, 0.0)[:, None] + np.square(history.X[:, 1:] - 0.3))
    codec = Codec(space)
    rows = [GPSampler().propose(space, history, rng_for(0, trial), 1).X[0].tolist() for trial in range(4)]
    assert [codec.decode(row)["c"] for row in rows] == ["c"] * 4


def walked(allowed: Callable[[Array], BoolArray], *, failing: bool) -> Array:
    """Fifteen proposals one after the other on a slope to (0, 0), after ten trials at random.

    What is not allowed violates a constraint by one, or fails.
    """
    space = Space({"x": Float(0.0, 1.0), "y": Float(0.0, 1.0)})
    X = crowd(space, 10).X
    for trial in range(15):
        broken = ~allowed(X)
        history = replace(
            crowd(space, len(X)),
            X=X,
            Y=np.where(broken & failing, math.inf, X.sum(axis=1))[:, None],
            violation=np.where(failing, 0.0, broken.astype(float)),
        )
        X = np.concatenate([X, GPSampler().propose(space, history, rng_for(0, trial), 1).X])
    return X[10:]


@pytest.mark.parametrize("failing", [False, True])
def test_the_best_that_is_allowed_is_found_at_its_border(*, failing: bool) -> None:
    """The least allowed x + y is 0.9; chance would need some three hundred trials to come as near."""
    rows = walked(lambda X: X.sum(axis=1) > 0.9, failing=failing)
    sums = rows.sum(axis=1)
    assert sums[sums > 0.9].min() < 0.93


def test_a_search_without_one_feasible_trial_looks_for_one() -> None:
    """Violation grows with x, so small x is where to look."""
    space = Space({"x": Float(0.0, 1.0), "y": Float(0.0, 1.0)})
    history = crowd(space, 20)
    history = replace(history, violation=history.X[:, 0] + 0.1)
    row = GPSampler().propose(space, history, rng_for(0, 0), 1).X[0]
    assert row[0] < history.X[:, 0].min() + 0.05


def test_the_last_values_of_stopped_trials_decide_nothing() -> None:
    """What they reported counts, at its step: here nothing is known of that."""
    space = SPACES["floats"]
    history = crowd(space, 12)
    stopped = replace(history, fidelity=np.where(np.arange(12) < 6, np.inf, 2.0))
    other = replace(stopped, Y=np.where(np.arange(12)[:, None] < 6, history.Y, -100.0))
    one, two = (GPSampler().propose(space, each, rng_for(0, 0), 2).X for each in (stopped, other))
    np.testing.assert_array_equal(one, two)


def test_a_front_is_approached_better_than_by_chance() -> None:
    """Area below (1.1, 6) that two-objective trials dominate; chance has four times the trials."""
    ours = [area(search(started(seed), PROBLEMS["zdt1"], seed=seed, n_trials=30)) for seed in range(2)]
    theirs = [area(search(UniformSampler(), PROBLEMS["zdt1"], seed=seed, n_trials=120)) for seed in range(2)]
    assert min(ours) > max(theirs)


def in_pieces(trial: luthier.Trial) -> tuple[float, float]:
    """ZDT3 (Zitzler, Deb and Thiele 2000): a front of five pieces, of which the first is easily found."""
    first, *others = (trial.suggest_float(f"x{column}", 0.0, 1.0) for column in range(6))
    g = 1.0 + 9.0 * sum(others) / len(others)
    share = first / g
    return first, g * (1.0 - math.sqrt(share) - share * math.sin(10.0 * math.pi * first))


#: The area that the whole front of it dominates below (0.9, 1.1).
AREA_IN_PIECES = 0.957


def test_a_search_does_not_stay_in_one_piece_of_a_front() -> None:
    """Forty trials find four fifths of all there is to dominate, in the median of three seeds."""
    areas = []
    for seed in range(3):
        study = luthier.create_study(directions=["minimize"] * 2, seed=seed)
        study.optimize(in_pieces, n_trials=40, progress=False)
        front = np.array([trial.values for trial in study.best_trials])
        areas.append(hypervolume(front, np.array([0.9, 1.1])))
    assert np.median(areas) > 0.8 * AREA_IN_PIECES


def area(records: list) -> float:
    """The area below the corner (1.1, 6) that two-objective trials dominate."""
    return hypervolume(np.array([record.values for record in records]), np.array([1.1, 6.0]))


@pytest.mark.slow
@pytest.mark.parametrize(("n", "limit"), [(50, 0.015), (200, 0.036), (500, 0.165), (1000, 0.5)])
def test_a_proposal_takes_milliseconds(n: int, limit: float) -> None:
    """Six parameters, mean over a growth of a tenth, hyperparameters included; with five times the room."""
    space = PROBLEMS["hartmann6"].space
    sampler = GPSampler()
    sampler.propose(space, crowd(space, n - 1), rng_for(0, 0), 1)
    whole = crowd(space, n + n // 10)
    start = time.thread_time()
    for told in range(n, len(whole)):
        part = replace(
            whole, X=whole.X[:told], Y=whole.Y[:told], violation=whole.violation[:told],
            fidelity=whole.fidelity[:told], number=whole.number[:told],
        )  # fmt: skip
        sampler.propose(space, part, rng_for(0, told), 1)
    assert (time.thread_time() - start) / (n // 10) < 5.0 * limit


def rest(trial: luthier.Trial) -> float:
    return (trial.suggest_float("y", 0.0, 1.0) - 0.3) ** 2 + (trial.suggest_float("z", 0.0, 1.0) - 0.8) ** 2


def with_x(trial: luthier.Trial) -> float:
    return (trial.suggest_float("x", 0.0, 1.0) - 0.5) ** 2 + rest(trial)


def x_in_another_unit(trial: luthier.Trial) -> float:
    return 1.0 + trial.suggest_int("x", 10, 200) / 200.0 + rest(trial)


@pytest.mark.parametrize("before", [rest, x_in_another_unit])
def test_trials_without_a_value_of_a_parameter_are_not_taken_for_its_middle(
    before: Callable[[luthier.Trial], float],
) -> None:
    """They were run before the objective asked for x, or asked for it in its range of now: the middle is the best."""
    for seed in range(2):
        study = luthier.create_study(sampler="gp", seed=seed)
        study.optimize(before, n_trials=20)
        study.optimize(with_x, n_trials=25)
        assert min(record.values[0] for record in study.trials[20:] if record.values) < 1e-3


def test_a_running_trial_is_not_repeated_for_a_value_that_it_does_not_ask_for() -> None:
    """Y is asked for under one kind; the other, which is better, runs under both good k with a y all the same."""
    space = Space({"kind": Categorical(("with", "without")), "k": Int(1, 4), "y": Float(0.0, 1.0)})
    running = np.array([[0.75, (k + 0.5) / 4, 0.2] for k in (0, 1)])
    for seed in range(20):
        history = crowd(space, 30, seed=seed)
        X = history.X.copy()
        without = X[:, 0] > 0.5
        X[without, 2] = np.nan
        Y = np.where(without, -1.0, 1.0) + 0.2 * X[:, 1] + 0.3 * rng_for(seed, 0).normal(size=30)
        told = replace(history, X=X, Y=Y[:, None], pending=running)
        x = GPSampler().propose(space, told, rng_for(0, seed), 1).X[0]
        assert not (x[0] > 0.5 and x[1] < 0.5)


@pytest.mark.parametrize("step", [0.0, 1.0])
def test_a_small_bowl_in_a_plateau_is_found(step: float) -> None:
    """Most of the space is equal, or of two heights: a process that saw no slope would try the corners for ever."""

    def objective(trial: luthier.Trial) -> float:
        x = [trial.suggest_float(f"x{i}", 0.0, 1.0) for i in range(3)]
        far = sum((value - best) ** 2 for value, best in zip(x, (0.3, 0.72, 0.3), strict=True))
        return min(far, 0.045) + step * (x[0] > 0.6)

    found = []
    for seed in range(4):
        study = luthier.create_study(seed=seed)
        study.optimize(objective, n_trials=60, progress=False)
        found.append(study.best_value < 0.045)
    assert sum(found) >= 3


def test_where_all_trials_break_a_constraint_alike_the_objective_is_what_counts() -> None:
    def objective(trial: luthier.Trial) -> float:
        trial.set_constraint("budget", 1.0)
        return (trial.suggest_float("x", 0, 1) - 0.3) ** 2 + (trial.suggest_float("y", 0, 1) - 0.7) ** 2

    for seed in range(3):
        study = luthier.create_study(sampler="gp", seed=seed)
        study.optimize(objective, n_trials=40)
        assert min(record.value for record in study.trials if record.value is not None) < 5e-3
        assert "break their constraints alike" in str(study.trials[-1].origin)


@pytest.mark.parametrize("high", [10**15, 2**62])
def test_a_grid_finer_than_floats_is_searched(high: int) -> None:
    """The best is at the top, where the neighbours of a value are the same float in the unit cube."""
    study = luthier.create_study(sampler="gp", seed=0)
    study.optimize(lambda trial: -math.log(trial.suggest_int("n", 1, high, log=True)), n_trials=15)
    assert study.best_params["n"] > high // 2
