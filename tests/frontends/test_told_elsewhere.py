"""Trials that are told where they were not asked for: by number, from another process or by another handle."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import luthier
from luthier import TrialState
from luthier.records.trial import TrialRecord
from luthier.storage import MemoryStorage
from luthier.storage.protocol import Update

TELL = """
import json, sys, luthier
study = luthier.load_study("s", storage=sys.argv[1])
record = study.tell(int(sys.argv[2]), float(sys.argv[3]))
print(json.dumps([record.state, record.value, list(record.params.items()), record.constraints, record.user_attrs]))
"""


def test_another_process_tells_what_was_asked_with_all_that_belongs_to_it(tmp_path: Path) -> None:
    store = str(tmp_path / "s.db")
    study = luthier.create_study("s", storage=store)
    trial = study.ask()
    asked = {"x": trial.suggest_float("x", 0, 1), "k": trial.suggest_categorical("k", ["a", None])}
    trial.set_constraint("c", 1.0)
    trial.set_user_attr("note", [1, 2])

    told = subprocess.run(
        [sys.executable, "-c", TELL, store, "0", "0.5"], check=True, capture_output=True, text=True
    )

    assert json.loads(told.stdout) == [
        "COMPLETE",
        0.5,
        [list(item) for item in asked.items()],
        {"c": 1.0},
        {"note": [1, 2]},
    ]
    assert not study.trials[0].feasible
    assert study.trials[0].domains == {
        "x": luthier.Float(0, 1),
        "k": luthier.Categorical(("a", None)),
    }
    with pytest.raises(luthier.IllegalTransition, match="Tell each trial once"):
        study.tell(trial, 1.0)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("suggest_float"), st.sampled_from("xyz"), st.just(0.0), st.just(1.0)),
        st.tuples(st.just("suggest_int"), st.sampled_from("nm"), st.just(1), st.integers(1, 9)),
        st.tuples(st.just("suggest_categorical"), st.just("k"), st.just(("a", None, 1.0))),
        st.tuples(st.just("set_constraint"), st.just("c"), st.floats()),
        st.tuples(st.just("set_user_attr"), st.sampled_from("ab"), st.integers()),
        st.tuples(st.just("report"), st.floats(allow_nan=False), st.integers(0, 50)),
    ),
    max_size=8,
)


@pytest.mark.filterwarnings("ignore::luthier.executors.trial.TrialWarning")
@settings(max_examples=60, deadline=None)
@given(runs=st.lists(STEPS, min_size=1, max_size=4))
def test_a_trial_told_by_number_elsewhere_is_the_one_told_here(runs: list[list[tuple]]) -> None:
    """Whatever it asked for, in whatever order: branches, wider ranges, nothing at all."""
    here, there = (MemoryStorage(lease_seconds=60.0) for _ in range(2))
    studies = [luthier.create_study("s", storage=store, seed=1, sampler="random") for store in (here, there)]
    elsewhere = luthier.load_study("s", storage=there, sampler="random")
    for steps in runs:
        trials = [study.ask() for study in studies]
        for name, *arguments in steps:
            for trial in trials:
                getattr(trial, name)(*arguments)
        if not trials[0].params and trials[0].given:
            continue  # it asked for nothing of what was proposed: what its value stands for is not known
        studies[0].tell(trials[0], 0.5)
        elsewhere.tell(trials[1].number, 0.5)

    def told(record: TrialRecord) -> tuple:
        parts = (list(record.params.items()), list(record.domains.items()), record.constraints)
        return (record.number, record.state, record.values, repr(parts), record.user_attrs)

    assert list(map(told, studies[0].trials)) == list(map(told, elsewhere.trials))


def test_only_the_branch_that_was_asked_for_is_recorded(url: str) -> None:
    def objective(trial: Any) -> float:
        if trial.suggest_categorical("k", ["p", "q"]) == "p":
            return float(trial.suggest_float("a", 0, 1))
        return float(trial.suggest_float("b", 0, 1))

    study = luthier.create_study("s", storage=url, seed=1)
    study.optimize(objective, n_trials=8)
    elsewhere = luthier.load_study("s", storage=url)
    for _ in range(4):
        trial = study.ask()
        value = objective(trial)
        assert set(trial.given) == {"k", "a", "b"}
        assert elsewhere.tell(trial.number, value).params == trial.params


def test_what_was_proposed_but_asked_for_by_nobody_is_not_taken_for_asked_in_a_space_with_branches(
    url: str,
) -> None:
    study = luthier.create_study("s", storage=url, sampler="random")
    study.declare({"k": luthier.Categorical(("p", "q")), "a": luthier.Float(0, 1)})
    first = study.ask()
    study.tell(first, float(first.suggest_categorical("k", ["p", "q"]) == "p"))
    trial = study.ask()
    elsewhere = luthier.load_study("s", storage=url)

    for state in (None, "pruned"):
        with pytest.raises(luthier.InvalidInput, match="Tell it where it runs"):
            elsewhere.tell(trial.number, 0.5, state=state)
    assert elsewhere.trials[trial.number].state is TrialState.RUNNING
    assert elsewhere.tell(trial.number, state="failed").params == {}


def test_a_proposal_that_is_all_a_trial_asks_for_can_be_told_without_asking(url: str) -> None:
    """A caller that reads `given` from the store: every trial so far asked for the whole declared space."""
    space: dict[str, luthier.Float | luthier.Int] = {"x": luthier.Float(0, 1), "n": luthier.Int(1, 9)}
    study, elsewhere = luthier.create_study("s", storage=url), None
    study.declare(space)
    for _ in range(3):
        number = study.ask().number
        elsewhere = luthier.load_study("s", storage=url)
        elsewhere.declare(space)
        record = elsewhere.tell(number, 1.0)
        assert record.params == study.trials[number].params == elsewhere.trials[number].params
        assert (set(record.params), record.domains) == (set(space), space)


def test_a_trial_of_an_optimize_elsewhere_cannot_be_completed_by_number(url: str) -> None:
    """Nobody but its objective knows what it has asked for."""
    study = luthier.create_study("s", storage=url)
    study.declare({"x": luthier.Float(0, 1)})
    errors: list[str] = []

    def objective(trial: Any) -> float:
        x = float(trial.suggest_float("x", 0, 1))
        trial.suggest_int("n", 1, 9)
        other = luthier.load_study("s", storage=url)
        other.declare({"x": luthier.Float(0, 1)})
        try:
            other.tell(trial.number, 9.0)
        except luthier.InvalidInput as error:
            errors.append(str(error))
        return x

    study.optimize(objective, n_trials=1)

    assert "what trial 0 asked for" in errors[0]
    assert study.best_value == study.best_params["x"]


def test_in_a_store_of_one_process_the_trial_itself_is_told_by_any_handle() -> None:
    store = MemoryStorage()
    study = luthier.create_study("s", storage=store)
    trial = study.ask()
    x = trial.suggest_float("x", 0, 1)
    other = luthier.load_study("s", storage=store)

    with pytest.raises(luthier.InvalidInput, match=r"Pass the trial that ask\(\) returned"):
        other.tell(trial.number, 1.0)

    assert other.tell(trial, 1.0).params == {"x": x}


def test_a_trial_whose_asker_died_can_still_be_told(tmp_path: Path) -> None:
    store = str(tmp_path / "s.db")
    code = f"""
