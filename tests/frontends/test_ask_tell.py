"""`ask` and `tell`: trials that the caller runs."""

import math

import pytest

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
