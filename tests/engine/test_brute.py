"""Brute force over the tree of an objective: every path once, whoever runs the trials, and a clear end."""

import logging
import warnings
from pathlib import Path
from typing import Any

import pytest

import luthier
from luthier.base.errors import InvalidInput
from luthier.engine.brute import BruteForce
from luthier.engine.choices import listed
from luthier.executors.trial import Trial, TrialWarning


def branching(trial: Trial) -> float:
    """Nine paths of different lengths."""
    if trial.suggest_categorical("kind", ["a", "b"]) == "a":
        return trial.suggest_int("k", 0, 2)
    return trial.suggest_float("x", 0, 1, step=0.5) + trial.suggest_int("log", 1, 2, log=True)


def paths(study: luthier.Study) -> list[tuple[Any, ...]]:
    """What each trial asked for, and what it got."""
    return [tuple(record.params.items()) for record in study.trials]


def test_every_path_comes_once_and_then_the_study_says_that_this_was_all(
    caplog: pytest.LogCaptureFixture,
) -> None:
    study = luthier.create_study(sampler="brute_force", seed=1)
    with caplog.at_level(logging.INFO, logger="luthier"):
        study.optimize(branching, n_trials=100)
    assert len(paths(study)) == len(set(paths(study))) == 9
    assert "exhausted: all 9 configurations were tried" in caplog.text
    with pytest.raises(luthier.SpaceExhausted, match="Enqueue a trial that makes a new choice, or stop"):
        study.ask()


def test_workers_never_meet() -> None:
    study = luthier.create_study(sampler="brute_force", seed=2)
    study.optimize(branching, workers=3)
    assert len(paths(study)) == len(set(paths(study))) == 9


def test_what_a_running_trial_of_another_process_noted_shows_where_others_may_go(tmp_path: Path) -> None:
    store = str(tmp_path / "s.db")
    luthier.create_study("s", storage=store)
    asked: list[Trial] = []
    for _ in range(9):
        asked.append(luthier.load_study("s", storage=store, sampler="brute_force").ask())
        branching(asked[-1])
    study = luthier.load_study("s", storage=store, sampler="brute_force")
    assert len(paths(study)) == len(set(paths(study))) == 9
    with pytest.raises(luthier.SpaceExhausted, match="under way, 9 running"):
        study.ask()


@pytest.mark.parametrize("together", [1, 4])
def test_running_trials_count_as_taken(together: int) -> None:
    study = luthier.create_study(sampler="brute_force", seed=3)
    running: list[Trial] = []
    try:
        while True:
            while len(running) < together:
                running.append(study.ask())
                branching(running[-1])
            study.tell(running.pop(0), 0.0)
    except luthier.SpaceExhausted:
        for trial in running:
            study.tell(trial, 0.0)
    study.optimize(branching)
    assert len(paths(study)) == len(set(paths(study))) == 9


def test_two_drivers_of_one_store_keep_apart(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 's.db'}"
    luthier.create_study("s", storage=url, sampler="brute_force", seed=4).optimize(branching, n_trials=5)
    one, other = (luthier.load_study("s", storage=url, sampler="brute_force") for _ in range(2))
    while len(one.trials) < 9:
        started = [(study, study.ask()) for study in (one, other) if len(one.trials) < 9]
        for study, trial in started:
            branching(trial)
            study.tell(trial, 0.0)
    assert len(set(paths(one))) == 9


def test_a_study_goes_on_where_it_was(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 's.db'}"
    for _ in range(4):
        study = luthier.create_study("s", storage=url, sampler="brute_force", load_if_exists=True)
        study.optimize(branching, n_trials=3)
    assert len(paths(study)) == len(set(paths(study))) == 9


def test_a_failed_trial_counts_as_tried_even_if_it_fails_half_way() -> None:
    def failing(trial: Trial) -> float:
        if trial.number == 4:
            trial.suggest_categorical("kind", ["a", "b"])
            raise RuntimeError("out of memory")
        value = branching(trial)
        if trial.number == 2:
            raise RuntimeError("diverged")
        return value

    study = luthier.create_study(sampler="brute_force", seed=5)
    study.optimize(failing, catch=RuntimeError)
    assert len(study.trials) == 9
    whole = [path for number, path in enumerate(paths(study)) if number != 4]
    assert len(set(whole)) == 8


def test_a_failure_before_the_first_parameter_says_nothing_of_the_tree() -> None:
    def failing(trial: Trial) -> float:
        if trial.number == 0:
            raise RuntimeError("no data yet")
        return branching(trial)

    study = luthier.create_study(sampler="brute_force", seed=6)
    study.optimize(failing, catch=RuntimeError)
    assert len(study.trials) == 10


def test_what_a_user_enqueues_is_not_tried_again() -> None:
    study = luthier.create_study(sampler="brute_force", seed=7)
    study.enqueue({"kind": "b", "x": 0.5, "log": 2})
    study.enqueue({"kind": "a"})
    study.optimize(branching)
    assert len(paths(study)) == len(set(paths(study))) == 9
    assert study.trials[0].params == {"kind": "b", "x": 0.5, "log": 2}
    assert study.trials[1].params["kind"] == "a"


