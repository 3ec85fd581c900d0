"""What the runs say: regrets, ranks and intervals.

Glossary:
    R  (problems, seeds, at)  the normalised regret after so many trials; NaN where there is no run
    at                        the numbers of trials that are reported, such as 20, 50, 100
    E  (problems, seeds, targets)  epochs to each regret that is a target, in whole trainings; NaN where there is no run
"""

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri, stdtrit

from benchmarks.quality.problems import Benchmark
from benchmarks.quality.runs import Run
from luthier.base.arrays import Array

__all__ = [
    "CEILING",
    "Interval",
    "Quotient",
    "cost",
    "difference",
    "mean_ranks",
    "mean_regret",
    "quotients",
    "reached",
    "regrets_of",
    "unreached",
]

#: The regret of finding nothing, and the most that any value counts: one start outside a narrow valley would
#: otherwise decide a mean over dozens of problems.
CEILING = 3.0

#: Resamples of an interval, and its level.
RESAMPLES, LEVEL = 4000, 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean difference, and where it lies with 95 %; `pairs` is of how many paired runs, `problems` of how many."""

    mean: float
    low: float
    high: float
    problems: int
    pairs: int


class Quotient(NamedTuple):
    """A quotient, and where it lies with 95 %."""

    value: float
    low: float
    high: float


def regrets_of(run: Run, benchmark: Benchmark, at: Sequence[int]) -> list[float]:
    """The normalised regret of what looks best after so many trials, or epochs of so many whole trainings.

    It is between 0 and `CEILING`. A search that ended early, with nothing left to try, stays where it was.
    """
    incumbents = run.incumbents()
    if run.epochs is None:
        ended = [min(n, len(incumbents)) for n in at]
    else:
        ended = [bisect_right(run.epochs, n * benchmark.epochs) for n in at]
    found = [incumbents[n - 1] if n else np.inf for n in ended]
    return [float(np.clip(benchmark.regret(value), 0.0, CEILING)) for value in found]


def reached(run: Run, benchmark: Benchmark, target: float, budget: int) -> float:
    """Epochs, counted in whole trainings, until the regret is at most the target; twice the budget if it never is.

    What a run with a larger budget found later does not count.
    """
    for epochs, value in zip(run.epochs or (), run.values, strict=True):
        spent = epochs / benchmark.epochs
        if spent <= budget and benchmark.regret(value) <= target:
            return spent
    return 2.0 * budget


def mean_regret(R: Array) -> Array:
    """`(at,)` the mean over problems of each one's mean over seeds; problems without runs do not count."""
    return averaged(averaged(R, axis=1), axis=0)


def averaged(R: Array, *, axis: int) -> Array:
    """The mean along an axis of what is not NaN; NaN where nothing is."""
    count = np.isfinite(R).sum(axis=axis)
    return np.where(count > 0, np.nansum(R, axis=axis) / np.maximum(count, 1), np.nan)


def mean_ranks(tables: Mapping[str, Array]) -> dict[str, Array]:
    """Tuner -> `(at,)` its mean rank over the problems that all tuners have run; 1 is the best, equals share."""
    regrets = np.stack([averaged(R, axis=1) for R in tables.values()])
    less = (regrets[None] < regrets[:, None]).sum(axis=1)
    equal = (regrets[None] == regrets[:, None]).sum(axis=1)
    shared = np.isfinite(regrets).all(axis=0)
    ranks = averaged(np.where(shared, less + (equal + 1) / 2, np.nan), axis=1)
    return dict(zip(tables, ranks, strict=True))


def difference(ours: Array, theirs: Array) -> Interval | None:
    """Our regret less theirs at one number of trials, `(problems, seeds)` each, over the runs that both have.

    The interval is a percentile bootstrap of two stages, paired: problems are drawn, then seeds in each (Davison and
    Hinkley 1997, section 3.8), times the `widening` for few problems. None without a pair.
    """
    pairs = ours - theirs
    rows = [row[np.isfinite(row)] for row in pairs if np.isfinite(row).any()]
    if not rows:
        return None
    rng = np.random.default_rng(0)
    resampled = np.stack(
        [row[rng.integers(len(row), size=(RESAMPLES, len(rows), len(row)))].mean(axis=2) for row in rows]
    )
    chosen = rng.integers(len(rows), size=(RESAMPLES, len(rows)))
    means = resampled[chosen, np.arange(RESAMPLES)[:, None], np.arange(len(rows))[None]].mean(axis=1)
    tail = (1.0 - LEVEL) / 2
    mean = float(np.mean([row.mean() for row in rows]))
    low, high = mean + widening(len(rows)) * (np.quantile(means, (tail, 1.0 - tail)) - mean)
    return Interval(mean, float(low), float(high), len(rows), sum(map(len, rows)))


def widening(n: int) -> float:
    """By how much an interval from a bootstrap of n problems is too narrow.

    It divides by n where n - 1 belongs, and takes the spread of a few for that of all, as a normal quantile z does in
    place of Student's t: Hesterberg, "What teachers should know about the bootstrap" (arXiv:1411.5279). He moves the
    percentiles instead, which cannot lead beyond the least and the greatest of n. Of one problem seeds alone are drawn,
    and nothing is said of others.
    """
    tail = (1.0 - LEVEL) / 2
    return 1.0 if n == 1 else float(math.sqrt(n / (n - 1)) * stdtrit(n - 1, tail) / ndtri(tail))


def unreached(E: Array, budget: float) -> Array:
    """`(targets,)` the share of runs that never came to each target within the budget."""
    runs = E[np.isfinite(E[:, :, 0])]
    return np.asarray((runs > budget).mean(axis=0))


def cost(E: Array) -> Array:
    """`(targets,)` the geometric mean over problems with runs of each one's median over seeds."""
    return typical(ran(E))


def quotients(ours: Array, peers: Sequence[Array]) -> list[Quotient]:
    """What each target costs us as a share of what it costs the best of the peers, of each the E.

    The interval is a percentile bootstrap: seeds are drawn in each problem, of each tuner by itself, and each draw has
    a best peer of its own. The problems stay: they are too few to draw from.
    """
    rng = np.random.default_rng(0)
    tail = (1.0 - LEVEL) / 2
    drawn = share(resampled(ours, rng), [resampled(E, rng) for E in peers])
    low, high = np.quantile(drawn, (tail, 1.0 - tail), axis=0)
    columns = zip(share(cost(ours), list(map(cost, peers))), low, high, strict=True)
    return [Quotient(*map(float, column)) for column in columns]


def share(ours: Array, peers: Sequence[Array]) -> Array:
    """What costs us so much, as a share of the least that it costs a peer."""
    return np.asarray(ours / np.min(peers, axis=0))


def resampled(E: Array, rng: np.random.Generator) -> Array:
    """`(RESAMPLES, targets)` the costs of as many draws of seeds."""
    return typical([runs[rng.integers(len(runs), size=(RESAMPLES, len(runs)))] for runs in ran(E)])


def ran(E: Array) -> list[Array]:
    """`(seeds, targets)` of each problem with runs."""
    rows = [row[np.isfinite(row[:, 0])] for row in E]
    return [row for row in rows if len(row)]


def typical(runs: Sequence[Array]) -> Array:
    """`(…, targets)` the geometric mean over problems of medians over seeds, of `(…, seeds, targets)` each."""
    return np.asarray(np.exp(np.mean([np.log(np.median(row, axis=-2)) for row in runs], axis=0)))
