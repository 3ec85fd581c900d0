"""Earlier studies: of great help where they are alike, of no harm where they are not."""

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest
from numpy.random import Generator
from scipy.stats import wilcoxon

import luthier
from luthier.base.arrays import Array
from luthier.base.seeding import rng_for
from luthier.records.history import History, Ledger, Reports
from luthier.records.study import Direction
from luthier.records.trial import TrialRecord
from luthier.samplers import (
    CentreSampler,
    GridSampler,
    PartialFixed,
    Proposals,
    QuasiSampler,
    Sampler,
    StartupThen,
    TPESampler,
    UniformSampler,
)
from luthier.samplers.auto import started
from luthier.samplers.protocol import Capabilities
from luthier.samplers.transfer import TAG, Transfer, scores
from luthier.space.domains import Categorical, Float
from luthier.space.space import Space
from luthier.testing.loop import best_so_far, search
from luthier.testing.problems import PROBLEMS, Get, Problem
from luthier.testing.samplers import SPACES, SamplerLaws, crowd

#: The chance that one of these tests fails, or passes, by luck alone.
LEVEL = 0.01

SEEDS = range(20)


class Warm:
    """A sampler as it is in a study with earlier ones: `earlier(space)` are their histories."""

    def __init__(self, sampler: Sampler, earlier: Callable[[Space], list[History]]) -> None:
        self.sampler = sampler
        self.earlier = earlier

    @property
    def capabilities(self) -> Capabilities:
        return self.sampler.capabilities

    def propose(self, space: Space, history: History, rng: Generator, n: int) -> Proposals:
        return self.sampler.propose(space, replace(history, earlier=self.earlier(space)), rng, n)


def two_crowds(space: Space) -> list[History]:
    """A study of nine trials with holes and a failure, one of a single trial, and one of none."""
    first = crowd(space, 9, seed=5)
    X, Y = first.X.copy(), first.Y.copy()
    X[::3, :1] = np.nan
    Y[-1] = np.inf
    return [replace(first, X=X, Y=Y), crowd(space, 1, seed=6), History.empty(len(space))]


def test_what_was_shown_before_does_not_decide() -> None:
    """Two earlier studies that differ by nothing but by what broke its constraints."""
    space = SPACES["floats"]
    first = crowd(space, 30, seed=5)
    second = replace(first, violation=np.where(first.X[:, 0] < 0.5, 1.0, 0.0))
    here = crowd(space, 8, seed=6)
    kept, fresh = Transfer(UniformSampler()), Transfer(UniformSampler())
    kept.propose(space, replace(here, earlier=[first]), rng_for(0, 0), 1)
    told = replace(here, earlier=[second])
    one, other = (sampler.propose(space, told, rng_for(0, 1), 1).X.tolist() for sampler in (kept, fresh))
    assert one == other


class TestWarm(SamplerLaws):
    @pytest.fixture(scope="class", params=[TPESampler(), GridSampler()], ids=["tpe", "grid"])
    @classmethod
    def sampler(cls, request: pytest.FixtureRequest) -> Sampler:
        return Warm(Transfer(request.param), two_crowds)


class TestAlone(SamplerLaws):
    @pytest.fixture(scope="class")
    @classmethod
    def sampler(cls) -> Sampler:
        return Transfer(StartupThen(3, first=QuasiSampler(), then=TPESampler()))


def default(seed: int) -> Sampler:
    """A search that begins in the middle, then quasi-random, then with a model."""
    return StartupThen(1, first=CentreSampler(), then=started(TPESampler(), seed=seed))


def other(problem: Problem, scale: float, shift: float = 0.0) -> Problem:
    """The same problem on another scale; its coordinates moved by `shift`."""

    def evaluate(get: Get) -> tuple[float, ...]:
        def moved(name: str) -> Any:
            value = get(name)
            return value + shift if isinstance(problem.space[name], Float) else value

        return (scale * math.expm1(problem.evaluate(moved)[0] / 50.0),)

    return replace(problem, evaluate=evaluate)


def earlier_records(problem: Problem, seed: int) -> list[TrialRecord]:
    """An earlier study of fifty trials."""
    return search(default(seed + 100), problem, seed=seed + 100, n_trials=50)


