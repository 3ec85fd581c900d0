"""One member of an experiment, as callbacks, reporters, schedulers and results see it: the peer's Trial."""

import math
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from luthier.compat.tune.flat import CONFIG, FlatResult, pairs

if TYPE_CHECKING:
    from luthier.compat.tune.checkpoint import Checkpoint

__all__ = ["ERROR", "PAUSED", "PENDING", "RUNNING", "TERMINATED", "TuneTrial"]

PENDING = "PENDING"
RUNNING = "RUNNING"
PAUSED = "PAUSED"
TERMINATED = "TERMINATED"
ERROR = "ERROR"

#: The averages of the newest results that the analysis of a metric has.
RECENT = (5, 10)


@final
class TuneTrial:
    """A trial with the attributes that the peer documents. It is made and changed by the runner alone.

    Attributes:
        number: the trial of the study that stands for it now; the newest one of a chain that a scheduler continued.
        member: the trial of the study that it started as; names it and its directory.
        trial_id: "1f3a9_00004".
        trainable_name: the function or class.
        config: the whole configuration, nested; None until it is settled.
        evaluated_params: flat values of what was searched.
        status: PENDING, RUNNING, PAUSED, TERMINATED or ERROR.
        last_result: the newest result, with `training_iteration`, `time_total_s`, `trial_id`, `config`, `done`, ...
        metric_analysis: metric -> {"max", "min", "avg", "last", "last-5-avg", "last-10-avg"}; "max", "min" and "avg"
            are without NaN.
        metric_n_steps: metric -> {"5": the newest five, "10": the newest ten}.
        checkpoint: the newest Checkpoint, None without any.
        checkpoints: all that are kept, oldest first, each with the result that it came with.
        num_failures: attempts that failed.
        error: what it failed of, for good; None otherwise.
        start_time: seconds since the epoch, None before the start.
        resources: {"cpu": 1.0, "gpu": 0.0, ...} of one trial.
    """

    PENDING, RUNNING, PAUSED, TERMINATED, ERROR = PENDING, RUNNING, PAUSED, TERMINATED, ERROR

    def __init__(
        self,
        number: int,
        *,
        trial_id: str,
        trainable_name: str,
        path: Path,
        resources: Mapping[str, float],
        custom_name: str | None = None,
    ) -> None:
        self.number = self.member = number
        self.trial_id = trial_id
        self.trainable_name = trainable_name
        self.custom_trial_name = custom_name
        self.path = str(path)
        self.resources = dict(resources)
        self.config: dict[str, Any] = {}
        self.evaluated_params: dict[str, Any] = {}
        self.experiment_tag = str(number)
        self.status = PENDING
        self.last_result: FlatResult = FlatResult()
        self.metric_analysis: dict[str, dict[str, float]] = {}
        self.metric_n_steps: dict[str, dict[str, deque[float]]] = {}
        self.checkpoints: list[tuple[Checkpoint, Mapping[str, Any]]] = []
        self.num_failures = 0
        self.error: BaseException | None = None
        self.start_time: float | None = None
        self.counts: dict[str, int] = {}

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        return self.custom_trial_name or f"{self.trainable_name}_{self.trial_id}"

    @property
    def trial_name(self) -> str:
        """How tables call it."""
        return str(self)

    @property
    def local_path(self) -> str:
        """Its directory; there is no other place."""
        return self.path

    logdir = local_dir = local_path

    @property
    def checkpoint(self) -> "Checkpoint | None":
        """The newest checkpoint."""
        return self.checkpoints[-1][0] if self.checkpoints else None

    @property
    def has_checkpoint(self) -> bool:
        """Whether there is any checkpoint."""
        return bool(self.checkpoints)

    @property
    def error_file(self) -> None:
        """None: what a trial failed of is in the store; see `error`, or `luthier show`."""
        return

    def get_error(self) -> BaseException | None:
        """What it failed of."""
        return self.error

    def is_finished(self) -> bool:
        """Whether it will not run again."""
        return self.status in {TERMINATED, ERROR}

    def take(self, result: Mapping[str, Any]) -> None:
        """Fold one result into `last_result` and the analysis of its metrics."""
        self.last_result = result if isinstance(result, FlatResult) else FlatResult(result)
        for name, value in pairs({key: item for key, item in result.items() if key != CONFIG}):
            if isinstance(value, int | float) and not isinstance(value, bool):
                self.analyse(name, value)
            elif name in self.metric_analysis:  # it was a number before: what came last is none
                self.analyse(name, math.nan)

    def analyse(self, name: str, value: float) -> None:
        """Fold one number of a metric."""
        steps = self.metric_n_steps.setdefault(name, {str(n): deque(maxlen=n) for n in RECENT})
        analysis = self.metric_analysis.setdefault(
            name, {"max": -math.inf, "min": math.inf, "avg": math.nan, "last": value}
        )
        analysis["last"] = value
        for n in RECENT:
            steps[str(n)].append(value)
            recent = steps[str(n)]
            analysis[f"last-{n}-avg"] = sum(recent) / len(recent)
        if math.isnan(value):
            return
        count = self.counts[name] = self.counts.get(name, 0) + 1
        analysis["max"], analysis["min"] = max(analysis["max"], value), min(analysis["min"], value)
        before = analysis["avg"] if count > 1 else 0.0
        analysis["avg"] = value if math.isinf(value) else before + (value - before) / count
