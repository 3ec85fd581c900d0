"""An interrupt anywhere in what a driver does with a change: nothing is torn, lost or held for ever."""

import logging
import sys
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, TypeVar

import pytest

import luthier
from luthier.base.errors import IllegalTransition, StorageError
from luthier.engine import view
from luthier.engine.session import Session
from luthier.engine.view import StudyView
from luthier.frontends.asktell import AskTell
from luthier.records.state import TrialState
from luthier.records.study import Direction, StudyRecord
from luthier.records.trial import OBJECTIVE, Report, TrialRecord
from luthier.space.domains import Float, Int
from luthier.storage import SqlStorage
from luthier.storage.memory import MemoryStorage, Shelf
from luthier.storage.protocol import LEASE_SECONDS, Draft, Update

#: The file of all that a driver does with changes.
VIEW = str(view.__file__)


def interrupted(place: CodeType | str, line: int, work: Callable[[], object]) -> bool:
    """Do `work`, with an interrupt before the so-manieth line of a function or file that runs; False if fewer do."""
    seen = 0

    def local(_frame: FrameType, event: str, _arg: object) -> Any:
        nonlocal seen
        seen += event == "line"
        if event == "line" and seen == line:
            raise KeyboardInterrupt
        return local

    def tracer(frame: FrameType, _event: str, _arg: object) -> Any:
        return local if place in {frame.f_code, frame.f_code.co_filename} else None

    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        work()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


def busy_store() -> tuple[MemoryStorage, StudyRecord]:
    """A store with complete trials, an infeasible one, one stopped, one failed, one running and one waiting."""
    storage = MemoryStorage()
    study = storage.create_study(StudyRecord(name="s", directions=(Direction.MINIMIZE,), seed=0))
    storage.create_trials(study.study_id, [Draft(token=f"t{n}", owner="w") for n in range(7)])
    storage.create_trials(study.study_id, [Draft(given={"x": 0.5})])
    reports = [Report(n, 1, step, OBJECTIVE, 9.0 - n) for n in range(5) for step in (1, 2)]
    storage.update_trials(study.study_id, [], reports)
    domains = [{"x": Float(0.0, float(n + 1))} for n in range(4)]
    ends = [
        Update(n, f"t{n}", TrialState.COMPLETE, {"x": 0.1}, domains[n], (9.0 - n,), {"c": float(n == 3)})
        for n in range(4)
    ]
    ends.append(Update(4, "t4", TrialState.PRUNED, {"n": 1}, {"n": Int(1, 2)}, (4.0,)))
    ends.append(Update(5, "t5", TrialState.FAILED, {}, {}, reason="why not"))
    storage.update_trials(study.study_id, ends)
    return storage, study


def state_of(known: StudyView) -> tuple[Any, ...]:
    """All that a driver goes by."""
    return (
        known.records,
        [record.number for record in known.told],
        known.best,
        known.waiting,
        known.running,
        list(known.space.items()),
        known.any_stopped,
        known.curves.n_completed,
        [known.curves.curve(number).values for number in range(8)],
    )


def look_at_all(known: StudyView) -> None:
    """Read everything, curves first."""
    assert known.curves.sign == 1.0
    known.sync()


Subject = TypeVar("Subject")


def cut_everywhere(
    place: CodeType | str, make: Callable[[], tuple[Subject, Callable[[], object]]], *, least: int
) -> Iterator[Subject]:
    """What `make` gives, each time after its work was interrupted a line later than before; the last time it was not.

    `least` is how many lines there are at least: less would mean that nothing was interrupted.
    """
    for line in count(1):
        subject, work = make()
        cut = interrupted(place, line, work)
        yield subject
        if not cut:
            assert line > least
            return


def test_what_an_interrupt_cuts_short_is_read_again() -> None:
    storage, study = busy_store()
    whole = StudyView(storage, study)
    whole.sync()

    def make() -> tuple[StudyView, Callable[[], object]]:
        mine = StudyView(storage, study)
        return mine, partial(look_at_all, mine)

    for mine in cut_everywhere(VIEW, make, least=200):
        mine.sync()
        assert state_of(mine) == state_of(whole)


def test_what_this_process_wrote_itself_is_read_again_too() -> None:
    def make() -> tuple[StudyView, Callable[[], object]]:
        storage, study = busy_store()
        mine = StudyView(storage, study)
        mine.sync()
        ends = [Update(6, "t6", TrialState.COMPLETE, {"z": 0.1}, {"z": Float(0.0, 1.0)}, (-1.0,))]
        written = storage.update_trials(study.study_id, ends, [Report(6, 1, 1, OBJECTIVE, -1.0)])
        return mine, partial(mine.adopt, written)

    for mine in cut_everywhere(VIEW, make, least=20):
        mine.sync()
        whole = StudyView(mine.storage, mine.study)
        whole.sync()
        assert state_of(mine) == state_of(whole)


def test_a_store_in_memory_loses_no_trial_to_an_interrupt() -> None:
    end = [Update(6, "t6", TrialState.COMPLETE, {}, {}, (0.0,))]

    def make() -> tuple[tuple[MemoryStorage, StudyRecord], Callable[[], object]]:
        storage, study = busy_store()
        return (storage, study), partial(storage.update_trials, study.study_id, end)

    for storage, study in cut_everywhere(Shelf.put.__code__, make, least=4):
        (another,) = storage.create_trials(study.study_id, [Draft()]) or []
        assert another.number == 8
        storage.update_trials(study.study_id, end)  # what its driver does next
        records = {record.number: record for record in storage.changes(study.study_id, 0).trials}
        assert sorted(records) == list(range(9))
        assert records[6].values == (0.0,)


