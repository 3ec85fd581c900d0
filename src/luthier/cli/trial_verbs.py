"""The verbs about trials, as in the command of Optuna: list them, find the best, and run them from any program.

`ask` starts a trial in one process, and `tell` ends it in another. In between nobody holds it: the claim that `ask`
made lasts for a week, and the search space is kept with the study, so that `tell` knows what the values mean.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import click

from luthier.base.errors import IllegalTransition, InvalidInput, explain
from luthier.base.jsonvalue import native
from luthier.cli.listing import FLATTEN, format_option, show_record, show_rows
from luthier.cli.study_verbs import STORAGE, STUDY_NAME, after, moment, several, users
from luthier.compat.optuna.reader_trials import domain_of
from luthier.frontends.studies import load_study
from luthier.frontends.study import Study
from luthier.records.state import TrialState
from luthier.records.trial import TrialRecord
from luthier.space.domains import Domain
from luthier.space.parse import domain_from_json, domains_from_json, domains_to_json
from luthier.storage.connect import connect

__all__ = ["ask", "best_trial", "best_trials", "tell", "trials"]

#: How long a trial that `ask` gave out may take, in seconds; after that another worker may take it up.
WEEK = 7 * 24 * 3600.0

#: The attribute of a study that keeps the search space of its `ask`s.
SPACE = "luthier:search_space"

#: What Optuna's samplers are here.
TWINS: Mapping[str, str] = MappingProxyType(
    {
        "BruteForceSampler": "brute_force",
        "CmaEsSampler": "cma",
        "GPSampler": "gp",
        "GridSampler": "grid",
        "NSGAIIISampler": "nsga3",
        "NSGAIISampler": "nsga2",
        "QMCSampler": "quasi",
        "RandomSampler": "random",
        "TPESampler": "tpe",
    }
)


@click.command()
@STORAGE
@STUDY_NAME
@format_option("table")
@FLATTEN
def trials(storage: str, study_name: str, form: str, flatten: bool) -> None:  # noqa: FBT001 - a flag
    """List all trials of a study."""
    opened = load_study(study_name, storage=storage)
    show_rows(rows_of(opened, opened.trials), form, flatten=flatten)


@click.command("best-trial")
@STORAGE
@STUDY_NAME
@format_option("table")
@FLATTEN
def best_trial(storage: str, study_name: str, form: str, flatten: bool) -> None:  # noqa: FBT001 - a flag
    """Show the best trial of a study with one objective."""
    opened = load_study(study_name, storage=storage)
    show_record(rows_of(opened, [opened.best_trial])[0], form, flatten=flatten)


@click.command("best-trials")
@STORAGE
@STUDY_NAME
@format_option("table")
@FLATTEN
def best_trials(storage: str, study_name: str, form: str, flatten: bool) -> None:  # noqa: FBT001 - a flag
    """List the trials on the Pareto front."""
    opened = load_study(study_name, storage=storage)
    show_rows(rows_of(opened, opened.best_trials), form, flatten=flatten)


def rows_of(study: Study, records: list[TrialRecord]) -> list[dict[str, Any]]:
    """Trials as rows."""
    objectives = len(study.directions)
    shown = [users(record.user_attrs) for record in records]
    rows = []
    for record, attrs in zip(records, shown, strict=True):
        values = list(record.values) if record.values else None
        rows.append(
            {
                "number": record.number,
                **({"value": values and values[0]} if objectives == 1 else {"values": values}),
                "datetime_start": moment(record.started),
                "datetime_complete": moment(record.finished),
                "duration": None if record.duration is None else str(timedelta(seconds=record.duration)),
                "params": dict(record.params or record.given or {}),
                **({"user_attrs": attrs} if any(shown) else {}),
                "state": "FAIL" if record.state is TrialState.FAILED else record.state.value,
            },
        )
    return rows


@click.command()
@STORAGE
@STUDY_NAME
@click.option("--sampler", default="auto", show_default=True, help="A sampler by name, such as tpe.")
@click.option("--search-space", help='JSON: {"x": {"type": "float", "low": 0, "high": 1}}.')
@format_option("json")
@FLATTEN
def ask(  # noqa: PLR0917 - click passes by name
    storage: str,
    study_name: str,
    sampler: str,
    search_space: str | None,
    form: str,
    flatten: bool,  # noqa: FBT001 - a flag
) -> None:
    """Start a trial, and print its number and parameters; `tell` ends it, also from another process."""
    space = {} if search_space is None else space_of(search_space)
    from luthier.storage.sql import SqlStorage  # brings a SQL library along

    store = connect(storage, create=False)
    if isinstance(store, SqlStorage):
        store.lease_seconds = WEEK
    opened = load_study(study_name, storage=store, sampler=TWINS.get(sampler, sampler))
    known = declared(opened)
    opened.declare({**known, **space})  # first: what it refuses must not be kept
    if {**known, **space} != known:
        opened.set_user_attr(SPACE, domains_to_json({**known, **space}))
    trial = opened.ask()
    # Without a search space here, a trial takes what it was given: values of all parameters known by now.
    asked = space or {name: opened.view.space[name] for name in trial.given if name in opened.view.space}
    params = {name: trial.suggest(name, domain) for name, domain in asked.items()}
    row: dict[str, Any] = {"number": trial.number}
    if params:
        row["params"] = params
    show_record(row, form, flatten=flatten)


@click.command(context_settings=several)
@STORAGE
@STUDY_NAME
@click.option("--trial-number", type=int, required=True)
@click.option("--values", type=float, multiple=True, help="One per objective: --values 0.5 12.")
@click.option(
    "--state", type=click.Choice(["complete", "pruned", "fail"]), help="complete, unless this says otherwise."
)
@click.option("--skip-if-finished", is_flag=True, help="A trial that was told already is left as it is.")
@click.argument("more", nargs=-1, type=float, metavar="")
def tell(  # noqa: PLR0917 - click passes by name
    storage: str,
    study_name: str,
    trial_number: int,
    values: tuple[float, ...],
    state: str | None,
    skip_if_finished: bool,  # noqa: FBT001 - a flag
    more: tuple[float, ...],
) -> None:
    """End a trial that `ask` started."""
    opened = load_study(study_name, storage=storage)
    opened.declare(declared(opened))
    told = [*values, *after(values, more)]
    value = told[0] if len(told) == 1 else told or None
    try:
        record = opened.tell(trial_number, value, state="failed" if state == "fail" else state)
    except IllegalTransition:
        if not skip_if_finished:
            raise
        return
    if record.reason is not None and state != "fail":
        click.echo(f"Trial {trial_number} failed: {record.reason}", err=True)


def declared(study: Study) -> Mapping[str, Domain]:
    """The search space that earlier calls of `ask` named."""
    return domains_from_json(study.user_attrs.get(SPACE, {}))


def space_of(text: str) -> dict[str, Domain]:
    """The search space of a command line: luthier's JSON, or that of Optuna's `distribution_to_json`.

    Raises:
        InvalidInput: it is neither.
    """
    try:
        told = json.loads(text)
        return {name: domain_named(form) for name, form in told.items()}
    except (ValueError, AttributeError, LookupError, TypeError) as error:
        if isinstance(error, InvalidInput):
            raise
        raise InvalidInput(
            explain(
                'a search space such as {"x": {"type": "float", "low": 0, "high": 1}}',
                f"{text[:80]!r}",
                "Correct the JSON.",
            ),
        ) from error


def domain_named(form: Any) -> Domain:
    """One domain, in either form; what is left out has its default."""
    if "name" in form or not {"log", "step"} <= form.keys():
        return domain_of(json.dumps(native(form)))
    return domain_from_json(form)
