"""The loop without a clock and without processes: events and times in, commands out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.engine.budget import Budget
from luthier.engine.loop import Cancel, Launch, Loop, Record, Requeue
from luthier.records.messages import Ended, Ending


def ended(trial: int, ending: Ending = Ending.RETURNED) -> Ended:
    """The end of an attempt."""
    return Ended(trial=trial, attempt=1, ending=ending, result=1.0)


def running(loop: Loop, *trials: int, now: float = 0.0) -> Loop:
    """The loop with these trials under way."""
    for trial in trials:
        loop.launched(trial, now)
    return loop


def test_free_slots_are_filled() -> None:
    loop = Loop(Budget(), slots=3, start=0.0)

    assert loop.step([], 0.0) == [Launch(3)]
    assert running(loop, 0, 1).step([], 0.0) == [Launch(1)]


def test_no_more_trials_are_started_than_are_wanted() -> None:
    loop = running(Loop(Budget(n_trials=3), slots=4, start=0.0), 0, 1)

    assert loop.step([], 0.0) == [Launch(1)]
    assert running(loop, 2).step([ended(0)], 0.0) == [Record(ended(0))]
    loop.step([ended(1), ended(2)], 0.0)
    assert loop.done


def test_ends_are_written_before_anything_is_started() -> None:
    loop = running(Loop(Budget(), slots=2, start=0.0), 4, 5)

    commands = loop.step([ended(5), ended(4)], 1.0)

    assert commands == [Record(ended(5)), Record(ended(4)), Launch(2)]


@pytest.mark.parametrize("ending", [Ending.RAISED, Ending.CRASHED])
def test_a_failure_is_retried_as_often_as_asked_and_then_recorded(ending: Ending) -> None:
    loop = Loop(Budget(retries=2), slots=1, start=0.0)

    commands = [running(loop, 7).step([ended(7, ending)], 0.0)[0] for _ in range(3)]

    assert [type(command) for command in commands] == [Requeue, Requeue, Record]


def test_a_pruned_trial_is_never_retried() -> None:
    loop = running(Loop(Budget(retries=5), slots=1, start=0.0), 0)

    assert loop.step([ended(0, Ending.PRUNED)], 0.0)[0] == Record(ended(0, Ending.PRUNED))


def test_a_trial_that_runs_too_long_is_killed_once_and_fails_with_the_reason() -> None:
    loop = running(Loop(Budget(trial_timeout=5.0), slots=1, start=0.0), 0)

    assert loop.next_deadline() == 5.0
    assert loop.step([], 4.9) == []
    assert loop.step([], 5.0) == [Cancel(0)]
    assert loop.step([], 6.0) == []
    (command, _) = loop.step([ended(0, Ending.CANCELLED)], 6.0)
    assert isinstance(command, Record)
    assert command.ended.reason == "ran longer than trial_timeout=5 s"


def test_after_the_timeout_nothing_starts_and_what_runs_may_finish() -> None:
    loop = running(Loop(Budget(timeout=10.0), slots=2, start=100.0), 0)

    assert loop.step([], 109.0) == [Launch(1)]
    assert loop.step([], 110.0) == []
    assert not loop.done
    assert loop.step([ended(0)], 120.0) == [Record(ended(0))]
    assert loop.done


def test_what_is_aborted_goes_back_to_waiting() -> None:
    loop = running(Loop(Budget(), slots=2, start=0.0), 0, 1)

    assert loop.abort() == [Cancel(0), Cancel(1)]
    commands = loop.step([ended(0, Ending.CANCELLED), ended(1)], 0.0)
    assert [type(command) for command in commands] == [Requeue, Record]
    assert loop.done


@given(
    st.lists(
        st.sampled_from([Ending.RETURNED, Ending.PRUNED, Ending.RAISED, Ending.CRASHED]),
        min_size=60,
        max_size=60,
    ),
    st.integers(1, 5),
    st.integers(0, 12),
    st.integers(0, 2),
)
def test_whatever_happens_the_wanted_number_is_recorded_and_slots_are_kept(
    endings: list[Ending],
    slots: int,
    n_trials: int,
    retries: int,
) -> None:
    """Laws of any history: at most `slots` run, `n_trials` are recorded in all, and the loop ends."""
    loop = Loop(Budget(n_trials=n_trials, retries=retries), slots, start=0.0)
    waiting: list[int] = []
    alive: list[int] = []
    fresh = recorded = 0
    events: list[Ended] = []
    while not loop.done:
        commands = loop.step(events, 0.0)
        recorded += sum(isinstance(command, Record) for command in commands)
        waiting += [command.ended.trial for command in commands if isinstance(command, Requeue)]
        for _ in range(sum(command.slots for command in commands if isinstance(command, Launch))):
            if waiting:
                trial = waiting.pop(0)
            else:
                trial, fresh = fresh, fresh + 1
            loop.launched(trial, 0.0)
            alive.append(trial)
        assert len(alive) <= slots
        events = [ended(alive.pop(0), endings.pop() if endings else Ending.RETURNED)] if alive else []

    assert recorded == n_trials
    assert not waiting
    assert fresh == n_trials


def test_an_end_that_was_lost_to_another_worker_does_not_count() -> None:
    loop = running(Loop(Budget(n_trials=1), slots=1, start=0.0), 0)
    loop.step([ended(0)], 0.0)
    assert loop.done

    loop.lost()

    assert not loop.done
    assert loop.step([], 0.0) == [Launch(1)]
