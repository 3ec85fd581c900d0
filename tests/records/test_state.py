"""The transition law: what is finished stays as it is, and every state can be reached and left as drawn."""

from itertools import product

import pytest

from luthier.base.errors import IllegalTransition
from luthier.records.state import FINISHED, TRANSITIONS, TrialState, check_transition

DRAWN = {
    ("WAITING", "RUNNING"),
    ("WAITING", "COMPLETE"),
    ("WAITING", "PRUNED"),
    ("WAITING", "FAILED"),
    ("RUNNING", "COMPLETE"),
    ("RUNNING", "PRUNED"),
    ("RUNNING", "FAILED"),
    ("RUNNING", "PAUSED"),
    ("RUNNING", "WAITING"),
    ("PAUSED", "RUNNING"),
    ("PAUSED", "PRUNED"),
    ("PAUSED", "FAILED"),
}


@pytest.mark.parametrize(("old", "new"), list(product(TrialState, TrialState)))
def test_a_transition_passes_exactly_when_it_is_drawn(old: TrialState, new: TrialState) -> None:
    if (old.value, new.value) in DRAWN:
        check_transition(3, old, new)
    else:
        with pytest.raises(IllegalTransition, match=rf"trial 3 to go from {old} .*, got {new}\."):
            check_transition(3, old, new)


def test_the_table_has_a_row_for_every_state() -> None:
    assert set(TRANSITIONS) == set(TrialState)


@pytest.mark.parametrize("state", list(TrialState))
def test_finished_means_that_no_transition_is_left(state: TrialState) -> None:
    assert state.finished == (not TRANSITIONS[state]) == (state in FINISHED)


def test_every_state_is_reached_from_waiting() -> None:
    reached = {TrialState.WAITING}
    for _ in TrialState:
        reached |= {new for old in reached for new in TRANSITIONS[old]}
    assert reached == set(TrialState)


@pytest.mark.parametrize("state", list(TrialState))
def test_a_state_reads_and_compares_as_its_name(state: TrialState) -> None:
    assert str(state) == state == state.name
