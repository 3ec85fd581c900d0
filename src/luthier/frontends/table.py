"""The live table of a running optimisation.

On a terminal it looks like this:

digits  ━━━━━━━━━━━━━━━━╸━━━━━━━━━━━━━  31/48  1:04  22 complete  9 pruned  2 running
best  trial 17  0.9861   lr=0.0031  width=48  optimizer=adamw

trial  state     step   value  parameters
─────────────────────────────────────────────────────────────────────────
   31  running      7  0.9811  lr=0.0042  width=32  optimizer=adam
"""

import sys
from collections import deque
from collections.abc import Mapping
from logging import Handler, StreamHandler
from time import monotonic
from types import TracebackType
from typing import Any, Self, TextIO, TypeGuard

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from luthier.base.log import logger
from luthier.engine.budget import Budget
from luthier.engine.view import StudyView
from luthier.records.messages import Logged, Reported
from luthier.records.state import TrialState
from luthier.records.trial import TrialRecord

__all__ = ["LiveTable", "short_params", "short_value"]

#: Finished trials shown below the running ones: a screenful, with room for what was there before.
SHOWN = 8
REFRESH_PER_SECOND = 4

STYLES: Mapping[TrialState, str] = {
    TrialState.RUNNING: "cyan",
    TrialState.COMPLETE: "green",
    TrialState.PRUNED: "yellow",
    TrialState.FAILED: "red",
    TrialState.WAITING: "magenta",
}


class LiveTable:
    """A Watcher that draws the state of an optimisation, and the context in which it is on screen."""

    def __init__(self, view: StudyView, budget: Budget, console: Console | None = None) -> None:
        self.view = view
        self.goal = budget.n_trials
        self.start = monotonic()
        self.counts = dict.fromkeys((TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAILED), 0)
        self.running: dict[int, TrialRecord] = {}
        self.last: dict[int, tuple[int, float]] = {}
        self.recent: deque[TrialRecord] = deque(maxlen=SHOWN)
        #: What prints the library's log lines on the screen.
        self.handlers: list[StreamHandler[TextIO]] = []
        self.live = Live(
            console=console or Console(stderr=True),
            get_renderable=self.draw,
            refresh_per_second=REFRESH_PER_SECOND,
        )

    def __enter__(self) -> Self:
        before = sys.stderr
        self.live.start()
        self.handlers = [each for each in logger.handlers if is_on(each, before)]
        self.pass_lines()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        console = self.live.console
        self.live.stop()
        self.pass_lines()
        if not (console.is_terminal or console.is_jupyter):  # there rich ends the last line itself
            console.line()

    def pass_lines(self) -> None:
        """Have log lines go where standard error goes now: the table is drawn over what went around it."""
        for handler in self.handlers:
            handler.setStream(sys.stderr)

    def started(self, record: TrialRecord) -> None:
        """Show a running trial."""
        self.running[record.number] = record

    def heard(self, message: Reported | Logged) -> None:
        """Show how far a trial is."""
        if isinstance(message, Reported):
            self.last[message.trial] = message.step, message.value

    def ended(self, record: TrialRecord, best: TrialRecord | None) -> None:
        """Move a trial from the running ones to the recent ones."""
        self.running.pop(record.number, None)
        self.recent.appendleft(record)
        if record.state in self.counts:
            self.counts[record.state] += 1

    def draw(self) -> RenderableType:
        """The whole picture."""
        parts: list[RenderableType] = [self.head()]
        best = self.view.best
        if best is not None:
            line = Text.assemble(
                ("best  ", "bold"),
                f"trial {best.number}  ",
                (short_value(best.value), "bold green"),
                f"   {short_params(best.params)}",
                no_wrap=True,
                overflow="ellipsis",
            )
            parts.append(line)
        return Group(*parts, self.rows())

    def head(self) -> RenderableType:
        """Name, progress, time and counts in one line."""
        done = sum(self.counts.values())
        minutes, seconds = divmod(int(monotonic() - self.start), 60)
        grid = Table.grid(padding=(0, 2))
        row: list[RenderableType] = [Text(self.view.study.name, style="bold")]
        if self.goal is not None:
            row += [
                ProgressBar(total=max(1, self.goal), completed=done, width=30),
                Text(f"{done}/{self.goal}"),
            ]
        row.append(Text(f"{minutes}:{seconds:02d}"))
        counts = [*self.counts.items(), (TrialState.RUNNING, len(self.running))]
        row += [
            Text(f"{count} {state.value.lower()}", style=STYLES[state]) for state, count in counts if count
        ]
        grid.add_row(*row)
        return grid

    def rows(self) -> RenderableType:
        """Running trials by number, then the latest to end."""
        table = Table(box=SIMPLE_HEAD, expand=True, pad_edge=False)
        for name, justify in (("trial", "right"), ("state", "left"), ("step", "right"), ("value", "right")):
            table.add_column(name, justify=justify, no_wrap=True)  # type: ignore[arg-type]  # a literal of rich's
        table.add_column("parameters", no_wrap=True, overflow="ellipsis", ratio=1)
        for record in (*sorted(self.running.values(), key=lambda trial: trial.number), *self.recent):
            step, value = self.last.get(record.number, (None, None))
            final = record.value if record.state.finished else value
            params = record.params or record.given or {}
            told = record.reason or "" if record.state is TrialState.FAILED else short_params(params)
            table.add_row(
                str(record.number),
                Text(record.state.value.lower(), style=STYLES.get(record.state, "")),
                "" if step is None else str(step),
                short_value(final),
                Text(told.splitlines()[0] if told else ""),
            )
        return table


def is_on(handler: Handler, stream: TextIO) -> TypeGuard[StreamHandler[TextIO]]:
    """Whether a handler of log lines writes to this very stream."""
    return isinstance(handler, StreamHandler) and handler.stream is stream


def short_value(value: float | None) -> str:
    """A number in few characters."""
    return "" if value is None else f"{value:.5g}"


def short_params(params: Mapping[str, Any]) -> str:
    """`lr=0.0031  width=48`: parameters in one line."""
    return "  ".join(
        f"{name}={value:.4g}" if isinstance(value, float) else f"{name}={value}"
        for name, value in params.items()
    )
