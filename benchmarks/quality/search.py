"""One run: a tuner searches a problem, alone or with several trials under way on a virtual clock."""

import heapq
from collections.abc import Callable
from time import process_time
from typing import Any, final

import numpy as np

from benchmarks.quality.configuration import Configuration
from benchmarks.quality.problems import Benchmark
from benchmarks.quality.runs import Key, Run
from benchmarks.quality.tuners.protocol import Asked, Search, Setup

__all__ = ["Thinking", "duration", "run_trials"]

#: The spread of the logarithm of a trial's duration: one in six takes half as long again as the middle one or more.
SPREAD = 0.5


@final
class Thinking:
    """CPU milliseconds that a tuner spent on each trial; all its threads count."""

    def __init__(self) -> None:
        self.spent: list[float] = []

    def time(self, number: int, call: Callable[..., Any], *arguments: Any) -> Any:
        """Call it on the account of a trial."""
        while len(self.spent) <= number:
            self.spent.append(0.0)
        start = process_time()
        try:
            return call(*arguments)
        finally:
            self.spent[number] += 1e3 * (process_time() - start)

    def account(self, number: int, ask: Callable[[str], Any]) -> Callable[[str], Any]:
        """`ask` on the account of a trial."""
        return lambda name: self.time(number, ask, name)


def duration(seed: int, number: int) -> float:
    """How long the trial of a number runs: the same for every tuner, and lognormal, so that trials overtake."""
    return float(np.random.default_rng([seed, number]).lognormal(0.0, SPREAD))


def run_trials(open_search: Callable[[Setup], Search], benchmark: Benchmark, key: Key, budget: int) -> Run:
    """Search until `budget` trials have ended, `key.workers` of them at once."""
    setup = Setup(
        problem=benchmark.problem,
        seed=key.seed,
        trials=budget,
        workers=key.workers,
        noisy=benchmark.noise is not None,
    )
    thinking = Thinking()
    search = open_search(setup)
    running: list[tuple[float, int, Asked, float, float]] = []
    ended: list[tuple[float, float]] = []
    asked_for, now, exhausted = 0, 0.0, False
    while len(ended) < budget:
        while asked_for < budget and len(running) < key.workers and not exhausted:
            asked: Asked | None = thinking.time(asked_for, search.ask)
            if asked is None:
                exhausted = True
                break
            config = Configuration(benchmark.problem.space, thinking.account(asked_for, asked))
            value, observed = evaluate(benchmark, config, seed=key.seed, number=asked_for)
            heapq.heappush(running, (now + duration(key.seed, asked_for), asked_for, asked, value, observed))
            asked_for += 1
        if not running:
            break
        now, number, asked, value, observed = heapq.heappop(running)
        thinking.time(number, search.tell, asked, observed)
        ended.append((value, observed))
    values = tuple(value for value, _ in ended)
    looks = tuple(observed for _, observed in ended)
    return Run(
        key,
        budget,
        values=values,
        observed=None if benchmark.noise is None else looks,
        thinking=tuple(thinking.spent[: len(ended)]),
    )


def evaluate(benchmark: Benchmark, config: Configuration, *, seed: int, number: int) -> tuple[float, float]:
    """The noiseless value of a configuration, and the one that is told."""
    observed = float(benchmark.observe(config.__getitem__, seed=seed, number=number))
    if benchmark.noise is None:
        return observed, observed
    return float(benchmark.problem.evaluate(config.__getitem__)[0]), observed
