"""Which trials are best: the best one of a single objective, the Pareto front of several."""

from collections.abc import Sequence

import numpy as np

from luthier.base.errors import NoTrials, explain
from luthier.numerics.pareto import nondominated
from luthier.records.state import TrialState
from luthier.records.trial import TrialRecord, has_nan

__all__ = ["best_record", "pareto_front"]


def best_record(best: TrialRecord | None, records: Sequence[TrialRecord]) -> TrialRecord:
    """The best trial when there is one.

    Raises:
        NoTrials: there is none; the message says what the trials came to instead.
    """
    if best is not None:
        return best
    counts = {state: sum(record.state is state for record in records) for state in TrialState}
    seen = ", ".join(f"{count} {state}" for state, count in counts.items() if count) or "no trials"
    failed = next((record for record in records if record.state is TrialState.FAILED), None)
    if counts[TrialState.COMPLETE]:
        fix = "No complete trial meets its constraints: relax them or run more trials."
    elif failed is not None:
        fix = f"Look at why trials failed: study.trials[{failed.number}].reason is {failed.reason!r}."
    elif counts[TrialState.PRUNED]:
        fix = "What was stopped early is never the best: let trials run to their end, or choose another scheduler."
    else:
        fix = "Run study.optimize first."
    raise NoTrials(explain("a complete, feasible trial", seen, fix))


def pareto_front(records: Sequence[TrialRecord], signs: Sequence[float]) -> list[TrialRecord]:
    """COMPLETE feasible trials that no other one dominates, by number.

    One trial dominates another when it is no worse in every objective and better in one. `signs: (m,)` turns each
    objective into one that is minimised.
    """
    eligible = [
        record
        for record in records
        if record.state is TrialState.COMPLETE and record.feasible and not has_nan(record)
    ]
    if not eligible:
        return []
    Y = np.array([record.values for record in eligible]) * np.array(signs)
    return [record for record, kept in zip(eligible, nondominated(Y), strict=True) if kept]
