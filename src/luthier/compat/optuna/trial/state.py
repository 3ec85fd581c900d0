"""Where a trial stands, with the numbers that Optuna gave the states."""

from enum import IntEnum

from luthier.records.state import TrialState as NativeState

__all__ = ["NATIVE_STATES", "TrialState", "state_of"]


class TrialState(IntEnum):
    """The state of a trial."""

    RUNNING = 0
    COMPLETE = 1
    PRUNED = 2
    FAIL = 3
    WAITING = 4

    def is_finished(self) -> bool:
        """Whether the trial can never change again."""
        return self not in {TrialState.RUNNING, TrialState.WAITING}

    def __str__(self) -> str:
        return f"TrialState.{self.name}"

    def __format__(self, form: str) -> str:
        return format(str(self), form)

    def __repr__(self) -> str:
        return f"<TrialState.{self.name}: {self.value}>"


#: luthier's state for each of the door's.
NATIVE_STATES = {
    TrialState.RUNNING: NativeState.RUNNING,
    TrialState.COMPLETE: NativeState.COMPLETE,
    TrialState.PRUNED: NativeState.PRUNED,
    TrialState.FAIL: NativeState.FAILED,
    TrialState.WAITING: NativeState.WAITING,
}

#: The door's state for each of luthier's; a paused trial is on its way.
DOOR_STATES = {native: door for door, native in NATIVE_STATES.items()} | {
    NativeState.PAUSED: TrialState.RUNNING
}


def state_of(state: NativeState) -> TrialState:
    """The door's state for one of luthier's."""
    return DOOR_STATES[state]
