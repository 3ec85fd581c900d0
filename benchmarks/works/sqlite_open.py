"""Coming back to a long study."""

from pathlib import Path

import numpy as np

from benchmarks.clock import Stopwatch
from benchmarks.libraries.protocol import Library, Setup
from benchmarks.problems import SPHERE, past, sphere
from benchmarks.work import Check, Reading, Work

__all__ = ["WORK"]

WARM_UP = 5


def prepare(library: Library, n: int, folder: Path) -> None:
    """Write the study once, in bulk; every repeat opens this file."""
    library.add(library.study(Setup(path=stored(library, folder))), SPHERE, past(SPHERE, n))


def measure(library: Library, n: int, folder: Path) -> Reading:
    """Open the study, find its best trial, and make arrays of all values and parameters."""
    warm = folder / "warm.db"
    library.optimize(library.study(Setup(path=warm)), sphere, WARM_UP)
    read(library, warm, WARM_UP)
    with Stopwatch() as watch:
        read(library, stored(library, folder.parent), n)
    return {"wall ms": 1e3 * watch.wall, "CPU ms": 1e3 * watch.cpu}


def stored(library: Library, folder: Path) -> Path:
    """The file of the prepared study."""
    return folder / f"{library.name}.db"


def read(library: Library, path: Path, n: int) -> None:
    """What is timed, and proof that it read what is there."""
    study = library.study(Setup(path=path, exists=True))
    best = study.best_trial
    trials = library.trials(study)
    values = np.array([trial.value for trial in trials])
    params = np.array([list(trial.params.values()) for trial in trials])
    if values.min() != best.value or params.shape != (n, len(SPHERE)):
        raise RuntimeError(
            f"{library.name} read {params.shape} parameters and {best.value} of {values.min()}"
        )


WORK = Work(
    name="sqlite-open",
    title="open a 10,000-trial SQLite study: best trial, values and parameters as arrays",
    figure="wall ms",
    measure=measure,
    checks=(Check("wall ms", 1 / 20, "optuna"),),
    trials=10_000,
    quick=200,
    prepare=prepare,
)
