"""The runs of a set as arrays, tuner by tuner."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.quality.runs import Key, Run
from benchmarks.quality.statistics import reached, regrets_of
from benchmarks.quality.tasks import Plan
from luthier.base.arrays import Array

__all__ = ["TARGETS", "Table", "collect"]


@dataclass(frozen=True, slots=True)
class Table:
    """One tuner: its regrets `(problems, seeds, at)`, its CPU milliseconds a proposal, and what failed."""

    tuner: str
    R: Array
    #: Medians over all runs at each number of trials: the last ten proposals before it.
    thinking: tuple[float, ...]
    failures: Mapping[str, int]
    #: On learning curves: `(problems, seeds, targets)` epochs to each target, in whole trainings; NaN without a run.
    epochs: Array | None = None

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return int(np.isfinite(self.R[:, :, 0]).sum())


#: Regrets whose cost in epochs is told.
TARGETS = (0.5, 0.25, 0.1)

#: Proposals before a number of trials whose thinking time is told.
WINDOW = 10


def collect(plan: Plan, runs: Mapping[Key, Run], at: Sequence[int]) -> list[Table]:
    """A table for each tuner of the plan that has any run; a run says nothing of more trials than it was given."""
    places = {benchmark.name: row for row, benchmark in enumerate(plan.benchmarks)}
    columns = {seed: column for column, seed in enumerate(plan.seeds)}
    R = {tuner: np.full((len(places), len(columns), len(at)), np.nan) for tuner in plan.tuners}
    spent: dict[str, list[list[float]]] = {tuner: [] for tuner in plan.tuners}
    to = {tuner: np.full((len(places), len(columns), len(TARGETS)), np.nan) for tuner in plan.tuners}
    failures: dict[str, dict[str, int]] = {tuner: {} for tuner in plan.tuners}
    for task in plan.tasks():
        run = runs.get(task.key)
        if run is None or run.budget < min(at):
            continue
        if run.failure is not None:
            failures[task.tuner][run.failure] = failures[task.tuner].get(run.failure, 0) + 1
            continue
        row = places[task.problem]
        known = [n for n in at if n <= run.budget]
        R[task.tuner][row, columns[task.key.seed], : len(known)] = regrets_of(
            run, plan.benchmarks[row], known
        )
        spent[task.tuner].append([mean_before(run.thinking, n) if n in known else np.nan for n in at])
        if run.epochs is not None and run.budget >= plan.budget:
            to[task.tuner][row, columns[task.key.seed]] = [
                reached(run, plan.benchmarks[row], target, plan.budget) for target in TARGETS
            ]
    return [
        Table(
            tuner,
            R[tuner],
            typical(spent[tuner]),
            failures[tuner],
            to[tuner] if plan.kind == "epochs" else None,
        )
        for tuner in plan.tuners
        if spent[tuner] or failures[tuner]
    ]


def typical(spent: Sequence[Sequence[float]]) -> tuple[float, ...]:
    """The median of each column over the runs that have it."""
    columns = [[value for value in column if np.isfinite(value)] for column in zip(*spent, strict=True)]
    return tuple(float(np.median(column)) if column else np.nan for column in columns)


def mean_before(thinking: Sequence[float], n: int) -> float:
    """The mean of the last proposals among the first n."""
    return float(np.mean(thinking[max(0, n - WINDOW) : n] or thinking[-1:] or [np.nan]))
