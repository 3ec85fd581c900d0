"""Live, fixed and frozen trials of the Optuna door."""

# ruff: noqa: DTZ001, DTZ005 - Optuna's times are local and naive

import math
import warnings
from datetime import datetime, timedelta
from typing import Any

import pytest

import luthier
from luthier.compat import optuna
from luthier.compat.optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from luthier.compat.optuna.trial import FixedTrial, FrozenTrial, TrialState, create_trial


@pytest.fixture
def study() -> Any:
    return optuna.create_study()


def test_states_are_the_documented_numbers() -> None:
    assert {state.name: state.value for state in TrialState} == {
        "RUNNING": 0,
        "COMPLETE": 1,
        "PRUNED": 2,
        "FAIL": 3,
        "WAITING": 4,
    }
    assert [state.name for state in TrialState if state.is_finished()] == ["COMPLETE", "PRUNED", "FAIL"]


def test_a_live_trial_tells_what_it_did(study: optuna.Study) -> None:
    before = datetime.now()
    trial = study.ask()
    x = trial.suggest_float("x", 1e-3, 1.0, log=True)
    k = trial.suggest_int("k", 64, 256, step=64)
    c = trial.suggest_categorical("c", ["a", None])
    trial.set_user_attr("note", {"a": [1]})
    trial.set_constraint("size", -2)
    assert trial.number == 0
    assert trial.params == {"x": x, "k": k, "c": c}
    assert trial.distributions == {
        "x": FloatDistribution(1e-3, 1.0, log=True),
        "k": IntDistribution(64, 256, step=64),
        "c": CategoricalDistribution(("a", None)),
    }
    assert trial.user_attrs == {"note": {"a": [1]}}
    assert trial.constraints == {"size": -2.0}
    assert before <= trial.datetime_start <= datetime.now()
    assert trial.study is study
    running = study.trials[0]
    assert (running.state, running.params, running.user_attrs) == (
        TrialState.RUNNING,
        trial.params,
        trial.user_attrs,
    )


def test_system_attributes_of_a_live_trial_end_up_with_it(study: optuna.Study) -> None:
    trial = study.ask()
    trial.set_system_attr("mine", 1)
    assert trial.system_attrs == {"mine": 1}
    assert study.tell(trial, 1.0).system_attrs == {"mine": 1}


def test_a_name_has_one_value_and_one_kind(study: optuna.Study) -> None:
    trial = study.ask()
    x = trial.suggest_float("x", 0, 1)
    assert trial.suggest_float("x", 0, 1) == x
    with pytest.warns(RuntimeWarning):
        assert trial.suggest_float("x", 0, 2) == x
    with pytest.raises(ValueError, match="another name"):
        trial.suggest_int("x", 0, 1)
    with pytest.raises(ValueError, match="another name"):
        trial.suggest_float("x", 0.1, 1, log=True)


@pytest.mark.parametrize(
    ("method", "arguments", "options"),
    [
        ("suggest_float", (1, 0), {}),
        ("suggest_float", (0, 1), {"log": True}),
        ("suggest_float", (1, 2), {"log": True, "step": 1}),
        ("suggest_float", (1, 2), {"step": 0}),
        ("suggest_int", (1, 0), {}),
        ("suggest_int", (0, 1), {"log": True}),
        ("suggest_int", (1, 8), {"log": True, "step": 2}),
        ("suggest_categorical", ([],), {}),
    ],
)
def test_ranges_that_cannot_exist_are_value_errors(
    study: optuna.Study, method: str, arguments: Any, options: Any
) -> None:
    for trial in (study.ask(), FixedTrial({"x": 1})):
        with pytest.raises(ValueError, match="Expected"):
            getattr(trial, method)("x", *arguments, **options)


def test_reports_are_checked(study: optuna.Study) -> None:
    trial = study.ask()
    trial.report(1, 0)
    trial.report("0.5", 1)  # type: ignore[arg-type]  # as some scripts do
    trial.report(math.nan, 2)
    wrong: list[tuple[Any, Any]] = [("high", 3), (None, 3), (1.0, "first"), (1.0, None)]
    for value, step in wrong:
        with pytest.raises(TypeError):
            trial.report(value, step)
    with pytest.raises(ValueError, match="step"):
        trial.report(1.0, -1)
    with pytest.warns(RuntimeWarning):
        trial.report(7.0, 0)
    values = study.tell(trial, 1.0).intermediate_values
    assert [values[0], values[1]] == [1.0, 0.5]
    assert math.isnan(values[2])


def test_several_objectives_know_no_pruning() -> None:
    trial = optuna.create_study(directions=["minimize", "minimize"]).ask()
    for call in (lambda: trial.report(1.0, 0), trial.should_prune):
        with pytest.raises(NotImplementedError, match="log"):
            call()


