"""The `luthier` command: looks at a store while studies run, and never changes a trial.

    luthier ls demo.db                  the studies of a store
    luthier show demo.db [STUDY]        the trials of a study
    luthier best demo.db [STUDY]        the best parameters, as Python to paste
    luthier export demo.db [STUDY]      all trials as CSV, JSON or JSON lines

Exit codes: 0 done, 1 there is no such study or no answer yet, 2 the command line is wrong.
"""

import sys

import click

from luthier.base.errors import LuthierError
from luthier.cli.commands import best, export, ls, show

__all__ = ["cli", "main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="luthier")
def cli() -> None:
    """Look at hyperparameter studies, also while they run."""


for command in (ls, show, best, export):
    cli.add_command(command)


def main() -> None:
    """Run the command; an error of luthier is one line, not a traceback."""
    try:
        cli()
    except LuthierError as error:
        click.echo(f"luthier: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:  # `luthier export … | head`
        sys.stderr.close()


if __name__ == "__main__":
    main()
