"""Coming back to a long study."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.clock import Stopwatch
from benchmarks.libraries.protocol import Library, Setup
from benchmarks.problems import SPHERE, past, sphere, sphere_value
from benchmarks.proof import NotDoneError
from benchmarks.work import Check, Reading, Task, Work

__all__ = ["WORK"]

WARM_UP = 5

#: A folder in memory, where there is one: writing the study is not timed and need not wait for the disk.
MEMORY = Path("/dev/shm")  # noqa: S108 - a TemporaryDirectory inside it


def prepare(task: Task) -> None:
    """Write the study once, in bulk; every repeat opens this file."""
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as memory:
        study = task.library.study(Setup(path=Path(memory, "study.db")))
        task.library.add(study, SPHERE, past(SPHERE, sphere_value, task.trials))
        shutil.copytree(memory, task.folder / task.library.name)


def measure(task: Task) -> Reading:
    """Open the study, find its best trial, and make arrays of all values and parameters."""
    warm = task.folder / "warm.db"
    task.library.optimize(task.library.study(Setup(path=warm)), sphere, WARM_UP)
    read(task.library, warm, WARM_UP)
    prepared = task.folder.parent / task.library.name / "study.db"
    with Stopwatch() as watch:
        read(task.library, prepared, task.trials)
    return {"wall ms": 1e3 * watch.wall, "CPU ms": 1e3 * watch.cpu}


def read(library: Library, path: Path, n: int) -> None:
    """What is timed, and proof that it read what is there."""
    study = library.study(Setup(path=path, exists=True))
    best = study.best_trial
    trials = library.trials(study)
    values = np.array([trial.value for trial in trials])
    params = np.array([list(trial.params.values()) for trial in trials])
    if values.min() != best.value or params.shape != (n, len(SPHERE)):
        raise NotDoneError(
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
