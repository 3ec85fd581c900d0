"""Configurations that a user asks for: tried first, in order, and once if so wished."""

import math
from typing import Any

import pytest

import luthier
from luthier.executors.trial import Trial


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
