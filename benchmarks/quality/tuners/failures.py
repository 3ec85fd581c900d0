"""What a library that knows no failures, or breaks on infinite values, is told of a failed training."""

import math
from typing import NamedTuple, final

from benchmarks.quality.tuners.protocol import Fixed

__all__ = ["Failures", "Told"]


class Told(NamedTuple):
    """One configuration as a library is told of it."""

    asked: Fixed
    #: Finite; of a failed training the worst value so far.
    value: float
    failed: bool


@final
class Failures:
    """Failed trainings count as bad as the worst value so far.

    Before the first value there is no number that is surely bad: failures are held back until then, and a library takes
    these configurations for running ones.
    """

    def __init__(self) -> None:
        self.worst = -math.inf
        self.held: list[Fixed] = []

    def told(self, asked: Fixed, value: float) -> list[Told]:
        """What to tell now that a training ended with this value, +inf if it failed."""
        failed = not math.isfinite(value)
        if failed:
            self.held.append(asked)
        else:
            self.worst = max(self.worst, value)
        if math.isinf(self.worst):
            return []
        now = [] if failed else [Told(asked, value, failed=False)]
        now += [Told(one, self.worst, failed=True) for one in self.held]
        self.held.clear()
        return now
