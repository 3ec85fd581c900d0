"""What a run has said so far: its metric by iteration, everything else by step, and what it comes to in the end."""

import json
import math
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol, final

from luthier.frontends.sweep.nested import flattened
from luthier.records.study import Direction

__all__ = ["Course", "Listener", "Row", "printed", "row_of"]

#: Names shown where the metric is not among those that a run logged.
SHOWN = 8


class Row(NamedTuple):
    """Numbers that belong together."""

    metrics: Mapping[str, float]
    #: The script's own step; None to count.
    step: int | None = None
    #: Whether they sum up the run instead of being a point of its course.
    summary: bool = False
    #: Everything else that was said.
    others: Mapping[str, Any] = {}


class Listener(Protocol):
    """A trial, as far as a course speaks to it."""

    def report(self, value: float, step: int) -> None:
        """The metric at an iteration."""

    def log(self, metrics: Mapping[str, float], step: int) -> None:
        """Numbers at a step."""

    def set_user_attr(self, key: str, value: Any) -> None:
        """Something that is kept with the trial."""


def row_of(said: Mapping[str, Any]) -> Row:
    """A row of what a script said. Names that start with "_" are not metrics."""
    flat = flattened(said)
    own = {name: value for name, value in flat.items() if name and not name.startswith("_")}
    metrics = {
        name: float(value)
        for name, value in own.items()
        if isinstance(value, int | float) and type(value) is not bool
    }
    step = flat.get("_step")
    return Row(
        metrics,
        step if isinstance(step, int) and step >= 0 else None,
        flat.get("_summary") is True,
        {name: value for name, value in own.items() if name not in metrics},
    )


def printed(line: str, metric: str) -> Row | None:
    """The row of a printed line that says nothing but the metric: `loss: 0.3`, `loss=0.3` or a JSON object with it."""
    line = line.strip()
    if line.startswith("{"):
        try:
            said = json.loads(line)
        except ValueError:
            return None
        row = row_of(said) if isinstance(said, dict) else None
        return row if row is not None and metric in row.metrics else None
    if not line.startswith(metric):
        return None
    rest = line.removeprefix(metric).lstrip()
    if rest[:1] not in {":", "="}:
        return None
    try:
        return Row({metric: float(rest[1:].strip().rstrip(",;"))})
    except ValueError:
        return None


@final
class Course:
    """Passes rows on to a trial, and remembers what the run comes to.

    The iterations of the metric are the steps of the trial's curve: 1, 2, 3, … for each finite value. All numbers,
    the metric too, are logged at the script's own steps.
    """

    def __init__(self, metric: str | None, direction: Direction) -> None:
        self.metric = metric
        self.sign = direction.sign
        self.best: float | None = None
        self.last: float | None = None
        self.iterations = 0
        self.rows = 0
        #: Every name that was logged.
        self.names: set[str] = set()
        #: How the metric was logged when it was no finite number.
        self.odd: str | None = None

    def add(self, row: Row, listener: Listener) -> bool:
        """Take a row in; whether the metric was reported with it."""
        self.names |= {*row.metrics, *row.others}
        value = None if self.metric is None else row.metrics.get(self.metric)
        if self.metric is not None and self.metric in row.others:
            self.odd = repr(row.others[self.metric])[:40]
        elif value is not None and not math.isfinite(value):
            self.odd = str(value)
        if row.summary:
            self.sum_up(row, listener)
        else:
            self.log(row, listener)
        if value is None or not math.isfinite(value):
            return False
        self.last = value
        if self.best is None or self.sign * value < self.sign * self.best:
            self.best = value
        if row.summary:
            return False
        self.iterations += 1
        listener.report(value, self.iterations)
        return True

    def log(self, row: Row, listener: Listener) -> None:
        """Log the numbers of a row at its step; of several at one step the store keeps the first."""
        step = self.rows if row.step is None else row.step
        self.rows = max(self.rows, step + 1)
        if row.metrics:
            listener.log(row.metrics, step)

    def sum_up(self, row: Row, listener: Listener) -> None:
        """Keep the numbers and texts of a summary with the trial."""
        for name, value in (*row.metrics.items(), *row.others.items()):
            if isinstance(value, str | int | float | None):
                listener.set_user_attr(name, value)

    def missing(self) -> str:
        """Why the run has no value."""
        if self.odd is not None:
            return f"{self.metric!r} was never a finite number, it was {self.odd}"
        names = sorted(self.names)
        shown = ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")
        return f"{self.metric!r} was never reported; " + (
            f"reported were: {shown}" if names else "nothing was"
        )
