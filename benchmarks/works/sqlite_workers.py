"""Four processes on one file."""

import os
from collections.abc import MutableSequence
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from benchmarks.clock import Stopwatch
from benchmarks.libraries import OURS, load
from benchmarks.libraries.protocol import Library, Setup
from benchmarks.problems import sphere
from benchmarks.proof import NotDoneError, prove_complete
from benchmarks.work import Check, Reading, Task, Work

__all__ = ["WORKS"]

PROCESSES = 4
WARM_UP = 5

#: A process that has not come so far by now is stuck.
PATIENCE_SECONDS = 120.0


class Meeting(NamedTuple):
    """What the processes share: where they wait for each other, and what came of each."""

    barrier: Barrier
    results: MutableSequence[tuple[float, float, float]]
    errors: MutableSequence[str]


def measure_workers(task: Task) -> Reading:
    """The documented way of each library: ours starts its workers itself, within the time measured."""
    library, n, path = task.library, task.trials, task.folder / "study.db"
    if library.name != OURS:
        return measure_drivers(task)
    library.optimize(library.study(Setup(path=path.with_name("warm.db"))), sphere, WARM_UP)
    study = library.study(Setup(path=path))
    with Stopwatch() as watch:
        library.optimize(study, sphere, n, workers=PROCESSES)
    prove_complete(library, library.study(Setup(path=path, exists=True)), n)
    return {"trials per second": n / watch.wall, "CPU ms per trial": 1e3 * watch.cpu / n}


def measure_drivers(task: Task) -> Reading:
    """Four Python processes that call `optimize` on the same file, from the first start to the last end."""
    library, path, share = task.library, task.folder / "study.db", task.trials // PROCESSES
    library.study(Setup(path=path))
    spawn = get_context("spawn")
    with spawn.Manager() as manager:
        meeting = Meeting(spawn.Barrier(PROCESSES), manager.list(), manager.list())
        arguments = (library.name, path, share, meeting)
        drivers = [spawn.Process(target=drive, args=arguments) for _ in range(PROCESSES)]
        for driver in drivers:
            driver.start()
        for driver in drivers:
            driver.join()
        finished, failed = list(meeting.results), list(meeting.errors)
    if len(finished) < PROCESSES:
        lost = PROCESSES - len(finished)
        raise NotDoneError(f"{lost} of {PROCESSES} processes of {library.name} failed: {failed[:1]}")
    begins, ends, cpu = zip(*finished, strict=True)
    done = share * PROCESSES
    prove_complete(library, library.study(Setup(path=path, exists=True)), done)
    return {"trials per second": done / (max(ends) - min(begins)), "CPU ms per trial": 1e3 * sum(cpu) / done}


def drive(name: str, path: Path, n: int, meeting: Meeting) -> None:
    """One process; why it failed goes to `meeting.errors`."""
    try:
        meeting.results.append(timed(load(name), path, n, meeting.barrier))
    except Exception as error:
        meeting.errors.append(repr(error))
        raise


def timed(library: Library, path: Path, n: int, barrier: Barrier) -> tuple[float, float, float]:
    """Warm up, wait for the others, run trials; returns when it began and ended, and its CPU seconds."""
    warm = path.with_name(f"warm-{os.getpid()}.db")
    library.optimize(library.study(Setup(path=warm)), sphere, WARM_UP)
    study = library.study(Setup(path=path, exists=True))
    barrier.wait(PATIENCE_SECONDS)
    begin = perf_counter()
    with Stopwatch() as watch:
        library.optimize(study, sphere, n)
    return begin, perf_counter(), watch.cpu


WORKS = tuple(
    Work(
        name=name,
        title=title,
        figure="trials per second",
        measure=measure,
        checks=(Check("trials per second", 30, "optuna", at_least=True),),
        trials=2_000,
        quick=40,
        fewer={"optuna": 40, "rustuna": 400},
    )
    for name, title, measure in (
        ("sqlite-workers", "4 worker processes on one SQLite study", measure_workers),
        ("sqlite-drivers", "the same, each process with its own `optimize`", measure_drivers),
    )
)
