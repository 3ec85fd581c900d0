"""What a trainable calls, in the process of its trial: `report`, `get_checkpoint`, `get_context`, `checkpoint_dir`."""

import math
import os
import platform
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, final

from luthier.base.errors import InvalidInput, explain
from luthier.compat.tune.checkpoint import Checkpoint, Kept, checkpoint_number, kept_in
from luthier.compat.tune.flat import CONFIG, FlatResult, flatten
from luthier.compat.tune.placement import PlacementGroupFactory
from luthier.compat.tune.settings import Settings, link_of
from luthier.compat.tune.storable import numbers_in, plain_result
from luthier.compat.tune.variants import copied
from luthier.executors.trial import Trial

__all__ = [
    "DERIVED",
    "FILLED",
    "Note",
    "Over",
    "Session",
    "TuneContext",
    "about",
    "checkpoint_dir",
    "count",
    "current",
    "get_checkpoint",
    "get_context",
    "report",
]

#: The name of a result that is nothing but a number.
ANONYMOUS = "_metric"

#: The only machine there is.
LOCAL = "127.0.0.1"

#: Seconds since the epoch, in the form that results have it.
DATE = "%Y-%m-%d_%H-%M-%S"

#: What goes on counting when a trial goes on from a checkpoint.
TOTALS = ("timesteps_total", "episodes_total")


class Over(BaseException):  # no Exception: a trainable that catches its own errors must not catch this
    """Ends a trainable from within `report`: the trial is over."""

    def __init__(self, *, pruned: bool) -> None:
        super().__init__("the trial is over")
        self.pruned = pruned


@final
class Note:
    """A result on its way to the driver, with the checkpoint that came with it; the first one has the configuration."""

    __slots__ = ("checkpoint", "config", "result")

    def __init__(
        self, result: dict[str, Any], checkpoint: str | None, config: dict[str, Any] | None = None
    ) -> None:
        self.result = result
        self.checkpoint = checkpoint
        self.config = config


