"""What a worker needs to know of a run, beside the trainable: plain values that travel once to each worker."""

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zlib import crc32

from luthier.compat.tune.contract import Saves
from luthier.compat.tune.placement import Needs
from luthier.compat.tune.trial import TuneTrial
from luthier.compat.tune.tune_config import CheckpointConfig
from luthier.compat.tune.variants import ranges_of, values_at

__all__ = ["Settings", "link_of", "prefix_of"]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One run of an experiment."""

    #: The name of the experiment, which is the study's.
    experiment: str
    #: Its directory.
    directory: Path
    #: The study's seed: it decides what functions of the space draw.
    seed: int
    #: The common start of the trials' ids.
    prefix: str
    trainable: str
    #: The search space, as the user wrote it.
    space: Mapping[str, Any]
    #: The objectives; empty where nobody named one.
    metrics: tuple[str, ...] = ()
    thresholds: Mapping[str, float] = field(default_factory=dict)
    checkpoints: CheckpointConfig = field(default_factory=CheckpointConfig)
    needs: Needs = field(default_factory=Needs)
    #: GPUs of the machine, shared out among the workers by their slot.
    gpus: tuple[str, ...] = ()
    reuse: bool = False
    #: When the run's time is over, by `time.time()`.
    deadline: float = math.inf
    #: A checkpoint that every trial starts from.
    restore: str | None = None
    #: Adds to the configuration what a define-by-run space suggests.
    define: Callable[[Any], Mapping[str, Any]] | None = None
    #: Names of values that the search brings along although the space does not name them; None for all.
    brings: Collection[str] | None = ()
    #: When class trainables save a checkpoint for their scheduler.
    saves: Saves | None = None
    namer: Callable[[TuneTrial], str] | None = None
    folder_namer: Callable[[TuneTrial], str] | None = None
    #: Files of a trial's directory for standard output and errors.
    logs: tuple[str, str] | None = None

    def brought(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Values that a search brought along although the space does not name them, by flat name."""
        known = ranges_of(self.space)
        return {
            name: value
            for name, value in given.items()
            if name not in known and (self.brings is None or name in self.brings)
        }

    def trial(
        self, member: int, config: dict[str, Any], params: Iterable[str] = (), *, named: bool = True
    ) -> TuneTrial:
        """The trial that a member of the experiment is; the same in driver and worker.

        Args:
            member: its number.
            config: its configuration.
            params: flat names of what was searched, perhaps with others.
            named: False while the configuration is not settled: the user's own names wait for it.
        """
        trial_id = f"{self.prefix}_{member:05d}"
        trial = TuneTrial(
            member,
            trial_id=trial_id,
            trainable_name=self.trainable,
            path=self.directory / trial_id,
            resources=self.needs,
        )
        trial.config = config
        trial.evaluated_params = values_at(config, params)
        short = ",".join(
            f"{name.rpartition('/')[2]}={show(value)}" for name, value in trial.evaluated_params.items()
        )
        trial.experiment_tag = f"{member}_{short}" if short else str(member)
        if self.namer is not None and named:
            trial.custom_trial_name = str(self.namer(trial))
        if self.folder_namer is not None and named:
            trial.path = str(self.directory / str(self.folder_namer(trial)))
        return trial


def prefix_of(study_name: str, seed: int) -> str:
    """The common start of the ids of a study's trials."""
    return f"{crc32(f'{study_name}/{seed}'.encode()):08x}"


def show(value: Any) -> str:
    """A value in a tag."""
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def link_of(user_attrs: Mapping[str, Any], number: int) -> tuple[int, Mapping[str, Any]]:
    """The member that a trial of the study stands for, and how it continues another: see `chain`."""
    link = user_attrs.get("continues")
    return (int(link["member"]), link) if isinstance(link, Mapping) else (number, {})