def test_a_patient_search_proposes_what_runs_as_long_as_it_may_be_lost() -> None:
    study = luthier.create_study(sampler=BruteForce(patient=True), seed=8)
    study.optimize(branching, n_trials=8)
    first, second = study.ask(), study.ask()
    assert first.given == second.given


def test_the_dust_of_binary_fractions_is_no_value_of_its_own() -> None:
    study = luthier.create_study(sampler="brute_force", seed=0)
    for value in (0.1 * 3, 1):
        study.enqueue({"x": value})
    study.optimize(lambda trial: trial.suggest_float("x", 0.0, 1.0, step=0.1), 30)
    assert sorted(round(trial.params["x"] * 10) for trial in study.trials) == list(range(11))


def test_a_range_of_too_many_values_to_list_is_refused() -> None:
    study = luthier.create_study(sampler="brute_force")
    trial = study.ask()
    with pytest.raises(InvalidInput, match="at most 131072 values for 'k', got 1000001"):
        trial.suggest_int("k", 0, 10**6)


def test_a_continuum_is_refused_by_name() -> None:
    study = luthier.create_study(sampler="brute_force")
    with pytest.raises(luthier.InvalidInput, match="'rate'"):
        study.optimize(lambda trial: trial.suggest_float("rate", 0, 1), n_trials=1)


def test_a_large_tree_is_tried_whole() -> None:
    """Nine hundred paths, each once."""

    def square(trial: Trial) -> float:
        return trial.suggest_int("a", 0, 29) + trial.suggest_int("b", 0, 29)

    study = luthier.create_study(sampler="brute_force", seed=9)
    study.optimize(square, n_trials=1000)
    assert len(set(paths(study))) == len(study.trials) == 900


@pytest.mark.parametrize(
    ("early", "late"),
    [
        (luthier.Int(0, 2), luthier.Int(3, 5)),
        (luthier.Categorical(("p", "q")), luthier.Categorical(("r", "s"))),
        (luthier.Categorical(("p", "q")), luthier.Int(0, 3)),
        (luthier.Int(0, 3), luthier.Int(2, 5)),
    ],
)
def test_a_range_that_moves_is_tried_whole(early: luthier.Int, late: luthier.Int) -> None:
    def moving(trial: Trial) -> float:
        kind = trial.suggest_categorical("kind", ["a", "b"])
        trial.suggest("x", early if trial.number < 1 else late)
        return float(len(kind))

    study = luthier.create_study(sampler="brute_force", seed=4)
    study.optimize(moving, n_trials=30)
    later = paths(study)[1:]
    assert len(later) == len(set(later))
    assert {*later, paths(study)[0]} >= {
        (("kind", kind), ("x", value)) for kind in "ab" for value in listed("x", late)
    }


def twelve(trial: Trial) -> float:
    return trial.suggest_int("layers", 1, 3) + trial.suggest_int("heads", 1, 4)


@pytest.mark.parametrize("queued", [{"layers": 2}, {"heads": 3}, {"layers": 2, "heads": 9}, {"other": 1}])
@pytest.mark.parametrize("executor", ["inline", "thread", "process"])
def test_a_configuration_enqueued_in_part_is_completed_and_the_rest_comes_once(
    queued: dict[str, int], executor: str
) -> None:
    """One at a time nothing comes twice; several at once no enqueued trial costs more than one that does."""
    study = luthier.create_study(sampler="brute_force", seed=1)
    for _ in range(3):
        study.enqueue(queued)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TrialWarning)
        study.optimize(twelve, 40, workers=1 if executor == "inline" else 2, executor=executor)
    assert len(set(paths(study))) == 12
    # What a worker takes long to ask for, others may have tried before it is heard of.
    assert len(paths(study)) <= 12 + (0 if executor == "inline" else 3)


def test_while_an_enqueued_trial_runs_others_know_what_it_asked_for() -> None:
    study = luthier.create_study(sampler="brute_force", seed=1)
    study.enqueue({"layers": 2})
    running = [study.ask()]
    twelve(running[0])
    for _ in range(11):
        running.append(study.ask())
        twelve(running[-1])
    assert len({tuple(trial.params.items()) for trial in running}) == 12


def test_a_choice_that_is_new_is_heard_of_where_an_enqueued_trial_makes_it() -> None:
    models = [1, 2]

    def grown(trial: Trial) -> float:
        return trial.suggest_categorical("n", list(models)) + trial.suggest_int("depth", 1, 4)

    study = luthier.create_study(sampler="brute_force", seed=1)
    study.optimize(grown)
    models.append(3)
    study.enqueue({"n": 3})
    study.optimize(grown, n_trials=60)
    assert len(paths(study)) == len(set(paths(study))) == 12


def test_a_trial_goes_on_under_brute_force_that_another_search_began() -> None:
    """What the other one answered is not known to have been asked first: the trial's end tells."""
    study = luthier.create_study(sampler="random", seed=1)
    trial = study.ask()
    trial.suggest_int("layers", 1, 3)
    study.sampler = "brute_force"
    trial.suggest_int("heads", 1, 4)
    study.tell(trial, 0.0)
    study.optimize(twelve, 40)
    assert len(paths(study)) == len(set(paths(study))) == 12
