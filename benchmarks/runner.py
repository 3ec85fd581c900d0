"""Runs the measurements: each in a fresh process, the libraries in turn, so that noise meets all of them alike."""

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.work import Reading, Summary, Verdict, Work

__all__ = ["Plan", "Row", "measure_work"]

#: The folder that holds this package, wherever the caller stands.
ROOT = Path(__file__).parents[1]

#: One BLAS thread each: small matrices gain nothing from more, and CPU time would count their waiting.
ENVIRONMENT = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

#: A measurement that has not ended by now is stuck.
TIMEOUT_SECONDS = 300

Say = Callable[[str], None]


class MeasurementError(Exception):
    """A process of a measurement ended badly; the message is the last line that it said."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to run."""

    repeats: int
    quick: bool
    libraries: Sequence[str]


@dataclass(frozen=True, slots=True)
class Row:
    """What came out for one work."""

    work: Work
    #: Library -> figure -> its values in all repeats.
    figures: dict[str, dict[str, Summary]]
    #: Library -> why it could not be measured.
    failures: dict[str, str] = field(default_factory=dict)

    @property
    def verdicts(self) -> list[Verdict]:
        """The goals, judged."""
        return [check.judge(self.figures) for check in self.work.checks]


def measure_work(work: Work, plan: Plan, say: Say) -> Row:
    """Measure every library of the plan; one that fails is left out of the later repeats."""
    readings: dict[str, list[Reading]] = defaultdict(list)
    failures: dict[str, str] = {}
    with TemporaryDirectory(prefix="benchmarks-") as scratch:
        for step, library in steps(work, plan):
            if library in failures:
                continue
            size = work.size(library, quick=plan.quick)
            try:
                if step is None:
                    run_child(work.name, library, str(size), scratch, "prepare")
                    continue
                with own_folder(Path(scratch)) as folder:
                    readings[library].append(json.loads(run_child(work.name, library, str(size), folder)))
                shown = readings[library][-1][work.figure]
                say(f"{work.name:<15} {step + 1}/{plan.repeats}  {library:<8} {shown:12.4g} {work.figure}")
            except MeasurementError as error:
                failures[library] = str(error)
                say(f"{work.name:<15} {library} failed: {error}")
    return Row(
        work, {name: summaries(found) for name, found in readings.items() if name not in failures}, failures
    )


def steps(work: Work, plan: Plan) -> Iterator[tuple[int | None, str]]:
    """Each repeat of each library, after its preparation (None) where there is one."""
    libraries = [name for name in plan.libraries if name in work.libraries]
    rounds = range(plan.repeats)
    for step in (None, *rounds) if work.prepare is not None else rounds:
        for library in libraries:
            yield step, library


def summaries(readings: Sequence[Reading]) -> dict[str, Summary]:
    """The values of each figure over the repeats."""
    return {figure: Summary(tuple(reading[figure] for reading in readings)) for figure in readings[0]}


@contextmanager
def own_folder(scratch: Path) -> Iterator[str]:
    """A folder for one measurement."""
    with TemporaryDirectory(dir=scratch) as folder:
        yield folder


def run_child(*arguments: str) -> str:
    """The last line that a measurement's process printed.

    Raises:
        MeasurementError: it failed or did not end.
    """
    command = [sys.executable, "-m", "benchmarks.child", *arguments]
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=os.environ | ENVIRONMENT,
            check=True,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
        )
    except subprocess.CalledProcessError as error:
        raise MeasurementError(last_line(error.stderr)) from error
    except subprocess.TimeoutExpired as error:
        raise MeasurementError(f"no end after {TIMEOUT_SECONDS} s") from error
    return last_line(done.stdout)


def last_line(text: str) -> str:
    """The last line of an output."""
    return (text.strip().splitlines() or ["no output"])[-1]
