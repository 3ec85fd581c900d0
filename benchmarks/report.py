"""The table, for people and for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from benchmarks.libraries import OURS, PEERS
from benchmarks.runner import Row
from benchmarks.work import Summary, Verdict, as_factor

__all__ = ["as_json", "as_markdown", "as_text"]

HEAD = ("work", "figure", *(OURS, *PEERS), "against Optuna", "goals")

MET = {True: "met", False: "MISSED", None: "not measured"}


def as_text(rows: Sequence[Row], machine: Mapping[str, str]) -> str:
    """A block for each work."""
    blocks = [", ".join(f"{name} {value}" for name, value in machine.items())]
    for row in rows:
        lines = [f"{row.work.title} [{row.work.name}], {row.work.figure}"]
        lines += [
            f"    {name:<8} {shown(row, name)}" for name in (OURS, *PEERS) if name in row.work.libraries
        ]
        lines += [f"    {sentence(verdict)}" for verdict in row.verdicts]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def as_markdown(rows: Sequence[Row], machine: Mapping[str, str], command: str) -> str:
    """Machine, command and table, for docs/benchmarks.md."""
    about = ", ".join(f"{name} {value}" for name, value in machine.items())
    table = [HEAD, tuple("---" for _ in HEAD), *(cells(row) for row in rows)]
    lines = ["| " + " | ".join(line) + " |" for line in table]
    return "\n".join([f"Machine: {about}.", "", f"Command: `{command}`", "", *lines])


def as_json(rows: Sequence[Row], machine: Mapping[str, str], command: str) -> dict[str, Any]:
    """Everything that was measured."""
    return {
        "machine": dict(machine),
        "command": command,
        "works": {
            row.work.name: {
                "title": row.work.title,
                "figure": row.work.figure,
                "libraries": {
                    library: {figure: list(summary.values) for figure, summary in figures.items()}
                    for library, figures in row.figures.items()
                },
                "failures": row.failures,
                "goals": [asdict(verdict) for verdict in row.verdicts],
            }
            for row in rows
        },
    }


def cells(row: Row) -> tuple[str, ...]:
    """One line of the table."""
    return (
        row.work.title,
        row.work.figure,
        *(shown(row, name) for name in (OURS, *PEERS)),
        against_optuna(row),
        "<br>".join(sentence(verdict) for verdict in row.verdicts),
    )


def shown(row: Row, library: str) -> str:
    """The median and the range of a library's headline figure."""
    if library not in row.work.libraries:
        return "-"
    if library in row.failures:
        return f"failed: {row.failures[library]}"
    summary = row.figures.get(library, {}).get(row.work.figure)
    return "not measured" if summary is None else interval(summary)


def interval(summary: Summary) -> str:
    """`median (low to high)`."""
    return f"{number(summary.median)} ({number(summary.low)} to {number(summary.high)})"


def number(value: float) -> str:
    """Three digits, thousands with commas."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def against_optuna(row: Row) -> str:
    """Our median divided by Optuna's."""
    ours, theirs = (row.figures.get(name, {}).get(row.work.figure) for name in (OURS, "optuna"))
    return as_factor(ours.median / theirs.median) if ours and theirs else "-"


def sentence(verdict: Verdict) -> str:
    """A goal and how it came out."""
    told = f"{verdict.goal}: {verdict.got}, {MET[verdict.met]}"
    good, turns = verdict.agree
    return told if good in {0, turns} else f"{told} (met in {good} of {turns} repeats)"
