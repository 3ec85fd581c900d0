"""The table that reporters show: which trials, which columns, and its text."""

import html
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, zip_longest
from typing import Any, NamedTuple

from luthier.base.jsonvalue import native
from luthier.compat.tune.flat import flatten
from luthier.compat.tune.storable import number_of

__all__ = ["Columns", "Table", "as_html", "as_text", "best_trial", "counts_line", "lookup", "progress_table"]

#: States in the order of their rows: what is under way first.
ORDER = ("RUNNING", "PAUSED", "PENDING", "TERMINATED", "ERROR")

#: Column name in a result -> its heading.
Columns = Mapping[str, str]


class Table(NamedTuple):
    """Headings, rows of texts, and what was left out, in one line."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


def progress_table(
    trials: Sequence[Any],
    *,
    metrics: Columns,
    parameters: Columns,
    most: int | None,
    widest: int,
    metric: str | None = None,
    mode: str | None = None,
) -> Table:
    """The table of trials.

    Args:
        trials: all trials.
        metrics: columns of their last results; one that no trial has is left out.
        parameters: columns of their configurations; none at all stands for every parameter that was searched.
        most: how many rows there may be; each state gets its share. None shows all trials.
        widest: how many characters a cell may have.
        metric: sort ended trials by it, the best first; None keeps their order.
        mode: "min" or "max" for `metric`.
    """
    by_state = {state: [trial for trial in trials if trial.status == state] for state in ORDER}
    if metric is not None:
        by_state["TERMINATED"].sort(key=lambda trial: badness(trial, metric, mode))
    shown = select(by_state, most)
    if not parameters:
        names = chain.from_iterable(trial.evaluated_params or flatten(trial.config) for trial in trials)
        parameters = {name: name for name in dict.fromkeys(names)}
    metrics = {
        name: heading for name, heading in metrics.items() if any(has(trial, name) for trial in trials)
    }
    headings = ["Trial name", "status", *parameters.values(), *metrics.values()]
    rows = [
        [str(trial), trial.status]
        + [shortened(cell(flatten(trial.config).get(name)), widest) for name in parameters]
        + [shortened(cell(lookup(trial.last_result, name)), widest) for name in metrics]
        for trial in shown
    ]
    return Table([shortened(heading, widest) for heading in headings], rows, left_out(by_state, shown))


def select(by_state: Mapping[str, Sequence[Any]], most: int | None) -> list[Any]:
    """Trials in the order of states, at most so many: states take turns until there is no room."""
    if most is None:
        return list(chain.from_iterable(by_state.values()))
    taken: Counter[str] = Counter()
    turns = zip_longest(*([state] * len(trials) for state, trials in by_state.items()))
    for state in [state for turn in turns for state in turn if state is not None][:most]:
        taken[state] += 1
    return [trial for state, trials in by_state.items() for trial in trials[: taken[state]]]


def left_out(by_state: Mapping[str, Sequence[Any]], shown: Sequence[Any]) -> str:
    """How many trials of each state have no row."""
    rows = Counter(trial.status for trial in shown)
    more = {
        state: len(trials) - rows[state] for state, trials in by_state.items() if len(trials) > rows[state]
    }
    states = ", ".join(f"{count} {state}" for state, count in more.items())
    return f"... {sum(more.values())} more trials not shown ({states})" if more else ""


def counts_line(trials: Sequence[Any], total: int | None) -> str:
    """How many trials there are in each state."""
    counts = Counter(trial.status for trial in trials)
    states = ", ".join(f"{counts[state]} {state}" for state in ORDER if counts[state])
    of = f"/{total}" if total is not None else ""
    return f"Number of trials: {len(trials)}{of} ({states})" if trials else "Number of trials: 0"


def best_trial(trials: Iterable[Any], metric: str, mode: str) -> Any:
    """The trial whose last result is the best; None while no trial has a number for the metric."""
    known = [trial for trial in trials if badness(trial, metric, mode) < math.inf]
    return min(known, key=lambda trial: badness(trial, metric, mode), default=None)


def badness(trial: Any, metric: str, mode: str | None) -> float:
    """A number to sort by, the best first; infinite for a trial without the metric, and for NaN."""
    value = number_of(lookup(trial.last_result, metric))
    if math.isnan(value):
        return math.inf
    return -value if mode == "max" else value


def lookup(result: Mapping[str, Any] | None, name: str) -> Any:
    """An entry of a result, also of a nested one by names joined with slashes; None when there is none."""
    if not result:
        return None
    if name in result:
        return result[name]
    return flatten(result).get(name)


def has(trial: Any, name: str) -> bool:
    """Whether a trial's last result has such an entry."""
    return lookup(trial.last_result, name) is not None


def cell(value: Any) -> str:
    """The text of a value."""
    value = native(value)
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def shortened(text: str, widest: int) -> str:
    """A text of at most so many characters: the end of a long name tells more than its beginning."""
    return text if len(text) <= widest else f"...{text[len(text) - max(1, widest - 3) :]}"


def as_text(table: Table) -> str:
    """The table in lines of text."""
    columns = list(zip(table.headings, *table.rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    rule = "+".join("-" * (width + 2) for width in widths)
    lines = [
        "|".join(f" {text:<{width}} " for text, width in zip(row, widths, strict=True))
        for row in (table.headings, *table.rows)
    ]
    framed = [f"+{rule}+", f"|{lines[0]}|", f"|{rule}|", *(f"|{line}|" for line in lines[1:]), f"+{rule}+"]
    return "\n".join([*framed, table.note] if table.note else framed)


def as_html(table: Table) -> str:
    """The table in HTML."""

    def row(cells: Sequence[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(text)}</{tag}>" for text in cells) + "</tr>"

    body = "".join(row(cells, "td") for cells in table.rows)
    note = f"<p>{html.escape(table.note)}</p>" if table.note else ""
    return f"<table><thead>{row(table.headings, 'th')}</thead><tbody>{body}</tbody></table>{note}"
