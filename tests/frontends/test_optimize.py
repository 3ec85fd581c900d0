"""`Study.optimize` as a user sees it, in this process."""

import logging
import math
import time
from typing import Any

import pytest

import luthier
from luthier import TrialState


def sphere(trial: luthier.Trial) -> float:
    """Two parameters, best at the origin."""
    return trial.suggest_float("x", -5, 5) ** 2 + trial.suggest_float("y", -5, 5) ** 2


def states(study: luthier.Study) -> list[str]:
    """The states of all trials."""
    return [record.state.value for record in study.trials]


def test_the_first_example_finds_the_optimum() -> None:
    study = luthier.create_study(seed=1)

    study.optimize(lambda trial: (trial.suggest_float("x", -10, 10) - 2) ** 2, n_trials=60)

    assert len(study.trials) == 60
    assert study.best_params["x"] == pytest.approx(2, abs=0.3)
    assert study.best_value == min(record.value for record in study.trials if record.value is not None)


def test_maximize_takes_the_largest_value() -> None:
    study = luthier.create_study(direction="maximize", seed=1)

    study.optimize(lambda trial: -((trial.suggest_float("x", -10, 10) - 2) ** 2), n_trials=40)

    assert study.best_value == max(record.value for record in study.trials if record.value is not None)
    assert study.best_params["x"] == pytest.approx(2, abs=0.5)


def test_conditional_branches_record_only_what_was_asked() -> None:
    def objective(trial: luthier.Trial) -> float:
        if trial.suggest_categorical("model", ["tree", "net"]) == "tree":
            return float(trial.suggest_int("depth", 1, 9))
        return trial.suggest_float("lr", 1e-5, 1, log=True)

    study = luthier.create_study(seed=0)
    study.optimize(objective, n_trials=40)

    kinds = {tuple(record.params) for record in study.trials}
    assert kinds == {("model", "depth"), ("model", "lr")}


def test_a_range_may_depend_on_another_parameter() -> None:
    def objective(trial: luthier.Trial) -> float:
        top = trial.suggest_float("top", 1, 10)
        low = trial.suggest_float("low", 0, top)
        assert 0 <= low <= top
        return low

    study = luthier.create_study(seed=0)
    study.optimize(objective, n_trials=40)

    assert states(study) == ["COMPLETE"] * 40


def test_choices_may_grow_during_a_study() -> None:
    study = luthier.create_study(seed=0)

    def objective(trial: luthier.Trial) -> float:
        choices = ["sgd", "adam", "x"][: 2 if trial.number < 15 else 3]
        return trial.suggest_float("lr", 0, 1) + len(trial.suggest_categorical("opt", choices))

    study.optimize(objective, n_trials=40)

    assert "x" in {record.params["opt"] for record in study.trials[15:]}


def test_names_may_appear_late() -> None:
    def objective(trial: luthier.Trial) -> float:
        value = trial.suggest_float("x", 0, 1)
        return value + trial.suggest_float("late", 0, 1) if trial.number >= 12 else value

    study = luthier.create_study(seed=0)
    study.optimize(objective, n_trials=30)

    assert all(("late" in record.params) == (record.number >= 12) for record in study.trials)


def test_the_same_name_asked_twice_has_one_value() -> None:
    def objective(trial: luthier.Trial) -> float:
        first = trial.suggest_float("x", 0, 1)
        assert trial.suggest_float("x", 0, 1) == first
        return first

    study = luthier.create_study()
    study.optimize(objective, n_trials=3)

    assert states(study) == ["COMPLETE"] * 3


@pytest.mark.parametrize("result", [None, math.nan, "text", [1.0, 2.0], object()])
def test_a_result_that_is_no_value_fails_its_trial_and_nothing_else(result: Any) -> None:
    def objective(trial: luthier.Trial) -> Any:
        x = trial.suggest_float("x", 0, 1)
        return result if trial.number == 1 else x

    study = luthier.create_study(seed=0)
    study.optimize(objective, n_trials=14)

    assert states(study) == ["COMPLETE", "FAILED", *["COMPLETE"] * 12]
    assert "should return a number" in (study.trials[1].reason or "") or "1 value" in (
        study.trials[1].reason or ""
    )
    assert study.best_trial.number != 1


