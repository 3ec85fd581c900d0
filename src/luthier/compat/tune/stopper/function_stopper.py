"""A function of the user's as a stopper."""

from collections.abc import Callable, Mapping
from typing import Any, final

from luthier.base.errors import InvalidInput, explain
from luthier.compat.tune.contract import restorable
from luthier.compat.tune.stopper.stopper import Stopper

__all__ = ["FunctionStopper"]


@final
@restorable
class FunctionStopper(Stopper):
    """Ends a trial when `function(trial_id, result)` says so."""

    def __init__(self, function: Callable[[str, Mapping[str, Any]], bool]) -> None:
        self._function = function

    def __call__(self, trial_id: str, result: Mapping[str, Any]) -> bool:
        """What the function says."""
        return bool(self._function(trial_id, result))

    def stop_all(self) -> bool:
        """False: a function speaks of one trial at a time."""
        return False

    @classmethod
    def is_valid_function(cls, fn: Any) -> bool:
        """Whether `fn` is a function to be wrapped, not a stopper itself.

        Raises:
            InvalidInput: it has a `stop_all` and yet is no Stopper.
        """
        if not callable(fn) or isinstance(fn, Stopper):
            return False
        if getattr(fn, "stop_all", None) is not None:
            raise InvalidInput(
                explain("a subclass of tune.Stopper", repr(fn), "Derive the class from tune.Stopper."),
            )
        return True
