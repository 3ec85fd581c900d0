"""Whole searches with other models: CMA-ES, and TPE with two objectives."""

from functools import partial

from benchmarks.clock import Stopwatch
from benchmarks.libraries import OURS
from benchmarks.libraries.protocol import Setup
from benchmarks.problems import Objective, ten, two
from benchmarks.proof import prove_done
from benchmarks.work import Check, Reading, Task, Work

__all__ = ["WORKS"]

WARM_UP = 30


def measure(task: Task, *, setup: Setup, objective: Objective) -> Reading:
    """One `optimize` in a fresh study in memory, after another one for warmth."""
    library, n = task.library, task.trials
    library.optimize(library.study(setup), objective, WARM_UP)
    study = library.study(setup)
    with Stopwatch() as watch:
        library.optimize(study, objective, n)
    prove_done(library, study, n)
    return {"CPU s": watch.cpu, "wall s": watch.wall}


WORKS = (
    Work(
        name="cma",
        title="1,000 CMA-ES trials in memory, 10 floats",
        figure="CPU s",
        measure=partial(measure, setup=Setup(sampler="cma"), objective=ten),
        checks=(Check("CPU s", 1 / 5, "optuna"),),
        trials=1_000,
        quick=50,
        libraries=(OURS, "optuna"),
    ),
    Work(
        name="tpe-two",
        title="1,000 TPE trials of two objectives in memory, 5 floats",
        figure="CPU s",
        measure=partial(measure, setup=Setup(sampler="tpe", objectives=2), objective=two),
        checks=(Check("CPU s", 1 / 15, "optuna"),),
        trials=1_000,
        quick=50,
        libraries=(OURS, "optuna"),
    ),
)
