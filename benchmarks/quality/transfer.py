"""What an earlier study gives, and what it costs where it misleads: `python -m benchmarks.quality.transfer`.

Regret is the least value less the optimum. The earlier study has fifty trials: of nearly the same function (its floats
moved by a twentieth of their ranges, on an exponential scale), of its negative, or of a constant.
"""

import argparse
import logging
import math
import statistics
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import luthier
from benchmarks.quality.report import grid
from luthier.space.domains import Domain, Float
from luthier.testing.problems import PROBLEMS, Problem

__all__ = ["main"]

#: How far the optimum of a near function is moved, as a part of each range.
MOVED = 0.05

#: What the value of a near function is divided by before its exponential is taken.
FLAT = 50.0

#: Trials of an earlier study.
EARLIER = 50

NAMES = ("hartmann6", "branin", "mixed", "sphere5")

Objective: TypeAlias = Callable[[Any], float]


def asked(trial: Any, problem: Problem) -> Callable[[str], Any]:
    """The parameters of a trial by name, asked for when they are needed."""
    return lambda name: trial.suggest(name, problem.space[name])


def moved(value: Any, domain: Domain) -> Any:
    """A float moved up by a part of its range, on the scale of its domain; other values as they are."""
    if not isinstance(domain, Float):
        return value
    if domain.log:
        return value * (domain.high / domain.low) ** MOVED
    return value + MOVED * (domain.high - domain.low)


def itself(problem: Problem) -> Objective:
    """The function."""
    return lambda trial: problem.evaluate(asked(trial, problem))[0]


def near(problem: Problem) -> Objective:
    """A function with its optimum nearby, on another scale."""

    def objective(trial: Any) -> float:
        get = asked(trial, problem)
        return math.expm1(problem.evaluate(lambda name: moved(get(name), problem.space[name]))[0] / FLAT)

    return objective


def opposite(problem: Problem) -> Objective:
    """The negative of the function."""
    return lambda trial: -problem.evaluate(asked(trial, problem))[0]


def constant(problem: Problem) -> Objective:
    """A function that says nothing."""
    return lambda trial: 0.0 * problem.evaluate(asked(trial, problem))[0]


KINDS: Mapping[str, Callable[[Problem], Objective]] = {
    "near": near,
    "opposite": opposite,
    "constant": constant,
}


def searched(
    objective: Objective, n_trials: int, *, seed: int, warm_start: Sequence[Any] = ()
) -> luthier.Study:
    """A study of so many trials."""
    study = luthier.create_study(seed=seed, warm_start=warm_start)
    study.optimize(objective, n_trials)
    return study


def regret(problem: Problem, n_trials: int, *, seed: int, kind: str | None = None) -> float:
    """What the best of so many trials lacks, with an earlier study of a kind or with none."""
    earlier = [searched(KINDS[kind](problem), EARLIER, seed=1000 + seed)] if kind else []
    study = searched(itself(problem), n_trials, seed=seed, warm_start=earlier)
    return study.best_value - problem.optimum[0]


def lines(names: Sequence[str], seeds: range, n_trials: int) -> Iterator[tuple[str, ...]]:
    """The table, problem by problem."""
    yield ("problem", "none", *KINDS, *(f"{kind} less none (s.e.)" for kind in KINDS))
    for name in names:
        print(name, file=sys.stderr, flush=True)
        problem = PROBLEMS[name]
        cold = [regret(problem, n_trials, seed=seed) for seed in seeds]
        warm = {kind: [regret(problem, n_trials, seed=seed, kind=kind) for seed in seeds] for kind in KINDS}
        means = [statistics.mean(values) for values in (cold, *warm.values())]
        yield (name, *(f"{mean:.3f}" for mean in means), *(gap(values, cold) for values in warm.values()))


def gap(warm: Sequence[float], cold: Sequence[float]) -> str:
    """The mean difference of pairs, with its standard error."""
    pairs = [one - other for one, other in zip(warm, cold, strict=True)]
    return f"{statistics.mean(pairs):+.3f} ({statistics.stdev(pairs) / math.sqrt(len(pairs)):.3f})"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; progress goes to standard error."""
    options = argparse.ArgumentParser(
        prog="python -m benchmarks.quality.transfer", description="Compare warm with cold."
    )
    options.add_argument("--problems", nargs="+", choices=list(PROBLEMS), default=NAMES, metavar="NAME")
    options.add_argument("--seeds", type=int, default=10, help="how many, two or more (default 10)")
    options.add_argument("--trials", type=int, default=20, help="of a study (default 20)")
    chosen = options.parse_args(arguments)
    luthier.set_verbosity(logging.ERROR)
    print(grid(list(lines(chosen.problems, range(chosen.seeds), chosen.trials)), markdown=True))
    return 0


if __name__ == "__main__":
    sys.exit(main())
