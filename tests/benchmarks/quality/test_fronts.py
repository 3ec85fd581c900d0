"""Problems of two objectives: their fronts are whole, and a run is the area that its trials dominate."""

import numpy as np
import pytest

from benchmarks.quality.catalogue import FRONTIERS
from benchmarks.quality.fronts import run_fronts
from benchmarks.quality.problems import DEV, FRONTS, Benchmark
from benchmarks.quality.problems.front import FrontDraft, area, corner_of, front_of
from benchmarks.quality.problems.sets import DEV_FRONTS, REPORTED_FRONTS
from benchmarks.quality.runs import Key
from benchmarks.quality.tree import drawn
from benchmarks.quality.tuners.protocol import Fixed, Setup

ALL = {**FRONTS["dev"], **FRONTS["reported"]}
DRAFTS = {draft.name: draft for draft in (*DEV_FRONTS, *REPORTED_FRONTS)}

#: How far samples of a front may be from it, as a part of what lies between it and 20 random trials.
SAMPLED = 2e-3

every = pytest.mark.parametrize("name", sorted(ALL))


def dominated(benchmark: Benchmark, values: list[tuple[float, ...]]) -> float:
    """The regret of the area that values dominate."""
    if benchmark.corner is None:
        pytest.fail("a problem of two objectives has a corner")
    return benchmark.regret(-area(np.array(values), benchmark.corner))


def test_the_sets_share_no_problem() -> None:
    assert len(ALL) == len(FRONTS["dev"]) + len(FRONTS["reported"]) == 12


@every
def test_the_front_has_no_regret_and_draws_cannot_extend_it(name: str) -> None:
    benchmark, draft = ALL[name], DRAFTS[name]
    front = [tuple(point) for point in front_of(draft).tolist()]
    assert dominated(benchmark, front) == pytest.approx(0.0, abs=1e-9)
    draws = [benchmark.problem.evaluate(config.__getitem__) for config in drawn(benchmark.problem, 400)]
    assert dominated(benchmark, [*front, *draws]) > -SAMPLED
    assert dominated(benchmark, draws) > 0.01


@every
def test_configurations_of_the_front_are_legal(name: str) -> None:
    draft = DRAFTS[name]
    for config in list(draft.best())[::50]:
        assert all(draft.space[key].contains(value) for key, value in config.items())


@every
def test_twenty_draws_are_near_the_scale(name: str) -> None:
    benchmark = ALL[name]
    draws = [benchmark.problem.evaluate(config.__getitem__) for config in drawn(benchmark.problem, 400)]
    regrets = [dominated(benchmark, draws[k : k + 20]) for k in range(0, 400, 20)]
    assert min(regrets) <= 1.0 <= max(regrets)


def test_area_counts_up_to_beyond_the_ends_of_the_front() -> None:
    front = np.array([[0.0, 2.0], [1.0, 0.0]])
    assert corner_of(front) == pytest.approx((1.1, 2.2))
    assert area(front, (1.1, 2.2)) == pytest.approx(1.1 * 0.2 + 0.1 * 2.0)
    assert area(np.array([[np.inf, np.inf]]), (1.1, 2.2)) == 0.0


class Walk:
    """Walks along a front from one end to the other."""

    def __init__(self, draft: FrontDraft, steps: int) -> None:
        configs = list(draft.best())
        self.left = configs[:: len(configs) // steps]
        self.told: list[tuple[float, ...]] = []

    def ask(self) -> Fixed | None:
        return Fixed(dict(self.left.pop(0)), None) if self.left else None

    def tell(self, asked: Fixed, values: tuple[float, ...]) -> None:
        self.told.append(values)


@pytest.mark.parametrize("workers", [1, 4])
def test_a_run_is_the_area_that_all_trials_so_far_dominate(workers: int) -> None:
    walk, benchmark = Walk(DRAFTS["bowls4"], 30), ALL["bowls4"]
    run = run_fronts(lambda _: walk, benchmark, Key("toy@1", "bowls4@1", 0, workers, "fronts"), 30)
    regrets = [benchmark.regret(value) for value in run.values]
    assert regrets == sorted(regrets, reverse=True)
    assert regrets[-1] == pytest.approx(dominated(benchmark, walk.told))
    assert regrets[-1] < 0.3
    assert len(run.thinking) == len(walk.told) == 30


def test_a_problem_of_one_objective_is_refused() -> None:
    with pytest.raises(ValueError, match="one objective"):
        run_fronts(lambda _: Walk(DRAFTS["bowls4"], 2), DEV["ackley2"], Key("t@1", "a@1", 0, 1), 2)


@pytest.mark.parametrize("name", ["auto", "tpe", "nsga2", "random"])
def test_our_own_samplers_take_two_objectives(name: str) -> None:
    """Of a space with branches, several at once, the same run again."""
    runs = [
        run_fronts(
            FRONTIERS[name].open_front, ALL["model-latency"], Key(name, "model-latency", 1, 4, "fronts"), 12
        )
        for _ in range(2)
    ]
    assert runs[0].values == runs[1].values
    assert len(runs[0].values) == 12


def test_a_setup_says_how_many_objectives_there_are() -> None:
    setup = Setup(problem=ALL["bowls4"].problem, seed=0, trials=1, workers=1)
    assert setup.objectives == 2
