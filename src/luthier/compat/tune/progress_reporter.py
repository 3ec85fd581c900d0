"""Reporters: how an experiment looks while it runs."""

import html
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from importlib import import_module
from time import time
from typing import Any, final

from luthier.base.errors import InvalidInput, explain
from luthier.base.jsonvalue import native
from luthier.compat.support import absent, differs
from luthier.compat.tune.contract import restorable
from luthier.compat.tune.progress_table import (
    Table,
    as_html,
    as_text,
    best_trial,
    counts_line,
    lookup,
    progress_table,
)

__all__ = ["CLIReporter", "JupyterNotebookReporter", "ProgressReporter", "TuneReporterBase"]

#: Columns that are shown wherever a trial reports them, and their headings.
DEFAULT_COLUMNS: Mapping[str, str] = {
    "mean_accuracy": "acc",
    "mean_loss": "loss",
    "training_iteration": "iter",
    "time_total_s": "total time (s)",
    "timesteps_total": "ts",
    "episode_reward_mean": "reward",
}

#: Entries that every result has, or that describe the trial: no metrics of the user's.
AUTOMATIC = frozenset(
    {
        "checkpoint_dir_name",
        "config",
        "date",
        "done",
        "experiment_id",
        "experiment_tag",
        "hostname",
        "iterations_since_restore",
        "node_ip",
        "pid",
        "should_checkpoint",
        "time_since_restore",
        "time_this_iter_s",
        "timestamp",
        "timesteps_since_restore",
        "timesteps_this_iter",
        "trial_id",
        *DEFAULT_COLUMNS,
    },
)


