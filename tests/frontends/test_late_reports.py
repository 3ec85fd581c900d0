"""What a trial reports after its end changes nothing, and what it reports before is seen by others in time."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import luthier
from luthier.engine import session
from luthier.executors.simulated import Simulated
from luthier.records.state import TrialState
from luthier.schedulers import ASHA
from luthier.storage import MemoryStorage, SqlStorage

STEPS = (1, 3, 9)


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """A store that can be opened twice, with leases, as if by two processes."""
    return MemoryStorage(lease_seconds=60.0) if request.param == "memory" else str(tmp_path / "s.db")


def opened(store: Any, **fields: Any) -> luthier.Study:
    """The study of a store, by a handle of its own."""
    return luthier.create_study("s", storage=store, seed=1, load_if_exists=True, **fields)


def asked(study: luthier.Study) -> luthier.Trial:
    """A trial that has its parameter."""
    trial = study.ask()
    trial.suggest_float("x", 0, 1)
    return trial


def test_reports_after_another_handle_told_the_trial_raise_and_change_nothing(store: Any) -> None:
    mine = opened(store, scheduler="asha")
    trial = asked(mine)
    for step in (1, 3):
        trial.report(0.5, step)
    opened(store).tell(trial.number, 0.5)

    late: list[Callable[[], None]] = [
        lambda: trial.report(-99.0, 9),
        lambda: trial.log({"lr": 1.0}, 9),
        lambda: trial.set_user_attr("late", 1),
    ]
    for say in late:
        with pytest.raises(luthier.IllegalTransition, match="which ended"):
            say()

    for study in (mine, opened(store, scheduler="asha")):
        assert study.reports(trial.number) == {1: 0.5, 3: 0.5}
        assert study.reports(trial.number, "lr") == {}
        other = asked(study)
        for step in STEPS:
            other.report(0.1, step)
            assert not other.should_prune()
        study.tell(other, 0.1)


def test_a_report_that_crosses_the_end_is_dropped_and_the_next_one_raises(
    store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other handle tells between this one's reading and its writing."""
    mine, other = opened(store), opened(store)
    trial = asked(mine)
    trial.report(0.5, 1)
    flush = session.Session.flush

    def crossed(self: session.Session) -> None:
        if other.trials[trial.number].state is TrialState.RUNNING:
            other.tell(trial.number, 0.5)
        flush(self)

    monkeypatch.setattr(session.Session, "flush", crossed)
    trial.report(-99.0, 3)
    assert other.reports(trial.number) == mine.reports(trial.number) == {1: 0.5}
    with pytest.raises(luthier.IllegalTransition, match="which ended"):
        trial.report(-99.0, 9)


def test_reports_of_a_trial_that_another_took_over_raise_and_change_nothing(tmp_path: Path) -> None:
    store = SqlStorage(f"sqlite:///{tmp_path / 's.db'}", lease_seconds=0.0)
    mine = opened(store)
    trial = asked(mine)
    trial.report(0.5, 1)
    trial.report(0.25, 2)
    study = store.get_study("s").study_id
    assert store.expire_leases(study) == [trial.number]
    trial.report(0.125, 3)
    assert mine.reports(trial.number) == {1: 0.5, 2: 0.25, 3: 0.125}

    store.claim_trial(study, trial.number, token="other", owner="other", given={"x": 0.5})  # noqa: S106 - a fence

    with pytest.raises(luthier.LeaseLost, match="another worker took it over"):
        trial.report(-99.0, 9)
    assert mine.reports(trial.number) == {}
    with pytest.raises(luthier.LeaseLost):
        mine.tell(trial, 0.5)
    store.close()


def test_reports_written_with_the_end_are_kept(store: Any) -> None:
    study = opened(store)

    def objective(trial: luthier.Trial) -> float:
        for step in STEPS:
            trial.report(step / 10, step)
            trial.log({"lr": step}, step)
        return 0.5

    study.optimize(objective, n_trials=2, progress=False)
    for number in range(2):
        assert study.reports(number) == {step: step / 10 for step in STEPS}
        assert study.reports(number, "lr") == {step: step for step in STEPS}


