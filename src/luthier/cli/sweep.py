"""The verbs of sweeps: run a script over and over with configurations that a file describes.

    luthier sweep sweep.yaml --count 20 --workers 2     make the sweep, or go on with it, and run it
    luthier agent SWEEP --count 10                      run more of a sweep that exists, also beside others
    luthier sweep sweep.yaml --dry-run                  check the file and show what would be run

Exit codes: 0 done, 1 no run gave a value, 2 the file or the command line is wrong, 130 interrupted.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import reduce
from pathlib import Path
from typing import Any

import click

from luthier.cli.sweep_pages import plan_page, result_page

__all__ = ["agent", "sweep"]

#: What a shell shows for a program that Ctrl-C ended.
INTERRUPTED = 130

STORAGE = click.option(
    "--storage", envvar="LUTHIER_STORAGE", default="luthier.db", show_default=True, help="A file or a URL."
)
RUNNING = (
    click.option(
        "--count", type=click.IntRange(min=0), help="How many runs to bring to an end; else until Ctrl-C."
    ),
    click.option(
        "--workers", type=click.IntRange(min=1), help="How many runs at once.  [default: 1, or the GPUs]"
    ),
    click.option("--gpus", help="GPUs to share among the workers, such as 0,1: each run sees one of them."),
    click.option("--progress/--no-progress", default=None, help="A live table, or a line a run."),
)


def options(*found: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Several options as one decorator, in the order in which help shows them."""
    return lambda function: reduce(lambda inner, option: option(inner), reversed(found), function)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--name", help="The name of the study.  [default: the file's `name`, or the file's own]")
@options(STORAGE, *RUNNING)
@click.option(
    "--objective",
    type=click.Choice(["best", "last"]),
    help="Which reported value of a run counts.  [default: best]",
)
@click.option("--seed", type=click.IntRange(min=0), help="Makes the search reproducible.")
@click.option("--update", is_flag=True, help="Go on with a file that has changed.")
@click.option("--dry-run", is_flag=True, help="Check the file, show the plan, and run nothing.")
def sweep(  # noqa: PLR0917 - click passes by name
    file: str,
    name: str | None,
    storage: str,
    count: int | None,
    workers: int | None,
    gpus: str | None,
    progress: bool | None,  # noqa: FBT001 - as above
    objective: str | None,
    seed: int | None,
    update: bool,  # noqa: FBT001 - as above
    dry_run: bool,  # noqa: FBT001 - as above
) -> None:
    """Run the sweep that FILE describes; run it again to go on."""
    from luthier.frontends.sweep.execute import check_script
    from luthier.frontends.sweep.plan import plan_of
    from luthier.frontends.sweep.studies import open_sweep
    from luthier.frontends.sweep.yamlfile import read

    with plain_errors():
        document = read(file)
        plan = plan_of(document.value, source=file, lines=document.lines)
        name = name or plan.config.get("name") or Path(file).stem
        check_script(plan, file)
        if dry_run:
            click.echo(plan_page(plan, study=name, storage=storage, count=count))
            return
        made = open_sweep(
            plan, name, storage=storage, objective=objective, seed=seed, update=update, source=file
        )
        run(made, storage, count=count, workers=workers, gpus=gpus, progress=progress)


@click.command()
@click.argument("study")
@options(STORAGE, *RUNNING)
def agent(  # noqa: PLR0917 - click passes by name
    study: str,
    storage: str,
    count: int | None,
    workers: int | None,
    gpus: str | None,
    progress: bool | None,  # noqa: FBT001 - as above
) -> None:
    """Run more of the sweep STUDY, as `luthier sweep` made it."""
    from luthier.frontends.sweep.execute import check_script
    from luthier.frontends.sweep.studies import load_sweep

    with plain_errors():
        made = load_sweep(study, storage=storage)
        check_script(made.plan, "")
        run(made, storage, count=count, workers=workers, gpus=gpus, progress=progress)


def run(
    made: Any,
    storage: str,
    *,
    count: int | None,
    workers: int | None,
    gpus: str | None,
    progress: bool | None,
) -> None:
    """Run a sweep and sum it up."""
    from luthier.compat.wandb.environment import dress, kill_delay
    from luthier.frontends.sweep.execute import execute
    from luthier.frontends.sweep.process import GRACE
    from luthier.frontends.sweep.runner import ScriptRunner

    shared = tuple(gpu.strip() for gpu in (gpus or "").split(",") if gpu.strip())
    for note in made.plan.notes:
        click.echo(f"luthier: {note}", err=True)
    runner = ScriptRunner(
        plan=made.plan,
        sweep=made.study.name,
        objective=made.objective,
        gpus=shared,
        grace=kill_delay(GRACE),
        dress=dress,
    )
    try:
        outcome = execute(
            made, runner, count=count, workers=workers or max(1, len(shared)), progress=progress
        )
    except KeyboardInterrupt:
        click.echo("\nluthier: interrupted. The same command goes on; what ran is tried again.", err=True)
        sys.exit(INTERRUPTED)
    click.echo(result_page(made, outcome, storage))
    worked = made.study.view.best is not None or not made.study.trials or count == 0
    if outcome.flapping is not None or not worked:
        sys.exit(1)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Show what is wrong with a sweep as lines, and exit with 2."""
    from luthier.frontends.sweep.problems import SweepError

    try:
        yield
    except SweepError as error:
        for line in str(error).splitlines():
            click.echo(line, err=True)
        sys.exit(2)
