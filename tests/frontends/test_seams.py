"""What other front ends build on: declared spaces, searches that speak of values, watchers, threads."""

import threading
from collections.abc import Sequence
from typing import Any

import pytest

import luthier
from luthier.engine.propose import Proposal
from luthier.engine.view import StudyView
from luthier.records.messages import Logged, Reported, Suggest
from luthier.records.trial import TrialRecord
from luthier.space import Domain
from luthier.storage.protocol import Draft


class Listed:
    """A search that gives out a list of configurations, and 0.5 for what they lack."""

    def __init__(self, *configs: dict[str, float]) -> None:
        self.configs = configs
        self.asked: list[str] = []

    def proposer(self, view: StudyView) -> "Listed":
        self.view = view
        return self

    def propose(self, number: int, drafts: Sequence[Draft] = ()) -> Proposal | None:
        return (self.configs[number], {"by": "list"}) if number < len(self.configs) else None

    def answer(self, message: Suggest) -> Any:
        self.asked.append(message.name)
        return 0.5


def plane(trial: luthier.Trial) -> float:
    return trial.suggest_float("x", 0, 1) + trial.suggest_float("y", 0, 1)


def test_a_search_that_speaks_of_values_proposes_answers_and_ends_the_study() -> None:
    search = Listed({"x": 0.25}, {"x": 0.125, "y": 0.0})
    study = luthier.create_study(sampler=search)
    study.optimize(plane, n_trials=10)
    assert [dict(record.params) for record in study.trials] == [{"x": 0.25, "y": 0.5}, {"x": 0.125, "y": 0.0}]
    assert search.asked == ["y"]
    assert study.trials[0].tags == {"by": "list"}
    assert study.best_value == 0.125


def test_a_declared_space_is_searched_jointly_from_the_first_trial_on() -> None:
    space: dict[str, Domain] = {"x": luthier.Int(0, 2), "y": luthier.Categorical(("a", "b"))}
    study = luthier.create_study(sampler="grid")
    study.declare(space)
    trials = study.ask(10)
    found = {(trial.suggest("x", space["x"]), trial.suggest("y", space["y"])) for trial in trials}
    assert len(trials) == len(found) == 6


def test_a_watcher_hears_every_start_message_and_end_in_order() -> None:
    heard: list[Any] = []

    class Ear:
        def started(self, record: TrialRecord) -> None:
            heard.append(("started", record.number))

        def heard(self, message: Reported | Logged) -> None:
            heard.append(message)

        def ended(self, record: TrialRecord, best: TrialRecord | None) -> None:
            heard.append(("ended", record.number, record.value))

    def objective(trial: luthier.Trial) -> float:
        trial.log({"lr": 0.1}, 0)
        trial.report(2.0, 0)
        return 1.0

    luthier.create_study().optimize(objective, n_trials=1, watchers=[Ear()])
    assert heard == [("started", 0), Logged(0, 0, {"lr": 0.1}), Reported(0, 0, 2.0), ("ended", 0, 1.0)]


def test_threads_share_memory_and_run_side_by_side() -> None:
    barrier = threading.Barrier(3, timeout=20)
    seen: list[int] = []

    def objective(trial: luthier.Trial) -> float:
        barrier.wait()
        seen.append(trial.number)
        trial.report(0.5, 0)
        return plane(trial) + trial.should_prune()

    study = luthier.create_study(scheduler="median")
    study.optimize(objective, n_trials=9, workers=3, executor="thread")
    assert sorted(seen) == list(range(9))
    assert {record.state for record in study.trials} == {luthier.TrialState.COMPLETE}


def test_an_error_in_a_thread_ends_the_others_where_they_next_speak() -> None:
    failed = threading.Event()

    def objective(trial: luthier.Trial) -> float:
        if trial.number == 0:
            failed.set()
            raise ValueError("no luck")
        failed.wait(20)
        for step in range(10**9):
            trial.report(0.0, step)
        return 0.0

    study = luthier.create_study()
    with pytest.raises(ValueError, match="no luck"):
        study.optimize(objective, n_trials=2, workers=2, executor="thread")
    assert [str(record.state) for record in study.trials] == ["FAILED", "WAITING"]


def test_trials_that_start_together_in_an_unknown_space_get_values_of_their_own() -> None:
    study = luthier.create_study(seed=3)
    trials = study.ask(4)
    points = [(trial.suggest_float("x", 0, 1), trial.suggest_float("y", 0, 1)) for trial in trials]
    assert len(set(points)) == 4
