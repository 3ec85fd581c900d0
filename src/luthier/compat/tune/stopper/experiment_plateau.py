"""Stop the experiment when the best results no longer differ."""

import math
from bisect import insort
from collections.abc import Mapping
from statistics import pstdev
from typing import Any, final

from luthier.base.errors import InvalidInput, explain
from luthier.compat.tune.contract import restorable
from luthier.compat.tune.stopper.stopper import Stopper

__all__ = ["ExperimentPlateauStopper"]


@final
@restorable
class ExperimentPlateauStopper(Stopper):
    """Ends the experiment when the best `top` results of all trials lie within a deviation of `std`.

    Args:
        metric: which entry of the results is watched.
        std: the largest standard deviation that counts as a plateau.
        top: how many of the best results are looked at.
        mode: "min" or "max": which results are the best.
        patience: how many results in a row must have found a plateau.

    Raises:
        InvalidInput: `mode` is neither, `top` < 2, `patience` < 0, or `std` <= 0.
    """

    def __init__(
        self, metric: str, std: float = 0.001, top: int = 10, mode: str = "min", patience: int = 0
    ) -> None:
        legal = mode in {"min", "max"} and whole(top, 2) and whole(patience, 0) and std > 0
        if not legal:
            got = f"mode={mode!r}, top={top!r}, patience={patience!r}, std={std!r}"
            raise InvalidInput(
                explain(
                    'mode "min" or "max", top >= 2, patience >= 0 and std > 0', got, "Correct the arguments."
                ),
            )
        self._metric = metric
        self._std = std
        self._top = top
        self._sign = -1.0 if mode == "max" else 1.0
        self._patience = patience
        self._rounds = 0
        self._best: list[float] = []

    def __call__(self, trial_id: str, result: Mapping[str, Any]) -> bool:
        """Take a result in; whether the experiment is to end. A result without a number is left out."""
        value = result.get(self._metric)
        if value is not None and not math.isnan(value):
            insort(self._best, self._sign * value)
            del self._best[self._top :]
        self._rounds = self._rounds + 1 if self.has_plateaued() else 0
        return self.stop_all()

    def has_plateaued(self) -> bool:
        """Whether the best results are close to each other."""
        if len(self._best) < self._top or not all(map(math.isfinite, self._best)):
            return False
        return pstdev(self._best) <= self._std

    def stop_all(self) -> bool:
        """Whether there has been a plateau for long enough."""
        return self.has_plateaued() and self._rounds >= self._patience


def whole(value: Any, least: int) -> bool:
    """Whether this is an int of at least so much."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= least
