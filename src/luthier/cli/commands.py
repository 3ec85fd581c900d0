"""The verbs of the command line: each reads a study and prints it."""

import csv
import io
import json
import os
from pathlib import Path
from typing import IO, Any

import click

from luthier.analysis.frame import columns_of
from luthier.base.jsonvalue import to_json
from luthier.cli import render
from luthier.frontends.studies import list_studies, load_study
from luthier.frontends.study import Study
from luthier.records.state import TrialState
from luthier.storage.place import is_sqlite

__all__ = ["best", "export", "ls", "show"]

#: What names the store where the command line does not.
VARIABLE = "LUTHIER_STORAGE"
STORAGE = click.argument("storage", envvar=VARIABLE)
STUDY = click.argument("study", required=False)
#: What trials are exported as, by the endings of files.
EXPORTS = ("csv", "json", "jsonl")
#: Columns in which a trial may have no entry, and may have None.
GROUPS = ("params_", "constraints_", "user_attrs_")
#: Stands for no entry.
ABSENT = object()
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
    storage, study = placed(storage, study)
    opened = load_study(study, storage=storage)
    if trial is not None:
        if not 0 <= trial < len(opened.trials):
            known = f"trials 0 to {len(opened.trials) - 1}" if opened.trials else "no trials yet"
            raise click.UsageError(f"Study {opened.name!r} has {known}, got {trial}.")
        if form == "json":
            (told,) = render.trials_in_full(opened, [opened.trials[trial]], one=trial)
            click.echo(json.dumps(told, indent=2))
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
    storage, study = placed(storage, study)
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
    """Write all trials of STUDY as CSV, a table, or as JSON or JSON lines, with learning curves, logs and output."""
    storage, study = placed(storage, study)
    opened = load_study(study, storage=storage)
    form = form or form_of(output)
    file = io.StringIO()
    if form == "csv":
        write_csv(opened, file)
    elif form == "json":
        json.dump(render.trials_in_full(opened, opened.trials), file, indent=2)
        file.write("\n")
    else:
        file.writelines(json.dumps(trial) + "\n" for trial in render.trials_in_full(opened, opened.trials))
    put(file.getvalue(), output)


def form_of(output: str | None) -> str:
    """The format that the name of a file asks for."""
    ending = Path(output or "").suffix.lower().removeprefix(".")
    return ending if ending in EXPORTS else "csv"


def write_csv(study: Study, file: IO[str]) -> None:
    """One row a trial, one column a parameter; choices that are no text or number are written as JSON."""
    table = columns_of(study.trials, study.metric_names, len(study.directions), absent=ABSENT)
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(map(render.legible, table))
    for name, column in table.items():
        if not name.startswith(GROUPS):  # nothing is known where None is
            table[name] = [ABSENT if cell is None else cell for cell in column]
    for row in zip(*table.values(), strict=True):
        writer.writerow([csv_cell(cell) for cell in row])


def csv_cell(cell: Any) -> Any:
    """A cell that a spreadsheet shows as it is and never runs as a formula."""
    if cell is ABSENT:
        return None
    if isinstance(cell, bool | int | float):
        return cell
    text = render.legible(cell) if isinstance(cell, str) else json.dumps(to_json(cell))
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def put(text: str, path: str | None) -> None:
    """Write to a file, or to standard output; never over a store."""
    if path is None or path == "-":
        click.echo(text, nl=False)
        return
    try:
        file = Path(path)
        if file.is_file() and is_sqlite(file):
            raise click.UsageError(f"{path} is a SQLite store, which would be lost. Choose another --output.")
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.FileError(path, error.strerror or str(error)) from None


def placed(storage: str, study: str | None) -> tuple[str, str | None]:
    """The store and the study: with LUTHIER_STORAGE a single argument that is no store names the study."""
    known = os.environ.get(VARIABLE)
    single = study is None and known is not None and storage != known
    if single and "://" not in storage and not Path(storage).suffix and not Path(storage).exists():
        return known or storage, storage
    return storage, study
