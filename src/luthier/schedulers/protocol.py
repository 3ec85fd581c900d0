"""The contract of a scheduler: learning curves in, a decision out."""

from typing import Protocol, runtime_checkable

from luthier.records.curves import Curves
from luthier.records.messages import Decision

__all__ = ["Scheduler"]


@runtime_checkable
class Scheduler(Protocol):
    """Decides which trials go on.

    A scheduler is a value: it keeps no state, so that its decisions are the same after a crash and in every process.
    It sees neither a study nor a clock. It never raises on odd but legal reports, and a NaN never beats a number.
    """

    def on_report(self, curves: Curves, trial: int) -> Decision:
        """Decide about `trial` right after its newest report was added to `curves`.

        The cost must not grow with the number of trials: ask `curves` for ranked columns, which it keeps up to date.
        """
