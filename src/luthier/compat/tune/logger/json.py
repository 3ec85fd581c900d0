"""One line of JSON for each result."""

import json
from collections.abc import Mapping
from typing import Any, TextIO, final

from luthier.compat.tune.contract import restorable
from luthier.compat.tune.logger.logger import LoggerCallback, folder_of, plain

__all__ = ["JsonLoggerCallback"]

#: The files of a trial's results, and of its configuration.
RESULTS, PARAMETERS = "result.json", "params.json"


@final
@restorable
class JsonLoggerCallback(LoggerCallback):
    """Writes `result.json`, a line for each result, and `params.json`, in the folder of each trial.

    No pickle of the configuration is written beside them: nothing of luthier's is ever unpickled from a folder.
    """

    def __init__(self) -> None:
        self._files: dict[str, TextIO] = {}

    def log_trial_start(self, trial: Any) -> None:
        """Write the configuration."""
        text = json.dumps(plain(trial.config), indent=2, sort_keys=True)
        (folder_of(trial) / PARAMETERS).write_text(text, encoding="utf-8")

    def log_trial_result(self, iteration: int, trial: Any, result: Mapping[str, Any]) -> None:
        """Write a line."""
        if trial.trial_id not in self._files:
            self._files[trial.trial_id] = (folder_of(trial) / RESULTS).open("a", encoding="utf-8")
        file = self._files[trial.trial_id]
        file.write(json.dumps(plain(result)) + "\n")
        file.flush()

    def log_trial_end(self, trial: Any, failed: bool = False) -> None:  # noqa: FBT001, FBT002 - of the original
        """Close the file."""
        file = self._files.pop(trial.trial_id, None)
        if file is not None:
            file.close()
