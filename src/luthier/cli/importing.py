"""`luthier import`: studies of Optuna's own files into a store."""

import click

from luthier.compat.optuna.importing import Imported, import_studies

__all__ = ["import_"]

#: Where studies go when nothing says where.
STORE = "luthier.db"


@click.command("import")
@click.argument("source")
@click.option(
    "--to",
    envvar="LUTHIER_STORAGE",
    default=STORE,
    show_default=True,
    help="The store to write to, a file or a URL; made if it is not there.",
)
@click.option("--study", help="Only this study.")
@click.option("--name", help="What to call it in the store, instead of its own name.")
def import_(source: str, to: str, study: str | None, name: str | None) -> None:
    """Import the studies of SOURCE, a SQLite file or a journal of Optuna, which is only read.

    Trials keep their numbers, times, reports, constraints and attributes. Running it again completes an import that
    was cut off, and changes nothing otherwise.
    """
    done = import_studies(source, to=to, study=study, name=name)
    for one in done:
        click.echo(line_of(one))
    click.echo(f"Look at them with: luthier ls {to}")


def line_of(done: Imported) -> str:
    """What was imported, in one line."""
    called = repr(done.name) if done.name == done.source else f"{done.source!r} as {done.name!r}"
    if done.present or not done.new:
        return f"{called} is there already, with its {counted(done.present)}: nothing to do."
    parts = [f"Imported {called}: {counted(done.new)}"]
    if done.waiting:
        parts.append(f"{done.waiting} of them to be run next")
    if done.running:
        parts.append(f"of which {done.running} that Optuna was running will start anew")
    return ", ".join(parts) + "."


def counted(trials: int) -> str:
    """A number of trials, in words."""
    return f"{trials} trial" if trials == 1 else f"{trials} trials"
