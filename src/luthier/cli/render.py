"""How studies and trials look on a terminal and as JSON."""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from luthier.base.jsonvalue import Named, to_json
from luthier.frontends.study import Study
from luthier.frontends.table import STYLES, short_params, short_value
from luthier.records.state import TrialState
from luthier.records.study import StudySummary
from luthier.records.trial import OBJECTIVE, TrialRecord, newest_reports

__all__ = [
    "console",
    "legible",
    "params_python",
    "studies_table",
    "study_page",
    "summary_json",
    "trial_json",
    "trial_page",
    "trials_in_full",
]

#: States in the order of a trial's life.
LIFE = tuple(TrialState)


def console() -> Console:
    """Standard output: as wide as the terminal, plain when it is none."""
    return Console()


def legible(text: str) -> str:
    """A text as files and terminals take it: half of a surrogate pair is written as an escape."""
    return text if text.isascii() else text.encode(errors="backslashreplace").decode()


def moment(seconds: float | None) -> str:
    """A time in the reader's own zone."""
    if seconds is None:
        return ""
    return datetime.fromtimestamp(seconds, tz=UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def counts_text(counts: Any) -> Text:
    """`31 complete  9 pruned  2 running`, coloured."""
    parts = [
        (f"{counts[state.value]} {state.value.lower()}", STYLES.get(state, ""))
        for state in LIFE
        if counts.get(state.value)
    ]
    return Text("  ").join(Text(text, style=style) for text, style in parts)


def studies_table(summaries: Sequence[StudySummary]) -> RenderableType:
    """One row a study."""
    table = Table("study", "direction", "trials", "best", "last change", box=SIMPLE_HEAD)
    for summary in summaries:
        study = summary.study
        table.add_row(
            study.name,
            ", ".join(str(direction) for direction in study.directions),
            counts_text(summary.counts),
            short_value(summary.best_value),
            moment(summary.last_change),
        )
    return table if summaries else Text("No studies yet.")


def study_page(study: Study, records: Sequence[TrialRecord], last: int) -> RenderableType:
    """A study's head and its newest trials."""
    everything = study.trials
    counts = {state.value: sum(record.state is state for record in everything) for state in LIFE}
    head = Text.assemble((study.name, "bold"), "   ").append_text(counts_text(counts))
    table = Table("trial", "state", "value", "seconds", "parameters", box=SIMPLE_HEAD, expand=True)
    for column in table.columns[:4]:
        column.no_wrap = True
    for record in records[-last:]:
        values = ", ".join(short_value(value) for value in record.values or ())
        told = (
            record.reason or ""
            if record.state is TrialState.FAILED
            else short_params(record.params or record.given or {})
        )
        table.add_row(
            str(record.number),
            Text(record.state.value.lower(), style=STYLES.get(record.state, "")),
            values,
            "" if record.duration is None else f"{record.duration:.1f}",
            Text(legible(told)),
        )
    hidden = len(records) - len(records[-last:])
    more = (
        [Text(f"{hidden} earlier trials not shown; --last {len(records)} shows all.", style="dim")]
        if hidden
        else []
    )
    return Group(head, table, *more)


def trial_page(study: Study, number: int) -> RenderableType:
    """Everything about one trial."""
    record = study.trials[number]
    table = Table.grid(padding=(0, 2))
    rows = [
        ("trial", str(record.number)),
        ("state", record.state.value.lower()),
        ("values", ", ".join(map(repr, record.values or ()))),
        ("reason", record.reason or ""),
        ("attempts", str(record.attempt)),
        ("origin", str(record.origin or "")),
        ("started", moment(record.started)),
        ("finished", moment(record.finished)),
        *((f"params.{name}", repr(value)) for name, value in (record.params or record.given or {}).items()),
        *((f"constraints.{name}", repr(value)) for name, value in record.constraints.items()),
        *((f"user_attrs.{name}", repr(value)) for name, value in record.user_attrs.items()),
    ]
    for name, told in rows:
        if told:
            table.add_row(Text(legible(name), style="bold"), Text(legible(told)))
    parts: list[RenderableType] = [table]
    curve = study.reports(number)
    if curve:
        parts.append(
            Text("reports  " + "  ".join(f"{step}: {short_value(value)}" for step, value in curve.items()))
        )
    if record.detail:
        parts += [Text(""), Text(legible(record.detail))]
    return Group(*parts)


def params_python(study: Study, record: TrialRecord) -> str:
    """The parameters of a trial as Python to paste, under a comment that says whose they are."""
    values = ", ".join(repr(value) for value in record.values or ())
    modules: set[str] = set()
    told = [f"    {name!r}: {as_python(value, modules)}," for name, value in record.params.items()]
    imports = [f"import {module}" for module in sorted(modules)]
    return "\n".join(
        [f"# {study.name}: trial {record.number}, value {values}", *imports, "params = {", *told, "}"]
    )


def as_python(value: Any, modules: set[str]) -> str:
    """The expression of a value; the modules that it needs are added to `modules`."""
    if isinstance(value, Named):
        module, _, name = value.name.partition(":")
        if module == "__main__":
            return name
        modules.add(module)
        return f"{module}.{name}"
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value!r}")'
    if isinstance(value, tuple | list):
        parts = ", ".join(as_python(each, modules) for each in value)
        if isinstance(value, list):
            return f"[{parts}]"
        return f"({parts},)" if len(value) == 1 else f"({parts})"
    if isinstance(value, Mapping):
        pairs = (f"{as_python(key, modules)}: {as_python(each, modules)}" for key, each in value.items())
        return f"{{{', '.join(pairs)}}}"
    return repr(value)


def summary_json(summary: StudySummary) -> dict[str, Any]:
    """A study as JSON."""
    return {
        "study": summary.study.name,
        "directions": [str(direction) for direction in summary.study.directions],
        "trials": dict(summary.counts),
        "best_value": to_json(summary.best_value),
        "last_change": summary.last_change,
    }


def trials_in_full(
    study: Study, records: Sequence[TrialRecord], *, one: int | None = None
) -> list[dict[str, Any]]:
    """Trials as JSON with all that they reported, logged and printed; with `one` that is the number of the only one."""
    reported: dict[int, list[list[Any]]] = {record.number: [] for record in records}
    logged: dict[int, dict[str, list[list[Any]]]] = {record.number: {} for record in records}
    changes = study.storage.changes(study.view.study.study_id, 0, trial=one)
    for report in sorted(newest_reports(changes.reports, records), key=lambda report: report.step):
        point = [report.step, to_json(report.value)]
        if report.name == OBJECTIVE:
            reported[report.trial].append(point)
        else:
            logged[report.trial].setdefault(report.name, []).append(point)
    return [
        {
            **trial_json(record),
            "reports": reported[record.number],
            "logged": logged[record.number],
            "detail": record.detail,
        }
        for record in records
    ]


def trial_json(record: TrialRecord) -> dict[str, Any]:
    """A trial as JSON."""
    return {
        "number": record.number,
        "state": record.state.value,
        "values": to_json(list(record.values)) if record.values else None,
        "params": to_json(dict(record.params or record.given or {})),
        "constraints": to_json(dict(record.constraints)),
        "user_attrs": to_json(dict(record.user_attrs)),
        "reason": record.reason,
        "attempt": record.attempt,
        "origin": record.origin and str(record.origin),
        "started": record.started,
        "finished": record.finished,
    }
