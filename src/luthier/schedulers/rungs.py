"""The geometry of rungs, and the rule at a rung.

    r  min_resource: the step of the first rung        R  max_resource: the step at which a trial is done
    η  reduction_factor: about one trial in η goes on  k  the number of a rung: 0, 1, 2, …

The rungs are the steps r·η^k below R. A step is a resource spent, as the user counts it. The record of a
trial at a rung is its first report from that rung on and before the next one, so a trial that reports seldom
is never ranked among the early values of others (Li et al. 2018, arXiv:1810.05934, section 3).
"""

import math
from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.records.curves import Curves, Members, Ranking
from luthier.records.messages import Decision
from luthier.schedulers.arguments import as_number, exact, finite
from luthier.space.arguments import shown

__all__ = ["checked_rungs", "goes_on", "judge", "rung_at"]


def checked_rungs(min_resource: Any, max_resource: Any, reduction_factor: Any) -> dict[str, float | None]:
    """The arguments by name, once there is at least one rung: 1 <= r < R and η >= 2; an infinite R is unknown."""
    first = finite("min_resource", min_resource, 1, "Pass the step of the first decision.")
    factor = finite("reduction_factor", reduction_factor, 2, "Pass 3 to keep one trial in three.")
    end = math.inf if max_resource is None else as_number(max_resource)
    if end is None or not end > first:
        expected = f"a number, max_resource > min_resource = {first}"
        fix = "Pass the last step of a full trial, or None when it is unknown."
        raise InvalidInput(explain(expected, shown(max_resource), fix))
    last = None if end == math.inf else exact(end)
    return {"min_resource": first, "max_resource": last, "reduction_factor": factor}


def rung_at(
    step: int, *, min_resource: int, max_resource: int | None, reduction_factor: int
) -> tuple[int, float] | None:
    """The rung that a report at `step` belongs to, as `low <= step < high`.

    None before the first rung, and from R on, where there is nothing left to save.
    """
    end = math.inf if max_resource is None else max_resource
    if not min_resource <= step < end:
        return None
    low = min_resource
    while low * reduction_factor <= step:
        low *= reduction_factor
    return low, min(low * reduction_factor, end)


def goes_on(column: Ranking, value: float, reduction_factor: int) -> bool:
    """Whether a value of the column is among its best n/η; ties are together, and neither NaN nor +inf ever is."""
    room = max(1, len(column) // reduction_factor)
    return value < math.inf and column.better_than(value) < room


def judge(
    curves: Curves,
    trial: int,
    *,
    min_resource: int,
    max_resource: int | None,
    reduction_factor: int,
    members: Members | None = None,
) -> Decision:
    """Stop a trial whose newest report is its record at a rung and not good enough among `members` there.

    None is stopped while all that ended broke a constraint: those before it would stop it, and may break it as well.
    """
    curve = curves.curve(trial)
    if curve.newest is None:
        return Decision.CONTINUE
    rung = rung_at(
        curve.newest,
        min_resource=min_resource,
        max_resource=max_resource,
        reduction_factor=reduction_factor,
    )
    if rung is None:
        return Decision.CONTINUE
    record = curve.first_from(rung[0])
    if curve.steps[record] != curve.newest:
        return Decision.CONTINUE
    column = curves.rung(*rung, members)
    if goes_on(column, curve.values[record], reduction_factor) or curves.undecided:
        return Decision.CONTINUE
    return Decision.STOP
