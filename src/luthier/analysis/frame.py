"""Trials as a table, for pandas or for CSV."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from luthier.base.optional import require
from luthier.records.trial import TrialRecord

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["columns_of", "trials_frame"]


def columns_of(
    records: Sequence[TrialRecord],
    metric_names: Sequence[str] | None = None,
    objectives: int = 1,
) -> dict[str, list[Any]]:
    """Column name -> one entry per trial, None where a trial lacks it.

    Columns: number, state, value (or values_<name>), started, finished, duration (seconds), params_*, constraints_*,
    user_attrs_*, origin, reason. Times are seconds since the epoch. The value of a PRUNED trial is what it reported
    last, not to be compared with that of a COMPLETE one.
    """
    table: dict[str, list[Any]] = {
        "number": [record.number for record in records],
        "state": [record.state.value for record in records],
    }
    for place, name in enumerate(value_names(metric_names, objectives)):
        table[name] = [record.values[place] if record.values else None for record in records]
    table["started"] = [record.started for record in records]
    table["finished"] = [record.finished for record in records]
    table["duration"] = [record.duration for record in records]
    for group in ("params", "constraints", "user_attrs"):
        mappings = [getattr(record, group) for record in records]
        for name in dict.fromkeys(name for mapping in mappings for name in mapping):
            table[f"{group}_{name}"] = [mapping.get(name) for mapping in mappings]
    table["origin"] = [str(record.origin or "") or None for record in records]
    table["reason"] = [record.reason for record in records]
    return table


def value_names(metric_names: Sequence[str] | None, objectives: int) -> list[str]:
    """The names of the value columns."""
    if metric_names:
        return [f"values_{name}" for name in metric_names]
    return ["value"] if objectives == 1 else [f"values_{place}" for place in range(objectives)]


def trials_frame(
    records: Sequence[TrialRecord],
    metric_names: Sequence[str] | None = None,
    objectives: int = 1,
) -> "pd.DataFrame":
    """The same as a pandas DataFrame; `started` and `finished` are UTC timestamps, `duration` is a timedelta.

    Raises:
        MissingExtra: pandas is not installed.
    """
    pandas: Any = require("pandas", extra="frame", needed_for="trials_frame()")
    frame = pandas.DataFrame(columns_of(records, metric_names, objectives))
    for name in ("started", "finished"):
        frame[name] = pandas.to_datetime(frame[name].astype("float64"), unit="s", utc=True)
    frame["duration"] = pandas.to_timedelta(frame["duration"].astype("float64"), unit="s")
    return frame  # type: ignore[no-any-return]  # pandas is loaded dynamically
