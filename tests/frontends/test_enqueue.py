"""Configurations that a user asks for: tried first, in order, and once if so wished."""

import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import luthier
from luthier.executors.trial import Trial, TrialWarning
from luthier.space.domains import Domain


def objective(trial: Trial) -> float:
    return trial.suggest_float("x", -5, 5) ** 2 + trial.suggest_int("k", 0, 9)


@pytest.mark.parametrize("sampler", ["auto", "tpe", "brute_force"])
def test_they_come_first_and_in_order(sampler: str) -> None:
    def steps(trial: Trial) -> float:
        return trial.suggest_float("x", -5, 5, step=0.5) ** 2 + trial.suggest_int("k", 0, 9)

    study = luthier.create_study(sampler=sampler, seed=1)
    study.optimize(steps, n_trials=2)
    study.enqueue({"x": 1.0, "k": 3})
    study.enqueue({"k": 7})
    study.enqueue({"x": -2})
    study.optimize(steps, n_trials=4)
    assert study.trials[2].params == {"x": 1.0, "k": 3}
    assert study.trials[3].params["k"] == 7
    assert study.trials[4].params["x"] == -2.0


def test_what_exists_is_skipped_on_request_whatever_became_of_it() -> None:
    study = luthier.create_study(seed=2)
    first = study.enqueue({"x": 1.0, "k": 3})
    assert study.enqueue({"x": 1.0, "k": 3}, skip_if_exists=True) == first
    assert study.enqueue({"x": 1.0, "k": 3}).number == 1
    study.optimize(objective, n_trials=2)
    known = [
        study.enqueue(params, skip_if_exists=True).number
        for params in ({"x": 1, "k": 3}, {"k": 3.0, "x": 1.0}, {"x": 1.0})
    ]
    assert known == [0, 0, 0]
    assert study.enqueue({"x": 1.0, "k": 4}, skip_if_exists=True).number == 2


@pytest.mark.parametrize("other", [1, 1.5, "True", None, math.inf])
def test_values_of_other_kinds_are_not_the_same(other: Any) -> None:
    study = luthier.create_study()
    study.enqueue({"c": True})
    assert study.enqueue({"c": other}, skip_if_exists=True).number == 1


def test_not_a_number_is_the_same_as_itself() -> None:
    study = luthier.create_study()
    study.enqueue({"c": math.nan})
    assert study.enqueue({"c": math.nan}, skip_if_exists=True).number == 0


@pytest.mark.parametrize("half", [np.array(0.5), np.float32(0.5), np.float64(0.5)])
def test_a_number_of_numpy_is_a_number(half: Any) -> None:
    study = luthier.create_study(seed=1)
    study.enqueue({"x": half}, user_attrs={"from": half})
    assert study.enqueue({"x": 0.5}, skip_if_exists=True).number == 0
    assert study.enqueue({"x": half}, skip_if_exists=True).number == 0
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=1, progress=False)
    assert (study.best_value, study.trials[0].user_attrs) == (0.5, {"from": 0.5})
    assert type(study.trials[0].params["x"]) is float


def test_an_array_is_refused_with_how_to_store_it() -> None:
    with pytest.raises(luthier.NotStorable, match=r"Store its tolist\(\)"):
        luthier.create_study().enqueue({"x": np.array([0.5, 0.6])})


def test_several_at_once_are_refused_with_a_hint() -> None:
    with pytest.raises(luthier.InvalidInput, match="a dict of parameters"):
        luthier.create_study().enqueue([{"x": 1.0}])  # type: ignore[arg-type]  # on purpose


def test_imported_and_copied_trials_say_where_they_come_from() -> None:
    study = luthier.create_study("s", seed=1)
    study.enqueue({"x": 0.5})
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=2)
    other = luthier.create_study()
    other.add_trials([*study.trials, study.trials[0]._replace(tags={})])
    assert [record.origin.sampler for record in other.trials if record.origin] == [
        "enqueued",
        "quasi",
        "added",
    ]


def rate(trial: Trial) -> float:
    return trial.suggest_float("lr_rate", 1e-4, 1.0)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_name_that_no_trial_asks_for_is_warned_of_once(workers: int) -> None:
    study = luthier.create_study(seed=1)
    for _ in range(3):
        study.enqueue({"lr_rat": 3e-4, "épochs": 7})
    with pytest.warns(TrialWarning) as caught:
        study.optimize(rate, n_trials=5, workers=workers)
    first, second = sorted(str(warning.message) for warning in caught)
    assert first.startswith(
        "Expected the enqueued 'lr_rat' to be a parameter that a trial asks for, "
        "got an objective that so far asks for 'lr_rate'. Did you mean \"lr_rate\"? Its value had no effect on trial "
    )
    assert "'épochs'" in second
    assert "Correct the name" in second
    assert {warning.filename for warning in caught} == {__file__}


