"""A run is what its tuner was told, in the order in which trials ended, under the same clock for every tuner."""

import math
from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.quality.catalogue import TUNERS
from benchmarks.quality.epochs import run_epochs
from benchmarks.quality.problems import Benchmark
from benchmarks.quality.runs import Key, Run
from benchmarks.quality.search import run_trials
from benchmarks.quality.tuners.protocol import Fixed, Setup
from luthier.space.domains import Float
from luthier.space.space import Space
from luthier.testing.problems import PROBLEMS, Problem

EPOCHS = 4


def benchmark(
    *, noise: Callable[[float], float] | None = None, fail_below: float = -math.inf, curve: bool = False
) -> Benchmark:
    """A line, which fails below a point."""

    def value(get: Any) -> float:
        x: float = get("x")
        return math.inf if x < fail_below else x

    problem = Problem(
        name="line",
        space=Space({"x": Float(0.0, 1.0)}),
        evaluate=lambda get: (value(get),),
        optimum=(0.0,),
    )
    return Benchmark(
        problem=problem,
        suite="toy",
        argmin={"x": 0.0},
        scale=1.0,
        noise=noise,
        curve=(lambda config: [config["x"] + 1 / (1 + step) for step in range(EPOCHS)]) if curve else None,
        epochs=EPOCHS if curve else 0,
    )


class Countdown:
    """Proposes 0.9, 0.8, 0.7, … and notes all that happens to it."""

    def __init__(self, setup: Setup, *, steps: int = 9, stop_at: int = 0) -> None:
        self.steps = steps
        self.stop_at = stop_at
        self.number = 0
        self.running: list[int] = []
        self.most = 0
        self.told: list[tuple[int, float]] = []

    def ask(self) -> Fixed | None:
        if self.number == self.steps:
            return None
        self.number += 1
        self.running.append(self.number)
        self.most = max(self.most, len(self.running))
        return Fixed({"x": 1.0 - self.number / 10}, self.number)

    def tell(self, asked: Fixed, value: float) -> None:
        self.running.remove(asked.token)
        self.told.append((asked.token, value))

    def report(self, asked: Fixed, step: int, value: float) -> bool:
        return step == self.stop_at


def key(workers: int = 1, kind: str = "trials") -> Key:
    return Key("toy@1", "line@1", 0, workers, kind)


def test_trials_run_one_after_another_with_one_worker() -> None:
    run = run_trials(Countdown, benchmark(), key(), 5)
    assert run.values == pytest.approx((0.9, 0.8, 0.7, 0.6, 0.5))
    assert run.observed is None
    assert len(run.thinking) == 5


def test_a_search_with_nothing_left_ends_early() -> None:
    assert len(run_trials(lambda setup: Countdown(setup, steps=3), benchmark(), key(), 5).values) == 3


def test_several_trials_run_at_once_and_overtake_each_other() -> None:
    """Each trial is told once, never more than four run, and the order is that of the clock: the same for all."""
    searches: list[Countdown] = []

    def opened(setup: Setup) -> Countdown:
        searches.append(Countdown(setup))
        return searches[-1]

    first, second = (run_trials(opened, benchmark(), key(workers=4), 9) for _ in range(2))
    search = searches[0]
    assert search.most == 4
    assert sorted(number for number, _ in search.told) == list(range(1, 10))
    assert [number for number, _ in search.told] != list(range(1, 10))
    assert first.values == second.values == pytest.approx(tuple(value for _, value in search.told))


def test_a_failed_training_is_told_as_infinite() -> None:
    run = run_trials(Countdown, benchmark(fail_below=0.65), key(), 4)
    assert run.values == pytest.approx((0.9, 0.8, 0.7, math.inf))


def test_noise_is_told_and_the_noiseless_value_is_judged() -> None:
    searches: list[Countdown] = []

    def opened(setup: Setup) -> Countdown:
        searches.append(Countdown(setup))
        return searches[-1]

    run = run_trials(opened, benchmark(noise=lambda _: 1.0), key(), 6)
    assert run.values == pytest.approx((0.9, 0.8, 0.7, 0.6, 0.5, 0.4))
    assert run.observed == tuple(value for _, value in searches[0].told) != run.values
    assert run.observed is not None
    best = min(range(6), key=run.observed.__getitem__)
    assert run.incumbents()[-1] == run.values[best]


def test_a_failed_first_trial_leaves_nothing_found_yet() -> None:
    assert Run(key(), 2, values=(math.inf, 1.0)).incumbents() == [math.inf, 1.0]


def test_every_epoch_is_paid_and_the_best_report_counts() -> None:
    """Two trainings of four epochs; the improvements are those of the least report so far."""
    run = run_epochs(Countdown, benchmark(curve=True), key(kind="epochs"), 2)
    assert run.values == pytest.approx((1.9, 1.4, 0.9 + 1 / 3, 1.15, 0.8 + 1 / 3, 1.05))
    assert run.epochs == (1, 2, 3, 4, 7, 8)
    assert len(run.thinking) == 2


def test_a_stopped_training_costs_only_what_it_ran() -> None:
    run = run_epochs(lambda setup: Countdown(setup, stop_at=1), benchmark(curve=True), key(kind="epochs"), 2)
    assert run.epochs == (1, 2, 3, 4, 5, 6, 7, 8)
    assert run.values == pytest.approx([1.9, 1.8, 1.7, 1.6, 1.5, 1.4, 1.3, 1.2])


def test_workers_share_the_budget_of_epochs() -> None:
    run = run_epochs(Countdown, benchmark(curve=True), key(kind="epochs", workers=8), 2)
    assert run.epochs is not None
    assert run.seconds is not None
    assert max(run.epochs) <= 8
    assert list(run.seconds) == sorted(run.seconds)


@pytest.mark.parametrize("problem", ["mixed", "conditional"])
@pytest.mark.parametrize("workers", [1, 4])
def test_our_own_samplers_search_by_the_public_interface(problem: str, workers: int) -> None:
    found = Benchmark(problem=PROBLEMS[problem], suite="toy", argmin={}, scale=1.0)
    run = run_trials(TUNERS["tpe"].open, found, key(workers=workers), 15)
    again = run_trials(TUNERS["tpe"].open, found, key(workers=workers), 15)
    assert len(run.values) == 15
    assert run.values == again.values
    assert all(math.isfinite(value) for value in run.values)
