# ruff: noqa: ARG001, PLR0917 - the signatures are those of the original
"""The functions of the module: they start a run, and speak to the current one."""

import sys
from collections.abc import Mapping
from enum import Enum
from typing import Any

from . import state
from .errors import say_once
from .runs import Metric, Run

__all__ = [
    "AlertLevel",
    "Settings",
    "alert",
    "define_metric",
    "ensure_configured",
    "finish",
    "init",
    "join",
    "log",
    "log_artifact",
    "log_model",
    "login",
    "mark_preempting",
    "require",
    "save",
    "setup",
    "teardown",
    "termerror",
    "termlog",
    "termwarn",
    "unwatch",
    "watch",
]

#: Arguments of `init` that go on with an earlier run.
RESUMING = ("fork_from", "resume", "resume_from")

#: Those that make the original listen to other libraries.
LISTENING = ("monitor_gym", "sync_tensorboard", "tensorboard")

#: All that `init` takes beside those that it names.
OPTIONS = frozenset(
    {
        *RESUMING,
        *LISTENING,
        "allow_val_change",
        "anonymous",
        "config_exclude_keys",
        "config_include_keys",
        "force",
        "group",
        "job_type",
        "mode",
        "reinit",
        "save_code",
        "settings",
    }
)


class AlertLevel(Enum):
    """How urgent an alert is."""

    INFO = "INFO"
    WARN = "WARN"
    ERROR = "ERROR"


class Settings:
    """Settings of the original, kept and without effect."""

    def __init__(self, **given: Any) -> None:
        self.__dict__.update(given)


def init(
    entity: str | None = None,
    project: str | None = None,
    dir: Any = None,  # noqa: A002 - the original's signature
    id: str | None = None,  # noqa: A002 - the original's signature
    name: str | None = None,
    notes: str | None = None,
    tags: Any = None,
    config: Any = None,
    **others: Any,
) -> Run:
    """Start a run, or return the current one.

    In a sweep `config` has the defaults, and the sweep's values win.

    Raises:
        TypeError: the original has no such argument.
    """
    for argument in others.keys() - OPTIONS:
        raise TypeError(f"init() got an unexpected keyword argument {argument!r}")
    reinit = others.get("reinit")
    if state.current is not None:
        if reinit in {True, "finish_previous", "create_new"}:
            state.current.finish()
        else:
            state.current.config.update(config, allow_val_change=True)
            running: Run = state.current
            return running
    if any(others.get(argument) for argument in RESUMING):
        say_once("wandb.init: resume and fork_from start a new run: nothing is kept of an earlier one.")
    for argument in LISTENING:
        if others.get(argument):
            say_once(f"wandb.init: {argument} has no effect: log the numbers, or install wandb.")
    run = Run(
        entity=entity,
        project=project,
        dir=dir,
        id=id,
        name=name,
        notes=notes,
        tags=tags,
        config=config,
        **others,
    )
    state.current = run
    return run


def log(data: Mapping[str, Any], step: int | None = None, commit: bool | None = None) -> None:  # noqa: FBT001 - the original's signature
    """Log numbers in the current run.

    Raises:
        Error: there is none.
    """
    state.required("log()").log(data, step=step, commit=commit)


def finish(exit_code: int | None = None, quiet: bool | None = None) -> None:  # noqa: FBT001 - the original's signature
    """End the current run, if there is one."""
    if state.current is not None:
        state.current.finish(exit_code)


def join(exit_code: int | None = None) -> None:
    """End the current run, under its old name."""
    finish(exit_code)


def teardown(exit_code: int | None = None) -> None:
    """End the current run."""
    finish(exit_code)


def define_metric(name: str, *args: Any, **kwargs: Any) -> Metric:
    """Choose how a metric is summed up."""
    metric: Metric = state.required("define_metric()").define_metric(name, *args, **kwargs)
    return metric


def alert(title: str, text: str, *args: Any, **kwargs: Any) -> None:
    """Say it on standard error."""
    state.required("alert()").alert(title, text)


def watch(*args: Any, **kwargs: Any) -> None:
    """Do nothing: gradients are not kept."""


def unwatch(*args: Any, **kwargs: Any) -> None:
    """Do nothing."""


def save(*args: Any, **kwargs: Any) -> list[str]:
    """Do nothing: the file stays where it is."""
    saved: list[str] = state.required("save()").save(*args, **kwargs)
    return saved


def log_artifact(artifact_or_path: Any, *args: Any, **kwargs: Any) -> Any:
    """Do nothing: the files stay where they are."""
    return state.required("log_artifact()").log_artifact(artifact_or_path)


def log_model(path: Any, *args: Any, **kwargs: Any) -> Any:
    """Do nothing: the file stays where it is."""
    return state.required("log_model()").log_artifact(path)


def mark_preempting() -> None:
    """Do nothing: a run that is lost is tried again anyhow."""


def login(*args: Any, **kwargs: Any) -> bool:
    """No account is needed."""
    return True


def setup(settings: Any = None) -> None:
    """Do nothing."""


def require(requirement: Any = None, experiment: Any = None) -> None:
    """Do nothing."""


def ensure_configured() -> None:
    """Do nothing."""


def termlog(string: str = "", **kwargs: Any) -> None:
    """Print on standard error."""
    sys.stderr.write(f"wandb: {string}\n")


def termwarn(string: str, **kwargs: Any) -> None:
    """Print a warning on standard error."""
    termlog(f"WARNING {string}")


def termerror(string: str, **kwargs: Any) -> None:
    """Print an error on standard error."""
    termlog(f"ERROR {string}")
