"""Who is copied and who copies: the ends of a ranked population."""

import math
from collections.abc import Hashable, Mapping
from typing import TypeVar

__all__ = ["quantiles"]

Member = TypeVar("Member", bound=Hashable)


def quantiles(scores: Mapping[Member, float], fraction: float) -> tuple[list[Member], list[Member]]:
    """The worst and the best members, the best of each first.

    Args:
        scores: member -> what is minimised; NaN is worse than anything.
        fraction: how much of the population either end is, rounded up, at most one half.

    Returns:
        Two lists without a common member; both are empty for fewer than two members. A member with NaN is never among
        the best, and a member that is as good as the worst of the best is never among the worst.
    """
    ranked = sorted(scores, key=lambda member: badness(scores[member]))
    size = min(math.ceil(len(ranked) * fraction), len(ranked) // 2)
    top = [member for member in ranked[:size] if not math.isnan(scores[member])]
    if not top:
        return [], []
    limit = badness(scores[top[-1]])
    bottom = [member for member in ranked[len(ranked) - size :] if badness(scores[member]) > limit]
    return bottom, top


def badness(score: float) -> tuple[bool, float]:
    """A key to sort by, NaN last."""
    return math.isnan(score), 0.0 if math.isnan(score) else score
