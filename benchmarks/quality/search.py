"""One run: a tuner searches a problem, alone or with several trials under way on a virtual clock."""

import heapq
from collections.abc import Callable, Iterator
from time import process_time
from typing import Any, TypeVar, final

import numpy as np

from benchmarks.quality.configuration import Configuration
from benchmarks.quality.problems import Benchmark
from benchmarks.quality.runs import Key, Run
from benchmarks.quality.tuners.protocol import Asked, FrontSearch, Search, Setup

__all__ = ["Thinking", "duration", "in_order_of_end", "run_trials"]

#: The spread of the logarithm of a trial's duration: one in six takes half as long again as the middle one or more.
SPREAD = 0.5

#: What a trial is judged by.
T = TypeVar("T")


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


def in_order_of_end(
    search: Search | FrontSearch,
    benchmark: Benchmark,
    key: Key,
    budget: int,
    *,
    thinking: Thinking,
    evaluate: Callable[[Configuration, int], T],
) -> Iterator[tuple[int, Asked, T]]:
    """`budget` trials as they end, `key.workers` of them at once: the number, what was asked, and what it is judged by.

    The next trial begins once the one that ended was told.
    """
    running: list[tuple[float, int, Asked, T]] = []
    asked_for, told, now, exhausted = 0, 0, 0.0, False
    while told < budget:
        while asked_for < budget and len(running) < key.workers and not exhausted:
            asked: Asked | None = thinking.time(asked_for, search.ask)
            if asked is None:
                exhausted = True
                break
            config = Configuration(benchmark.problem.space, thinking.account(asked_for, asked))
            found = evaluate(config, asked_for)
            heapq.heappush(running, (now + duration(key.seed, asked_for), asked_for, asked, found))
            asked_for += 1
        if not running:
            return
        now, number, asked, found = heapq.heappop(running)
        yield number, asked, found
        told += 1


def run_trials(open_search: Callable[[Setup], Search], benchmark: Benchmark, key: Key, budget: int) -> Run:
    """Search until `budget` trials have ended, `key.workers` of them at once."""
    setup = Setup(
        problem=benchmark.problem,
        seed=key.seed,
        trials=budget,
        workers=key.workers,
        noisy=benchmark.noise is not None,
    )
    thinking, search = Thinking(), open_search(setup)

    def judged(config: Configuration, number: int) -> tuple[float, float]:
        return evaluate(benchmark, config, seed=key.seed, number=number)

    ended: list[tuple[float, float]] = []
    trials = in_order_of_end(search, benchmark, key, budget, thinking=thinking, evaluate=judged)
    for number, asked, (value, observed) in trials:
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
