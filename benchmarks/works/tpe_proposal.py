"""One more trial of a long search."""

from typing import Any

from benchmarks.clock import Stopwatch
from benchmarks.libraries.protocol import Library, Setup
from benchmarks.problems import MIXED, mixed, mixed_value, past
from benchmarks.proof import prove_model
from benchmarks.work import Check, Reading, Task, Work

__all__ = ["WORK"]

#: Untimed trials: whoever reads the past lazily reads it then.
WARM_UP = 3
TIMED = 20


def measure(task: Task) -> Reading:
    """CPU of ask, all suggestions and tell, behind finished trials and behind a tenth of them."""
    few, many = (milliseconds(task.library, behind) for behind in (task.trials // 10, task.trials))
    return {"CPU ms": many, "CPU ms, a tenth behind": few, "growth over 10 times the trials": many / few}


def milliseconds(library: Library, behind: int) -> float:
    """CPU of one trial behind so many; their values are random, so that no trial is like another."""
    study = library.study(Setup(sampler="tpe"))
    library.add(study, MIXED, past(MIXED, mixed_value, behind))
    for _ in range(WARM_UP):
        ask_and_tell(study)
    with Stopwatch() as watch:
        values = [ask_and_tell(study) for _ in range(TIMED)]
    prove_model(library, values)
    return 1e3 * watch.cpu / TIMED


def ask_and_tell(study: Any) -> float:
    """One trial, in the verbs that all libraries share; returns its value."""
    trial = study.ask()
    value = mixed(trial)
    study.tell(trial.number, value)
    return value


WORK = Work(
    name="proposal",
    title="one TPE trial behind 10,000 finished ones",
    figure="CPU ms",
    measure=measure,
    checks=(
        Check("CPU ms", 4),
        Check("CPU ms", 1, "rustuna"),
        Check("CPU ms", 1, "optuna"),
        Check("growth over 10 times the trials", 10),
    ),
    trials=10_000,
    quick=500,
)