def regrets(problem: Problem, n_trials: int, earlier: Problem | None = None) -> Array:
    """`(seeds, n_trials)` what the best trial so far lacks, with or without an earlier study of another problem."""
    rows = []
    for seed in SEEDS:
        sampler: Sampler = default(seed)
        if earlier is not None:
            ledger = Ledger([Direction.MINIMIZE])
            for record in earlier_records(earlier, seed):
                ledger.tell(record)
            sampler = Warm(Transfer(sampler), partial(told_in, ledger))
        rows.append(best_so_far(search(sampler, problem, seed=seed, n_trials=n_trials)))
    return np.array(rows) - problem.optimum[0]


def told_in(ledger: Ledger, space: Space) -> list[History]:
    """What an earlier study told, in a space."""
    return [ledger.history(space, [])]


@pytest.mark.parametrize("name", ["sphere5", "mixed"])
def test_an_alike_study_helps_from_the_first_trials_on(name: str) -> None:
    """One with its optimum elsewhere by a twentieth of the range, on an exponential scale."""
    problem = PROBLEMS[name]
    cold = regrets(problem, 20)
    warm = regrets(problem, 20, other(problem, 7.0, shift=0.5 if name == "sphere5" else 0.0))
    for n in (5, 20):
        assert wilcoxon(warm[:, n - 1], cold[:, n - 1], alternative="less").pvalue < LEVEL
        assert np.median(warm[:, n - 1]) < 0.7 * np.median(cold[:, n - 1])


@pytest.mark.parametrize("name", ["sphere5", "mixed"])
def test_a_study_of_the_opposite_does_no_harm(name: str) -> None:
    """Its best is the worst here. Paired over seeds; not worse at the stated level, nor by much in the median."""
    problem = PROBLEMS[name]
    cold, warm = regrets(problem, 30), regrets(problem, 30, other(problem, -3.0))
    for n in (5, 10, 20, 30):
        assert wilcoxon(warm[:, n - 1], cold[:, n - 1], alternative="greater").pvalue > LEVEL
        assert np.median(warm[:, n - 1]) < 1.3 * np.median(cold[:, n - 1])


SPACE = Space({"x": Float(0.0, 1.0), "y": Float(0.0, 1.0), "c": Categorical(("a", "b"))})


def told(X: list[list[float]], Y: list[float], tags: list[dict[str, Any]] | None = None) -> History:
    n = len(Y)
    return History(
        X=np.array(X).reshape(n, 3),
        Y=np.array(Y).reshape(n, 1),
        violation=np.zeros(n),
        fidelity=np.full(n, np.inf),
        number=np.arange(n),
        pending=np.empty((0, 3)),
        all_tags=tags or [{} for _ in range(n)],
    )


EARLIER = told(
    [[0.2, np.nan, 0.25], [0.9, np.nan, 0.25], [0.5, np.nan, 0.75], [0.3, np.nan, 0.75], [0.1, np.nan, 0.25]],
    [-1e9, 5.0, 1.0, 2.0, 3.0],
)


def test_the_first_trial_is_the_best_earlier_one_completed_by_the_sampler() -> None:
    history = replace(History.empty(3), earlier=[EARLIER])
    first = Transfer(CentreSampler()).propose(SPACE, history, rng_for(0, 0), 1)
    assert first.X[0].tolist() == [0.2, 0.5, 0.25]
    assert TAG in first.tag(0)


def test_what_is_enqueued_comes_before_the_first_repeat() -> None:
    def objective(trial: luthier.Trial) -> float:
        return (trial.suggest_float("x", 0.0, 1.0) - 0.3) ** 2

    earlier = luthier.create_study(seed=0)
    earlier.optimize(objective, 12)
    study = luthier.create_study(warm_start=[earlier], seed=1)
    study.enqueue({"x": 0.9})
    study.optimize(objective, 2)
    assert [trial.origin.sampler for trial in study.trials if trial.origin] == ["enqueued", "transfer"]


def test_a_history_without_tags_has_no_repeats() -> None:
    history = crowd(SPACES["floats"], 6)
    sampler = Transfer(UniformSampler())
    bare = replace(history, all_tags=(), earlier=[crowd(SPACES["floats"], 9)])
    assert len(sampler.propose(SPACES["floats"], bare, rng_for(0, 0), 1).X) == 1


