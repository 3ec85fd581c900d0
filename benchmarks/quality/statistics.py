"""What the runs say: regrets, ranks and intervals.

Glossary:
    R  (problems, seeds, at)  the normalised regret after so many trials; NaN where there is no run
    at                        the numbers of trials that are reported, such as 20, 50, 100
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.quality.problems import Benchmark
from benchmarks.quality.runs import Run
from luthier.base.arrays import Array

__all__ = ["CEILING", "Interval", "difference", "mean_ranks", "mean_regret", "reached", "regrets_of"]

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
    Hinkley 1997, section 3.8). None without a pair.
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
    low, high = np.quantile(means, (tail, 1.0 - tail))
    mean = float(np.mean([row.mean() for row in rows]))
    return Interval(mean, float(low), float(high), len(rows), sum(map(len, rows)))
