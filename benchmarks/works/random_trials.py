"""The bare cost of a trial: no model, no store."""

from pathlib import Path

from benchmarks.clock import Stopwatch
from benchmarks.libraries.protocol import Library, Setup
from benchmarks.problems import sphere
from benchmarks.work import Check, Reading, Work

__all__ = ["WORK"]

WARM_UP = 100


def measure(library: Library, n: int, folder: Path) -> Reading:
    """One `optimize` of n random trials in a fresh study in memory, after another one for warmth."""
    library.optimize(library.study(Setup()), sphere, WARM_UP)
    study = library.study(Setup())
    with Stopwatch() as watch:
        library.optimize(study, sphere, n)
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