@final
class Session:
    """One attempt of a trial.

    Args:
        trial: the live trial.
        settings: of the run.
        config: of the trial.
        trial_id: its name in the experiment, and
        directory: its directory.
        name: how tables call it.
    """

    def __init__(
        self,
        trial: Trial,
        settings: Settings,
        *,
        config: dict[str, Any],
        trial_id: str,
        directory: Path,
        name: str,
    ) -> None:
        self.trial = trial
        self.settings = settings
        self.config = config
        #: The configuration as it was settled, until the driver has been told of it.
        self.untold: dict[str, Any] | None = copied(config)
        self.trial_id = trial_id
        self.directory = directory
        self.name = name
        self.kept = Kept(directory, settings.checkpoints)
        self.start_from, before = self.restored()
        self.iteration = int(before.get("training_iteration", 0))
        self.time_total = float(before.get("time_total_s", 0.0))
        self.totals = {name: before[name] for name in TOTALS if before.get(name) is not None}
        self.iterations_here = 0
        self.started = self.last_time = time.time()
        #: A directory of `checkpoint_dir` that no result has taken along yet.
        self.pending: Path | None = None
        self.last: FlatResult = FlatResult()
        #: The newest number of each objective.
        self.values: dict[str, float] = {}
        self.metrics = list(settings.metrics)
        if before and link_of(trial.user_attrs, trial.number)[1].get("own", True):
            # what goes on where it was and has nothing more to report has the value of its checkpoint
            self.last = FlatResult(before)
            flat = flatten({key: value for key, value in before.items() if key != CONFIG})
            self.note_values(numbers_in(flat), flat)

    def restored(self) -> tuple[Checkpoint | None, Mapping[str, Any]]:
        """The checkpoint that this attempt starts from, and the result that it came with."""
        _, link = link_of(self.trial.user_attrs, self.trial.number)
        if link or self.trial.attempt > 1:
            first = int(link.get("first", 0))
            kept = [entry for entry in kept_in(self.directory) if checkpoint_number(entry[0].path) >= first]
            if kept:
                return kept[-1]
        restore = self.settings.restore
        return (None if restore is None else Checkpoint(restore)), {}

    def report(self, metrics: Mapping[str, Any], checkpoint: Any = None) -> None:
        """Take a result of a function trainable in.

        Raises:
            Over: the trial is to end.
        """
        now = time.time()
        result = plain_result(dict(metrics))
        self.iteration += 1
        self.iterations_here += 1
        spent = result.setdefault("time_this_iter_s", now - self.last_time)
        self.time_total += spent
        self.last_time = now
        count(result, self.totals)
        result.setdefault("done", False)
        result.setdefault("training_iteration", self.iteration)
        result |= about(self.trial_id, now, result.get("timestamp")) | {
            "time_total_s": self.time_total,
            "time_since_restore": now - self.started,
            "iterations_since_restore": self.iterations_here,
        }
        self.deliver(result, step=self.iteration, checkpoint=checkpoint)

    def deliver(self, result: dict[str, Any], *, step: int, checkpoint: Any = None) -> None:
        """Send a whole result off, and hear whether the trial goes on.

        Raises:
            Over: it does not.
        """
        kept = self.keep(checkpoint, result)
        if kept is not None:
            result |= {"should_checkpoint": True, "checkpoint_dir_name": Path(kept.path).name}
        self.last = FlatResult(result)
        flat = flatten({key: value for key, value in result.items() if key != CONFIG})
        numbers = numbers_in(flat)
        self.note_values(numbers, flat)
        self.trial.log(
            {name: number for name, number in numbers.items() if name not in DERIVED},
            step,
            note=Note(result, None if kept is None else kept.path, self.untold),
        )
        self.untold = None
        if result.get("done") is True or self.reached(flat):
            raise Over(pruned=False)
        if time.time() >= self.settings.deadline:
            raise Over(pruned=False)
        if len(self.metrics) < 2:  # several objectives cannot be compared on the way
            self.trial.report(
                next((self.values.get(name, math.nan) for name in self.metrics), math.nan), step
            )
            if self.trial.should_prune():
                raise Over(pruned=True)

    def note_values(self, numbers: Mapping[str, float], flat: Mapping[str, Any]) -> None:
        """Remember the newest value of each objective; without a named one, the first number is it.

        What is reported as an objective but is no number counts as NaN.
        """
        if not self.metrics:
            named = [name for name in numbers if name not in FILLED]
            self.metrics = named[:1]
        for metric in self.metrics:
            if metric in flat:
                self.values[metric] = numbers.get(metric, math.nan)

    def keep(self, checkpoint: Any, result: Mapping[str, Any]) -> Checkpoint | None:
        """Keep the checkpoint that came with a result: one to copy, or a directory of ours."""
        if isinstance(checkpoint, Path):
            return self.kept.finish(checkpoint, result)
        if checkpoint is not None:
            if not isinstance(checkpoint, Checkpoint):
                raise InvalidInput(
                    explain("a tune.Checkpoint", repr(checkpoint), "Use Checkpoint.from_directory(path).")
                )
            return self.kept.copy(checkpoint.path, result)
        pending, self.pending = self.pending, None
        return None if pending is None else self.kept.finish(pending, result)

    def reached(self, flat: Mapping[str, Any]) -> bool:
        """Whether a result reaches one of the thresholds of `stop`."""
        for name, threshold in self.settings.thresholds.items():
            value = flat.get(name)
            if isinstance(value, int | float) and value >= threshold:
                return True
        return False

    def close(self) -> None:
        """Keep a directory of `checkpoint_dir` that no result took along."""
        if self.pending is not None:
            self.keep(None, self.last)


#: Numbers of a result that are known without being kept.
DERIVED = frozenset(
    {
        "training_iteration",
        "time_this_iter_s",
        "timestamp",
        "pid",
        "time_since_restore",
        "iterations_since_restore",
    }
)

#: All numbers of a result that its trainable did not report.
FILLED = DERIVED | {"time_total_s", *TOTALS, "timesteps_this_iter", "episodes_this_iter"}

#: The session of this process; trials run one at a time.
sessions: list[Session] = []


