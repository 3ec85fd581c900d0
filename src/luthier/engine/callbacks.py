"""What can be told of a running optimisation, and the line that each finished trial gets."""

import logging
from collections.abc import Sequence
from typing import Protocol

from luthier.base.log import logger
from luthier.records.messages import Logged, Reported
from luthier.records.state import TrialState
from luthier.records.study import StudyRecord
from luthier.records.trial import TrialRecord

__all__ = ["LogLines", "Watcher", "describe"]

#: Ends that a user should hear of even when finished trials are not shown.
UNWELCOME = frozenset({TrialState.FAILED, TrialState.WAITING})


class Watcher(Protocol):
    """Is told what happens in `optimize`, in the driver's thread."""

    def started(self, record: TrialRecord) -> None:
        """An attempt was started."""

    def heard(self, message: Reported | Logged) -> None:
        """A running trial reported its objective or logged metrics; the scheduler has not decided on it yet."""

    def ended(self, record: TrialRecord, best: TrialRecord | None) -> None:
        """An attempt ended: `record` is finished, or WAITING to be tried again."""


class LogLines:
    """A Watcher that logs one line for each trial that ended."""

    def __init__(self, study: StudyRecord) -> None:
        self.names = study.metric_names

    def started(self, record: TrialRecord) -> None:
        """Starts are not worth a line."""

    def heard(self, message: Reported | Logged) -> None:
        """Reports are not worth a line."""

    def ended(self, record: TrialRecord, best: TrialRecord | None) -> None:
        """Log the end of an attempt."""
        level = logging.WARNING if record.state in UNWELCOME else logging.INFO
        if logger.isEnabledFor(level):
            logger.log(level, "%s", describe(record, best, self.names))


def describe(record: TrialRecord, best: TrialRecord | None, names: Sequence[str] | None = None) -> str:
    """The line of a trial whose attempt ended, in the form that the field knows."""
    number, params = record.number, dict(record.params)
    if record.state is TrialState.WAITING:
        return f"Trial {number} will be tried again: {record.reason or 'released'}"
    if record.state is TrialState.FAILED:
        return f"Trial {number} failed with parameters: {params} because of: {record.reason}"
    if record.state is TrialState.PRUNED:
        shown = "" if record.values is None else f" with value: {record.values[0]}"
        return f"Trial {number} pruned{shown} and parameters: {params}."
    values = record.values or ()
    kept = dict(zip(names, values, strict=True)) if names else list(values)
    told = f"values: {kept}" if len(values) > 1 else f"value: {kept if names else values[0]}"
    line = f"Trial {number} finished with {told} and parameters: {params}."
    if best is not None and best.values is not None:
        line += f" Best is trial {best.number} with value: {best.values[0]}."
    return line
