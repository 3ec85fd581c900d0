"""The objective of a sweep: run a script with one configuration, and listen to what it reports."""

import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias, final

from luthier.base.errors import LuthierError, TrialPruned
from luthier.executors.spawn import SLOT
from luthier.executors.trial import Trial
from luthier.frontends.sweep.course import Course, Row, printed, row_of
from luthier.frontends.sweep.macros import command_line
from luthier.frontends.sweep.nested import nested
from luthier.frontends.sweep.plan import Plan
from luthier.frontends.sweep.process import GRACE, ScriptProcess
from luthier.frontends.sweep.report import PARAMS, REPORT
from luthier.records.study import Direction

__all__ = ["Dress", "RunFiles", "ScriptError", "ScriptRunner", "run_values", "value_of"]

#: The environment variable with the number of the trial.
TRIAL = "LUTHIER_TRIAL"

#: What a shell returns for a command that cannot be run or is not there.
NOT_RUNNABLE = {126: "it is not executable", 127: "it was not found"}


class ScriptError(LuthierError):
    """A run of a script that has no value: it ended with an error, or never reported the metric."""


@dataclass(frozen=True, slots=True)
class RunFiles:
    """One run: where its files are, and what it is about."""

    folder: Path
    #: The study, and the number of the trial in it.
    sweep: str
    trial: int
    attempt: int
    #: The configuration, nested.
    values: Mapping[str, Any]
    config: Mapping[str, Any]

    @property
    def report(self) -> Path:
        """Where the script writes what it reports."""
        return self.folder / "report.jsonl"


#: What else a run's environment has: variables by name, and attributes to keep with its trial.
Dress: TypeAlias = Callable[[RunFiles], tuple[Mapping[str, str], Mapping[str, Any]]]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptRunner:
    """Runs the script of a sweep, once a call. Can be pickled.

    The run has a process group of its own. It ends with everything that it started: when it is stopped early, when its
    trial is cancelled, and when the program that drives the sweep dies.
    """

    plan: Plan
    #: The name of the study.
    sweep: str
    #: "best": the best value that the run reported; "last": the last one.
    objective: str = "best"
    #: GPUs that workers share; each worker's script sees one of them.
    gpus: tuple[str, ...] = ()
    grace: float = GRACE
    dress: Dress | None = None
    #: How Python is called in commands.
    interpreter: str = field(default_factory=lambda: sys.executable)

    def __call__(self, trial: Trial) -> float:
        """Run the script with the trial's configuration.

        Raises:
            ScriptError: it ended with an error, or without the metric.
            TrialPruned: it was stopped early.
        """
        values = run_values(self.plan, trial)
        folder = Path(tempfile.mkdtemp(prefix="luthier-run-"))
        try:
            run = RunFiles(folder, self.sweep, trial.number, trial.attempt, values, self.plan.config)
            return self._run(trial, run)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _run(self, trial: Trial, run: RunFiles) -> float:
        """Start the script, follow it, and judge its end."""
        environment = self._environment(trial, run)
        metric = self.plan.metric
        course = Course(metric.name if metric else None, metric.direction if metric else Direction.MINIMIZE)
        feed = Feed(run.report, course)
        process = self._start(run, environment, feed)
        try:
            stopped = False
            while not stopped and process.turn():
                stopped = feed.pass_on(trial) and trial.should_prune() and process.runs
            if stopped:
                process.stop(self.grace)
            code = process.finish()
        except BaseException:
            process.stop(0.0)
            process.close()
            raise
        feed.pass_on(trial)
        if stopped:
            raise TrialPruned("early_terminate")
        if code:
            raise ScriptError(": ".join(part for part in (told(code), process.last_words) if part))
        return value_of(course, self.plan, self.objective)

    def _environment(self, trial: Trial, run: RunFiles) -> dict[str, str]:
        """All variables of the script."""
        params = run.folder / "params.json"
        params.write_text(json.dumps(run.values), encoding="utf-8")
        run.report.touch()
        environment = {
            "PYTHONUNBUFFERED": "1",
            **os.environ,
            PARAMS: str(params),
            REPORT: str(run.report),
            TRIAL: str(run.trial),
        }
        if self.gpus:
            environment["CUDA_VISIBLE_DEVICES"] = self._gpu()
        if self.dress is not None:
            variables, attributes = self.dress(run)
            environment |= variables
            for key, value in attributes.items():
                trial.set_user_attr(key, value)
        return environment

    def _gpu(self) -> str:
        """The GPU of this worker: one of those given, of those visible, or the one with the worker's own number."""
        visible = os.environ.get("CUDA_VISIBLE_DEVICES", "")
        gpus = self.gpus or tuple(gpu for gpu in visible.split(",") if gpu)
        slot = int(os.environ.get(SLOT, "0"))
        return gpus[slot % len(gpus)] if gpus else str(slot)

    def _start(self, run: RunFiles, environment: Mapping[str, str], feed: "Feed") -> ScriptProcess:
        """Start the script."""
        words = {
            "args_json_file": str(run.folder / "params.json"),
            "env": "/usr/bin/env",
            "gpu": self._gpu(),
            "interpreter": self.interpreter,
            "program": self.plan.program or "",
            "trial_id": str(run.trial),
        }
        command = command_line(self.plan.command, run.values, words)
        try:
            return ScriptProcess(command, environment=environment, hear=feed.hear)
        except OSError as error:
            raise ScriptError(f"{command[0]!r} could not be started: {error.strerror or error}") from None


