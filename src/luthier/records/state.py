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

from luthier.base.errors import IllegalTransition, explain

__all__ = ["FINISHED", "TRANSITIONS", "TrialState", "check_transition"]


class TrialState(StrEnum):
    """Where a trial stands. Members compare equal to their names."""

    WAITING = "WAITING"
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    COMPLETE = "COMPLETE"
    PRUNED = "PRUNED"
    FAILED = "FAILED"

    @property
    def finished(self) -> bool:
        """Whether the trial can never change again."""
        return self._value_ in FINAL_NAMES  # hashing a member takes a call of Python; every trial passes here


FINISHED = frozenset({TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAILED})
FINAL_NAMES = frozenset(state.value for state in FINISHED)

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
