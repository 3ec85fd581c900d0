"""`ask` and `tell`: trials that the caller runs."""

import faulthandler
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import luthier
from luthier import TrialState


def test_a_loop_of_ask_and_tell_is_an_optimisation() -> None:
    study = luthier.create_study(seed=5)

    for _ in range(50):
        trial = study.ask()
        study.tell(trial, (trial.suggest_float("x", -10, 10) - 2) ** 2)

    assert study.best_params["x"] == pytest.approx(2, abs=0.5)


def test_a_batch_has_different_points_and_may_be_told_in_any_order() -> None:
    study = luthier.create_study(seed=0)
    for _ in range(12):
        trial = study.ask()
        study.tell(trial, trial.suggest_float("x", 0, 1))

    trials = study.ask(5)
    values = {trial.number: trial.suggest_float("x", 0, 1) for trial in trials}
    for trial in reversed(trials):
        study.tell(trial.number, values[trial.number])

    assert len(set(values.values())) == 5
    assert [study.trials[number].value for number in values] == list(values.values())


@pytest.mark.parametrize("sampler", ["auto", "quasi"])
@settings(max_examples=25, deadline=None)
@given(order=st.permutations(range(10)))
def test_trials_that_start_before_any_parameter_is_known_differ_in_whatever_order_they_run(
    sampler: str, order: list[int]
) -> None:
    study = luthier.create_study(sampler=sampler, seed=0)
    trials = study.ask(5)
    running: dict[int, float] = {}
    for number in (step % 5 for step in order):  # first a trial asks for its value, later it ends
        if number in running:
            study.tell(number, running[number])
        else:
            running[number] = trials[number].suggest_float("x", 0, 1)

    assert len(set(running.values())) == 5


def test_a_trial_is_told_once() -> None:
    study = luthier.create_study()
    trial = study.ask()
    study.tell(trial, 1.0)

    with pytest.raises(luthier.IllegalTransition, match="Tell each trial once"):
        study.tell(trial, 2.0)
    assert study.trials[0].value == 1.0


@pytest.mark.parametrize("number", [-1, 7])
def test_an_unknown_trial_cannot_be_told(number: int) -> None:
    with pytest.raises(luthier.InvalidInput, match=f"number {number}"):
        luthier.create_study().tell(number, 1.0)


@pytest.mark.parametrize("name", ["A", "B"])
def test_a_trial_of_another_study_cannot_be_told(name: str) -> None:
    first, second = luthier.create_study("A"), luthier.create_study(name)
    mine, foreign = first.ask(), second.ask()

    with pytest.raises(luthier.InvalidInput, match=rf"a trial of study 'A', got one of .*'{name}'"):
        first.tell(foreign, 5.0)
    assert [record.state for record in first.trials] == [TrialState.RUNNING]
    assert first.tell(mine, 1.0).value == second.tell(foreign, 1.0).value == 1.0


def test_a_trial_that_optimize_runs_ends_with_what_it_returns() -> None:
    study = luthier.create_study()
    errors: list[str] = []

    def objective(trial: luthier.Trial) -> float:
        try:
            study.tell(trial, 2.0)
        except luthier.InvalidInput as error:
            errors.append(str(error))
        return 1.0

    study.optimize(objective, n_trials=1)

    assert study.best_value == 1.0
    assert "Return its value" in errors[0]


def test_a_waiting_trial_cannot_be_told() -> None:
    study = luthier.create_study()
    study.enqueue({"x": 1})

    with pytest.raises(luthier.InvalidInput, match="waiting"):
        study.tell(0, 1.0)


def test_nan_told_is_a_failure_with_the_reason() -> None:
    study = luthier.create_study()

    record = study.tell(study.ask(), math.nan)

    assert record.state is TrialState.FAILED
    assert "got nan" in (record.reason or "")


def test_states_can_be_told() -> None:
    study = luthier.create_study()
    first, second, third = study.ask(3)
    first.report(0.5, 3)

    assert study.tell(first, state="pruned").value == 0.5
    assert study.tell(second, state=TrialState.FAILED).state is TrialState.FAILED
    with pytest.raises(luthier.InvalidInput, match="COMPLETE, PRUNED or FAILED"):
        study.tell(third, state="WAITING")


