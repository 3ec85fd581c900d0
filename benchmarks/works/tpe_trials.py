"""A whole search with TPE."""

from benchmarks.clock import Stopwatch
from benchmarks.libraries.protocol import Setup
from benchmarks.problems import mixed
from benchmarks.proof import prove_model
from benchmarks.work import Check, Reading, Task, Work

__all__ = ["WORK"]

#: Past the random start of every library, so that the model has run once.
WARM_UP = 30


def measure(task: Task) -> Reading:
    """One `optimize` of TPE trials in a fresh study in memory, after another one for warmth."""
    library, n = task.library, task.trials
    library.optimize(library.study(Setup(sampler="tpe")), mixed, WARM_UP)
    study = library.study(Setup(sampler="tpe"))
    with Stopwatch() as watch:
        library.optimize(study, mixed, n)
    values = [trial.value for trial in library.trials(study)]
    prove_model(library, values[n // 2 :])
    return {"CPU s": watch.cpu, "wall s": watch.wall}


WORK = Work(
    name="tpe",
    title="1,000 TPE trials in memory, 5 floats and a categorical",
    figure="CPU s",
    measure=measure,
    checks=(Check("CPU s", 1 / 15, "optuna"), Check("CPU s", 2.5, "rustuna")),
    trials=1_000,
    quick=100,
)
