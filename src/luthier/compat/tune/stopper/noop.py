"""The stopper that never stops."""

from collections.abc import Mapping
from typing import Any, final

from luthier.compat.tune.contract import restorable
from luthier.compat.tune.stopper.stopper import Stopper

__all__ = ["NoopStopper"]


@final
@restorable
class NoopStopper(Stopper):
    """Lets everything run to its end."""

    def __call__(self, trial_id: str, result: Mapping[str, Any]) -> bool:
        """False."""
        return False

    def stop_all(self) -> bool:
        """False."""
        return False
