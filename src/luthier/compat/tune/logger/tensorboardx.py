"""Curves for TensorBoard, where tensorboardX is installed."""

import math
from collections.abc import Mapping
from importlib import import_module
from typing import Any, final

from luthier.compat.support import absent
from luthier.compat.tune.contract import restorable
from luthier.compat.tune.flat import flatten
from luthier.compat.tune.logger.logger import LoggerCallback, folder_of
from luthier.compat.tune.storable import number_of

__all__ = ["TBXLoggerCallback"]

#: Entries of a result that are no curves.
NO_CURVES = frozenset({"config", "pid", "timestamp", "time_total_s", "training_iteration"})

#: The folder of curves in TensorBoard, as scripts and dashboards know it.
PREFIX = "ray/tune/"


@final
@restorable
class TBXLoggerCallback(LoggerCallback):
    """Writes event files for TensorBoard in the folder of each trial: the numbers of its results by iteration.

    Raises:
        NotImplementedError: tensorboardX is not installed.
    """

    def __init__(self) -> None:
        try:
            self._module = import_module("tensorboardX")
        except ModuleNotFoundError as error:
            fix = "Run: pip install tensorboardX, or use CSVLoggerCallback."
            raise absent("tune.logger.TBXLoggerCallback without tensorboardX", fix) from error
        self._writers: dict[str, Any] = {}

    def log_trial_result(self, iteration: int, trial: Any, result: Mapping[str, Any]) -> None:
        """Write the numbers of a result."""
        if trial.trial_id not in self._writers:
            folder = str(folder_of(trial))
            self._writers[trial.trial_id] = self._module.SummaryWriter(folder, flush_secs=30)
        writer = self._writers[trial.trial_id]
        step = result.get("timesteps_total") or result.get("training_iteration", iteration)
        curves = flatten({name: value for name, value in result.items() if name not in NO_CURVES})
        for name, value in curves.items():
            if not math.isnan(number := number_of(value)):
                writer.add_scalar(PREFIX + name, number, global_step=step)
        writer.flush()

    def log_trial_end(self, trial: Any, failed: bool = False) -> None:  # noqa: FBT001, FBT002 - of the original
        """Close the file."""
        writer = self._writers.pop(trial.trial_id, None)
        if writer is not None:
            writer.close()
