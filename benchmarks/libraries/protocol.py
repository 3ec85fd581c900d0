"""What a work may ask of a library.

The rest they have in common: `suggest_*`, `report`, `should_prune`, `ask`, `tell`, `best_trial`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from benchmarks.problems import Objective, Past, Ranges

__all__ = ["ASHA_RUNGS", "MAX_STEPS", "Library", "SamplerName", "SchedulerName", "Setup"]

SamplerName = Literal["random", "tpe", "gp", "cma"]
SchedulerName = Literal["median", "asha", "hyperband"]

#: Trials beside a stop check report this often. ASHA and Hyperband run from 1 to it, with a reduction factor of 3.
MAX_STEPS = 100
ASHA_RUNGS = (1, 3, 9, 27, 81)

STUDY = "benchmark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """A study to create: in memory without a path, else in a SQLite file."""

    sampler: SamplerName = "random"
    scheduler: SchedulerName | None = None
    path: Path | None = None
    #: Open the study that the file has already.
    exists: bool = False
    #: How many objectives, all minimised.
    objectives: int = 1


class Library(Protocol):
    """A library in its fastest sensible public use: no log lines, no progress bar."""

    @property
    def name(self) -> str:
        """The name to import."""

    def study(self, setup: Setup) -> Any:
        """Create or open a study that minimises."""

    def optimize(self, study: Any, objective: Objective, n_trials: int, *, workers: int = 1) -> None:
        """Run trials; with several workers, each is a process.

        Raises:
            NotImplementedError: the library leaves it to its users to start processes.
        """

    def add(self, study: Any, ranges: Ranges, trials: Sequence[Past]) -> None:
        """Add complete trials in bulk."""

    def trials(self, study: Any) -> Sequence[Any]:
        """All trials, to be read only."""
