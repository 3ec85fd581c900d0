"""Draw docs/terminal.svg: the live table of the example's own run, as it stands after some trials.

.venv/bin/python scripts/picture.py
"""

import sys
import tempfile
from functools import partial
from pathlib import Path

from rich.console import Console

import luthier
from luthier.engine.budget import Budget
from luthier.frontends.table import LiveTable
from luthier.records.messages import Reported
from luthier.records.state import TrialState

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "examples"))

TRIALS = 48
AFTER = 31
EPOCHS = 20
WIDTH = 122


def snapshot(
    study: luthier.Study, record: luthier.TrialRecord, *, table: LiveTable, console: Console
) -> None:
    """Tell the table of a trial that ended; after enough of them, of those that run, and draw it."""
    table.ended(record, None)
    for trial in study.trials:
        reports = study.reports(trial.number)
        if reports:
            table.heard(Reported(trial.number, *max(reports.items())))
        if trial.state is TrialState.RUNNING:
            table.started(trial)
    if sum(table.counts.values()) == AFTER:
        console.print(table.draw())
        study.stop()


def main() -> None:
    """Run the example's search and save the picture."""
    from pytorch_digits import objective  # type: ignore[import-not-found]  # beside, not on the path of checkers

    console = Console(record=True, width=WIDTH)
    with tempfile.TemporaryDirectory() as folder:
        study = luthier.create_study(
            "digits",
            storage=str(Path(folder) / "digits.db"),
            direction="maximize",
            scheduler=luthier.schedulers.ASHA(min_resource=2, max_resource=EPOCHS),
            seed=2,
        )
        table = LiveTable(study._view, Budget(n_trials=TRIALS), console)  # noqa: SLF001 - drawn from outside
        draw = partial(snapshot, table=table, console=console)
        study.optimize(
            partial(objective, epochs=EPOCHS), n_trials=TRIALS, workers=2, callbacks=[draw], progress=False
        )
    console.save_svg(str(ROOT / "docs" / "terminal.svg"), title="make demo")


if __name__ == "__main__":
    main()
