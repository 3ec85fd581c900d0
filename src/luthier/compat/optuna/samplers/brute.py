"""Exhaustive search of an objective's own tree of finite choices, behind Optuna's name."""

from typing import Any

from luthier.compat.optuna.samplers.base import DoorSampler
from luthier.engine.brute import TreeProposer
from luthier.engine.propose import Proposer

__all__ = ["BruteForceSampler"]


class BruteForceSampler(DoorSampler):
    """Tries every path through the objective once; then the study stops.

    Args:
        seed: of the order.
        avoid_premature_stop: do not count running trials, which may yet fail, as tried.
    """

    def __init__(
        self,
        seed: int | None = None,
        avoid_premature_stop: bool = False,  # noqa: FBT001, FBT002 - the original's signature
    ) -> None:
        self.seed = seed
        self.avoid_premature_stop = avoid_premature_stop

    def proposer(self, study: Any) -> Proposer:
        """The search in one study."""
        return TreeProposer(study._view, patient=self.avoid_premature_stop)  # noqa: SLF001 - of the door
