"""How a run is configured: the peer's dataclasses."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.compat.support import absent, differs

__all__ = [
    "CheckpointConfig",
    "FailureConfig",
    "ResumeConfig",
    "RunConfig",
    "SyncConfig",
    "TuneConfig",
]

#: Marks an argument that the peer has taken out of use.
DEPRECATED = "DEPRECATED"


@dataclass
class FailureConfig:
    """What happens when a trial fails.

    Attributes:
        max_failures: how often a trial is tried again, from its newest checkpoint; -1 for ever.
        fail_fast: True ends the run at the first failure, "raise" raises its error too.
    """

    max_failures: int = 0
    fail_fast: bool | str = False

    def __post_init__(self) -> None:
        if not isinstance(self.fail_fast, bool) and str(self.fail_fast).upper() != "RAISE":
            raise InvalidInput(
                explain('fail_fast to be a bool or "raise"', repr(self.fail_fast), "Correct it.")
            )
        if self.fail_fast and self.max_failures != 0:
            raise InvalidInput(
                explain("max_failures=0 with fail_fast", str(self.max_failures), "Drop one of the two.")
            )


@dataclass
class CheckpointConfig:
    """Which checkpoints are kept, and how often a class trainable makes one.

    Attributes:
        num_to_keep: the most checkpoints of a trial, None for all. The newest one is always kept.
        checkpoint_score_attribute: the metric by which the best are kept; the newest are when left out.
        checkpoint_score_order: "max" or "min".
        checkpoint_frequency: iterations of a class trainable between checkpoints; 0 makes none.
        checkpoint_at_end: whether a class trainable makes one when it is done.
    """

    num_to_keep: int | None = None
    checkpoint_score_attribute: str | None = None
    checkpoint_score_order: str | None = "max"
    checkpoint_frequency: int | None = 0
    checkpoint_at_end: bool | None = None

    def __post_init__(self) -> None:
        if self.num_to_keep is not None and self.num_to_keep < 1:
            raise InvalidInput(
                explain("num_to_keep to be None or >= 1", str(self.num_to_keep), "Correct it.")
            )
        if self.checkpoint_score_order not in {"max", "min"}:
            got = repr(self.checkpoint_score_order)
            raise InvalidInput(explain('checkpoint_score_order "max" or "min"', got, "Correct it."))
        if (self.checkpoint_frequency or 0) < 0:
            got = str(self.checkpoint_frequency)
            raise InvalidInput(explain("checkpoint_frequency >= 0", got, "Correct it."))


@dataclass
class SyncConfig:
    """How files reach other machines: there are none here, so nothing is synchronised."""

    sync_period: int = 300
    sync_timeout: int = 1800
    sync_artifacts: bool = False
    sync_artifacts_on_checkpoint: bool = True

    def __post_init__(self) -> None:
        if self.sync_artifacts:
            differs("tune.SyncConfig(sync_artifacts=True)", "a trial's directory is its final place already")


@dataclass
class ResumeConfig:
    """What becomes of the trials of an experiment that is taken up again."""

    class ResumeType(Enum):
        """Of one kind of trial."""

        RESUME = "resume"
        RESTART = "restart"
        SKIP = "skip"

    finished: "ResumeConfig.ResumeType | str" = ResumeType.SKIP
    unfinished: "ResumeConfig.ResumeType | str" = ResumeType.RESUME
    errored: "ResumeConfig.ResumeType | str" = ResumeType.SKIP

    def __post_init__(self) -> None:
        kind = ResumeConfig.ResumeType
        self.finished, self.unfinished = kind(self.finished), kind(self.unfinished)
        self.errored = kind(self.errored)
        if self.finished is not kind.SKIP:
            raise absent(
                "tune.ResumeConfig(finished=...)", "A finished trial stays; enqueue its config anew."
            )


@dataclass
class RunConfig:
    """Where a run is kept, when it ends, and what is told of it.

    Attributes:
        name: of the experiment; made up of the trainable and the time when left out.
        storage_path: the directory that holds `luthier.db` and a directory for each experiment.
        storage_filesystem: not offered.
        failure_config: a FailureConfig.
        checkpoint_config: a CheckpointConfig.
        sync_config: a SyncConfig.
        verbose: 0 for silence.
        stop: thresholds, a function of `(trial_id, result)`, or a Stopper.
        callbacks: of the class `tune.Callback`.
        progress_reporter: such as a CLIReporter; by default luthier's own live table.
        log_to_file: keep what trials print in files of their directories: True, a name, or a pair of names.
        local_dir: an older name of `storage_path`.
    """

    name: str | None = None
    storage_path: Any = None
    storage_filesystem: Any = None
    failure_config: FailureConfig | None = None
    checkpoint_config: CheckpointConfig | None = None
    sync_config: SyncConfig | None = None
    verbose: Any = None
    stop: Any = None
    callbacks: Sequence[Any] | None = None
    progress_reporter: Any = None
    log_to_file: bool | str | tuple[str, str] = False
    local_dir: Any = None

    def __post_init__(self) -> None:
        if self.storage_filesystem is not None:
            raise absent(
                "tune.RunConfig(storage_filesystem=...)", "Pass storage_path on a mounted file system."
            )
        self.failure_config = self.failure_config or FailureConfig()
        self.checkpoint_config = self.checkpoint_config or CheckpointConfig()
        if self.storage_path is None and self.local_dir is not None:
            self.storage_path = self.local_dir


@dataclass
class TuneConfig:
    """How a run searches.

    Attributes:
        mode: "min" or "max".
        metric: the name under which the trainable reports its objective.
        search_alg: a searcher of `tune.search`, a luthier sampler or its name; random search when left out.
        scheduler: of `tune.schedulers`, a luthier scheduler or its name.
        num_samples: how often the space is sampled, and every grid gone through; -1 for no end.
        max_concurrent_trials: the most trials at once.
        time_budget_s: seconds after which the run ends.
        reuse_actors: whether an object of a class trainable runs several trials, through `reset_config`.
        trial_name_creator: trial -> its name.
        trial_dirname_creator: trial -> the name of its directory.
        chdir_to_trial_dir: not offered: the working directory stays as it is.
    """

    mode: Any = None
    metric: Any = None
    search_alg: Any = None
    scheduler: Any = None
    num_samples: int = 1
    max_concurrent_trials: int | None = None
    time_budget_s: float | timedelta | None = None
    reuse_actors: bool = False
    trial_name_creator: Callable[[Any], str] | None = None
    trial_dirname_creator: Callable[[Any], str] | None = None
    chdir_to_trial_dir: Any = DEPRECATED

    def __post_init__(self) -> None:
        stays_put(self.chdir_to_trial_dir)


def stays_put(chdir: Any) -> None:
    """Warn those who count on a working directory of each trial."""
    if chdir is True:
        differs(
            "tune: chdir_to_trial_dir=True", "the working directory stays; use get_context().get_trial_dir()"
        )
