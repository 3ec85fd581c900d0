"""What a finished trial keeps in memory."""

import gc

from benchmarks.clock import resident_bytes
from benchmarks.libraries.protocol import Setup
from benchmarks.problems import sphere
from benchmarks.work import Check, Reading, Task, Work

__all__ = ["WORK"]

#: Trials before the first look, so that the interpreter's own growth is over.
BEFORE = 2_000


def measure(task: Task) -> Reading:
    """Growth of the resident memory over random trials of one study."""
    library, n = task.library, task.trials
    study = library.study(Setup())
    library.optimize(study, sphere, BEFORE)
    gc.collect()
    before = resident_bytes()
    library.optimize(study, sphere, n)
    gc.collect()
    return {"bytes per trial": (resident_bytes() - before) / n}


WORK = Work(
    name="memory",
    title="memory of a trial in memory, 3 parameters",
    figure="bytes per trial",
    measure=measure,
    checks=(Check("bytes per trial", 1024),),
    trials=10_000,
    quick=2_000,
)
