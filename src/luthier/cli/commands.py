"""The verbs of the command line: each reads a study and prints it."""

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click

from luthier.analysis.frame import columns_of
from luthier.base.jsonvalue import to_json
from luthier.cli import render
from luthier.frontends.studies import list_studies, load_study
from luthier.frontends.study import Study
from luthier.records.state import TrialState

__all__ = ["best", "export", "ls", "show"]

STORAGE = click.argument("storage", envvar="LUTHIER_STORAGE")
STUDY = click.argument("study", required=False)
#: What trials are exported as, by the endings of files.
EXPORTS = ("csv", "json", "jsonl")
FORMAT = click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True
)


@click.command()
@STORAGE
@FORMAT
def ls(storage: str, form: str) -> None:
    """List the studies in STORAGE, a file or a URL."""
    summaries = list_studies(storage=storage)
    if form == "json":
        click.echo(json.dumps([render.summary_json(summary) for summary in summaries], indent=2))
        return
    render.console().print(render.studies_table(summaries))


@click.command()
@STORAGE
@STUDY
@click.option("--trial", type=int, help="Show one trial in full: parameters, reports, error and output.")
@click.option(
    "--state", type=click.Choice([state.value.lower() for state in TrialState]), help="Only such trials."
)
@click.option(
    "--last",
    type=click.IntRange(min=1),
    default=40,
    show_default=True,
    help="How many trials at most, the newest ones.",
)
@FORMAT
def show(  # noqa: PLR0917 - click passes by name
    storage: str, study: str | None, trial: int | None, state: str | None, last: int, form: str
) -> None:
    """Show the trials of STUDY, or one of them; the only study needs no name."""
    opened = load_study(study, storage=storage)
    if trial is not None:
        if not 0 <= trial < len(opened.trials):
            raise click.UsageError(
                f"Study {opened.name!r} has trials 0 to {len(opened.trials) - 1}, got {trial}."
            )
        if form == "json":
            click.echo(json.dumps(render.trial_json(opened.trials[trial]), indent=2))
        else:
            render.console().print(render.trial_page(opened, trial))
        return
    records = [record for record in opened.trials if state is None or record.state.value.lower() == state]
    if form == "json":
        click.echo(json.dumps([render.trial_json(record) for record in records[-last:]], indent=2))
        return
    render.console().print(render.study_page(opened, records, last))


@click.command()
@STORAGE
@STUDY
@click.option("--format", "form", type=click.Choice(["python", "json"]), default="python", show_default=True)
def best(storage: str, study: str | None, form: str) -> None:
    """Print the best parameters of STUDY; of several objectives, the Pareto front."""
    opened = load_study(study, storage=storage)
    records = [opened.best_trial] if len(opened.directions) == 1 else opened.best_trials
    if form == "json":
        forms = [render.trial_json(record) for record in records]
        click.echo(json.dumps(forms[0] if len(opened.directions) == 1 else forms, indent=2))
        return
    for record in records:
        click.echo(render.params_python(opened, record))


@click.command()
@STORAGE
@STUDY
@click.option(
    "--format",
    "form",
    type=click.Choice(EXPORTS),
    help="[default: what the name of the file ends in, or csv]",
)
@click.option("--output", "-o", type=click.Path(dir_okay=False), help="A file instead of the terminal.")
def export(storage: str, study: str | None, form: str | None, output: str | None) -> None:
    """Write all trials of STUDY as CSV, JSON or JSON lines."""
    opened = load_study(study, storage=storage)
    form = form or form_of(output)
    with opened_output(output) as file:
        if form == "csv":
            write_csv(opened, file)
        elif form == "json":
            json.dump([render.trial_json(record) for record in opened.trials], file, indent=2)
            file.write("\n")
        else:
            for record in opened.trials:
                file.write(json.dumps(render.trial_json(record)) + "\n")


def form_of(output: str | None) -> str:
    """The format that the name of a file asks for."""
    ending = Path(output or "").suffix.lower().removeprefix(".")
    return ending if ending in EXPORTS else "csv"


def write_csv(study: Study, file: IO[str]) -> None:
    """One row a trial, one column a parameter; choices that are no text or number are written as JSON."""
    table = columns_of(study.trials, study.metric_names, len(study.directions))
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(map(render.legible, table))
    for row in zip(*table.values(), strict=True):
        writer.writerow([csv_cell(cell) for cell in row])


def csv_cell(cell: Any) -> Any:
    """A cell that a spreadsheet shows as it is and never runs as a formula."""
    if cell is None or isinstance(cell, bool | int | float):
        return cell
    text = render.legible(cell) if isinstance(cell, str) else json.dumps(to_json(cell))
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


@contextmanager
def opened_output(path: str | None) -> Iterator[IO[str]]:
    """The file to write to, or standard output."""
    if path is None:
        buffer = io.StringIO()
        yield buffer
        click.echo(buffer.getvalue(), nl=False)
        return
    with click.open_file(path, "w", encoding="utf-8") as file:
        yield file
