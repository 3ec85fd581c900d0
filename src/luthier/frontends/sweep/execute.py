"""Run a sweep: workers for its script, and everything that may end it."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from luthier.base.errors import explain
from luthier.executors.protocol import Objective
from luthier.frontends.sweep.guard import Flapping, Target
from luthier.frontends.sweep.macros import command_line
from luthier.frontends.sweep.plan import Plan
from luthier.frontends.sweep.problems import Problem, SweepError
from luthier.frontends.sweep.studies import Sweep
from luthier.records.state import TrialState
from luthier.records.trial import TrialRecord

__all__ = ["Outcome", "check_script", "execute"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one call went."""

    #: The runs that ended in it, by their state.
    counts: dict[TrialState, int]
    seconds: float
    #: The last failure, where the sweep was ended because nothing worked.
    flapping: TrialRecord | None

    @property
    def done(self) -> int:
        """How many runs ended."""
        return sum(self.counts.values())


def execute(
    sweep: Sweep,
    runner: Objective,
    *,
    count: int | None = None,
    workers: int = 1,
    executor: str = "process",
    progress: bool | None = None,
) -> Outcome:
    """Run trials of a sweep until it is over, or `count` of them have ended.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed twice.
    """
    study, begin = sweep.study, monotonic()
    flapping = Flapping()
    counts = dict.fromkeys((TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAILED), 0)

    def tally(_: object, record: TrialRecord) -> None:
        counts[record.state] += 1

    metric = sweep.plan.metric
    target = Target(metric, study.stop) if metric and sweep.objective == "best" else None
    study.optimize(
        runner,
        goal(sweep, count),
        workers=workers,
        executor=executor,
        catch=Exception,
        callbacks=[tally, flapping],
        watchers=[target] if target else [],
        progress=progress,
    )
    return Outcome(counts, monotonic() - begin, flapping.last)


def goal(sweep: Sweep, count: int | None) -> int | None:
    """How many runs this call may bring to an end: no more than asked for, nor than the cap leaves."""
    cap = sweep.plan.run_cap
    if cap is None:
        return count
    left = max(0, cap - sum(record.state.finished for record in sweep.study.trials))
    return left if count is None else min(count, left)


def check_script(plan: Plan, source: str) -> None:
    """Raise SweepError when the script of a plan is not there: every run would fail."""
    if "${program}" not in plan.command:
        return
    script = plan.program
    if script is None:
        message = explain('"program"', "none", "Add program: train.py, or a command without ${program}.")
    elif (Path.cwd() / script).is_file() or not script.endswith(".py"):
        return
    else:
        beside = Path(source).parent / script
        fix = f"It is in {beside.parent}: run the sweep there." if beside.is_file() else "Check the path."
        message = explain(f"the script {script!r} in {os.getcwd()}", "no such file", fix)  # noqa: PTH109 - as shells show it
    raise SweepError(source, [Problem("program", None, message)])


def shown_command(plan: Plan, values: dict[str, object]) -> Sequence[str]:
    """The command of a run as one would type it."""
    words = {
        "interpreter": "python",
        "program": plan.program or "",
        "args_json_file": "params.json",
        "gpu": "0",
    }
    return command_line(plan.command, values, words)