import os, signal, luthier
study = luthier.create_study("s", storage={store!r})
trial = study.ask()
trial.suggest_float("x", 0.25, 0.25)
trial.set_constraint("c", -1.0)
os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    study = luthier.load_study("s", storage=store)
    assert study.view.reap() == [0]

    record = study.tell(0, 1.0)

    assert (record.state, record.params, record.constraints) == (
        TrialState.COMPLETE,
        {"x": 0.25},
        {"c": -1.0},
    )


def test_who_asks_learns_at_once_that_somebody_else_ended_or_took_the_trial(url: str) -> None:
    study = luthier.create_study("s", storage=url)
    first, second = study.ask(), study.ask()
    first.suggest_float("x", 0, 1)
    luthier.load_study("s", storage=url).tell(first.number, 1.0)
    with pytest.raises(luthier.IllegalTransition, match="which ended"):
        first.set_constraint("c", 1.0)
    assert first.constraints == {}

    taken = study.view.records[second.number]
    released = Update(second.number, taken.token or "", TrialState.WAITING)
    study.storage.update_trials(study.view.study.study_id, [released])
    luthier.load_study("s", storage=url).ask()
    with pytest.raises(luthier.LeaseLost, match="took it over"):
        second.suggest_float("x", 0, 1)
    assert second.params == {}
