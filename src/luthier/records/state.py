"""The states of a trial and the one table of legal transitions.

    WAITING  -> RUNNING                              claimed
    WAITING  -> COMPLETE | PRUNED | FAILED           a late result of a lost lease that nobody took over
    RUNNING  -> COMPLETE | PRUNED | FAILED           finished
    RUNNING  -> PAUSED                               by a scheduler, at a checkpoint
    RUNNING  -> WAITING                              lease lost or released, and tries are left
    PAUSED   -> RUNNING                              resumed
    PAUSED   -> PRUNED | FAILED                      given up while paused

COMPLETE, PRUNED and FAILED are final: nothing changes a finished trial.
"""

from enum import StrEnum
from typing import Self

from luthier.base.errors import IllegalTransition, explain

__all__ = ["FINISHED", "TRANSITIONS", "TrialState", "check_transition"]


class TrialState(StrEnum):
    """Where a trial stands. Members compare equal to their names."""

    WAITING = "WAITING", False
    RUNNING = "RUNNING", False
    PAUSED = "PAUSED", False
    COMPLETE = "COMPLETE", True
    PRUNED = "PRUNED", True
    FAILED = "FAILED", True

    #: Whether the trial can never change again.
    finished: bool

    def __new__(cls, name: str, finished: bool) -> Self:  # noqa: FBT001 - how the members above are written
        """A member; `finished` is an attribute because every trial asks for it many times."""
        member = str.__new__(cls, name)
        member._value_ = name
        member.finished = finished
        return member


FINISHED = frozenset(state for state in TrialState if state.finished)

TRANSITIONS: dict[TrialState, frozenset[TrialState]] = {
    TrialState.WAITING: FINISHED | {TrialState.RUNNING},
    TrialState.RUNNING: FINISHED | {TrialState.PAUSED, TrialState.WAITING},
    TrialState.PAUSED: frozenset({TrialState.RUNNING, TrialState.PRUNED, TrialState.FAILED}),
    TrialState.COMPLETE: frozenset(),
    TrialState.PRUNED: frozenset(),
    TrialState.FAILED: frozenset(),
}


def check_transition(number: int, old: TrialState, new: TrialState) -> None:
    """Raise IllegalTransition unless a trial may go from `old` to `new`."""
    if new not in TRANSITIONS[old]:
        legal = ", ".join(sorted(state.value for state in TRANSITIONS[old])) or "nothing: it is finished"
        raise IllegalTransition(
            explain(
                f"trial {number} to go from {old} to one of: {legal}",
                str(new),
                "Read the trial's state first.",
            ),
        )
