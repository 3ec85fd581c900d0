"""The contract of a stopper, and several stoppers as one."""

from collections.abc import Mapping
from typing import Any, final

from luthier.compat.tune.contract import restorable

__all__ = ["CombinedStopper", "Stopper"]


class Stopper:
    """Base of stoppers: a subclass says when one trial ends, and when the experiment does."""

    def __call__(self, trial_id: str, result: Mapping[str, Any]) -> bool:
        """Whether the trial that just reported `result` is to end. Asked at every result, once."""
        raise NotImplementedError

    def stop_all(self) -> bool:
        """Whether the whole experiment is to end: running trials stop at their next result, no other one starts."""
        raise NotImplementedError


@final
@restorable
class CombinedStopper(Stopper):
    """Stops as soon as one of several stoppers does.

    Every one of them is asked at every result, so that those which count see all results.
    """

    def __init__(self, *stoppers: Stopper) -> None:
        self._stoppers = stoppers

    def __call__(self, trial_id: str, result: Mapping[str, Any]) -> bool:
        """Whether any of the stoppers ends the trial."""
        verdicts = [stopper(trial_id, result) for stopper in self._stoppers]
        return any(verdicts)

    def stop_all(self) -> bool:
        """Whether any of the stoppers ends the experiment."""
        return any(stopper.stop_all() for stopper in self._stoppers)