def test_a_trial_that_an_interrupted_ask_has_claimed_is_let_go() -> None:
    """Of the caller's own ones none is."""

    def make() -> tuple[luthier.Study, Callable[[], object]]:
        study = luthier.create_study(sampler="random", seed=0)
        study.ask()
        return study, study.ask

    *cut, whole = cut_everywhere(AskTell.start.__code__, make, least=8)
    for study in cut:
        states = [record.state for record in study.trials]
        assert states in ([TrialState.RUNNING], [TrialState.RUNNING, TrialState.WAITING])
    assert [record.state for record in whole.trials] == [TrialState.RUNNING] * 2


class Failing(MemoryStorage):
    """A store that others can reach, whose next calls fail as often as it is told."""

    fails = 0

    def _fail(self) -> None:
        if self.fails:
            self.fails -= 1
            raise StorageError("the disk is full")

    def update_trials(self, *args: Any, **options: Any) -> Any:
        self._fail()
        return super().update_trials(*args, **options)

    def renew_leases(self, owner: str) -> float:
        self._fail()
        super().renew_leases(owner)
        return LEASE_SECONDS


def test_a_report_that_could_not_be_written_is_kept_for_the_next_time() -> None:
    storage = Failing()
    study = luthier.create_study(storage=storage)
    trial = study.ask()
    storage.fails = 1
    with pytest.raises(StorageError):
        trial.report(1.0, 5)
    trial.report(1.0, 5)
    assert study.reports(trial.number) == {5: 1.0}
    study.tell(trial, 0.5)
    assert study.reports(trial.number) == {5: 1.0}


def test_a_first_renewal_that_fails_costs_no_trial_and_is_made_up_for() -> None:
    storage = Failing()
    study = luthier.create_study(storage=storage)
    storage.fails = 1
    with pytest.raises(StorageError):
        study.ask()
    assert not study.trials
    trial = study.ask()
    study.tell(trial, 1.0)
    assert [record.state for record in study.trials] == [TrialState.COMPLETE]


def test_after_a_suspension_a_driver_does_not_take_its_own_trials_for_lost(tmp_path: Path) -> None:
    store = SqlStorage(f"sqlite:///{tmp_path / 's.db'}", lease_seconds=0.0)
    study = luthier.create_study(storage=store)
    trial = study.ask()  # its lease has ended when this returns, as if the machine had slept
    store.lease_seconds = 1000.0
    study._asktell.session.next_reaping = 0.0
    study.ask()
    assert [(record.state, record.lost) for record in study.trials] == [(TrialState.RUNNING, 0)] * 2
    study.tell(trial, 1.0)
    store.close()


def test_trials_that_are_given_up_are_not_said_to_be_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    store = MemoryStorage(lease_seconds=0.0)
    study = luthier.create_study(storage=store)
    study.enqueue({})
    for attempt in range(4):
        caplog.clear()
        study_id = study.view.study.study_id
        assert store.claim_trial(study_id, 0, token=f"dead {attempt}", owner="dead", given={})
        with caplog.at_level(logging.WARNING, logger="luthier"):
            Session(study.view, luthier.samplers.UniformSampler(), scheduler=None, owner="me").reap(0.0)
        said = "too often, and given up" if attempt == 3 else "to be tried again"
        assert f"Lost by their workers, {said}: trials 0." in caplog.text
    assert [record.state for record in study.trials] == [TrialState.FAILED]


class Tired:
    """A sampler that gives out after so many proposals."""

    capabilities = luthier.samplers.Capabilities(uses_history=True)

    def propose(self, space: Any, history: Any, rng: Any, n: int) -> Any:
        """Proposes nothing more."""
        raise KeyboardInterrupt


def test_trials_of_a_batch_that_was_cut_short_wait_for_the_next_one() -> None:
    study = luthier.create_study(sampler=Tired())
    study.declare({"x": Float(0.0, 1.0)})
    for x in (0.1, 0.2, 0.3):
        study.enqueue({"x": x})
    with pytest.raises(KeyboardInterrupt):
        study.ask(8)
    assert [record.state for record in study.trials] == [TrialState.WAITING] * 3
    assert [trial.suggest_float("x", 0.0, 1.0) for trial in study.ask(3)] == [0.1, 0.2, 0.3]


def test_a_second_value_told_at_the_same_time_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    study = luthier.create_study()
    trial = study.ask()
    look = StudyView.sync
    told: list[TrialRecord] = []

    def sync_and_lose(known: StudyView) -> None:
        look(known)
        if not told:  # another thread tells it between the look and the writing
            held = known.records[trial.number]
            end = Update(trial.number, held.token or "", TrialState.COMPLETE, {}, {}, (1.0,))
            told.extend(
                record for record in known.storage.update_trials(known.study.study_id, [end]) if record
            )

    monkeypatch.setattr(StudyView, "sync", sync_and_lose)
    with pytest.raises(IllegalTransition, match="which ended"):
        study.tell(trial, 2.0)
    assert study.trials[0].values == (1.0,)


def test_without_a_scheduler_no_report_of_earlier_trials_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    storage = MemoryStorage()
    study = luthier.create_study("s", storage=storage)
    for value in (1.0, 2.0):
        trial = study.ask()
        trial.report(value, 1)
        study.tell(trial, value)
    asked: list[bool] = []
    changes = storage.changes

    def counted(*args: Any, reports: bool = True, **options: Any) -> Any:
        asked.append(reports)
        return changes(*args, reports=reports, **options)

    monkeypatch.setattr(storage, "changes", counted)
    again = luthier.load_study("s", storage=storage)
    trial = again.ask()
    trial.report(3.0, 1)
    again.tell(trial, 3.0)
    assert asked
    assert not any(asked)
    assert again.reports(2) == {1: 3.0}
