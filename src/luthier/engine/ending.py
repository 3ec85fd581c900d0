"""What a user is told at the end of a finite search, and what may be tried again."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from luthier.records.state import TrialState
from luthier.records.trial import TrialRecord
from luthier.space.domains import choice_key

__all__ = ["AGAIN", "exhausted", "only_failed"]

#: How a configuration that failed is run once more: the search itself counts it as tried.
AGAIN = "study.enqueue(record.params) runs one again."


def exhausted(count: int, told: Sequence[TrialRecord], *, began: bool = True) -> str:
    """The line that ends a search of `count` configurations; `began` where this run proposed any of them."""
    parts = [f"The search space is exhausted: all {count} configurations were tried."]
    failed = only_failed(told)
    if failed:
        parts.append(f"{failed} of them failed: {AGAIN}")
    if not began and failed < count:
        parts.append("If the objective asks for more by now, study.declare() its ranges.")
    return " ".join(parts)


def only_failed(told: Sequence[TrialRecord]) -> int:
    """How many configurations only failed; one cut short by its failure does not count where a sound one goes on."""
    failed = [record.params for record in told if record.state is TrialState.FAILED and record.params]
    sound = [record.params for record in told if record.state is not TrialState.FAILED]
    count = 0
    for names in {frozenset(params) for params in failed}:
        mine = values((params for params in failed if params.keys() == names), names)
        count += len(mine - values((params for params in sound if params.keys() >= names), names))
    return count


def values(configs: Iterable[Mapping[str, Any]], names: Iterable[str]) -> set[tuple[Any, ...]]:
    """The values of these names, once each."""
    order = sorted(names)
    return {tuple(choice_key(params[name]) for name in order) for params in configs}
