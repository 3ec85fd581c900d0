"""One row for each result."""

import csv
from collections.abc import Mapping
from typing import Any, TextIO, final

from luthier.compat.tune.contract import restorable
from luthier.compat.tune.flat import flatten
from luthier.compat.tune.logger.logger import LoggerCallback, folder_of

__all__ = ["CSVLoggerCallback"]

#: The file of a trial's results.
FILE = "progress.csv"


@final
@restorable
class CSVLoggerCallback(LoggerCallback):
    """Writes `progress.csv` in the folder of each trial; the columns are those of its first result.

    A trial that goes on from a checkpoint goes on in the same file, under the columns that it has.
    """

    def __init__(self) -> None:
        self._files: dict[str, TextIO] = {}
        self._writers: dict[str, csv.DictWriter[str]] = {}

    def log_trial_result(self, iteration: int, trial: Any, result: Mapping[str, Any]) -> None:
        """Write a row, and the header before the first one."""
        row = flatten({name: value for name, value in result.items() if name != "config"})
        if trial.trial_id not in self._writers:
            self._open(trial, list(row))
        self._writers[trial.trial_id].writerow(row)
        self._files[trial.trial_id].flush()

    def log_trial_end(self, trial: Any, failed: bool = False) -> None:  # noqa: FBT001, FBT002 - of the original
        """Close the file."""
        self._writers.pop(trial.trial_id, None)
        file = self._files.pop(trial.trial_id, None)
        if file is not None:
            file.close()

    def _open(self, trial: Any, columns: list[str]) -> None:
        """Open the file of a trial; its header, where it has one, decides the columns."""
        file = (folder_of(trial) / FILE).open("a+", encoding="utf-8", newline="")
        file.seek(0)
        header = next(csv.reader(file), None)
        file.seek(0, 2)
        writer = csv.DictWriter(file, header or columns, extrasaction="ignore")
        if not header:
            writer.writeheader()
        self._files[trial.trial_id], self._writers[trial.trial_id] = file, writer