@pytest.mark.parametrize("sampler", ["auto", "tpe", "quasi", "uniform"])
@pytest.mark.parametrize("result", [math.inf, -math.inf])
def test_infinities_are_values_and_break_no_sampler(sampler: str, result: float) -> None:
    def objective(trial: luthier.Trial) -> float:
        x = trial.suggest_float("x", 0, 1)
        return result if trial.number % 2 else x

    study = luthier.create_study(sampler=sampler, seed=0)
    study.optimize(objective, n_trials=25)

    assert states(study) == ["COMPLETE"] * 25
    assert study.best_value == (
        result if result < 0 else min(r.value for r in study.trials if r.value is not None)
    )


def test_an_exception_is_recorded_with_its_traceback_and_raised() -> None:
    def objective(trial: luthier.Trial) -> float:
        if trial.suggest_int("k", 0, 9) >= 0 and trial.number == 2:
            raise ZeroDivisionError("the user's bug")
        return 0.0

    study = luthier.create_study()
    with pytest.raises(ZeroDivisionError, match="the user's bug"):
        study.optimize(objective, n_trials=5)

    failed = study.trials[2]
    assert states(study) == ["COMPLETE", "COMPLETE", "FAILED"]
    assert failed.reason == "ZeroDivisionError: the user's bug"
    assert 'raise ZeroDivisionError("the user\'s bug")' in (failed.detail or "")
    assert "k" in failed.params


@pytest.mark.parametrize("catch", [ValueError, (ValueError,), [KeyError, ValueError], Exception])
def test_caught_exceptions_do_not_stop_the_study(catch: Any) -> None:
    def objective(trial: luthier.Trial) -> float:
        if trial.number % 2:
            raise ValueError
        return trial.suggest_float("x", 0, 1)

    study = luthier.create_study()
    study.optimize(objective, n_trials=4, catch=catch)

    assert states(study) == ["COMPLETE", "FAILED", "COMPLETE", "FAILED"]


def test_a_failed_trial_is_retried_with_the_same_parameters() -> None:
    seen: list[tuple[int, float]] = []

    def objective(trial: luthier.Trial) -> float:
        x = trial.suggest_float("x", 0, 1)
        seen.append((trial.number, x))
        if trial.number == 3 and trial.attempt < 3:
            raise OSError("flaky disk")
        return x

    study = luthier.create_study(seed=0)
    study.optimize(objective, n_trials=6, retries=2)

    assert states(study) == ["COMPLETE"] * 6
    assert study.trials[3].attempt == 3
    assert len({x for number, x in seen if number == 3}) == 1
    assert len(seen) == 8


def test_pruned_trials_keep_their_last_report_and_never_are_the_best() -> None:
    def objective(trial: luthier.Trial) -> float:
        trial.report(-100.0, 0)
        if trial.number == 1:
            raise luthier.TrialPruned
        return trial.suggest_float("x", 0, 1)

    study = luthier.create_study()
    study.optimize(objective, n_trials=3)

    assert states(study) == ["COMPLETE", "PRUNED", "COMPLETE"]
    assert study.trials[1].value == -100.0
    assert study.best_trial.number != 1


@pytest.mark.parametrize("scheduler", ["asha", "hyperband", "median"])
@pytest.mark.parametrize("direction", ["minimize", "maximize"])
def test_a_scheduler_stops_bad_trials_in_either_direction(scheduler: str, direction: str) -> None:
    def objective(trial: luthier.Trial) -> float:
        quality = trial.suggest_float("quality", 0, 1)
        level = quality if direction == "maximize" else -quality
        for step in range(1, 28):
            trial.report(level * step, step)
            if trial.should_prune():
                raise luthier.TrialPruned
        return level * 27

    study = luthier.create_study(direction=direction, scheduler=scheduler, sampler="uniform", seed=3)
    study.optimize(objective, n_trials=40)

    quality = {state: [r.params["quality"] for r in study.trials if r.state is state] for state in TrialState}
    assert len(quality[TrialState.PRUNED]) >= 8
    assert max(quality[TrialState.COMPLETE]) > max(quality[TrialState.PRUNED])


def test_enqueued_parameters_come_first_and_the_rest_is_proposed() -> None:
    study = luthier.create_study(seed=0)
    waiting = study.enqueue({"x": 1.25}, user_attrs={"why": "expert"})
    study.enqueue({"x": -2, "y": 3})

    study.optimize(sphere, n_trials=4)

    assert waiting.state is TrialState.WAITING
    assert study.trials[0].params["x"] == 1.25
    assert study.trials[0].user_attrs == {"why": "expert"}
    assert study.trials[1].params == {"x": -2.0, "y": 3.0}
    assert [record.number for record in study.trials] == [0, 1, 2, 3]