def about(trial_id: str, now: float, timestamp: int | None = None) -> dict[str, Any]:
    """Where and when a result came into being."""
    return {
        "trial_id": trial_id,
        "date": datetime.fromtimestamp(now).strftime(DATE),  # noqa: DTZ006 - local time, as people read it
        "timestamp": timestamp or int(now),
        "pid": os.getpid(),
        "hostname": platform.node(),
        "node_ip": LOCAL,
    }


def count(result: dict[str, Any], totals: dict[str, Any]) -> None:
    """Add up timesteps and episodes, where the trainable counts them."""
    for total in TOTALS:
        more = result.get(total.replace("_total", "_this_iter"))
        if more is not None:
            totals[total] = totals.get(total, 0) + more
        if total in totals:
            result.setdefault(total, totals[total])


@contextmanager
def current(session: Session) -> Iterator[None]:
    """Make `session` the one that this module's functions speak of; an experiment may run inside a trial."""
    sessions.append(session)
    try:
        yield
    finally:
        sessions.remove(session)


def here(name: str) -> Session | None:
    """The session, None with a warning outside of a trial."""
    if sessions:
        return sessions[-1]
    warnings.warn(f"tune.{name}() does nothing outside of a trial.", UserWarning, stacklevel=3)
    return None


def report(
    metrics: Mapping[str, Any] | float | None = None, *, checkpoint: Checkpoint | None = None, **older: Any
) -> None:
    """Report a result of a function trainable, and perhaps a checkpoint, which is copied.

    Both `report({"loss": 0.5})` and the older `report(loss=0.5)` work.
    """
    session = here("report")
    if session is None:
        return
    if metrics is None:
        result = dict(older)
    elif isinstance(metrics, Mapping):
        result = {**metrics, **older}
    else:
        result = {ANONYMOUS: metrics, **older}
    session.report(result, checkpoint)


def get_checkpoint() -> Checkpoint | None:
    """The newest checkpoint of the trial: what to start from, None on a fresh start."""
    session = here("get_checkpoint")
    if session is None:
        return None
    kept = kept_in(session.directory) if session.iterations_here else []
    return kept[-1][0] if kept else session.start_from


@contextmanager
def checkpoint_dir(step: int) -> Iterator[str]:  # noqa: ARG001 - the older signature
    """A new directory to save a checkpoint in; the next `report` takes it along.

    Args:
        step: there for the older signature; checkpoints are numbered as they come.
    """
    session = here("checkpoint_dir")
    if session is None:
        raise InvalidInput(explain("a trial", "a call outside of one", "Call it in the trainable."))
    session.pending = session.kept.begin()
    yield str(session.pending)


@final
class TuneContext:
    """Where a trainable runs."""

    def get_experiment_name(self) -> str | None:
        """The name of the experiment."""
        return sessions[-1].settings.experiment if sessions else None

    def get_trial_name(self) -> str | None:
        """How tables call the trial."""
        return sessions[-1].name if sessions else None

    def get_trial_id(self) -> str | None:
        """The trial's id."""
        return sessions[-1].trial_id if sessions else None

    def get_trial_resources(self) -> PlacementGroupFactory | None:
        """What the trial was given."""
        return PlacementGroupFactory([sessions[-1].settings.needs]) if sessions else None

    def get_trial_dir(self) -> str | None:
        """The trial's directory; it exists after this call."""
        if not sessions:
            return None
        sessions[-1].directory.mkdir(parents=True, exist_ok=True)
        return str(sessions[-1].directory)

    def get_storage(self) -> str | None:
        """The directory of the experiment."""
        return str(sessions[-1].settings.directory) if sessions else None

    def get_metadata(self) -> dict[str, Any]:
        """Nothing: trainables here have no metadata."""
        return {}

    def get_world_size(self) -> int:
        """1: a trial is one process."""
        return 1

    def get_world_rank(self) -> int:
        """0: a trial is one process."""
        return 0

    get_local_rank = get_node_rank = get_world_rank
    get_local_world_size = get_world_size


def get_context() -> TuneContext:
    """Where this code runs; outside of a trial its answers are None."""
    return TuneContext()
