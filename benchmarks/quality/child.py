"""The process in which a tuner works through tasks, in the environment of its library.

    python -m benchmarks.quality.child LIBRARY < tasks > runs

Both are lines of JSON. A run that raises is told as failed, with the reason, and the next task begins. Whatever a
library prints goes to standard error.
"""

import os
import sys
import traceback
from importlib.metadata import PackageNotFoundError, version
from typing import NoReturn

from benchmarks.quality.catalogue import OURS, named
from benchmarks.quality.editions import PINS, edition_of, version_of
from benchmarks.quality.kinds import KINDS
from benchmarks.quality.runs import Run
from benchmarks.quality.tasks import Task, benchmark_of

__all__ = ["REFUSED", "check_installed", "check_unchanged", "main", "run_task"]


#: The exit status of a process that can run none of its tasks; the last line of its standard error says why.
REFUSED = 3


def main(arguments: list[str]) -> None:
    """Run every task of standard input."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    check_installed(arguments[0])
    for line in sys.stdin:
        task = Task.from_line(line)
        check_unchanged(task)
        answers.write(run_task(task).to_line() + "\n")
        answers.flush()


def run_task(task: Task) -> Run:
    """One run."""
    try:
        run = KINDS[task.key.kind].run
        return run(named(task.tuner), benchmark_of(task.problem), task.key, task.budget)
    except Exception as error:  # noqa: BLE001 - whatever a library raises is a result
        traceback.print_exc()
        return Run(task.key, task.budget, failure=f"{type(error).__name__}: {error}".splitlines()[0])


def check_installed(library: str) -> None:
    """Exit unless the library is the one that its runs are filed under."""
    if library == OURS:
        return
    name, _, wanted = (PINS / f"{library}.txt").read_text(encoding="utf-8").splitlines()[0].partition("==")
    try:
        found = version(name)
    except PackageNotFoundError:
        found = "none"
    if found != wanted:
        refuse(f"expected {name} {wanted} in this environment, got {found}")


def check_unchanged(task: Task) -> None:
    """Exit unless the problem, and our own code, are still those that the run would be filed under."""
    for wanted, found in (
        (task.key.problem, edition_of(benchmark_of(task.problem))),
        (task.key.tuner, version_of(task.tuner)),
    ):
        if wanted != found:
            refuse(f"expected {wanted}, got {found}: the source changed meanwhile; start again")


def refuse(reason: str) -> NoReturn:
    """End: no task of this library can be run."""
    print(reason, file=sys.stderr, flush=True)
    sys.exit(REFUSED)


if __name__ == "__main__":
    main(sys.argv[1:])
