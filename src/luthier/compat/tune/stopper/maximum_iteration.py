"""Stop a trial after so many results."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, final

from luthier.compat.tune.contract import restorable
from luthier.compat.tune.stopper.stopper import Stopper

__all__ = ["MaximumIterationStopper"]


@final
@restorable
class MaximumIterationStopper(Stopper):
    """Ends a trial at its `max_iter`-th iteration.

    A trial that goes on from a checkpoint goes on counting: `training_iteration` says where it is.
    """

    def __init__(self, max_iter: int) -> None:
        self._max_iter = max_iter
        self._heard: Counter[str] = Counter()

    def __call__(self, trial_id: str, result: Mapping[str, Any]) -> bool:
        """Whether this is the last iteration."""
        self._heard[trial_id] += 1
        iteration = result.get("training_iteration", 0)
        return bool(max(self._heard[trial_id], iteration) >= self._max_iter)

    def stop_all(self) -> bool:
        """False: trials are counted one by one."""
        return False
