"""The `luthier` command: looks at a store while studies run, and runs trials from any program.

    luthier ls demo.db                  the studies of a store
    luthier show demo.db [STUDY]        the trials of a study
    luthier best demo.db [STUDY]        the best parameters, as Python to paste
    luthier export demo.db [STUDY]      all trials as CSV, JSON or JSON lines
    luthier sweep sweep.yaml            run a script with configurations that a file describes
    luthier import optuna.db            studies of Optuna's own files, into a store
    luthier ask | tell | …              the verbs of Optuna's command, to run trials from any program

Exit codes: 0 done, 1 there is no such study or no answer yet, 2 the command line is wrong.
"""

import io
import sys

import click

from luthier.base.errors import LuthierError
from luthier.cli.commands import best, export, ls, show
from luthier.cli.importing import import_
from luthier.cli.study_verbs import create_study_, delete_study_, storage, studies, study, study_names
from luthier.cli.sweep import agent, sweep
from luthier.cli.trial_verbs import ask, best_trial, best_trials, tell, trials

__all__ = ["cli", "main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="luthier")
def cli() -> None:
    """Look at hyperparameter studies, also while they run."""


for command in (ls, show, best, export, import_):
    cli.add_command(command)
for command in (create_study_, delete_study_, study, study_names, studies, storage):
    cli.add_command(command)
for command in (trials, best_trial, best_trials, ask, tell):
    cli.add_command(command)
for command in (sweep, agent):
    cli.add_command(command)


def main() -> None:
    """Run the command; an error of luthier is one line, not a traceback."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(
            errors="backslashreplace"
        )  # a name must not end a command whose locale lacks it
    try:
        cli()
    except LuthierError as error:
        click.echo(f"luthier: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:  # `luthier export … | head`
        sys.stderr.close()


if __name__ == "__main__":
    main()
