"""One run: what `wandb.init()` returns."""

import os
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from . import state
from .configuration import Config, as_mapping, defaults
from .errors import UsageError, absent, say_once
from .outlet import plain, send
from .summaries import Summary
from .util import generate_id

__all__ = ["Metric", "Run"]

KEPT = "Files, code and artifacts stay where they are: nothing is uploaded."
FETCH = "Nothing was uploaded, so there is nothing to fetch: read the file from where it was saved."


class Metric:
    """What `define_metric` returns."""

    def __init__(self, name: str) -> None:
        self.name = name


class Run:
    """A run of a script or function. Numbers that it logs go to the sweep; outside of one they are only summed up."""

    resumed = False
    offline = True
    disabled = False
    starting_step = 0
    url = project_url = sweep_url = None

    def __init__(self, **given: Any) -> None:
        own = state.assignment
        self.id: str = (
            (own.run_id if own else os.environ.get("WANDB_RUN_ID")) or given.get("id") or generate_id()
        )
        self.sweep_id = own.sweep_id if own else os.environ.get("WANDB_SWEEP_ID")
        self.name: str = given.get("name") or os.environ.get("WANDB_NAME") or f"run-{self.id}"
        self.project: str = os.environ.get("WANDB_PROJECT") or given.get("project") or "uncategorized"
        self.entity: str = os.environ.get("WANDB_ENTITY") or given.get("entity") or ""
        self.group: str = given.get("group") or ""
        self.job_type: str = given.get("job_type") or ""
        self.notes: str | None = given.get("notes")
        self.tags: tuple[str, ...] = tuple(given.get("tags") or ())
        self.settings = given.get("settings")
        self.start_time = time.time()
        self.step = 0
        self.summary = Summary()
        self.config = Config()
        self.config.update_locked(state.assigned())
        self._folder = given.get("dir") or os.environ.get("WANDB_DIR") or "."
        self._finished = False
        self.config.underlay(chosen(given))
        self.config.underlay(defaults())
        send({})  # whoever listens knows now that the script speaks this way

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.finish(exit_code=0 if error is None else 1)

    @property
    def path(self) -> str:
        """Entity, project and id."""
        return "/".join(part for part in (self.entity, self.project, self.id) if part)

    @property
    def sync_dir(self) -> str:
        """The folder of the run."""
        stamp = time.strftime("%Y%m%d_%H%M%S", time.localtime(self.start_time))
        return os.path.join(self._folder, "wandb", f"offline-run-{stamp}-{self.id}")  # noqa: PTH118 - cheap to import

    @property
    def dir(self) -> str:
        """The folder for files of the run; it is made when it is asked for."""
        folder = os.path.abspath(os.path.join(self.sync_dir, "files"))  # noqa: PTH100, PTH118 - cheap to import
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - cheap to import
        return folder

    def log(self, data: Mapping[str, Any], step: int | None = None, commit: bool | None = None) -> None:  # noqa: FBT001 - the original's signature
        """Log numbers at a step: the next one, unless it is given.

        Raises:
            TypeError: no mapping of names.
            UsageError: the run is finished.
        """
        if self._finished:
            raise UsageError(f"Run ({self.id}) is finished. The call to `log` will be ignored.")
        if not isinstance(data, Mapping) or not all(isinstance(key, str) for key in data):
            raise TypeError("wandb.log must be passed a dictionary whose keys are strings")
        if step is not None:
            if step < self.step:
                say_once("wandb.log: a step that is smaller than the one before is left out, as wandb does.")
                return
            self.step = int(step)
        self.summary.follow(data)
        row = {"_step": self.step, **plain(data)}
        if commit or (commit is None and step is None):
            self.step += 1
        send(row)

    def finish(self, exit_code: int | None = None, quiet: bool | None = None) -> None:  # noqa: FBT001 - the original's signature
        """End the run."""
        self._finished = True
        if state.current is self:
            state.current = None

    def define_metric(  # noqa: PLR0917 - the original's signature
        self,
        name: str,
        step_metric: Any = None,
        step_sync: bool | None = None,  # noqa: FBT001 - as above
        hidden: bool | None = None,  # noqa: FBT001 - as above
        summary: str | None = None,
        overwrite: bool | None = None,  # noqa: FBT001 - as above
    ) -> Metric:
        """Choose how a metric is summed up; the other arguments are about pictures of it.

        Raises:
            Error: there is no such summary.
        """
        if summary is not None:
            self.summary.define(name, summary)
        return Metric(name)

    def alert(self, title: str, text: str, *args: Any, **kwargs: Any) -> None:
        """Say it on standard error."""
        say_once(f"alert: {title}: {text}")

    def watch(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing: gradients are not kept."""

    def unwatch(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing."""

    def save(self, *args: Any, **kwargs: Any) -> list[str]:
        """Do nothing: the file stays where it is."""
        say_once(KEPT)
        return []

    def log_artifact(self, artifact_or_path: Any, *args: Any, **kwargs: Any) -> Any:
        """Do nothing: the files stay where they are."""
        say_once(KEPT)
        return artifact_or_path

    finish_artifact = link_artifact = log_model = upsert_artifact = log_artifact

    def log_code(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing."""
        say_once(KEPT)

    def use_artifact(self, *args: Any, **kwargs: Any) -> Any:
        """There is nothing to fetch.

        Raises:
            NotImplementedError: always.
        """
        raise absent("Run.use_artifact", FETCH)

    def restore(self, *args: Any, **kwargs: Any) -> Any:
        """There is nothing to fetch.

        Raises:
            NotImplementedError: always.
        """
        raise absent("Run.restore", FETCH)

    use_model = use_artifact

    def mark_preempting(self) -> None:
        """Do nothing: a run that is lost is tried again anyhow."""

    def write_logs(self, text: str) -> None:
        """Do nothing: output is kept with the trial."""

    def pin_config_keys(self, keys: Any = ()) -> None:
        """Do nothing."""

    def status(self) -> Any:
        """Nothing waits to be uploaded."""
        return None

    def display(self, *args: Any, **kwargs: Any) -> bool:
        """There is no page to show."""
        return False

    def to_html(self, *args: Any, **kwargs: Any) -> str:
        """There is no page to show."""
        return ""


def chosen(given: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration that `init` was given, less what it was told to leave out."""
    config = dict(as_mapping(given.get("config")))
    include, exclude = given.get("config_include_keys"), given.get("config_exclude_keys") or ()
    return {
        key: value for key, value in config.items() if (not include or key in include) and key not in exclude
    }
