"""What came of one trial."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from luthier.base.errors import InvalidInput, explain
from luthier.compat.support import absent
from luthier.compat.tune.checkpoint import Checkpoint, best_checkpoint
from luthier.compat.tune.flat import CONFIG, FlatResult
from luthier.compat.tune.session import FILLED
from luthier.compat.tune.stored import history_of, members_at, table
from luthier.compat.tune.trial import TERMINATED, TuneTrial

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Result", "hidden_keys"]

#: What every result has, and a short form of it leaves out.
hidden_keys = FILLED | {
    "trial_id",
    "date",
    "hostname",
    "node_ip",
    "done",
    CONFIG,
    "should_checkpoint",
    "checkpoint_dir_name",
}


@dataclass(eq=False)
class Result:
    """The outcome of a trial.

    Attributes:
        metrics: the newest result, with `config`; None when the trial reported nothing.
        checkpoint: the newest one.
        error: what the trial failed of.
        path: its directory.
        best_checkpoints: those that were kept, each with its result.
        settled: the configuration.
        history: gives all results.
        filesystem: None: everything is in local directories.
    """

    metrics: dict[str, Any] | None
    checkpoint: Checkpoint | None
    error: BaseException | None
    path: str
    best_checkpoints: list[tuple[Checkpoint, Mapping[str, Any]]] | None = None
    settled: Mapping[str, Any] | None = field(default=None, repr=False)
    history: "Callable[[], list[FlatResult]] | None" = field(default=None, repr=False)
    filesystem: None = field(default=None, repr=False)

    def __repr__(self) -> str:
        shown: dict[str, Any] = {} if self.error is None else {"error": type(self.error).__name__}
        if self.metrics is not None:
            shown["metrics"] = {key: value for key, value in self.metrics.items() if key not in hidden_keys}
        shown |= {"path": self.path, "checkpoint": self.checkpoint}
        lines = ",\n".join(f"  {key}={value!r}" for key, value in shown.items())
        return f"Result(\n{lines}\n)"

    @property
    def config(self) -> dict[str, Any] | None:
        """The trial's configuration."""
        if self.metrics is not None and CONFIG in self.metrics:
            config: dict[str, Any] = self.metrics[CONFIG]
            return config
        return None if self.settled is None else dict(self.settled)

    @property
    def metrics_dataframe(self) -> "pd.DataFrame | None":
        """All results, one row for each iteration, flat names as columns; None when there are none.

        Raises:
            MissingExtra: pandas is not installed.
        """
        return None if self.history is None else table(self.history())

    @classmethod
    def of(cls, trial: TuneTrial, history: Callable[[], list[FlatResult]]) -> "Result":
        """The outcome of a trial, whose earlier results are read when they are asked for."""
        return cls(
            metrics=dict(trial.last_result),
            checkpoint=trial.checkpoint,
            error=None if trial.status == TERMINATED else trial.error,
            path=trial.path,
            best_checkpoints=list(trial.checkpoints),
            settled=trial.config,
            history=history,
        )

    @classmethod
    def from_path(cls, path: Any, storage_filesystem: Any = None) -> "Result":
        """The outcome of the trial in a directory of an experiment.

        Raises:
            InvalidInput: it is no such directory.
        """
        if storage_filesystem is not None:
            raise absent("tune.Result.from_path(storage_filesystem=...)", "Use a mounted directory.")
        directory = Path(path).expanduser().resolve()
        members = members_at(directory.parent)
        trial = next((trial for trial in members if Path(trial.path) == directory), None)
        if trial is None:
            raise InvalidInput(explain("the directory of a trial", str(directory), "Correct the path."))
        number = trial.member
        return cls.of(trial, lambda: history_of(members.view, members.trials)[number])

    def get_best_checkpoint(self, metric: str, mode: str) -> Checkpoint | None:
        """The kept checkpoint whose result has the best value; NaN never is.

        Raises:
            InvalidInput: the mode is neither "min" nor "max", or no kept result has the metric.
        """
        return best_checkpoint(self.best_checkpoints or [], metric, mode, strict=True)
