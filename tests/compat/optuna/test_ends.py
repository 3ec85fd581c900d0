"""How trials end: what is kept of them, what callbacks see, and what may be said afterwards."""

from typing import Any

import pytest

from luthier.compat import optuna
from luthier.compat.optuna.exceptions import UpdateFinishedTrialError
from luthier.compat.optuna.samplers import GridSampler, PartialFixedSampler, RandomSampler, TPESampler
from luthier.compat.optuna.trial import TrialState


def line(trial: Any) -> Any:
    """An objective of one parameter."""
    return trial.suggest_float("x", 0.0, 1.0)


def test_a_trial_has_the_parameters_that_it_asked_for_and_no_others() -> None:
    study = optuna.create_study()
    study.optimize(line, n_trials=2)
    study.optimize(lambda _: 1.0, n_trials=1)
    assert study.trials[-1].params == {}
    with pytest.raises(ZeroDivisionError):
        study.optimize(lambda _: 1 / 0, n_trials=1)
    assert study.trials[-1].params == {}
    study.tell(study.ask(), 1.0)
    assert study.trials[-1].params == {}


def test_what_the_objective_raised_is_not_hidden_by_a_callback_that_raises() -> None:
    study = optuna.create_study()

    shown: list[float] = []

    def show(study: Any, _: Any) -> None:
        shown.append(study.best_value)

    with pytest.raises(ZeroDivisionError):
        study.optimize(lambda _: 1 / 0, n_trials=3, callbacks=[show])
    assert len(study.trials) == 1


@pytest.mark.parametrize(
    "act",
    [
        lambda trial: trial.suggest_float("x", 0, 1),
        lambda trial: trial.suggest_categorical("c", ["a"]),
        lambda trial: trial.report(1.0, 1),
        lambda trial: trial.set_user_attr("a", 1),
        lambda trial: trial.set_constraint("c", 1.0),
    ],
)
def test_nothing_can_be_said_of_a_trial_that_was_told(act: Any) -> None:
    study = optuna.create_study()
    trial = study.ask()
    trial.suggest_int("k", 1, 1)
    study.tell(trial, 1.0)
    with pytest.raises(UpdateFinishedTrialError):
        act(trial)
    with pytest.raises(RuntimeError):
        act(trial)
    assert trial.params == {"k": 1}


def test_text_is_no_value_even_when_it_spells_one() -> None:
    study = optuna.create_study()
    with pytest.warns(UserWarning, match="text"):
        assert study.tell(study.ask(), "1.5").state is TrialState.FAIL  # type: ignore[arg-type]  # the point


def test_the_log_line_of_a_named_objective_has_its_name(caplog: pytest.LogCaptureFixture) -> None:
    study = optuna.create_study()
    study.set_metric_names(["loss"])
    study.optimize(lambda _: 1.0, n_trials=1)
    assert "Trial 0 finished with value: {'loss': 1.0} and parameters: {}. Best is trial 0" in caplog.text


def test_states_are_printed_by_name() -> None:
    assert (str(TrialState.COMPLETE), f"{TrialState.FAIL:>16}") == ("TrialState.COMPLETE", " TrialState.FAIL")


def test_whole_floats_are_integers_where_integers_are_asked_for() -> None:
    study = optuna.create_study()
    study.enqueue_trial({"k": 3.0})
    study.optimize(lambda trial: trial.suggest_int("k", 1, 5), n_trials=1)
    assert repr(study.trials[0].params) == "{'k': 3}"
    grid = optuna.create_study(sampler=GridSampler({"k": [0.0, 1.0]}))
    grid.optimize(lambda trial: trial.suggest_int("k", 0, 5), n_trials=9)
    assert sorted(trial.params["k"] for trial in grid.trials) == [0, 1]
    fixed = optuna.create_study(sampler=PartialFixedSampler({"k": 2.0}, RandomSampler()))
    fixed.optimize(lambda trial: trial.suggest_int("k", 0, 5), n_trials=2)
    assert {trial.params["k"] for trial in fixed.trials} == {2}


def test_a_constraint_of_nan_is_an_error_and_the_result_is_kept() -> None:
    with pytest.warns(FutureWarning):
        sampler = TPESampler(constraints_func=lambda _: (0.0, float("nan")))
    study = optuna.create_study(sampler=sampler)
    with pytest.raises(ValueError, match="nan"):
        study.optimize(line, n_trials=1)
    assert study.trials[0].state is TrialState.COMPLETE


def test_attributes_set_beside_a_sampler_that_hears_no_ends_are_kept() -> None:
    study = optuna.create_study(sampler=RandomSampler())

    def objective(trial: Any) -> Any:
        trial.set_system_attr("note", 1)
        return line(trial)

    study.optimize(objective, n_trials=1)
    assert study.trials[0].system_attrs == {"note": 1}


@pytest.mark.parametrize(
    "act",
    [
        lambda trial: trial.suggest_float("x", 0.0, 1.0, step=0.3),
        lambda trial: (trial.suggest_int("k", 0, 9), trial.suggest_int("k", 0, 8)),
        lambda trial: trial.suggest_float("given", 0.0, 1.0),
        lambda trial: (trial.report(1.0, 0), trial.report(2.0, 0)),
        lambda trial: (trial.set_constraint("c", 1.0), trial.set_constraint("c", 2.0)),
        lambda trial: trial.suggest_uniform("u", 0.0, 1.0),
    ],
)
def test_warnings_point_at_the_line_of_the_objective(act: Any) -> None:
    study = optuna.create_study()
    study.enqueue_trial({"given": 7.0})
    with pytest.warns((UserWarning, RuntimeWarning, FutureWarning)) as caught:
        study.optimize(lambda trial: (act(trial), 1.0)[1], n_trials=1)
    assert {warning.filename for warning in caught} == {__file__}