def test_a_pruned_trial_keeps_all_values_that_it_is_told_with() -> None:
    study = luthier.create_study(directions=["minimize", "maximize"])

    assert study.tell(study.ask(), [1.0, 2.0], state="pruned").values == (1.0, 2.0)
    assert study.tell(study.ask(), state="pruned").values is None
    study.optimize(lambda trial: (trial.suggest_float("x", 0, 1), 1.0), n_trials=3)
    assert study.best_trials[0].state is TrialState.COMPLETE


def test_should_prune_works_outside_optimize() -> None:
    study = luthier.create_study(scheduler="asha", sampler="uniform")
    pruned = 0
    for number in range(12):
        trial = study.ask()
        for step in range(1, 10):
            trial.report(float(number), step)
            if trial.should_prune():
                pruned += 1
                break
        study.tell(trial, float(number), state="pruned" if trial.should_prune() else None)

    assert pruned >= 6
    assert study.trials[0].state is TrialState.COMPLETE


def test_a_trial_can_be_told_by_another_handle_of_the_study(url: str) -> None:
    asker = luthier.create_study("s", storage=url)
    number = asker.ask().number

    record = luthier.load_study("s", storage=url).tell(number, 3.0)

    assert record.value == 3.0
    assert asker.trials[number].value == 3.0


def test_a_finite_grid_ends_with_a_typed_error() -> None:
    study = luthier.create_study(sampler="grid")
    for _ in range(2):
        trial = study.ask()
        study.tell(trial, trial.suggest_int("k", 1, 2))

    with pytest.raises(luthier.SpaceExhausted):
        study.ask()
    assert len(study.trials) == 2


def test_imported_trials_teach_the_sampler_and_keep_their_outcome() -> None:
    old = luthier.create_study(seed=0)
    old.optimize(lambda trial: (trial.suggest_float("x", -10, 10) - 2) ** 2, n_trials=40)
    new = luthier.create_study(seed=1)

    new.add_trials(old.trials)
    new.optimize(lambda trial: (trial.suggest_float("x", -10, 10) - 2) ** 2, n_trials=5)

    assert [record.value for record in new.trials[:40]] == [record.value for record in old.trials]
    assert sum(abs(record.params["x"] - 2) < 3 for record in new.trials[40:]) >= 3


def test_unfinished_trials_cannot_be_imported() -> None:
    study = luthier.create_study()
    study.ask()

    with pytest.raises(luthier.InvalidInput, match="finished trials"):
        luthier.create_study().add_trials(study.trials)


def test_what_was_asked_and_told_is_in_the_file(tmp_path: Path) -> None:
    store = str(tmp_path / "s.db")
    study = luthier.create_study(storage=store)
    trial = study.ask()
    x = trial.suggest_float("x", 0, 1)
    trial.set_user_attr("note", "kept")
    trial.set_constraint("c", -1.0)
    trial.report(0.5, 1)
    study.tell(trial, x)

    (record,) = luthier.load_study(storage=store).trials
    assert (record.state, record.values, record.params) == (TrialState.COMPLETE, (x,), {"x": x})
    assert (record.user_attrs, record.constraints) == ({"note": "kept"}, {"c": -1.0})


