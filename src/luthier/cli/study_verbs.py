"""The verbs about studies, as in the command of Optuna: create, delete, list, and their attributes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import click

from luthier.cli.listing import FLATTEN, format_option, show_rows
from luthier.frontends.studies import create_study, delete_study, list_studies, load_study
from luthier.records.study import Direction, StudySummary
from luthier.storage.connect import connect

__all__ = [
    "STORAGE",
    "STUDY_NAME",
    "create_study_",
    "delete_study_",
    "moment",
    "several",
    "storage",
    "studies",
    "study",
    "study_names",
    "users",
]

STORAGE = click.option(
    "--storage",
    required=True,
    envvar=["LUTHIER_STORAGE", "OPTUNA_STORAGE"],
    help="A file or a URL; LUTHIER_STORAGE or OPTUNA_STORAGE stands in for it.",
)
STUDY_NAME = click.option("--study-name", required=True, help="The name of the study.")

#: Attributes that luthier and its door for Optuna keep for themselves start so, and are not listed.
OWN = ("luthier:", "optuna:")

DIRECTION = click.Choice([direction.value for direction in Direction])

#: Lets an option take several values after it, as in `--values 0.5 -1`: click hands over the rest as arguments.
several = {"ignore_unknown_options": True}


@click.command("create-study", context_settings=several)
@STORAGE
@click.option("--study-name", help="Made up when left out.")
@click.option("--direction", type=DIRECTION, help="minimize, unless this says otherwise.")
@click.option(
    "--directions", type=DIRECTION, multiple=True, help="One per objective: --directions minimize maximize."
)
@click.option("--skip-if-exists", is_flag=True, help="A study of that name is left as it is.")
@click.argument("more", nargs=-1, type=DIRECTION, metavar="")
def create_study_(  # noqa: PLR0917 - click passes by name
    storage: str,
    study_name: str | None,
    direction: str | None,
    directions: tuple[str, ...],
    skip_if_exists: bool,  # noqa: FBT001 - a flag
    more: tuple[str, ...],
) -> None:
    """Create a study, and print its name."""
    made = create_study(
        study_name,
        storage=storage,
        direction=direction,
        directions=[*directions, *after(directions, more)] or None,
        load_if_exists=skip_if_exists,
    )
    click.echo(made.name)


def after(first: tuple[Any, ...], more: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments that belong to an option before them.

    Raises:
        UsageError: there was no such option.
    """
    if more and not first:
        raise click.UsageError(f"Expected no argument without an option, got {' '.join(map(str, more))}.")
    return more


@click.command("delete-study")
@STORAGE
@STUDY_NAME
def delete_study_(storage: str, study_name: str) -> None:
    """Delete a study with all its trials."""
    delete_study(study_name, storage=storage)


@click.group()
def study() -> None:
    """Change a study."""


@study.command("set-user-attr")
@STORAGE
@STUDY_NAME
@click.option("--key", "-k", required=True)
@click.option("--value", required=True)
def set_user_attr(storage: str, study_name: str, key: str, value: str) -> None:
    """Set an attribute of a study to a text."""
    load_study(study_name, storage=storage).set_user_attr(key, value)


@click.command("study-names")
@STORAGE
@format_option("value")
def study_names(storage: str, form: str) -> None:
    """Print the names of all studies."""
    show_rows([{"name": summary.study.name} for summary in list_studies(storage=storage)], form)


@click.command()
@STORAGE
@format_option("table")
@FLATTEN
def studies(storage: str, form: str, flatten: bool) -> None:  # noqa: FBT001 - a flag
    """List all studies."""
    store = connect(storage, create=False)
    rows = []
    for summary in store.list_studies():
        trials = store.changes(summary.study.study_id, 0, reports=False).trials
        started = min((record.started for record in trials if record.started is not None), default=None)
        rows.append(study_row(summary, started))
    if not any(row["user_attrs"] for row in rows):
        rows = [{name: value for name, value in row.items() if name != "user_attrs"} for row in rows]
    show_rows(rows, form, flatten=flatten)


def study_row(summary: StudySummary, started: float | None) -> dict[str, Any]:
    """A study as a row."""
    return {
        "name": summary.study.name,
        "direction": [direction.name for direction in summary.study.directions],
        "n_trials": sum(summary.counts.values()),
        "datetime_start": moment(started),
        "user_attrs": users(summary.study.user_attrs),
    }


def users(attrs: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes that the user set."""
    return {key: value for key, value in attrs.items() if not key.startswith(OWN)}


@click.group()
def storage() -> None:
    """See to a store."""


@storage.command("upgrade")
@STORAGE
def upgrade(storage: str) -> None:
    """Nothing to do: a store is made current when it is opened."""
    connect(storage, create=False).close()
    click.echo(f"{storage} is current: luthier's stores need no upgrade.")


def moment(seconds: float | None) -> str | None:
    """A time in the reader's own zone."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, tz=UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
