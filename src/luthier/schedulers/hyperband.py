"""Hyperband over asynchronous halving: several first rungs at once, for when early values may mislead.

Glossary:
    s      a bracket: its trials are first judged at the step r·η^(s_max - s)
    s_max  the most aggressive bracket
    φ      the fractional part of the golden ratio
"""

import math
import sys
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import final

from luthier.records.curves import Curves
from luthier.records.messages import Decision
from luthier.schedulers.arguments import put
from luthier.schedulers.rungs import checked_rungs, judge

__all__ = ["Bracket", "Hyperband"]

#: Multiples of φ modulo 1 fill the unit interval more evenly than those of any other number.
GOLDEN = (math.sqrt(5) - 1) / 2

#: Brackets where R is unknown: first rungs at r, r·η, r·η², r·η³. A fifth would get under 4 % of the trials.
OPEN_BRACKETS = 4

#: The largest float.
LARGEST = sys.float_info.max


@final
@dataclass(frozen=True, slots=True)
class Bracket:
    """One bracket: the trials whose number times φ, modulo 1, lies in [low, high).

    Membership is a function of the number alone, so every process and every resume finds the same one.
    """

    min_resource: int
    low: float
    high: float

    def __contains__(self, trial: object) -> bool:
        return isinstance(trial, int) and self.low <= trial * GOLDEN % 1.0 < self.high


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Hyperband:
    """Runs ASHA in brackets that differ in their first rung, and ranks a trial within its own bracket alone.

    Hyperband (Li et al. 2017, arXiv:1603.06560, Algorithm 1) with the asynchronous halving of
    arXiv:1810.05934. All brackets get the same total budget, so bracket s gets a share η^s / (s + 1) of the
    trials; trial 0 starts in the most aggressive bracket. Where R is r times a power of η, the last bracket
    has no rung at all: its trials run in full, as in the paper.

    Args:
        min_resource: r, the first rung of the most aggressive bracket.
        max_resource: R, the last step of a full trial. There are `floor(log_η(R / r)) + 1` brackets; four
            when None or infinite.
        reduction_factor: η, as for `ASHA`.

    Raises:
        InvalidInput: r < 1, R <= r or η < 2, or one of them is no number; r and η are finite.
    """

    min_resource: int = 1
    max_resource: int | None = None
    reduction_factor: int = 3
    #: From the most aggressive one to the one that is judged last.
    brackets: tuple[Bracket, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        put(self, **checked_rungs(self.min_resource, self.max_resource, self.reduction_factor))
        firsts = self._first_rungs()
        weights = [self.reduction_factor**s / (s + 1) for s in reversed(range(len(firsts)))]
        edges = [edge / sum(weights) for edge in accumulate(weights, initial=0.0)]
        edges[-1] = 1.0  # not one rounding less: every trial has a bracket
        brackets = tuple(
            Bracket(first, low, high) for first, (low, high) in zip(firsts, pairwise(edges), strict=True)
        )
        put(self, brackets=brackets)

    def _first_rungs(self) -> list[int]:
        """The first rung of each bracket: r·η^k <= R."""
        firsts = [self.min_resource]
        while self._has_room(firsts):
            firsts.append(firsts[-1] * self.reduction_factor)
        return firsts

    def _has_room(self, firsts: list[int]) -> bool:
        """Whether one more bracket fits; in whole numbers, for log_3(243) is 4.999… in floats."""
        if self.max_resource is None:
            # No trial comes to a step beyond the largest float, and weights that are larger have no ratio.
            return len(firsts) < OPEN_BRACKETS and firsts[-1] * self.reduction_factor <= LARGEST
        return firsts[-1] * self.reduction_factor <= self.max_resource

    def bracket_of(self, trial: int) -> Bracket:
        """The bracket of a trial, by its number."""
        return next(bracket for bracket in self.brackets if trial in bracket)

    def on_report(self, curves: Curves, trial: int) -> Decision:
        """Decide at the trial's record of a rung of its bracket; go on at any other report."""
        bracket = self.bracket_of(trial)
        return judge(
            curves,
            trial,
            min_resource=bracket.min_resource,
            max_resource=self.max_resource,
            reduction_factor=self.reduction_factor,
            members=bracket,
        )
