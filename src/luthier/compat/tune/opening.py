"""The study of an experiment: opened or made, with what its workers need to know."""

import itertools
import logging
import math
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import luthier
from luthier.base.errors import InvalidInput, StudyExists, explain
from luthier.base.log import logger
from luthier.base.seeding import SEED_BITS
from luthier.compat.tune.attach import name_of_trainable
from luthier.compat.tune.contract import SearchAlgorithm
from luthier.compat.tune.keep import keep
from luthier.compat.tune.parts import Parts
from luthier.compat.tune.placement import machine_gpus
from luthier.compat.tune.request import Request, seconds_of
from luthier.compat.tune.schedulers.trial_scheduler import TrialScheduler
from luthier.compat.tune.settings import Settings, prefix_of
from luthier.compat.tune.tune_config import CheckpointConfig
from luthier.frontends.study import Study
from luthier.records.study import Direction

__all__ = ["SPEC", "STORE", "opened", "settled"]

#: The file of the store, in the storage path.
STORE = "luthier.db"

#: The attribute of a study that says how its experiment was asked for.
SPEC = "tune"


def opened(request: Request, parts: Parts) -> tuple[Study, bool]:
    """The study of the experiment, and whether it is new.

    Raises:
        InvalidInput: there is nothing to go on with.
    """
    request.storage.mkdir(parents=True, exist_ok=True)
    store, name = str(request.storage / STORE), request.name()
    taken = set()
    if Path(store).exists():
        taken = {summary.study.name for summary in luthier.list_studies(storage=store)}
    directions = [direction(mode) for mode in parts.modes] or [Direction.MINIMIZE]
    if request.resume is not None and name in taken:
        return luthier.load_study(name, storage=store), False
    if request.resume is not None and not request.or_start:
        raise InvalidInput(
            explain(f"an experiment {name!r} in {request.storage}", "none", "Leave resume out.")
        )
    seed = parts.search.seed if isinstance(parts.search, SearchAlgorithm) else None
    study = created(
        name,
        taken,
        storage=store,
        directions=directions,
        seed=None if seed is None else abs(int(seed)) % 2**SEED_BITS,
        metric_names=parts.metrics or None,
    )
    if study.name != name:
        told = "Experiment %r exists: this run is %r. Pass resume=True to go on with the old one."
        logger.info(told, name, study.name)
    study.set_user_attr(SPEC, keep(request))
    return study, True


def created(name: str, taken: Collection[str], **options: Any) -> Study:
    """A new study under a name, or under `name_2`, `name_3`, ... where that is taken, perhaps just now."""
    for count in itertools.count(1):
        unique = name if count == 1 else f"{name}_{count}"
        if unique not in taken:
            with hushed(), suppress(StudyExists):
                return luthier.create_study(unique, **options)
    raise StudyExists(name)  # not reached: there is no end of numbers


def direction(mode: str) -> Direction:
    """The direction of a mode."""
    return Direction.MAXIMIZE if mode == "max" else Direction.MINIMIZE


def settled(request: Request, parts: Parts, study: Study, directory: Path) -> Settings:
    """What workers need to know."""
    run, tune = request.run, request.tune
    free = isinstance(parts.search, SearchAlgorithm)
    logs, seconds = run.log_to_file, seconds_of(tune.time_budget_s)
    return Settings(
        experiment=study.name,
        directory=directory,
        seed=study.seed,
        prefix=prefix_of(study.name, study.seed),
        trainable=name_of_trainable(request.trainable),
        space=parts.space,
        metrics=parts.metrics,
        thresholds=dict(run.stop) if isinstance(run.stop, Mapping) else {},
        checkpoints=run.checkpoint_config or CheckpointConfig(),
        needs=parts.needs,
        gpus=tuple(machine_gpus()),
        reuse=tune.reuse_actors,
        restore=request.restore,
        deadline=math.inf if seconds is None else time.time() + seconds,
        define=parts.search.define if free else None,
        brings=parts.search.brings if free else (),
        saves=parts.scheduler.saves if isinstance(parts.scheduler, TrialScheduler) else None,
        namer=tune.trial_name_creator,
        folder_namer=tune.trial_dirname_creator,
        logs=None if not logs else log_names(logs),
    )


def log_names(logs: Any) -> tuple[str, str]:
    """The files of standard output and errors."""
    if logs is True:
        return "stdout", "stderr"
    return (logs, logs) if isinstance(logs, str) else (logs[0], logs[1])


@contextmanager
def hushed() -> Iterator[None]:
    """Leave out the line of a new study."""
    before = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(before)
