"""What a script says to the sweep that runs it, in files named by the environment. Needs nothing but Python.

    from luthier import sweep

    for epoch in range(sweep.params().get("epochs", 10)):
        sweep.report({"val_loss": train_one_epoch(...)})

Any other language appends a line to the file `$LUTHIER_REPORT`: a JSON object of numbers. Names that start with "_" are
not metrics: `_step` is the step that the numbers belong to, `_summary: true` says that they sum the run up.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["PARAMS", "REPORT", "params", "report"]

#: The environment variables with the paths of the two files.
PARAMS = "LUTHIER_PARAMS"
REPORT = "LUTHIER_REPORT"


def params() -> dict[str, Any]:
    """The parameters of this run, nested as in the sweep file; none outside of a sweep."""
    path = os.environ.get(PARAMS)
    found: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8")) if path else {}
    return found


def report(metrics: Mapping[str, Any], step: int | None = None) -> None:
    """Tell the sweep numbers, its metric among them.

    Outside of a sweep nothing happens, nor in any but the first of several processes (RANK, LOCAL_RANK).

    Args:
        metrics: numbers by name; scalars of numpy and torch count.
        step: such as the epoch; counted when left out.
    """
    path = os.environ.get(REPORT)
    rank = os.environ.get("RANK", os.environ.get("LOCAL_RANK", "0"))
    if not path or rank != "0":
        return
    line: dict[str, Any] = {name: scalar(value) for name, value in metrics.items()}
    if step is not None:
        line["_step"] = int(step)
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, default=str) + "\n")


def scalar(value: Any) -> Any:
    """A number of numpy or torch as Python's own."""
    item = getattr(value, "item", None)
    return item() if callable(item) else value
