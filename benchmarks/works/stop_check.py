"""Reporting a value and asking whether to stop, beside many trials with long curves."""

from benchmarks.clock import Stopwatch
from benchmarks.libraries.protocol import ASHA_RUNGS, MAX_STEPS, Library, SchedulerName, Setup
from benchmarks.problems import reporting
from benchmarks.proof import prove_stops
from benchmarks.work import Check, Measure, Reading, Task, Work

__all__ = ["WORKS"]

#: Timed trials of MAX_STEPS reports each.
TIMED = 3

#: Flat: ten times the trials cost at most this factor. Looking at each of them costs near 10.
FLAT = 1.5

TITLES: dict[SchedulerName, str] = {"median": "median", "asha": "ASHA", "hyperband": "Hyperband"}


def measure_with(scheduler: SchedulerName) -> Measure:
    """The measurement of one scheduler."""

    def measure(task: Task) -> Reading:
        sizes = task.trials // 10, task.trials
        few, many = (microseconds(task.library, scheduler, beside) for beside in sizes)
        return {"CPU µs": many, "CPU µs, a tenth beside": few, "growth over 10 times the trials": many / few}

    return measure


def microseconds(library: Library, scheduler: SchedulerName, beside: int) -> float:
    """CPU of a report and its stop check, beside so many trials of MAX_STEPS reports.

    These ask at the rungs alone, where halving keeps its records. The timed trials lead, so that they pass
    every rung.
    """
    study = library.study(Setup(scheduler=scheduler))
    checks = () if scheduler == "median" else ASHA_RUNGS
    library.optimize(study, reporting(MAX_STEPS, checks=checks), beside)
    probe = reporting(MAX_STEPS, checks=range(1, MAX_STEPS + 1), lead=1.0)
    library.optimize(study, probe, 1)
    with Stopwatch() as watch:
        library.optimize(study, probe, TIMED)
    prove_stops(library, study, steps=MAX_STEPS)
    return 1e6 * watch.cpu / (TIMED * MAX_STEPS)


WORKS = tuple(
    Work(
        name=scheduler,
        title=f"report and stop check ({title}) beside 1,000 trials of 100 steps",
        figure="CPU µs",
        measure=measure_with(scheduler),
        checks=(Check("CPU µs", 1 / 5, "optuna"), Check("growth over 10 times the trials", FLAT)),
        trials=1_000,
        quick=100,
        libraries=("luthier", "optuna"),
    )
    for scheduler, title in TITLES.items()
)
