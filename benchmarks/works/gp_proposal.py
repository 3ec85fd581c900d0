"""One more trial behind so many, proposed by a Gaussian process."""

from functools import partial

from benchmarks.clock import Stopwatch
from benchmarks.libraries import OURS
from benchmarks.libraries.protocol import Setup
from benchmarks.problems import SIX, past, six, six_value
from benchmarks.proof import prove_better
from benchmarks.work import Check, Reading, Task, Work

__all__ = ["WORKS"]

#: Untimed trials, then timed ones: enough for ours to learn hyperparameters anew among them, as every so often.
WARM_UP = 2
TIMED = {OURS: 20}
TIMED_OF_PEERS = 5


def measure(task: Task, *, behind: int) -> Reading:
    """CPU of ask, six suggestions and tell, behind so many random trials."""
    library, timed = task.library, TIMED.get(task.library.name, TIMED_OF_PEERS)
    known = past(SIX, six_value, min(behind, task.trials))
    study = library.study(Setup(sampler="gp"))
    library.add(study, SIX, known)
    library.optimize(study, six, WARM_UP)
    with Stopwatch() as watch:
        library.optimize(study, six, timed)
    values = [trial.value for trial in library.trials(study)]
    prove_better(library, values[-timed:], [trial.value for trial in known])
    return {"CPU ms": 1e3 * watch.cpu / timed}


def work(behind: int, *checks: Check) -> Work:
    """The row behind so many trials."""
    return Work(
        name=f"gp-{behind}",
        title=f"one GP trial behind {behind:,}, 6 floats",
        figure="CPU ms",
        measure=partial(measure, behind=behind),
        checks=checks,
        trials=behind,
        quick=20,
        libraries=(OURS, "optuna") if behind < 1_000 else (OURS,),
    )


WORKS = (
    work(50, Check("CPU ms", 1 / 10, "optuna")),
    work(200, Check("CPU ms", 1 / 6, "optuna")),
    work(500, Check("CPU ms", 1 / 5, "optuna")),
    work(1_000, Check("CPU ms", 500)),
)
