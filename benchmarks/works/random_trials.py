"""The bare cost of a trial: no model, no store."""

from benchmarks.clock import Stopwatch
from benchmarks.libraries.protocol import Setup
from benchmarks.problems import sphere
from benchmarks.proof import prove_complete
from benchmarks.work import Check, Reading, Task, Work

__all__ = ["WORK"]

WARM_UP = 100


def measure(task: Task) -> Reading:
    """One `optimize` of random trials in a fresh study in memory, after another one for warmth."""
    library, n = task.library, task.trials
    library.optimize(library.study(Setup()), sphere, WARM_UP)
    study = library.study(Setup())
    with Stopwatch() as watch:
        library.optimize(study, sphere, n)
    prove_complete(library, study, n)
    return {"trials per CPU second": n / watch.cpu, "trials per second": n / watch.wall}


WORK = Work(
    name="random",
    title="10,000 random trials in memory, 3 parameters",
    figure="trials per CPU second",
    measure=measure,
    checks=(Check("trials per CPU second", 3, "optuna", at_least=True),),
    trials=10_000,
    quick=1_000,
)
