# ruff: noqa: ARG001, PLR0917 - the signatures are those of the original
"""Sweeps from Python: `sweep` makes one, and `agent` calls a function for each of its runs, in this process."""

import os
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any, final

from luthier.base.errors import TrialPruned
from luthier.base.log import logger
from luthier.compat.support import absent, differs
from luthier.compat.wandb.environment import dress, kill_delay
from luthier.compat.wandb.standin.wandb import state
from luthier.compat.wandb.standin.wandb.errors import Stopped
from luthier.compat.wandb.standin.wandb.util import generate_id
from luthier.executors.trial import Trial
from luthier.frontends.sweep.course import Course, row_of
from luthier.frontends.sweep.execute import Outcome, check_script, execute
from luthier.frontends.sweep.plan import plan_of
from luthier.frontends.sweep.process import GRACE
from luthier.frontends.sweep.runner import ScriptError, ScriptRunner, run_values, value_of
from luthier.frontends.sweep.studies import Sweep, load_sweep, open_sweep
from luthier.records.study import Direction

__all__ = ["agent", "sweep"]

#: Where sweeps are kept, unless LUTHIER_STORAGE says otherwise.
STORAGE = "luthier.db"


def sweep(
    sweep: Mapping[str, Any] | Callable[[], Mapping[str, Any]],
    entity: str | None = None,
    project: str | None = None,
    prior_runs: list[str] | None = None,
) -> str:
    """Make a sweep, in `$LUTHIER_STORAGE` or else `luthier.db`, and return its id, which is the name of the study.

    Args:
        sweep: the configuration, or a function that returns it.
        entity: kept with the sweep, without effect.
        project: kept with the sweep, without effect.
        prior_runs: not supported: add earlier trials with `luthier.load_study(id, storage=…).add_trials(…)`.

    Raises:
        SweepError: the configuration is wrong; a ValueError.
        NotImplementedError: `prior_runs` are given, or the configuration needs a service.
    """
    if prior_runs:
        raise absent(
            "wandb.sweep(prior_runs=...)", "Use luthier.load_study(sweep_id, storage=...).add_trials(...)."
        )
    config = plain(sweep() if callable(sweep) else sweep)
    if isinstance(config, dict):
        config |= {key: value for key, value in (("entity", entity), ("project", project)) if value}
    plan = plan_of(config)
    for note in plan.notes:
        differs("wandb.sweep", note)
    sweep_id = generate_id()
    open_sweep(plan, sweep_id, storage=storage())
    sys.stderr.write(f"Create sweep with ID: {sweep_id}\nLook at it: luthier show {storage()} {sweep_id}\n")
    return sweep_id


def agent(
    sweep_id: str,
    function: Callable[[], Any] | None = None,
    entity: str | None = None,
    project: str | None = None,
    count: int | None = None,
    forward_signals: bool = False,  # noqa: FBT001, FBT002 - the original's signature
    term_timeout: int | None = None,
    max_consecutive_failed_runs: int | None = None,
) -> None:
    """Run a sweep in this process: call `function` for each run, until the sweep is over or `count` runs have ended.

    Without a function the script of the sweep is run instead.

    Args:
        sweep_id: what `sweep` returned, or the name of a study of `luthier sweep`.
        function: called without arguments; in it `wandb.init()` finds the configuration.
        entity: without effect.
        project: without effect.
        count: how many runs to bring to an end.
        forward_signals: not supported.
        term_timeout: not supported; WANDB_AGENT_KILL_DELAY is.
        max_consecutive_failed_runs: not supported.

    Raises:
        StudyNotFound: there is no such sweep.
        NotImplementedError: an argument that is not supported is given.
    """
    for name, value in (
        ("forward_signals", forward_signals),
        ("term_timeout", term_timeout),
        ("max_consecutive_failed_runs", max_consecutive_failed_runs),
    ):
        if value:
            raise absent(
                f"wandb.agent({name}=...)", "Leave it out, or use luthier agent on the command line."
            )
    found = load_sweep(sweep_id, storage=storage())
    if function is not None:
        warn_of(execute(found, FunctionRunner(found, function), count=count, executor="inline"))
        return
    check_script(found.plan, "")
    delay = kill_delay(GRACE)
    runner = ScriptRunner(
        plan=found.plan, sweep=found.study.name, objective=found.objective, grace=delay, dress=dress
    )
    warn_of(execute(found, runner, count=count))


def plain(value: Any) -> Any:
    """A configuration as a file would have it: dicts, lists and Python's own numbers for ranges and arrays."""
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | range):
        return [plain(inner) for inner in value]
    listed = getattr(value, "tolist", None)  # of numpy
    return listed() if callable(listed) else value


def warn_of(outcome: Outcome) -> None:
    """Say why a sweep ended before anything worked."""
    if outcome.flapping is not None:
        logger.error(
            "The first %d runs failed: the sweep is stopped. Correct them and call agent again.", outcome.done
        )


def storage() -> str:
    """Where sweeps are kept."""
    return os.environ.get("LUTHIER_STORAGE") or STORAGE


@final
class FunctionRunner:
    """An objective that calls a function of the user, with a run of wandb around it."""

    def __init__(self, sweep: Sweep, function: Callable[[], Any]) -> None:
        self.sweep = sweep
        self.function = function

    def __call__(self, trial: Trial) -> float:
        """Call the function with the trial's configuration.

        Raises:
            ScriptError: it ended without the metric.
            TrialPruned: it was stopped early.
        """
        plan = self.sweep.plan
        metric = plan.metric
        course = Course(metric.name if metric else None, metric.direction if metric else Direction.MINIMIZE)
        run = FunctionRun(self.sweep.study.name, trial, run_values(plan, trial), course)
        trial.set_user_attr("run_id", run.run_id)
        if state.current is not None:  # of the program around the agent, without this run's configuration
            state.current.finish()
        state.assignment = run
        try:
            self.function()
        except Stopped:
            raise TrialPruned("early_terminate") from None
        except SystemExit as ended:
            if ended.code not in {None, 0}:
                raise ScriptError(f"sys.exit({ended.code!r})") from None
        except Exception:
            traceback.print_exc()
            raise
        finally:
            if state.current is not None:
                state.current.finish()
            state.assignment = None
        return value_of(course, plan, self.sweep.objective)


@final
class FunctionRun:
    """The run of one call: what `wandb.init()` finds, and where `wandb.log` ends."""

    def __init__(self, sweep_id: str, trial: Trial, values: dict[str, Any], course: Course) -> None:
        self.sweep_id = sweep_id
        self.run_id = generate_id()
        self.trial = trial
        self.values = values
        self.course = course

    def send(self, said: Mapping[str, Any]) -> None:
        """Take a row that the run logged.

        Raises:
            Stopped: the run is to end.
        """
        if self.course.add(row_of(said), self.trial) and self.trial.should_prune():
            raise Stopped