def test_an_enqueued_value_outside_its_range_is_replaced_with_a_warning() -> None:
    study = luthier.create_study()
    study.enqueue({"x": 99.0})

    with pytest.warns(RuntimeWarning, match="enqueued"):
        study.optimize(sphere, n_trials=1)

    assert -5 <= study.trials[0].params["x"] <= 5


def test_callbacks_see_each_finished_trial_and_can_stop_the_study() -> None:
    seen: list[int] = []

    def callback(study: luthier.Study, record: luthier.TrialRecord) -> None:
        seen.append(record.number)
        assert study.trials[record.number] == record
        if record.number == 4:
            study.stop()

    study = luthier.create_study()
    study.optimize(sphere, n_trials=100, callbacks=[callback])

    assert seen == [0, 1, 2, 3, 4]
    assert len(study.trials) == 5


def test_stop_outside_optimize_says_so() -> None:
    with pytest.raises(luthier.InvalidInput, match="running optimize"):
        luthier.create_study().stop()


def test_timeout_starts_nothing_more() -> None:
    def objective(trial: luthier.Trial) -> float:
        time.sleep(0.05)
        return trial.suggest_float("x", 0, 1)

    study = luthier.create_study()
    start = time.monotonic()
    study.optimize(objective, timeout=0.3)

    assert 0.3 <= time.monotonic() - start < 2
    assert 1 <= len(study.trials) <= 7
    assert set(states(study)) == {"COMPLETE"}


def test_several_objectives_have_a_pareto_front_and_no_single_best() -> None:
    def objective(trial: luthier.Trial) -> tuple[float, float]:
        x = trial.suggest_float("x", 0, 2)
        return x**2, (x - 2) ** 2

    study = luthier.create_study(directions=["minimize", "minimize"], metric_names=["left", "right"], seed=0)
    study.optimize(objective, n_trials=40)

    front = [record.values for record in study.best_trials if record.values]
    assert len(front) > 5
    assert not any(a[0] <= b[0] and a[1] <= b[1] and a != b for a in front for b in front)
    with pytest.raises(luthier.InvalidInput, match="best_trials"):
        _ = study.best_trial
    assert list(study.trials_frame().columns[2:4]) == ["values_left", "values_right"]


def test_infeasible_trials_never_are_the_best() -> None:
    def objective(trial: luthier.Trial) -> float:
        x = trial.suggest_float("x", 0, 1)
        trial.set_constraint("x at least a half", 0.5 - x)
        return x

    study = luthier.create_study(seed=0)
    study.optimize(objective, n_trials=40)

    assert study.best_value >= 0.5
    assert study.best_value < 0.6
    assert study.best_trial.feasible


def test_no_best_trial_says_why() -> None:
    study = luthier.create_study()
    with pytest.raises(luthier.NoTrials, match=r"got no trials\. Run study\.optimize first"):
        _ = study.best_trial
    study.optimize(lambda _: math.nan, n_trials=2)
    with pytest.raises(luthier.NoTrials, match="2 FAILED"):
        _ = study.best_value


def test_metrics_beside_the_objective_are_kept() -> None:
    def objective(trial: luthier.Trial) -> float:
        for step in range(3):
            trial.log({"lr": 0.1 / (step + 1), "norm": float(step)}, step)
            trial.report(1.0 - step, step)
        return 0.0

    study = luthier.create_study()
    study.optimize(objective, n_trials=1)

    assert study.reports(0) == {0: 1.0, 1: 0.0, 2: -1.0}
    assert study.reports(0, "norm") == {0: 0.0, 1: 1.0, 2: 2.0}
    assert study.reports(0, "absent") == {}


def test_user_attributes_are_kept_and_checked_at_once() -> None:
    def objective(trial: luthier.Trial) -> float:
        trial.set_user_attr("shape", (3, 4))
        with pytest.raises(luthier.NotStorable, match="module-level"):
            trial.set_user_attr("model", object())
        return 0.0

    study = luthier.create_study()
    study.set_user_attr("dataset", "digits")
    study.optimize(objective, n_trials=1)

    assert study.trials[0].user_attrs == {"shape": (3, 4)}
    assert study.user_attrs == {"dataset": "digits"}