def test_what_a_running_trial_reports_is_seen_by_others_while_it_runs(
    store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each report comes a second after the one before, as far as the session can tell."""
    monkeypatch.setattr(session, "BUFFERED_SECONDS", 0.0)
    study, onlooker = opened(store), opened(store)
    seen: list[Any] = []

    def objective(trial: luthier.Trial) -> float:
        for step in STEPS:
            trial.log({"lr": step}, step)
            trial.report(step / 10, step)
            seen.append((list(onlooker.reports(trial.number)), list(onlooker.reports(trial.number, "lr"))))
        return 0.5

    study.optimize(objective, n_trials=1, progress=False)
    assert seen == [([1], [1]), ([1, 3], [1, 3]), ([1, 3, 9], [1, 3, 9])]


def test_reports_that_come_quickly_are_written_with_the_end(
    store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "BUFFERED_SECONDS", math.inf)
    study, onlooker = opened(store), opened(store)

    def objective(trial: luthier.Trial) -> float:
        trial.report(0.5, 1)
        assert onlooker.reports(trial.number) == {}
        return 0.5

    study.optimize(objective, n_trials=1, progress=False)
    assert onlooker.reports(0) == {1: 0.5}


@pytest.mark.parametrize("seconds", [0.0, math.inf])
def test_schedulers_of_two_scripts_see_the_reports_of_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    """Better trials of another script that run meanwhile stop the one of this script, once they are read."""
    monkeypatch.setattr(session, "BUFFERED_SECONDS", seconds)
    store = str(tmp_path / "s.db")
    mine, other = (opened(store, scheduler=ASHA(min_resource=1), sampler="random") for _ in range(2))
    decisions: list[bool] = []

    def objective(trial: luthier.Trial) -> float:
        trial.suggest_float("x", 0, 1)
        for rival in other.ask(8):
            rival.report(0.0, 1)
        trial.report(1.0, 1)
        decisions.append(trial.should_prune())
        return 1.0

    mine.optimize(objective, n_trials=1, progress=False)
    assert decisions == [seconds == 0.0]


def test_a_trial_that_is_given_up_elsewhere_is_to_stop_and_leaves_no_late_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "BUFFERED_SECONDS", 0.0)
    store = str(tmp_path / "s.db")
    mine, other = opened(store), opened(store)
    stops: list[bool] = []

    def objective(trial: luthier.Trial) -> float:
        trial.report(0.5, 1)
        other.tell(trial.number, state="failed")
        for step in (3, 9):
            trial.report(-99.0, step)
            stops.append(trial.should_prune())
        return 0.5

    mine.optimize(objective, n_trials=1, progress=False)
    assert stops == [True, True]
    assert mine.trials[0].state is TrialState.FAILED
    assert mine.reports(0) == {1: 0.5}
    assert mine.view.curves.curve(0).steps == [1]


def train(trial: Any) -> Any:
    """A course that depends on a parameter, for the clock of the executor."""
    x = trial.suggest_float("x", 0.0, 1.0)
    for step in range(1, 10):
        yield 1.0
        trial.report(x + 1 / step, step)
        if trial.should_prune():
            raise luthier.TrialPruned
    return x


@pytest.mark.parametrize("workers", [1, 3])
def test_exchanging_reports_changes_nothing_in_a_study_that_is_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    ran: list[Any] = []
    for seconds in (0.0, math.inf):
        monkeypatch.setattr(session, "BUFFERED_SECONDS", seconds)
        study = opened(str(tmp_path / f"{seconds}.db"), scheduler=ASHA(max_resource=9))
        study.optimize(train, n_trials=30, workers=workers, executor=Simulated(), progress=False)
        ran.append([(r.state, dict(r.params), r.values, study.reports(r.number)) for r in study.trials])
    assert ran[0] == ran[1]
    assert {state for state, *_ in ran[0]} == {TrialState.COMPLETE, TrialState.PRUNED}
