"""An objective written for Optuna, as one of luthier's: it gets the door's trial, in whatever process it runs."""

import gc
import threading
from collections.abc import Callable
from typing import Any, final

from luthier.compat.optuna.study.reach import Elsewhere, Here
from luthier.compat.optuna.trial.live import Trial
from luthier.executors.trial import Trial as NativeTrial

__all__ = ["Objective", "running_here"]

#: The ways to their studies of the objectives that this thread is inside of.
here = threading.local()


@final
class Objective:
    """Calls the user's function with a trial of this door.

    Args:
        function: what the user wrote.
        reach: how trials find their study.
        collect: run the garbage collector after each trial.
    """

    def __init__(self, function: Callable[[Trial], Any], reach: Here | Elsewhere, *, collect: bool) -> None:
        self.function = function
        self.reach = reach
        self.collect = collect

    def __call__(self, live: NativeTrial) -> Any:
        """One attempt of one trial."""
        trial = Trial(self.reach, live)
        self.enter(live)
        reaches = here.reaches = [*reaches_here(), self.reach]
        try:
            result = self.function(trial)
            live.should_prune()  # a study has a pruner by default: its objective may report and ask nothing
            return result
        finally:
            here.reaches = reaches[:-1]
            if self.collect:
                gc.collect()

    def enter(self, live: NativeTrial) -> None:
        """Let the study see the trial while it runs, where it runs in the study's process."""
        if isinstance(self.reach, Here):
            self.reach.book.live[live.number] = live


def reaches_here() -> list[Here | Elsewhere]:
    """The ways to their studies of the objectives that this thread is inside of, the innermost last."""
    found: list[Here | Elsewhere] = getattr(here, "reaches", [])
    return found


def running_here(study: Any) -> bool:
    """Whether this thread is inside an objective of a study."""
    return any(study is reach.opened for reach in reaches_here())