@final
class Feed:
    """What a script says, by file or by print. Once it uses the file, what it prints is only shown."""

    def __init__(self, path: Path, course: Course) -> None:
        self.path = path
        self.course = course
        self.place = 0
        self.rest = b""
        self.printed: list[Row] = []
        self.speaks = False

    def hear(self, line: str) -> None:
        """Take a printed line in."""
        if not self.speaks and self.course.metric is not None:
            row = printed(line, self.course.metric)
            if row is not None:
                self.printed.append(row)

    def pass_on(self, trial: Trial) -> bool:
        """Pass on to the trial what is new; whether the metric was in it."""
        rows, self.printed = self.read(), []
        heard = False
        for row in rows:
            heard |= self.course.add(row, trial)
        return heard

    def read(self) -> list[Row]:
        """The rows since last time: of the file, or else of what was printed."""
        try:
            with self.path.open("rb") as file:
                file.seek(self.place)
                data = file.read()
        except OSError:  # the script has removed it
            data = b""
        if not data:
            return self.printed
        self.place += len(data)
        self.speaks = True
        *lines, self.rest = (self.rest + data).split(b"\n")
        return [row_of(said) for said in map(parsed, lines) if said is not None]


def parsed(line: bytes) -> dict[str, Any] | None:
    """One line of a report; None for what is none."""
    try:
        said = json.loads(line)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def run_values(plan: Plan, trial: Trial) -> dict[str, Any]:
    """The configuration of a trial, nested as in the file."""
    return nested(
        (parameter.path, trial.suggest(parameter.name, parameter.domain)) for parameter in plan.parameters
    )


def value_of(course: Course, plan: Plan, objective: str) -> float:
    """What a run that ended well comes to.

    Raises:
        ScriptError: it never reported the metric.
    """
    if plan.metric is None:
        return 0.0
    value = course.best if objective == "best" else course.last
    if value is None:
        raise ScriptError(course.missing())
    return value


def told(code: int) -> str:
    """How a script ended, in words."""
    if code < 0:
        try:
            return f"killed by {signal.Signals(-code).name}"
        except ValueError:
            return f"killed by signal {-code}"
    why = NOT_RUNNABLE.get(code)
    return f"exit code {code}" + (f" ({why})" if why else "")