def test_a_trial_that_was_told_takes_nothing_more() -> None:
    study = luthier.create_study()
    trial = study.ask()
    trial.suggest_float("x", 0, 1)
    study.tell(trial, 1.0)

    for late in (
        lambda: trial.report(1.0, 1),
        lambda: trial.log({"lr": 1.0}, 1),
        lambda: trial.suggest_float("y", 0, 1),
        lambda: trial.set_user_attr("model", "m.pt"),
        lambda: trial.set_constraint("c", 1.0),
    ):
        with pytest.raises(luthier.IllegalTransition, match="Ask for another trial"):
            late()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda study, _: study.tell("0", 1.0),
        lambda study, _: study.tell(1.5, 1.0),
        lambda study, trial: study.tell(trial, 1.0, state="done"),
        lambda study, trial: study.tell(trial, 1.0, state=5),
        lambda study, _: study.ask("two"),
        lambda study, _: study.ask(-1),
        lambda study, _: study.enqueue(["x"]),
        lambda study, _: study.enqueue({1: 0.5}),
        lambda study, _: study.enqueue({"x": 0.5}, user_attrs=3),
        lambda study, _: study.reports("x"),
        lambda study, _: study.set_user_attr(1, 2),
        lambda study, _: study.add_trials([3]),
    ],
)
def test_wrong_arguments_are_typed_errors_that_change_nothing(wrong: Callable[[Any, Any], object]) -> None:
    study = luthier.create_study()
    trial = study.ask()

    with pytest.raises(luthier.InvalidInput, match="Expected"):
        wrong(study, trial)
    assert [record.state for record in study.trials] == [TrialState.RUNNING]


def test_numbers_of_numpy_name_trials() -> None:
    study = luthier.create_study()
    study.ask()

    number: Any = np.int64(0)

    assert study.tell(number, 2.0).value == 2.0


def test_threads_may_ask_and_tell_and_read_at_once(tmp_path: Path) -> None:
    study = luthier.create_study(storage=str(tmp_path / "s.db"), sampler="uniform")

    def work() -> None:
        for _ in range(15):
            trial = study.ask()
            trial.report(0.5, 0)
            study.tell(trial, trial.suggest_float("x", 0, 1))
            assert study.best_value >= 0

    with ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(work) for _ in range(4)]:
            future.result(timeout=60)

    assert [record.number for record in study.trials] == list(range(60))
    assert {record.state for record in study.trials} == {TrialState.COMPLETE}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_owns_its_trials_apart_from_its_parent(tmp_path: Path) -> None:
    """The child's trial is lost with the child although the parent, which forked it, lives on."""
    study = luthier.create_study(storage=str(tmp_path / "s.db"))
    mine = study.ask()
    child = os.fork()
    if not child:
        faulthandler.dump_traceback_later(60, exit=True)  # a child that hangs says where
        study.ask()
        os.kill(os.getpid(), signal.SIGKILL)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL

    study.optimize(lambda _: 0.0, n_trials=1)
    study.tell(mine, 1.0)

    assert [(record.state, record.attempt) for record in study.trials] == [
        (TrialState.COMPLETE, 1),
        (TrialState.COMPLETE, 2),
    ]


def test_a_batch_of_a_finite_search_takes_what_is_left() -> None:
    study = luthier.create_study(sampler="grid")
    first = study.ask()
    study.tell(first, first.suggest_int("k", 1, 4))

    rest = study.ask(10)

    assert sorted(trial.suggest_int("k", 1, 4) for trial in (first, *rest)) == [1, 2, 3, 4]
    assert len(study.trials) == 4


def test_a_trial_of_a_killed_process_is_asked_for_again(tmp_path: Path) -> None:
    """Without any optimize: whoever asks next gets it, under its number."""
    store = str(tmp_path / "s.db")
    code = f"""
import os, signal, luthier
study = luthier.create_study("s", storage={store!r})
study.ask().suggest_float("x", 0, 1)
os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    study = luthier.load_study("s", storage=store)
    trial = study.ask()
    assert (trial.number, trial.attempt) == (0, 2)
    study.tell(trial, 1.0)
    assert [record.state for record in study.trials] == [TrialState.COMPLETE]


def test_the_last_of_a_thousand_trials_at_once_is_asked_as_fast_as_the_first() -> None:
    """Nobody knows the space when they start: each is asked value by value, beside all that run."""
    trials = luthier.create_study(sampler="random", seed=0).ask(1000)

    def seconds(some: list[luthier.Trial]) -> float:
        begin = time.process_time()
        for trial in some:
            for name in "abcdef":
                trial.suggest_float(name, 0.0, 1.0)
        return time.process_time() - begin

    spent = [seconds(trials[begin : begin + 100]) for begin in range(0, 1000, 100)]
    assert min(spent[-3:]) < 4.0 * spent[0]
