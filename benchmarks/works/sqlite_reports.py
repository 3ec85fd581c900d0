"""Trials that report and ask, in a file."""

from benchmarks.clock import Stopwatch
from benchmarks.libraries.protocol import Setup
from benchmarks.problems import reporting
from benchmarks.proof import prove_complete
from benchmarks.work import Check, Reading, Task, Work

__all__ = ["WORK"]

STEPS = 10
WARM_UP = 3


def measure(task: Task) -> Reading:
    """One `optimize` of trials in one process, with a stop check after every report that lets all go on."""
    library, n, path = task.library, task.trials, task.folder / "study.db"
    objective = reporting(STEPS, checks=range(1, STEPS + 1))
    library.optimize(
        library.study(Setup(scheduler="median", path=task.folder / "warm.db")), objective, WARM_UP
    )
    study = library.study(Setup(scheduler="median", path=path))
    with Stopwatch() as watch:
        library.optimize(study, objective, n)
    prove_complete(library, library.study(Setup(path=path, exists=True)), n)
    return {"CPU ms per trial": 1e3 * watch.cpu / n, "wall ms per trial": 1e3 * watch.wall / n}


WORK = Work(
    name="sqlite-reports",
    title="500 trials of 10 reports with a stop check each, SQLite",
    figure="CPU ms per trial",
    measure=measure,
    checks=(Check("CPU ms per trial", 1 / 40, "optuna"),),
    trials=500,
    quick=20,
    fewer={"optuna": 20},
    libraries=("luthier", "optuna"),
)
