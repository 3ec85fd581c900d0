"""An experiment as an object, for `tune.run` and `tune.run_experiments`."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.compat.support import absent
from luthier.compat.tune.attach import name_of_trainable
from luthier.compat.tune.request import Request, storage_of
from luthier.compat.tune.trial import TuneTrial
from luthier.compat.tune.tune_config import CheckpointConfig, FailureConfig, RunConfig, TuneConfig

__all__ = ["Experiment", "Trial"]

#: The peer's name of it.
Trial = TuneTrial


class Experiment:
    """What is to be run, under a name.

    Args:
        name: of the experiment.
        run: the trainable.
        spec: the arguments of `tune.run` of the same names.
    """

    def __init__(
        self,
        name: str,
        run: Any,
        *,
        stop: Any = None,
        time_budget_s: Any = None,
        config: dict[str, Any] | None = None,
        resources_per_trial: Any = None,
        num_samples: int = 1,
        storage_path: Any = None,
        storage_filesystem: Any = None,
        sync_config: Any = None,
        checkpoint_config: CheckpointConfig | dict[str, Any] | None = None,
        trial_name_creator: Callable[[TuneTrial], str] | None = None,
        trial_dirname_creator: Callable[[TuneTrial], str] | None = None,
        log_to_file: Any = False,
        export_formats: Any = None,
        max_failures: int = 0,
        restore: str | None = None,
        local_dir: Any = None,
    ) -> None:
        if export_formats:
            raise absent("tune.Experiment(export_formats=...)", "Export the model from the best checkpoint.")
        checkpoints = (
            CheckpointConfig(**checkpoint_config)
            if isinstance(checkpoint_config, dict)
            else checkpoint_config
        )
        self.name = name
        self.run_identifier = run
        self._resources, self._restore = resources_per_trial, restore
        self._config = config or {}
        self._tune = {
            "num_samples": num_samples,
            "time_budget_s": time_budget_s,
            "trial_name_creator": trial_name_creator,
            "trial_dirname_creator": trial_dirname_creator,
        }
        self._run = RunConfig(
            name=name,
            storage_path=storage_path if storage_path is not None else local_dir,
            storage_filesystem=storage_filesystem,
            sync_config=sync_config,
            checkpoint_config=checkpoints,
            failure_config=FailureConfig(max_failures),
            stop=stop,
            log_to_file=log_to_file,
        )

    @classmethod
    def from_json(cls, name: str, spec: Mapping[str, Any]) -> "Experiment":
        """The experiment of a dict: {"run": trainable, "config": {...}, ...}.

        Raises:
            InvalidInput: it does not say what to run.
        """
        if "run" not in spec:
            raise InvalidInput(
                explain('"run" in the specification', repr(sorted(spec)), "Name the trainable.")
            )
        older = {"checkpoint_freq": "checkpoint_frequency", "checkpoint_at_end": "checkpoint_at_end"}
        checkpoints = {older[key]: value for key, value in spec.items() if key in older}
        rest = {key: value for key, value in spec.items() if key not in {*older, "run"}}
        if checkpoints:
            rest.setdefault("checkpoint_config", checkpoints)
        return cls(name, spec["run"], **rest)

    @property
    def path(self) -> str:
        """The experiment's directory."""
        return str(storage_of(self._run.storage_path) / self.name)

    local_path = checkpoint_dir = path

    @property
    def checkpoint_config(self) -> CheckpointConfig | None:
        """Which checkpoints are kept."""
        return self._run.checkpoint_config

    @property
    def stopper(self) -> Any:
        """The rule of `stop`."""
        return self._run.stop

    @property
    def public_spec(self) -> dict[str, Any]:
        """What is to be run, in short."""
        return {
            "run": name_of_trainable(self.run_identifier),
            "config": self._config,
            "stop": self._run.stop,
            "num_samples": self._tune["num_samples"],
        }

    def request(self, tune: TuneConfig, run: RunConfig) -> Request:
        """The run of this experiment, under those settings of a call that belong to no experiment."""
        failures = (
            run.failure_config if self._run.failure_config == FailureConfig() else self._run.failure_config
        )
        return Request(
            trainable=self.run_identifier,
            space=self._config,
            tune=replace(tune, **self._tune),
            run=replace(
                self._run,
                failure_config=failures,
                callbacks=run.callbacks,
                progress_reporter=run.progress_reporter,
                verbose=run.verbose,
            ),
            resources=self._resources,
            restore=self._restore,
        )