class ProgressReporter:
    """Base of reporters. All three methods are called in the driver's thread."""

    def setup(
        self,
        start_time: float | None = None,
        total_samples: int | None = None,
        metric: str | None = None,
        mode: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Called once, before any trial."""

    def should_report(self, trials: Sequence[Any], done: bool = False) -> bool:  # noqa: FBT001, FBT002 - of the original
        """Whether `report` is to be called now; asked after each event, and with `done` at the end."""
        raise NotImplementedError

    def report(self, trials: Sequence[Any], done: bool, *sys_info: str) -> None:  # noqa: FBT001 - of the original
        """Show the progress of all trials."""
        raise NotImplementedError


class TuneReporterBase(ProgressReporter):
    """What reporters of tables share.

    Args:
        metric_columns: entries of results to show, as names or as name -> heading. None shows the usual ones, and up to
            `infer_limit` that trials report.
        parameter_columns: parameters to show, as names or as name -> heading; None shows all of them.
        total_samples: how many trials there will be, where that is known beforehand.
        max_progress_rows: how many trials have a row; the last table shows all.
        max_error_rows: how many failed trials are listed with their reason.
        max_column_length: how many characters a cell may have.
        max_report_frequency: seconds between tables.
        infer_limit: how many metrics are found by looking at results.
        print_intermediate_tables: False shows the table at the end only, and one line before.
        metric: names the best trial.
        mode: "min" or "max" for `metric`.
        sort_by_metric: list ended trials by `metric`, the best first.
    """

    def __init__(
        self,
        *,
        metric_columns: Sequence[str] | Mapping[str, str] | None = None,
        parameter_columns: Sequence[str] | Mapping[str, str] | None = None,
        total_samples: int | None = None,
        max_progress_rows: int = 20,
        max_error_rows: int = 20,
        max_column_length: int = 20,
        max_report_frequency: float = 5,
        infer_limit: int = 3,
        print_intermediate_tables: bool | None = None,
        metric: str | None = None,
        mode: str | None = None,
        sort_by_metric: bool = False,
    ) -> None:
        self._metrics = headed(DEFAULT_COLUMNS if metric_columns is None else metric_columns)
        self._infer_limit = infer_limit if metric_columns is None else 0
        self._parameters = headed(parameter_columns or {})
        self._total = total_samples
        self._max_rows = max_progress_rows
        self._max_errors = max_error_rows
        self._widest = max_column_length
        self._pause = max_report_frequency
        self._intermediate = print_intermediate_tables is not False
        self._metric, self._mode = metric, mode
        self._sort = sort_by_metric
        self._start = time()
        self._last = 0.0

    def setup(
        self,
        start_time: float | None = None,
        total_samples: int | None = None,
        metric: str | None = None,
        mode: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Take over what is known of the experiment.

        Raises:
            InvalidInput: metric or mode are given twice.
        """
        if (self._metric and metric) or (self._mode and mode):
            raise InvalidInput(
                explain(
                    "metric and mode in one place",
                    "them in the reporter and in TuneConfig",
                    "Drop one of the two.",
                ),
            )
        self._start = time() if start_time is None else start_time
        self._total = total_samples if self._total is None else self._total
        self._metric, self._mode = metric or self._metric, mode or self._mode
        if self._sort and not (self._metric and self._mode):
            self._sort = False
            differs(
                "sort_by_metric", "metric and mode are not both known, so nothing is sorted", stacklevel=2
            )

    def should_report(self, trials: Sequence[Any], done: bool = False) -> bool:  # noqa: FBT001, FBT002 - of the original
        """Whether the last report is long enough ago."""
        now = time()
        if done or now - self._last > self._pause:
            self._last = now
            return True
        return False

    def add_metric_column(self, metric: str, representation: str | None = None) -> None:
        """Show one more entry of the results, under a heading."""
        self._infer_limit = 0
        add(self._metrics, metric, representation)

    def add_parameter_column(self, parameter: str, representation: str | None = None) -> None:
        """Show one more parameter, under a heading."""
        add(self._parameters, parameter, representation)

    def lines(self, trials: Sequence[Any], done: bool, sys_info: Sequence[str]) -> list[str]:  # noqa: FBT001 - as report
        """What stands above the table."""
        spent = timedelta(seconds=round(time() - self._start))
        now = datetime.now().astimezone()
        found = [f"Current time: {now:%Y-%m-%d %H:%M:%S} (running for {spent})", *sys_info]
        best = best_trial(trials, self._metric, self._mode) if self._metric and self._mode else None
        if best is not None and self._metric is not None:
            value, names = lookup(best.last_result, self._metric), self._parameters
            config = {name: lookup(best.config, name) for name in names} if names else dict(best.config)
            found.append(
                f"Current best trial: {best.trial_id} with {self._metric}={value} and parameters={config}"
            )
        return [*found, counts_line(trials, self._total)]

    def table(self, trials: Sequence[Any], done: bool) -> Table:  # noqa: FBT001 - as report
        """The table of trials."""
        return progress_table(
            trials,
            metrics=self._metrics | self._inferred(trials),
            parameters=self._parameters,
            most=None if done else self._max_rows,
            widest=self._widest,
            metric=self._metric if self._sort else None,
            mode=self._mode,
        )

    def errors(self, trials: Sequence[Any], done: bool) -> Table | None:  # noqa: FBT001 - as report
        """The table of failed trials and why; None when there are none."""
        failed = [trial for trial in trials if trial.status == "ERROR"]
        if not failed:
            return None
        shown = failed if done else failed[: self._max_errors]
        hidden = len(failed) - len(shown)
        note = f"... {hidden} more failed trials not shown" if hidden else ""
        rows = [[str(trial), reason(trial)] for trial in shown]
        return Table(["Trial name", "error"], rows, note)

    def _inferred(self, trials: Sequence[Any]) -> dict[str, str]:
        """Metrics found in results."""
        found: dict[str, str] = {}
        for trial in trials:
            for name, given in (trial.last_result or {}).items():
                value = native(given)
                if (
                    len(found) < self._infer_limit
                    and name not in AUTOMATIC
                    and isinstance(value, int | float)
                ):
                    found[name] = name
        return found


@final
@restorable
class CLIReporter(TuneReporterBase):
    """Prints tables to standard output."""

    def report(self, trials: Sequence[Any], done: bool, *sys_info: str) -> None:  # noqa: FBT001 - of the original
        """Print the progress of all trials."""
        parts = ["== Status ==", *self.lines(trials, done, sys_info)]
        if trials and (done or self._intermediate):
            parts.append(as_text(self.table(trials, done)))
        failed = self.errors(trials, done)
        if failed is not None:
            parts.append(as_text(failed))
        sys.stdout.write("\n".join(parts) + "\n\n")
        sys.stdout.flush()


@final
@restorable
class JupyterNotebookReporter(TuneReporterBase):
    """Shows one table in a notebook, and updates it in its place.

    Args:
        overwrite: whether the cell's output is cleared before the first table.
        columns: the arguments of `CLIReporter`.

    Raises:
        NotImplementedError: there is no IPython to show it.
    """

    def __init__(self, *, overwrite: bool = True, **columns: Any) -> None:
        super().__init__(**columns)
        self._overwrite = overwrite
        self._handle: Any = None

    def report(self, trials: Sequence[Any], done: bool, *sys_info: str) -> None:  # noqa: FBT001 - of the original
        """Update the table."""
        lines = [f"<p>{html.escape(line)}</p>" for line in self.lines(trials, done, sys_info)]
        tables = [self.table(trials, done)] if trials else []
        failed = self.errors(trials, done)
        self.display("".join([*lines, *map(as_html, [*tables, failed] if failed else tables)]))

    def display(self, string: str) -> None:
        """Show a piece of HTML."""
        try:
            notebook = import_module("IPython.display")
        except ModuleNotFoundError as error:
            raise absent("tune.JupyterNotebookReporter without IPython", "Use tune.CLIReporter.") from error
        shown = notebook.HTML(string)
        if self._handle is not None:
            self._handle.update(shown)
            return
        if self._overwrite:
            notebook.clear_output(wait=True)
        self._handle = notebook.display(shown, display_id=True)


def headed(columns: Sequence[str] | Mapping[str, str]) -> dict[str, str]:
    """Columns with their headings; a name alone is its own."""
    return dict(columns) if isinstance(columns, Mapping) else {name: name for name in columns}


def add(columns: dict[str, str], name: str, heading: str | None) -> None:
    """Add a column.

    Raises:
        InvalidInput: there is one already.
    """
    if name in columns:
        raise InvalidInput(explain("a new column", f"{name!r}, which is there", "Add each column once."))
    columns[name] = heading or name


def reason(trial: Any) -> str:
    """Why a trial failed, in one line."""
    error = trial.error
    return " ".join(str(error).split()) if error is not None else ""
