# ruff: noqa: INP001 - a folder of the module search path, not a package
"""Runs first in every Python process of a script that a sweep runs: makes `import wandb` report to the sweep.

The installed wandb is wrapped as it is imported: whatever a run logs is written to the sweep's file too, and every run
is offline. Where none is installed the stand-in package is found, last on the path. Nothing here may break a script:
what goes wrong costs the report alone.
"""

import contextlib
import functools
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

__all__ = ["Tap"]

HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - runs in every process: no pathlib
STANDIN = os.path.join(os.path.dirname(HERE), "standin")  # noqa: PTH118, PTH120 - as above

#: The file that the sweep reads.
REPORT = "LUTHIER_REPORT"

#: The variables in which launchers of several processes say which one this is: only the first one reports.
RANKS = ("RANK", "LOCAL_RANK")


def say(row: Mapping[str, Any]) -> None:
    """Write a row to the sweep's file."""
    rank = next((os.environ[name] for name in RANKS if name in os.environ), "0")
    if rank == "0":
        line = json.dumps(row) + "\n"
        with open(os.environ[REPORT], "a", encoding="utf-8") as file:  # noqa: PTH123 - as above
            file.write(line)


def scalar(value: Any) -> Any:
    """Numbers and texts, those in dicts too; None for anything else."""
    if isinstance(value, Mapping):
        return {str(name): scalar(inner) for name, inner in value.items()}
    with contextlib.suppress(Exception):
        value = value.item() if callable(getattr(value, "item", None)) else value
    return value if isinstance(value, bool | int | float | str) else None


def tell_log(log: Callable[..., Any]) -> Callable[..., Any]:
    """`Run.log` that also writes its row."""

    @functools.wraps(log)
    def logged(self: Any, *args: Any, **kwargs: Any) -> Any:
        row: dict[str, Any] | None = None
        with contextlib.suppress(Exception):
            named = dict(zip(("data", "step", "commit"), args, strict=False)) | kwargs
            row = dict(scalar(named["data"]))
            now, step = self.step, named.get("step")
            if not self.disabled:  # a disabled run does not count its steps
                row["_step"] = now if step is None else int(step)
            if step is not None and int(step) < now:
                row = None  # wandb drops it, too
        result = log(self, *args, **kwargs)
        if row is not None:
            with contextlib.suppress(Exception):
                say(row)
        return result

    return logged


def wrap_log(module: ModuleType) -> None:
    """Tell what runs log; a disabled run has a class of its own."""
    for name in ("Run", "NoopRun"):
        kind = vars(module).get(name)
        if kind is not None and "log" in vars(kind):
            kind.log = tell_log(kind.log)


def wrap_summary(module: ModuleType) -> None:
    """Tell what is written to a summary."""
    kind = module.SummaryDict
    update = kind.update

    @functools.wraps(update)
    def updated(self: Any, d: Any) -> Any:
        if type(self).__name__ == "Summary":  # not a dict inside of one
            with contextlib.suppress(Exception):
                say({**scalar(d), "_summary": True})
        return update(self, d)

    kind.update = updated


def wrap_init(module: ModuleType) -> None:
    """Keep runs offline, whatever a script asks for, and tell the sweep that this one speaks by wandb."""
    init = module.init

    @functools.wraps(init)
    def started(*args: Any, **kwargs: Any) -> Any:
        settings = kwargs.get("settings")
        asked = settings.get("mode") if isinstance(settings, Mapping) else getattr(settings, "mode", None)
        if "disabled" not in {kwargs.get("mode"), asked, os.environ.get("WANDB_MODE")}:
            kwargs["mode"] = "offline"
        run = init(*args, **kwargs)
        with contextlib.suppress(Exception):
            say({})
        return run

    module.init = started  # type: ignore[attr-defined]  # a module has the attributes that it is given


#: Modules of wandb, and what is wrapped in them.
WRAPPERS: dict[str, Callable[[ModuleType], None]] = {
    "wandb.sdk.lib.noop_run": wrap_log,
    "wandb.sdk.wandb_init": wrap_init,
    "wandb.sdk.wandb_run": wrap_log,
    "wandb.sdk.wandb_summary": wrap_summary,
}


class Tap(importlib.abc.MetaPathFinder):
    """Finds the modules of wandb where everyone does, and wraps them once they are loaded."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The spec of one of the modules, with a loader that wraps; None for any other module."""
        wrap = WRAPPERS.get(fullname)
        spec = None if wrap is None else importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if wrap is None or spec is None or spec.loader is None:
            return None
        load = spec.loader.exec_module

        def load_and_wrap(module: ModuleType) -> None:
            load(module)
            with contextlib.suppress(Exception):
                wrap(module)

        spec.loader.exec_module = load_and_wrap  # type: ignore[method-assign]  # this spec's own loader
        return spec


def chain() -> None:
    """Run the sitecustomize that this one hides."""
    path = [entry for entry in sys.path if os.path.abspath(entry or ".") != HERE]  # noqa: PTH100 - as above
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", path)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


if os.environ.get(REPORT):
    sys.meta_path.insert(0, Tap())
    sys.path.append(STANDIN)
chain()
