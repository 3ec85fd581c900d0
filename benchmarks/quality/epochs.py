"""One run on learning curves: trainings report every epoch, a tuner may stop them, and every epoch is paid for.

The workers share a virtual clock. A trial's epochs take as long as `duration` says of its number, so that trainings
overtake each other, and in the same way for every tuner.
"""

import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.quality.configuration import Configuration
from benchmarks.quality.problems import Benchmark
from benchmarks.quality.runs import Key, Run
from benchmarks.quality.search import Thinking, duration
from benchmarks.quality.tuners.protocol import Setup, StoppingSearch

__all__ = ["run_epochs"]


@dataclass(slots=True)
class Training:
    """A trial under way."""

    number: int
    asked: Any
    curve: list[float]
    step: int = 0


@dataclass(slots=True)
class Spent:
    """What was paid, and the improvements that were bought: the least value reported so far."""

    epochs: int = 0
    values: list[float] = field(default_factory=list)
    at: list[tuple[int, float]] = field(default_factory=list)

    def add(self, value: float, now: float) -> None:
        """One more epoch, and the value after it."""
        self.epochs += 1
        if value < (self.values[-1] if self.values else math.inf):
            self.values.append(value)
            self.at.append((self.epochs, now))


def run_epochs(
    open_search: Callable[[Setup], StoppingSearch], benchmark: Benchmark, key: Key, budget: int
) -> Run:
    """Search until as many epochs are spent as `budget` whole trainings have.

    Raises:
        ValueError: the problem has no learning curves.
    """
    if benchmark.curve is None:
        raise ValueError(f"{benchmark.name} has no learning curves")
    search = open_search(
        Setup(
            problem=benchmark.problem,
            seed=key.seed,
            trials=budget,
            workers=key.workers,
            noisy=benchmark.noise is not None,
            epochs=benchmark.epochs,
        )
    )
    thinking, spent = Thinking(), Spent()
    due: list[tuple[float, int, Training]] = []
    started, now = 0, 0.0
    while spent.epochs < budget * benchmark.epochs:
        while len(due) < key.workers:
            asked = thinking.time(started, search.ask)
            if asked is None:
                break
            config = Configuration(benchmark.problem.space, thinking.account(started, asked))
            training = Training(started, asked, benchmark.curve(config))
            heapq.heappush(due, (now + duration(key.seed, started), started, training))
            started += 1
        if not due:
            break
        now, number, training = heapq.heappop(due)
        value = training.curve[training.step]
        training.step += 1
        spent.add(value, now)
        stop = thinking.time(number, search.report, training.asked, training.step, value)
        if stop or training.step == len(training.curve):
            thinking.time(number, search.tell, training.asked, value)
        else:
            heapq.heappush(due, (now + duration(key.seed, number), number, training))
    return Run(
        key,
        budget,
        values=tuple(spent.values),
        thinking=tuple(thinking.spent),
        epochs=tuple(epochs for epochs, _ in spent.at),
        seconds=tuple(seconds for _, seconds in spent.at),
    )
