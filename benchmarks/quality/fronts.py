"""One run with two objectives: what counts is the area that all trials so far dominate together."""

from collections.abc import Callable

import numpy as np

from benchmarks.quality.configuration import Configuration
from benchmarks.quality.problems import Benchmark
from benchmarks.quality.problems.front import area
from benchmarks.quality.runs import Key, Run
from benchmarks.quality.search import Thinking, in_order_of_end
from benchmarks.quality.tuners.protocol import FrontSearch, Setup

__all__ = ["run_fronts"]


def run_fronts(
    open_search: Callable[[Setup], FrontSearch], benchmark: Benchmark, key: Key, budget: int
) -> Run:
    """Search until `budget` trials have ended, `key.workers` of them at once.

    Raises:
        ValueError: the problem has one objective.
    """
    corner = benchmark.corner
    if corner is None:
        raise ValueError(f"{benchmark.name} has one objective")
    setup = Setup(problem=benchmark.problem, seed=key.seed, trials=budget, workers=key.workers)
    thinking, search = Thinking(), open_search(setup)

    def judged(config: Configuration, _: int) -> tuple[float, ...]:
        return benchmark.problem.evaluate(config.__getitem__)

    told: list[tuple[float, ...]] = []
    areas: list[float] = []
    trials = in_order_of_end(search, benchmark, key, budget, thinking=thinking, evaluate=judged)
    for number, asked, values in trials:
        thinking.time(number, search.tell, asked, values)
        told.append(values)
        areas.append(area(np.array(told), corner))
    return Run(
        key,
        budget,
        values=tuple(-covered for covered in areas),
        thinking=tuple(thinking.spent[: len(told)]),
    )
