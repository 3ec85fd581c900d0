"""Trials as a table, for pandas or for CSV."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from luthier.base.optional import require
from luthier.records.trial import TrialRecord

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["columns_of", "trials_frame"]

#: Floats tell integers apart up to this.
LARGEST_EXACT = 2**53


def columns_of(
    records: Sequence[TrialRecord],
    metric_names: Sequence[str] | None = None,
    objectives: int = 1,
    *,
    absent: Any = None,
) -> dict[str, list[Any]]:
    """Column name -> one entry per trial, None where a trial lacks it, `absent` for a parameter or an attribute.

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
    groups = {
        "params": [record.params or record.given or {} for record in records],
        "constraints": [record.constraints for record in records],
        "user_attrs": [record.user_attrs for record in records],
    }
    for group, mappings in groups.items():
        for name in dict.fromkeys(name for mapping in mappings for name in mapping):
            table[f"{group}_{name}"] = [mapping.get(name, absent) for mapping in mappings]
    table["origin"] = [str(record.origin or "") or None for record in records]
    table["reason"] = [record.reason for record in records]
    return table


def value_names(metric_names: Sequence[str] | None, objectives: int) -> list[str]:
    """The names of the value columns."""
    if metric_names:
        return [f"values_{name}" for name in metric_names]
    return ["value"] if objectives == 1 else [f"values_{place}" for place in range(objectives)]


def needs_int64(column: Sequence[Any]) -> bool:
    """Whether these are integers of 64 bits with gaps, which floats would round."""
    known = [value for value in column if value is not None]
    whole = all(type(value) is int and -(2**63) <= value < 2**63 for value in known)
    return whole and len(known) < len(column) and any(abs(value) > LARGEST_EXACT for value in known)


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
    table = columns_of(records, metric_names, objectives)
    frame = pandas.DataFrame(table)
    for name in ("started", "finished"):
        frame[name] = pandas.to_datetime(frame[name].astype("float64"), unit="s", utc=True)
    for name, column in table.items():
        if needs_int64(column):
            frame[name] = pandas.array(column, dtype="Int64")
    frame["duration"] = pandas.to_timedelta(frame["duration"].astype("float64"), unit="s")
    return frame  # type: ignore[no-any-return]  # pandas is loaded dynamically
