"""Asynchronous successive halving: stop a trial at the first rung where it is not among the best."""

from dataclasses import dataclass
from typing import final

from luthier.records.curves import Curves
from luthier.records.messages import Decision
from luthier.schedulers.arguments import put
from luthier.schedulers.rungs import checked_rungs, judge

__all__ = ["ASHA"]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ASHA:
    """Stops a trial that is not among the best 1/η of all trials at its rung, without waiting for others.

    The stopping form of ASHA (Li et al. 2018, arXiv:1810.05934). Rungs stand at the steps r, r·η, r·η², …
    below `max_resource`. When a trial first reports at a rung or beyond it, and before the next one, the
    value is ranked among all records of that rung, its own included: of n records the best `max(1, n // η)`
    go on, ties go on together, NaN never does. The first trial at a rung goes on, and so does every one that
    is the best so far.

    A step is a resource as you count it; both ways to write a loop work, and one that counts from 0 is judged
    one epoch later, so that no trial is ever judged before it had `min_resource`. With the defaults:

    | rung at step | first report taken | `for epoch in range(1, 28)` | `for epoch in range(27)` |
    |--------------|--------------------|-----------------------------|--------------------------|
    | 1            | in [1, 3)          | after epoch 1 of 27         | after 2 epochs of 27     |
    | 3            | in [3, 9)          | after epoch 3 of 27         | after 4 epochs of 27     |
    | 9            | in [9, 27)         | after epoch 9 of 27         | after 10 epochs of 27    |

    Args:
        min_resource: r, the step of the first decision; raise it where early values say little (a warm-up).
        max_resource: R, the last step of a full trial: nothing is stopped from there on. None, or infinity,
            when it is unknown; rungs then go on for ever, which may stop a trial on its last step.
        reduction_factor: η. 3 is the whole number nearest to e, where the bound of the Hyperband paper
            (arXiv:1603.06560, section 2.6) is best; 4 stops more.

    Raises:
        InvalidInput: r < 1, R <= r or η < 2, or one of them is no number; r and η are finite.
    """

    min_resource: int = 1
    max_resource: int | None = None
    reduction_factor: int = 3

    def __post_init__(self) -> None:
        put(self, **checked_rungs(self.min_resource, self.max_resource, self.reduction_factor))

    def on_report(self, curves: Curves, trial: int) -> Decision:
        """Decide at the trial's record of a rung; go on at any other report."""
        return judge(
            curves,
            trial,
            min_resource=self.min_resource,
            max_resource=self.max_resource,
            reduction_factor=self.reduction_factor,
        )
