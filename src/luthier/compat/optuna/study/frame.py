"""The trials of a study as a table with Optuna's columns."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from luthier.base.optional import require
from luthier.compat.optuna.trial.frozen import FrozenTrial
from luthier.compat.optuna.trial.state import TrialState

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ATTRS", "frame_of"]

#: What the columns show unless asked otherwise.
ATTRS = (
    "number",
    "value",
    "datetime_start",
    "datetime_complete",
    "duration",
    "params",
    "user_attrs",
    "system_attrs",
    "state",
)


def frame_of(
    trials: Sequence[FrozenTrial],
    attrs: Sequence[str],
    *,
    objectives: int,
    metric_names: Sequence[str] | None,
    multi_index: bool,
) -> "pd.DataFrame":
    """One row per trial; mappings have a column per name, sorted, and several objectives a column each.

    Raises:
        MissingExtra: pandas is not installed.
    """
    pandas: Any = require("pandas", extra="frame", needed_for="trials_dataframe()")
    if not trials:
        return pandas.DataFrame()  # type: ignore[no-any-return]  # pandas is loaded dynamically
    columns: dict[tuple[str, Any], list[Any]] = {}
    for attr in attrs:
        name = "values" if attr == "value" and objectives > 1 else attr
        entries = [entry_of(getattr(trial, name), name, objectives, metric_names) for trial in trials]
        keys = list(dict.fromkeys(key for entry in entries for key in entry))
        if name not in {"value", "values"}:
            keys.sort(key=str)
        for key in keys:
            columns[name.removeprefix("_"), key] = [entry.get(key) for entry in entries]
    frame = pandas.DataFrame(dict(enumerate(columns.values())))
    if multi_index:
        frame.columns = pandas.MultiIndex.from_tuples(list(columns))
    else:
        frame.columns = [name if key == "" else f"{name}_{key}" for name, key in columns]
    return frame  # type: ignore[no-any-return]  # pandas is loaded dynamically


def entry_of(value: Any, name: str, objectives: int, metric_names: Sequence[str] | None) -> Mapping[Any, Any]:
    """What one trial has in the columns of one attribute, by the second part of their names."""
    if name == "values":
        names = metric_names or range(objectives)
        return dict(zip(names, value or [None] * objectives, strict=True))
    if name == "value":
        return {metric_names[0] if metric_names else "": value}
    if isinstance(value, TrialState):
        return {"": value.name}
    if isinstance(value, Mapping):
        return value
    return {"": value}
