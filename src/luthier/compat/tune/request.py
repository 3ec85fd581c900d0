"""What a user asks for in one run, put together from `tune.run`, `Tuner` or an Experiment, and checked."""

import inspect
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.base.jsonvalue import name_of
from luthier.compat.support import absent
from luthier.compat.tune.attach import name_of_trainable, parameters_of
from luthier.compat.tune.error import WrongUseError
from luthier.compat.tune.registry import trainable_named
from luthier.compat.tune.trainable import Trainable
from luthier.compat.tune.tune_config import FailureConfig, ResumeConfig, RunConfig, TuneConfig

__all__ = ["Request", "checked_trainable", "seconds_of", "storage_of"]

#: Where experiments are kept by default, and the environment variable that says otherwise.
HOME = "~/luthier_results"
VARIABLE = "LUTHIER_RESULTS"


@dataclass(kw_only=True)
class Request:
    """One run."""

    trainable: Any
    space: Mapping[str, Any] = field(default_factory=dict)
    tune: TuneConfig = field(default_factory=TuneConfig)
    run: RunConfig = field(default_factory=RunConfig)
    resources: Any = None
    restore: str | None = None
    #: How to go on with an experiment of this name; None starts a new one.
    resume: ResumeConfig | None = None
    #: Whether to start a new one where there is none to go on with.
    or_start: bool = False

    def __post_init__(self) -> None:
        self.trainable = checked_trainable(self.trainable)
        if not isinstance(self.space, Mapping):
            raise InvalidInput(explain("a dict as the search space", repr(self.space), "Pass {'name': ...}."))
        saves = self.run.checkpoint_config
        if (
            saves
            and not isinstance(self.trainable, type)
            and (saves.checkpoint_frequency or saves.checkpoint_at_end)
        ):
            got = "checkpoint_frequency or checkpoint_at_end with a function trainable"
            fix = "They are for classes: pass checkpoint= to tune.report instead."
            raise InvalidInput(explain("a function to report its checkpoints", got, fix))

    @property
    def failures(self) -> FailureConfig:
        """What happens when trials fail."""
        return self.run.failure_config or FailureConfig()

    @property
    def storage(self) -> Path:
        """The directory of the store."""
        return storage_of(self.run.storage_path)

    def name(self) -> str:
        """The name of the experiment."""
        return self.run.name or f"{name_of_trainable(self.trainable)}_{time.strftime('%Y-%m-%d_%H-%M-%S')}"


def checked_trainable(trainable: Any) -> Any:
    """A function or a Trainable; a name is looked up.

    Raises:
        InvalidInput: it is neither.
    """
    if isinstance(trainable, str):
        trainable = trainable_named(trainable)
    if isinstance(trainable, type) and issubclass(trainable, Trainable):
        return trainable
    if not callable(trainable) or isinstance(trainable, type):
        module = str(name_of(type(trainable)) or "")
        if "lightning" in module or "train" in module:
            raise absent(
                f"tune.Tuner({type(trainable).__name__})", "Call the trainer inside a function trainable."
            )
        raise WrongUseError(
            explain(
                "a function of the config, or a class derived from tune.Trainable",
                repr(trainable),
                "Pass one.",
            )
        )
    check_signature(trainable)
    return trainable


def check_signature(trainable: Any) -> None:
    """Raise InvalidInput for a function that cannot be called with a configuration."""
    given = {"checkpoint_dir": None, **parameters_of(trainable)}
    try:
        shape = inspect.signature(trainable)
    except (TypeError, ValueError):  # a builtin that does not tell
        return
    try:
        shape.bind({}, **{name: value for name, value in given.items() if name in shape.parameters})
    except TypeError as error:
        fix = "Take config alone, and attach the rest by tune.with_parameters."
        raise InvalidInput(explain("a function of the config", f"{trainable!r}: {error}", fix)) from None


def storage_of(path: Any) -> Path:
    """A local directory, absolute.

    Raises:
        NotImplementedError: it is remote.
    """
    text = str(path if path is not None else os.environ.get(VARIABLE, HOME)).removeprefix("file://")
    if "://" in text:
        raise absent(
            "tune.RunConfig(storage_path=...) of a remote place", f"Use a mounted directory, not {text!r}."
        )
    return Path(text).expanduser().resolve()


def seconds_of(budget: "float | timedelta | None") -> float | None:
    """A time budget in seconds."""
    return budget.total_seconds() if isinstance(budget, timedelta) else budget