def test_it_is_warned_of_where_the_trial_is_told_too() -> None:
    study = luthier.create_study(seed=1)
    study.enqueue({"learning_rate": 3e-4})
    trial = study.ask()
    with pytest.warns(TrialWarning, match="'learning_rate'.* asks for 'lr_rate'"):
        study.tell(trial, rate(trial))


def test_a_branch_need_not_ask_for_all_that_was_enqueued(recwarn: pytest.WarningsRecorder) -> None:
    def branching(trial: Trial) -> float:
        if trial.suggest_categorical("kind", ["a", "b"]) == "a":
            return rate(trial)
        if trial.number > 2:
            raise RuntimeError("a failure may be why a name was not asked for")
        return 1.0

    study = luthier.create_study(seed=1)
    for kind in "abb":
        study.enqueue({"kind": kind, "lr_rate": 0.5})
    study.enqueue({"kind": "b", "lr_rat": 0.5})
    study.optimize(branching, n_trials=4, catch=RuntimeError)
    study.declare({"later": luthier.Float(0, 1)})
    study.enqueue({"kind": "a", "later": 0.5})
    study.optimize(branching, n_trials=1)
    assert not [str(each.message) for each in recwarn]


@pytest.mark.parametrize(
    "name", ["auto", "brute_force", "cma", "forest", "gp", "grid", "nsga2", "nsga3", "tpe"]
)
@pytest.mark.parametrize("together", [1, 3])
def test_what_is_left_open_is_not_tried_twice_while_something_is_left(name: str, together: int) -> None:
    """Whatever was told or runs, and however the fixed parameter lies among the others."""
    space: dict[str, Domain] = {
        "a": luthier.Int(0, 2),
        "b": luthier.Int(0, 3),
        "c": luthier.Categorical(("x", "y")),
    }
    for fixed in ({"b": 2}, {"a": 1.0, "c": "y"}, {"c": "x", "other": 1}):
        study = luthier.create_study(sampler=name, seed=1)
        study.declare(space)
        left = 24 if "c" not in fixed else 3 if "a" not in fixed else 4
        for _ in range(min(left, 6)):
            study.enqueue(fixed)
        running: list[Trial] = []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", TrialWarning)
            for _ in range(min(left, 6)):
                running.append(study.ask())
                for name_, domain in space.items():
                    running[-1].suggest(name_, domain)
                if len(running) == together:
                    told = running.pop(0)
                    study.tell(told, float(told.params["a"]))
            for trial in running:
                study.tell(trial, 0.0)
        configs = [tuple(record.params.values()) for record in study.trials]
        assert len(set(configs)) == len(configs), (name, fixed, configs)


@pytest.mark.parametrize("name", ["auto", "cma", "forest", "grid", "nsga2", "quasi", "random", "tpe"])
def test_a_configuration_enqueued_in_part_is_completed_alike_wherever_the_study_goes_on(
    name: str, tmp_path: Path
) -> None:
    """What a search remembers of its trials is the same, whether it completed one before or not."""

    def steps(trial: Trial) -> float:
        x, y = (trial.suggest_float(name, -5, 5, step=0.1) for name in "xy")
        return (x - 1) ** 2 + y**2 + trial.suggest_int("k", 0, 9)

    def run(storage: str | None, turns: list[int]) -> list[Any]:
        for turn, n in enumerate(turns):
            study = luthier.create_study("s", storage=storage, sampler=name, seed=3, load_if_exists=True)
            if turn == 0:
                study.optimize(steps, n_trials=1)
                for fixed in ({"k": 3}, {"x": 2}, {"k": 99}, {"x": 0.5, "y": 1.5}):
                    study.enqueue(fixed)
            study.optimize(steps, n_trials=n)
        return [(record.params, record.value) for record in study.trials]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TrialWarning)
        whole = run(None, [29])
        assert run(f"sqlite:///{tmp_path / 's.db'}", [1, 1, 1, 2, 8, 16]) == whole
    assert whole[1][0]["k"] == 3
    assert whole[2][0]["x"] == 2.0
    assert 0 <= whole[3][0]["k"] <= 9


def test_what_a_branch_does_not_ask_for_or_a_range_refuses_is_enqueued_once_all_the_same(url: str) -> None:
    def objective(trial: Trial) -> float:
        tree = trial.suggest_categorical("model", ["tree", "net"]) == "tree"
        return trial.suggest_int("depth", 1, 9) if tree else trial.suggest_float("lr", 1e-5, 1, log=True)

    wanted = [{"model": "tree", "depth": 3, "lr": 0.1}, {"model": "tree", "depth": 99}]
    numbers = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TrialWarning)
        for _ in range(3):
            study = luthier.create_study("s", storage=url, load_if_exists=True, sampler="random", seed=1)
            numbers.append([study.enqueue(each, skip_if_exists=True).number for each in wanted])
            study.optimize(objective, n_trials=2)
    assert numbers == [[0, 1]] * 3
    assert study.enqueue({"model": "tree", "depth": 98}, skip_if_exists=True).number == 6
    assert study.enqueue({"model": "tree", "lr": 0.1}, skip_if_exists=True).number == 0
