"""Rows for people and for programs: a table, JSON, YAML or plain values."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import click

from luthier.base.jsonvalue import to_json

__all__ = ["FLATTEN", "format_option", "listed", "one", "show_record", "show_rows"]

Command = TypeVar("Command", bound=Callable[..., Any])

FORMATS = ("value", "json", "table", "yaml")

FLATTEN = click.option("--flatten", is_flag=True, help="One column for each entry of params and the like.")


def format_option(default: str) -> Callable[[Command], Command]:
    """The option that chooses how rows are written."""
    return click.option(
        "-f",
        "--format",
        "form",
        type=click.Choice(FORMATS),
        default=default,
        show_default=True,
        help="Output format.",
    )


def show_rows(rows: Sequence[Mapping[str, Any]], form: str, *, flatten: bool = False) -> None:
    """Print rows, all with the same columns in table form."""
    click.echo(listed([flat(row) for row in rows] if flatten else rows, form))


def show_record(row: Mapping[str, Any], form: str, *, flatten: bool = False) -> None:
    """Print one row, which is no list in JSON and YAML."""
    click.echo(one(flat(row) if flatten else row, form))


def flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with `params: {x: 1}` as `params_x: 1`, and `values: [1, 2]` as `values_0: 1, values_1: 2`."""
    result: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            result |= {f"{name}_{key}": inner for key, inner in value.items()}
        elif isinstance(value, list):
            result |= {f"{name}_{place}": inner for place, inner in enumerate(value)}
        else:
            result[name] = value
    return result


def one(row: Mapping[str, Any], form: str) -> str:
    """The text of one row."""
    if form in {"table", "value"}:
        return listed([row], form)
    return json.dumps(to_json(row)) if form == "json" else as_yaml(to_json(row))


def listed(rows: Sequence[Mapping[str, Any]], form: str) -> str:
    """The text of several rows."""
    if form == "json":
        return json.dumps([to_json(row) for row in rows])
    if form == "yaml":
        return as_yaml([to_json(row) for row in rows])
    columns = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[cell(row.get(name)) for name in columns] for row in rows]
    if form == "value":
        return "\n".join(" ".join(line) for line in cells)
    return boxed(columns, cells, [any(is_number(row.get(name)) for row in rows) for name in columns])


def as_yaml(value: Any) -> str:
    """The YAML text of plain values."""
    import yaml

    return str(yaml.safe_dump(value, sort_keys=False, allow_unicode=True)).rstrip("\n")


def cell(value: Any) -> str:
    """A value in a table; nothing for None."""
    return "" if value is None else str(value)


def is_number(value: Any) -> bool:
    """Whether a value stands at the right of its column."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def boxed(columns: Sequence[str], cells: Sequence[Sequence[str]], right: Sequence[bool]) -> str:
    """A table with rules of ASCII, as wide as it needs to be."""
    widths = [max(len(name), *(len(line[place]) for line in cells), 0) for place, name in enumerate(columns)]
    rule = "+" + "+".join("-" * (width + 2) for width in widths) + "+"

    def line_of(line: Sequence[str], aligned: Sequence[bool]) -> str:
        parts = (
            text.rjust(width) if at_right else text.ljust(width)
            for text, width, at_right in zip(line, widths, aligned, strict=True)
        )
        return "| " + " | ".join(parts) + " |"

    head = line_of(columns, [False] * len(columns))
    return "\n".join([rule, head, rule, *(line_of(line, right) for line in cells), rule])
