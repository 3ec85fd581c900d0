"""The class API: a trainable with `setup`, `step`, `save_checkpoint` and `load_checkpoint`."""

import copy
import os
import tempfile
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.base.jsonvalue import dumps, loads
from luthier.compat.tune.checkpoint import Checkpoint
from luthier.compat.tune.placement import PlacementGroupFactory
from luthier.compat.tune.session import LOCAL, TOTALS, about, count, get_context
from luthier.compat.tune.signed import dump_signed, load_signed
from luthier.compat.tune.storable import plain_result, storable_part

__all__ = ["Trainable"]

#: What `save_checkpoint` returned, where that was a dict: signed, for it is pickled.
DICT_FILE = "_dict_checkpoint.pkl"

#: The counters of a trainable, beside what it saved itself.
STATE_FILE = ".tune_metadata"


class Trainable:
    """Derive from it, and override `setup` and `step` at least; one call of `step` is one training iteration.

    Args:
        config: of the trial.
        storage: there for the peer's signature.
    """

    def __init__(self, config: dict[str, Any] | None = None, storage: Any = None) -> None:
        self.config = config or {}
        self._iteration = 0
        self._time_total = 0.0
        self._totals: dict[str, float] = {}
        self._last_result: dict[str, Any] | None = None
        self._begin()
        self.setup(copy.deepcopy(self.config))

    def setup(self, config: dict[str, Any]) -> None:
        """Override: prepare for training with `config`."""

    def step(self) -> dict[str, Any]:
        """Override: train for one iteration and return its result; `"done": True` in it ends the trial."""
        raise NotImplementedError

    def save_checkpoint(self, checkpoint_dir: str) -> dict[str, Any] | str | None:
        """Override: save into the directory, or return a dict to be saved."""
        raise NotImplementedError

    def load_checkpoint(self, checkpoint: Any) -> None:
        """Override: load from the directory, or the dict that `save_checkpoint` returned."""
        raise NotImplementedError

    def reset_config(self, new_config: dict[str, Any]) -> bool:
        """Override: get ready for another trial and return True, to let this object run several."""
        return False

    def cleanup(self) -> None:
        """Override: let go of what `setup` took."""

    def log_result(self, result: dict[str, Any]) -> None:
        """Override: see each result, where it comes into being."""

    @classmethod
    def default_resource_request(cls, config: dict[str, Any]) -> PlacementGroupFactory | None:  # noqa: ARG003 - to override
        """Override: what a trial needs."""
        return None

    @classmethod
    def resource_help(cls, config: dict[str, Any]) -> str:  # noqa: ARG003 - to override
        """Override: a word on resources."""
        return ""

    def _begin(self) -> None:
        """Start the counters of this process."""
        self._started = time.time()
        self._iterations_here = 0
        self._restored = False

    def train(self) -> dict[str, Any]:
        """One iteration: call `step`, and complete its result with counters, times and names."""
        start = time.time()
        result = self.step()
        if not isinstance(result, dict):
            raise InvalidInput(explain("a dict of step()", repr(result), 'Return {"metric": value}.'))
        result = plain_result(result)
        self._iteration += 1
        self._iterations_here += 1
        spent = result.get("time_this_iter_s")
        self._time_total += time.time() - start if spent is None else spent
        count(result, self._totals)
        result.setdefault("done", False)
        result.setdefault("training_iteration", self._iteration)
        timestamp = result.get("timestamp")
        result |= self.get_auto_filled_metrics(
            time_this_iter=time.time() - start if spent is None else spent, timestamp=timestamp
        )
        self.log_result(result)
        self._last_result = result
        return result

    def get_auto_filled_metrics(
        self,
        now: datetime | None = None,
        time_this_iter: float | None = None,
        timestamp: int | None = None,
        debug_metrics_only: bool = False,  # noqa: FBT001, FBT002 - the peer's signature
    ) -> dict[str, Any]:
        """What every result has besides the trainable's own values."""
        at = time.time() if now is None else now.timestamp()
        filled = {**about(self.trial_id, at, timestamp), "config": self.config}
        if debug_metrics_only:
            return filled
        return filled | {
            "time_this_iter_s": time_this_iter,
            "time_total_s": self._time_total,
            "time_since_restore": time.time() - self._started,
            "iterations_since_restore": self._iterations_here,
        }

    def save(self, checkpoint_dir: str | None = None) -> Checkpoint:
        """Save a checkpoint with the counters, in a temporary directory unless one is given.

        Raises:
            InvalidInput: `save_checkpoint` saved somewhere else.
        """
        directory = Path(checkpoint_dir or tempfile.mkdtemp(prefix="checkpoint_"))
        directory.mkdir(parents=True, exist_ok=True)
        saved = self.save_checkpoint(str(directory))
        if isinstance(saved, dict):
            dump_signed(saved, directory / DICT_FILE)
        elif saved is not None and Path(saved) != directory:
            raise InvalidInput(
                explain(
                    f"save_checkpoint to save into {directory}", repr(saved), "Return None or the argument."
                )
            )
        last = {key: value for key, value in (self._last_result or {}).items() if key != "config"}
        (directory / STATE_FILE).write_text(dumps({**self.get_state(), "last_result": storable_part(last)}))
        return Checkpoint(directory)

    def get_state(self) -> dict[str, Any]:
        """The counters."""
        return {"iteration": self._iteration, "time_total": self._time_total, **self._totals}

    def restore(self, checkpoint_path: "str | os.PathLike[str]") -> None:
        """Go on from a checkpoint of `save`.

        Raises:
            InvalidInput: it holds objects that another user wrote.
        """
        directory = Path(checkpoint_path)
        state: Mapping[str, Any] = {}
        if (directory / STATE_FILE).exists():
            state = loads((directory / STATE_FILE).read_text())
        self._iteration = int(state.get("iteration", 0))
        self._time_total = float(state.get("time_total", 0.0))
        self._totals = {name: state[name] for name in TOTALS if name in state}
        self._last_result = state.get("last_result")
        self._begin()
        self._restored = True
        if (directory / DICT_FILE).exists():
            self.load_checkpoint(load_signed(directory / DICT_FILE))
        else:
            self.load_checkpoint(str(directory))

    def reset(self, new_config: dict[str, Any], storage: Any = None) -> bool:
        """Take up another trial, if the class can."""
        if not self.reset_config(new_config):
            return False
        self.config = new_config
        self._iteration, self._time_total, self._totals, self._last_result = 0, 0.0, {}, None
        self._begin()
        return True

    def stop(self) -> None:
        """Clean up."""
        self.cleanup()

    def export_model(self, export_formats: Any, export_dir: str | None = None) -> dict[str, str]:
        """Call the class's `_export_model` with a list of formats and a directory."""
        formats = [export_formats] if isinstance(export_formats, str) else export_formats
        exported: dict[str, str] = self._export_model(formats, export_dir or self.logdir)
        return exported

    def _export_model(self, export_formats: list[str], export_dir: str) -> dict[str, str]:
        """Override: export the model."""
        return {}

    def get_config(self) -> dict[str, Any]:
        """The configuration."""
        return self.config

    def get_current_ip_pid(self) -> tuple[str, int]:
        """Where it runs."""
        return LOCAL, os.getpid()

    def is_actor(self) -> bool:
        """Whether it runs in a trial."""
        return get_context().get_trial_id() is not None

    @property
    def logdir(self) -> str:
        """The trial's directory."""
        return get_context().get_trial_dir() or tempfile.gettempdir()

    @property
    def trial_name(self) -> str:
        """How tables call the trial; "default" outside of one."""
        return get_context().get_trial_name() or "default"

    @property
    def trial_id(self) -> str:
        """The trial's id; "default" outside of one."""
        return get_context().get_trial_id() or "default"

    @property
    def trial_resources(self) -> PlacementGroupFactory | None:
        """What the trial was given."""
        return get_context().get_trial_resources()

    @property
    def iteration(self) -> int:
        """Iterations so far."""
        return self._iteration

    training_iteration = iteration