def test_repeats_end_as_soon_as_they_are_no_better() -> None:
    tags = [{TAG: 1}, {}]
    for values, repeated in (([0.0, 1.0], True), ([1.0, 0.0], False)):
        history = replace(told([[0.2, 0.5, 0.25], [0.6, 0.5, 0.75]], values, tags), earlier=[EARLIER])
        assert (TAG in Transfer(CentreSampler()).propose(SPACE, history, rng_for(0, 2), 1).tag(0)) is repeated


def test_a_failed_infeasible_or_stopped_trial_is_never_repeated() -> None:
    best = replace(
        EARLIER,
        Y=np.array([[np.inf], [-3.0], [-2.0], [2.0], [3.0]]),
        violation=np.array([0.0, 1.0, 0.0, 0.0, 0.0]),
        fidelity=np.array([np.inf, np.inf, 4.0, np.inf, np.inf]),
    )
    first = Transfer(CentreSampler()).propose(
        SPACE, replace(History.empty(3), earlier=[best]), rng_for(0, 0), 1
    )
    assert first.X[0, 0] == 0.3


def test_scores_are_the_same_on_every_scale() -> None:
    values = np.array([3.0, -1.0, 0.5, 0.5, 2.0])
    X = [[0.5] * 3] * 5
    _, z = scores(told(X, values.tolist()))
    _, same = scores(told(X, np.exp(9 * values).tolist()))
    np.testing.assert_array_equal(z, same)
    assert z[2] == z[3]
    assert z.argmin() == 1


def test_what_the_sampler_within_sees_of_repeats_in_vain_is_nothing() -> None:
    """Its reports move along."""
    seen: list[History] = []

    class Spy(CentreSampler):
        def propose(self, space: Space, history: History, rng: Generator, n: int) -> Proposals:
            seen.append(history)
            return super().propose(space, history, rng, n)

    history = replace(
        told([[0.2, 0.5, 0.25], [0.6, 0.5, 0.75]], [1.0, 0.0], [{TAG: 1}, {}]),
        pending=np.full((1, 3), 0.5),
        reports=Reports(row=np.array([0, 1, 2]), step=np.ones(3), value=np.array([7.0, 8.0, 9.0])),
        earlier=[EARLIER],
    )
    Transfer(Spy()).propose(SPACE, history, rng_for(0, 2), 1)
    assert seen[-1].X.tolist() == [[0.6, 0.5, 0.75]]
    assert seen[-1].reports.row.tolist() == [0, 1]
    assert seen[-1].reports.value.tolist() == [8.0, 9.0]


def test_fixed_parameters_are_cut_out_of_earlier_studies_too() -> None:
    history = replace(History.empty(3), earlier=[EARLIER])
    fixed = PartialFixed(Transfer(CentreSampler()), fixed={"c": "b"})
    assert fixed.propose(SPACE, history, rng_for(0, 0), 1).X[0].tolist() == [0.2, 0.5, 0.75]


def ordered(sign: float) -> History:
    """Twelve own trials whose order is that of the earlier study, or the reverse, by the coordinate x."""
    x = np.linspace(0.05, 0.95, 12)
    X = [[value, 0.5, 0.25] for value in x.tolist()]
    return replace(told(X, (sign * x).tolist()), earlier=[told(X, x.tolist())])


@pytest.mark.parametrize(("sign", "led"), [(1.0, True), (-1.0, False)])
def test_a_prior_that_has_ordered_the_own_trials_chooses_among_proposals(sign: float, *, led: bool) -> None:
    """Of random points it likes the one with the least x; one that was wrong so far has no say."""
    sampler = Transfer(UniformSampler())
    chosen = [sampler.propose(SPACE, ordered(sign), rng_for(0, trial), 1).X[0, 0] for trial in range(40)]
    assert bool(np.mean(chosen) < 0.35) is led
    if not led:
        free = [
            UniformSampler().propose(SPACE, ordered(sign), rng_for(0, trial), 1).X[0, 0]
            for trial in range(40)
        ]
        assert chosen == free