def test_the_log_line_has_the_form_that_the_field_knows(caplog: pytest.LogCaptureFixture) -> None:
    study = luthier.create_study(seed=0)
    study.enqueue({"x": 0.5})
    with caplog.at_level(logging.INFO, logger="luthier"):
        study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=1)

    assert caplog.messages[-1] == (
        "Trial 0 finished with value: 0.5 and parameters: {'x': 0.5}. Best is trial 0 with value: 0.5."
    )


def test_the_frame_has_a_row_a_trial_and_pandas_types() -> None:
    study = luthier.create_study(seed=0)
    study.optimize(sphere, n_trials=5)

    frame = study.trials_frame()

    assert list(frame["number"]) == [0, 1, 2, 3, 4]
    assert {"value", "state", "params_x", "params_y", "started", "finished", "duration"} <= set(frame.columns)
    assert (frame["duration"] >= frame["duration"].iloc[0] * 0).all()
    assert list(frame["value"]) == [record.value for record in study.trials]


def test_a_grid_is_walked_once_and_then_the_study_ends() -> None:
    def objective(trial: luthier.Trial) -> float:
        return trial.suggest_int("a", 1, 3) * len(trial.suggest_categorical("b", ["x", "yy"]))

    study = luthier.create_study(sampler="grid")
    study.optimize(objective, n_trials=50)

    points = [tuple(record.params.values()) for record in study.trials]
    assert sorted(points) == [(a, b) for a in (1, 2, 3) for b in ("x", "yy")]


def test_a_grid_on_a_continuum_says_what_to_do() -> None:
    study = luthier.create_study(sampler="grid")

    with pytest.raises(luthier.InvalidInput, match="step"):
        study.optimize(sphere, n_trials=3)


@pytest.mark.parametrize(
    "arguments",
    [
        {"objective": None},
        {"objective": 3},
        {"catch": "RuntimeError"},
        {"catch": [3]},
        {"callbacks": print},
        {"callbacks": [3]},
        {"executor": 3},
    ],
)
def test_wrong_arguments_are_refused_before_any_trial(arguments: dict[str, Any]) -> None:
    study = luthier.create_study()

    with pytest.raises(luthier.InvalidInput, match="Expected"):
        study.optimize(**{"objective": sphere, "n_trials": 1, **arguments})
    assert study.trials == []


@pytest.mark.parametrize("arguments", [{"sampler": luthier.samplers.UniformSampler}, {"metric_names": [1]}])
def test_a_class_is_no_sampler_and_a_number_no_name(arguments: dict[str, Any]) -> None:
    with pytest.raises(luthier.InvalidInput, match="Expected"):
        luthier.create_study(**arguments)


def test_a_retry_gets_the_parameters_of_the_first_attempt_also_new_ones() -> None:
    seen: dict[int, list[object]] = {}

    def objective(trial: luthier.Trial) -> float:
        values = trial.suggest_float("x", 0, 1), trial.suggest_float(f"own{trial.number}", 0, 1)
        seen.setdefault(trial.number, []).append(values)
        if trial.attempt < 3:
            raise ValueError
        return values[0]

    study = luthier.create_study(seed=1, sampler="uniform")
    study.optimize(objective, n_trials=3, retries=2)

    assert {number: len(values) for number, values in seen.items()} == {0: 3, 1: 3, 2: 3}
    assert all(len(set(values)) == 1 for values in seen.values())


def test_an_optimize_inside_an_objective_leaves_the_outer_one_stoppable() -> None:
    study = luthier.create_study(seed=0)

    def objective(trial: luthier.Trial) -> float:
        if trial.number == 1:
            study.optimize(sphere, n_trials=1)
            study.stop()
        return 0.0

    study.optimize(objective, n_trials=10)

    assert states(study) == ["COMPLETE"] * 3


def test_a_retry_is_told_of_with_its_reason(caplog: pytest.LogCaptureFixture) -> None:
    def objective(trial: luthier.Trial) -> float:
        if trial.attempt == 1:
            raise ValueError("not yet")
        return 1.0

    with caplog.at_level(logging.WARNING, logger="luthier"):
        luthier.create_study().optimize(objective, n_trials=1, retries=1)

    assert "Trial 0 will be tried again: ValueError: not yet" in caplog.text