def test_constraints_are_checked_and_the_first_stands(study: optuna.Study) -> None:
    for trial in (study.ask(), FixedTrial({}), create_trial(value=1.0)):
        trial.set_constraint("c", "0.5")  # type: ignore[arg-type]  # as some scripts do
        with pytest.warns(UserWarning, match="first value"):
            trial.set_constraint("c", 1.0)
        assert trial.constraints == {"c": 0.5}
        with pytest.raises(TypeError):
            trial.set_constraint("d", "much")  # type: ignore[arg-type]  # as some scripts do
        with pytest.raises(ValueError, match="nan"):
            trial.set_constraint("d", math.nan)


def test_pruned_by_either_exception(study: optuna.Study) -> None:
    def objective(trial: Any) -> float:
        trial.report(float(trial.number), 0)
        raise [optuna.TrialPruned, optuna.exceptions.TrialPruned, luthier.TrialPruned][trial.number]

    study.optimize(objective, n_trials=3)
    assert [trial.state for trial in study.trials] == [TrialState.PRUNED] * 3
    assert [trial.value for trial in study.trials] == [0.0, 1.0, 2.0]


def test_a_fixed_trial_calls_an_objective_without_a_study() -> None:
    def objective(trial: Any) -> Any:
        trial.report(1.0, 0)
        assert not trial.should_prune()
        trial.set_user_attr("a", 1)
        return (
            trial.suggest_float("x", 0, 1)
            + trial.suggest_int("k", 0, 4)
            + len(trial.suggest_categorical("c", "ab"))
        )

    trial = FixedTrial({"x": 0.5, "k": 2, "c": "a", "unused": 0}, number=4)
    assert objective(trial) == 3.5
    assert (trial.number, trial.params, trial.user_attrs) == (4, {"x": 0.5, "k": 2, "c": "a"}, {"a": 1})
    with pytest.raises(ValueError, match="missing"):
        trial.suggest_float("missing", 0, 1)
    with pytest.warns(UserWarning, match="not in"):
        assert FixedTrial({"x": 5.0}).suggest_float("x", 0, 1) == 5.0
    with pytest.warns(FutureWarning, match="suggest_uniform"):
        assert FixedTrial({"x": 0.5}).suggest_uniform("x", 0, 1) == 0.5


def test_a_frozen_trial_runs_its_objective_again(study: optuna.Study) -> None:
    def objective(trial: Any) -> Any:
        return trial.suggest_float("x", 0, 1) + trial.suggest_categorical("c", [1, 2])

    study.optimize(objective, n_trials=2)
    assert objective(study.best_trial) == study.best_value
    with pytest.raises(ValueError, match="'y'"):
        study.best_trial.suggest_float("y", 0, 1)


def test_frozen_trials_compare_and_show_themselves() -> None:
    arguments: dict[str, Any] = {
        "state": TrialState.COMPLETE,
        "datetime_start": datetime(2026, 1, 1),
        "datetime_complete": datetime(2026, 1, 1, 0, 0, 5),
        "params": {"x": 1.0},
        "distributions": {"x": FloatDistribution(0, 1)},
        "user_attrs": {},
        "system_attrs": {},
        "intermediate_values": {0: 3.0, 4: 2.0},
    }
    first = FrozenTrial(0, value=1.0, trial_id=0, **arguments)
    second = FrozenTrial(1, value=None, values=[1.0, 2.0], trial_id=1, **arguments)
    assert first == FrozenTrial(0, value=1.0, trial_id=0, **arguments)
    assert first != second
    assert sorted([second, first]) == [first, second]
    assert (first.duration, first.last_step) == (timedelta(seconds=5), 4)
    assert repr(first).startswith("FrozenTrial(number=0, state=<TrialState.COMPLETE: 1>, values=[1.0], ")
    with pytest.raises(RuntimeError):
        _ = second.value
    with pytest.raises(ValueError, match="both"):
        FrozenTrial(0, value=1.0, values=[1.0], trial_id=0, **arguments)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"state": TrialState.COMPLETE}, "values"),
        ({"value": math.nan}, "values"),
        ({"state": TrialState.FAIL, "value": 1.0}, "values"),
        ({"value": 1.0, "params": {"x": 1.0}}, "distribution"),
        ({"value": 1.0, "params": {"x": 2.0}, "distributions": {"x": FloatDistribution(0, 1)}}, "within"),
        ({"value": 1.0, "values": [1.0]}, "both"),
    ],
)
def test_created_trials_are_checked(arguments: Any, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        create_trial(**arguments)


def test_a_running_trial_cannot_be_added(study: optuna.Study) -> None:
    with pytest.raises(NotImplementedError, match="ask"):
        study.add_trial(create_trial(state=TrialState.RUNNING))


def test_an_enqueued_value_outside_the_range_is_said(study: optuna.Study) -> None:
    study.enqueue_trial({"x": 5.0})
    with pytest.warns(RuntimeWarning, match="enqueued"):
        study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=1)
    assert 0 <= study.trials[0].params["x"] <= 1


def test_deprecation_points_at_the_users_line(study: optuna.Study) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        study.ask().suggest_uniform("x", 0, 1)
        study.ask().suggest_float("y", 0, 1, step=0.3)
    assert [warning.filename for warning in caught] == [__file__, __file__]
