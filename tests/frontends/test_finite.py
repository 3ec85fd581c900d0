"""Finite spaces: nothing twice while something is left, and a clear end for samplers that end."""

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import luthier
from luthier.base.errors import InvalidInput
from luthier.engine.propose import Search
from luthier.executors.trial import Trial
from luthier.samplers import Distinct, TPESampler
from luthier.space.codec import MOST_TOLD_APART


def twelve(trial: Trial) -> float:
    return trial.suggest_int("a", 0, 3) + 10.0 * trial.suggest_categorical("b", [1, 2, 3])


def branching(trial: Trial) -> float:
    """Two paths with `k`, three without: the second parameter is in one branch only."""
    kind = trial.suggest_categorical("kind", ["a", "b", "c", "d"])
    return float(trial.suggest_int("k", 0, 1)) if kind == "a" else len(kind)


def tried(study: luthier.Study) -> list[tuple[Any, ...]]:
    return [tuple(sorted(record.params.items())) for record in study.trials]


#: Samplers that end.
ENDING: dict[str, Callable[[], str | Search]] = {
    "brute_force": lambda: "brute_force",
    "grid": lambda: "grid",
    "auto": lambda: "auto",
    "tpe": lambda: "tpe",
    "ending": lambda: Distinct(TPESampler(), ends=True),
}


@pytest.mark.parametrize("name", sorted(ENDING))
@pytest.mark.parametrize("objective", [twelve, branching])
def test_a_sampler_that_ends_tries_all_once_and_says_how_many(
    name: str, objective: Callable[[Trial], float], caplog: pytest.LogCaptureFixture
) -> None:
    study = luthier.create_study(sampler=ENDING[name](), seed=3)
    with caplog.at_level(logging.INFO, logger="luthier"):
        study.optimize(objective, n_trials=100)
    size = 12 if objective is twelve else 5
    assert len(tried(study)) == len(set(tried(study))) == size
    assert caplog.text.count(f"exhausted: all {size} configurations were tried") == 1


@pytest.mark.parametrize("name", sorted(ENDING))
def test_it_ends_with_workers_failures_and_resumes_too(name: str, tmp_path: Path) -> None:
    def failing(trial: Trial) -> float:
        value = twelve(trial)
        if trial.params["a"] == 2:
            raise RuntimeError("diverged")
        return value

    url = f"sqlite:///{tmp_path / 's.db'}"
    luthier.create_study("s", storage=url, sampler=ENDING[name](), seed=4).optimize(twelve, n_trials=2)
    study = luthier.load_study("s", storage=url, sampler=ENDING[name]())
    study.optimize(failing, workers=2, catch=RuntimeError)
    assert len(tried(study)) == len(set(tried(study))) == 12


@pytest.mark.parametrize("objective", [twelve, branching])
def test_auto_tries_all_before_it_repeats_anything(objective: Callable[[Trial], float]) -> None:
    size = 12 if objective is twelve else 5
    study = luthier.create_study(seed=5)
    study.optimize(objective, n_trials=size)
    assert len(set(tried(study))) == size


def test_an_objective_without_parameters_is_no_exhausted_space() -> None:
    study = luthier.create_study(sampler="grid")
    study.optimize(lambda _: 1.0, n_trials=3)
    assert len(study.trials) == 3


def fails_at_first(trial: Trial) -> float:
    """Eight configurations; the first trial does not come to the second parameter."""
    value = len(trial.suggest_categorical("a", ["x", "yy"]))
    if trial.number == 0:
        raise RuntimeError("no data yet")
    return value + trial.suggest_int("b", 0, 3)


def fails_before_all_else(trial: Trial) -> float:
    """Four configurations, which nobody could guess from the first trial."""
    device = trial.suggest_categorical("device", ["gpu"])
    if trial.number == 0:
        raise RuntimeError("busy")
    return len(device) + trial.suggest_int("b", 0, 3)


@pytest.mark.parametrize("name", sorted(ENDING))
@pytest.mark.parametrize(("objective", "size"), [(fails_at_first, 8), (fails_before_all_else, 4)])
def test_a_failure_half_way_takes_no_more_than_a_trial(
    name: str, objective: Callable[[Trial], float], size: int, caplog: pytest.LogCaptureFixture
) -> None:
    study = luthier.create_study(sampler=ENDING[name](), seed=3)
    with caplog.at_level(logging.INFO, logger="luthier"):
        study.optimize(objective, n_trials=60, catch=RuntimeError)
    assert len(set(tried(study)[1:])) == len(tried(study)[1:]) == size
    assert f"all {size} configurations were tried" in caplog.text


@pytest.mark.parametrize("name", sorted(ENDING))
def test_a_branch_that_always_fails_is_left_in_the_end(name: str) -> None:
    def objective(trial: Trial) -> float:
        if trial.suggest_categorical("kind", ["a", "b", "c"]) == "c":
            raise RuntimeError("not installed")
        return trial.suggest_int("k", 0, 3)

    study = luthier.create_study(sampler=ENDING[name](), seed=6)
    study.optimize(objective, catch=RuntimeError)
    assert len({path for path in tried(study) if len(path) == 2}) == 8
    assert len(study.trials) <= 12


@pytest.mark.parametrize("name", sorted(ENDING))
def test_failures_alone_end_a_search_too(name: str) -> None:
    def objective(trial: Trial) -> float:
        raise RuntimeError(twelve(trial))

    study = luthier.create_study(sampler=ENDING[name](), seed=7)
    study.optimize(objective, catch=RuntimeError)
    assert len(set(tried(study))) == len(tried(study)) == 12


@pytest.mark.parametrize("name", ["auto", "grid", "tpe"])
def test_a_search_that_was_at_its_end_goes_on_when_ranges_are_declared(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    def wider(trial: Trial) -> float:
        return trial.suggest_int("a", 0, 4) + 10.0 * trial.suggest_categorical("b", [1, 2, 3])

    study = luthier.create_study(sampler=name, seed=8)
    study.optimize(twelve)
    with caplog.at_level(logging.INFO, logger="luthier"):
        study.optimize(wider)
    assert "study.declare()" in caplog.text
    study.declare({"a": luthier.Int(0, 4)})
    study.optimize(wider)
    assert len(set(tried(study))) == len(tried(study)) == 15


def test_a_range_that_moved_is_searched_by_its_model_not_ended() -> None:
    """A value asked for anew has a space of its own, which is no reason to stop when it was tried whole."""

    def moving(trial: Trial) -> float:
        low = 10 * (trial.number % 2)
        return trial.suggest_int("k", low, low + 2) - low + trial.suggest_float("x", 0, 1)

    study = luthier.create_study(sampler="tpe", seed=9)
    study.optimize(moving, n_trials=60)
    late = [record.params["k"] % 10 for record in study.trials[30:]]
    assert late.count(0) > 18


@pytest.mark.parametrize("name", ["auto", "cma", "grid", "nsga2", "quasi", "tpe"])
def test_trials_without_parameters_do_not_name_a_class_as_their_origin(name: str) -> None:
    study = luthier.create_study(sampler=name)
    study.ask(3)  # before anything is known
    study.optimize(lambda _: 1.0, n_trials=3)
    assert {record.origin.sampler for record in study.trials if record.origin} <= {
        name,
        "centre",
        "quasi",
        "gp",
        "tpe",
    }


@pytest.mark.parametrize("name", ["auto", "grid", "tpe"])
def test_trials_that_started_before_the_space_was_known_count_as_tried_too(name: str) -> None:
    study = luthier.create_study(sampler=name, seed=10)
    trials = study.ask(3)
    for trial in trials:
        twelve(trial)
    study.tell(trials[0], 0.0)
    for trial in study.ask(9):
        study.tell(trial, twelve(trial))
    for trial in trials[1:]:
        study.tell(trial, 0.0)
    assert len(set(tried(study))) == len(study.trials) == 12
    with pytest.raises(luthier.SpaceExhausted, match=r"study\.declare"):
        study.ask()


@pytest.mark.parametrize("name", ["auto", "cma", "forest", "gp", "grid", "nsga2", "tpe"])
def test_a_choice_that_becomes_a_number_has_not_tried_the_numbers(name: str) -> None:
    def turning(trial: Trial) -> float:
        kind = trial.suggest_categorical("kind", ["x", "y"])
        if trial.number < 2:
            return float(len(kind + trial.suggest_categorical("a", ["p", "q"])))
        return float(trial.suggest_int("a", 0, 3))

    study = luthier.create_study(sampler=name, seed=1)
    study.optimize(turning, n_trials=30)
    later = tried(study)[2:]
    assert len(later) == len(set(later)) == 8


@pytest.mark.parametrize("name", ["auto", "grid", "tpe"])
def test_trials_that_run_together_do_not_meet_in_a_branch_once_it_is_known(name: str) -> None:
    """`k` is asked for in one branch only: running trials that differ in nothing else are the same configuration."""

    def branch(trial: Trial) -> float:
        kind, m = trial.suggest_categorical("kind", ["a", "b"]), trial.suggest_int("m", 0, 3)
        return float(m + trial.suggest_int("k", 0, 2) if kind == "a" else m)

    study = luthier.create_study(sampler=name, seed=3)
    for start in ({"kind": "a", "m": 0, "k": 0}, {"kind": "b", "m": 0}):
        study.enqueue(start)
    study.optimize(branch, n_trials=2)
    for trial in study.ask(20):
        study.tell(trial, branch(trial))
    assert len(set(tried(study))) == len(study.trials) == 16


def given_up(trial: Trial) -> float:
    twelve(trial)
    raise luthier.TrialPruned


@pytest.mark.parametrize("name", sorted(ENDING))
def test_a_trial_that_is_stopped_before_it_has_a_value_was_tried(name: str) -> None:
    study = luthier.create_study(sampler=ENDING[name](), seed=3)
    study.optimize(given_up, n_trials=100)
    assert len(tried(study)) == len(set(tried(study))) == 12


UNLIKELY = [
    luthier.Int(0, 20, prior=luthier.Normal(3, 1)),
    luthier.Int(-20, 40, prior=luthier.Normal(47, 1)),
    luthier.Float(0, 1, step=0.05, prior=luthier.Beta(50, 50)),
]


@pytest.mark.parametrize("name", ["auto", "grid", "tpe"])
@pytest.mark.parametrize("domain", UNLIKELY, ids=str)
def test_values_that_a_prior_makes_all_but_impossible_are_tried_in_the_end(name: str, domain: Any) -> None:
    study = luthier.create_study(sampler=name, seed=1)
    study.optimize(lambda trial: float(trial.suggest("n", domain)), n_trials=100)
    assert len(tried(study)) == len(set(tried(study))) == domain.levels


#: As many values as are told apart, nearly all of them without a share of the prior that a float could hold.
LARGE = luthier.Int(0, MOST_TOLD_APART - 1, prior=luthier.Normal(8000, 1))


@pytest.mark.parametrize("name", ["auto", "forest", "grid", "tpe"])
def test_no_value_of_a_large_grid_under_a_prior_comes_twice(name: str) -> None:
    study = luthier.create_study(sampler=name, seed=0)
    study.optimize(lambda trial: float(trial.suggest("n", LARGE)), n_trials=30)
    assert len(set(tried(study))) == 30


def test_the_cells_of_a_large_grid_are_made_once() -> None:
    study = luthier.create_study(sampler="tpe", seed=0)
    fine = luthier.Float(0, 1, step=1e-5, prior=luthier.Beta(2, 5))
    study.optimize(lambda trial: float(trial.suggest("x", fine)), n_trials=10)
    begin = time.thread_time()
    study.optimize(lambda trial: float(trial.suggest("x", fine)), n_trials=20)
    assert (time.thread_time() - begin) / 20 < 0.02


def test_a_grid_under_a_prior_whose_values_cannot_be_told_apart_is_refused() -> None:
    study = luthier.create_study(sampler="grid")
    study.declare({"n": luthier.Int(0, MOST_TOLD_APART, prior=luthier.Normal(8000, 1))})
    with pytest.raises(InvalidInput, match=r"at most 131072 values under a prior, got 131073 of \"n\""):
        study.ask()


def test_the_forest_leaves_what_a_prior_believes() -> None:
    def far(trial: Trial) -> float:
        a, b = (trial.suggest(name, luthier.Int(0, 400, prior=luthier.Normal(20, 4))) for name in "ab")
        return float(abs(a - 60) + abs(b - 60))

    best = []
    for seed in range(4):
        study = luthier.create_study(sampler="forest", seed=seed)
        study.optimize(far, n_trials=60)
        best.append(study.best_value)
    # Both are ten deviations away from the middle of the prior, where the sum is 80.
    assert sum(best) / 4 < 30.0


@pytest.mark.parametrize("name", ["auto", "cma", "forest", "gp", "grid", "tpe"])
def test_a_finite_space_may_have_any_number_of_parameters(name: str) -> None:
    """Numpy counts no more than 64 dimensions."""
    study = luthier.create_study(sampler=name, seed=0)
    study.declare({f"constant{k}": luthier.Categorical(("same",)) for k in range(70)})
    study.optimize(twelve, n_trials=12)
    assert len(set(tried(study))) == 12


@pytest.mark.parametrize("name", ["forest", "tpe"])
def test_spaces_of_some_ten_thousands_are_not_searched_in_one_place(name: str) -> None:
    def far(trial: Trial) -> float:
        return abs(trial.suggest_int("a", 0, 199) - 150) + abs(trial.suggest_int("b", 0, 99) - 30)

    study = luthier.create_study(sampler=name, seed=0)
    study.optimize(far, n_trials=60)
    assert len(set(tried(study))) == 60


def dependent(trial: Trial) -> float:
    """Ten configurations among sixteen pairs."""
    layers = trial.suggest_int("layers", 1, 4)
    return abs(layers - 3) + abs(trial.suggest_int("skip", 0, layers - 1) - 2)


@pytest.mark.parametrize("name", ["auto", "brute_force", "cma", "forest", "gp", "grid", "nsga2", "tpe"])
def test_where_a_range_depends_on_another_parameter_all_is_tried_and_then_it_ends(name: str) -> None:
    """What is proposed in vain is not proposed for ever: a configuration comes twice at most for each such pair."""
    study = luthier.create_study(sampler=name, seed=0)
    study.optimize(dependent, n_trials=60)
    assert len(set(tried(study))) == 10
    assert len(study.trials) <= 22


def test_where_a_range_depends_on_another_parameter_a_resumed_search_is_the_same(tmp_path: Path) -> None:
    whole = luthier.create_study(sampler="auto", seed=0)
    whole.optimize(dependent, n_trials=60)
    storage = f"sqlite:///{tmp_path / 'part.db'}"
    for n in (3, 6, 40):
        part = luthier.create_study("part", storage=storage, load_if_exists=True, sampler="auto", seed=0)
        part.optimize(dependent, n_trials=n)
    assert tried(part) == tried(whole)


def three(trial: Trial) -> float:
    return float(trial.suggest_int("n", 1, 3))


def forgetful(trial: Trial) -> None:
    three(trial)


@pytest.mark.parametrize("name", ["auto", "brute_force", "grid"])
def test_after_a_bug_the_end_counts_what_failed_and_says_how_to_run_it_again(
    name: str, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    luthier.create_study("s", storage=url, sampler=name, seed=1).optimize(forgetful)
    study = luthier.load_study("s", storage=url, sampler=name)
    with caplog.at_level(logging.INFO, logger="luthier"):
        study.optimize(three)
    said = "all 3 configurations were tried. 3 of them failed: study.enqueue(record.params) runs one again."
    assert said in caplog.text
    assert "declare" not in caplog.text
    with pytest.raises(luthier.SpaceExhausted, match=r"3 of its configurations failed: study\.enqueue\("):
        study.ask()

    for record in study.trials:
        study.enqueue(record.params)
    caplog.clear()
    with caplog.at_level(logging.INFO, logger="luthier"):
        study.optimize(three)
    assert [record.value for record in study.trials[3:]] == [
        record.params["n"] for record in study.trials[:3]
    ]
    assert "failed" not in caplog.text


def test_a_failure_half_way_is_not_counted_where_others_went_on(caplog: pytest.LogCaptureFixture) -> None:
    study = luthier.create_study(sampler="grid", seed=3)
    with caplog.at_level(logging.INFO, logger="luthier"):
        study.optimize(fails_at_first, catch=RuntimeError)
    assert "all 8 configurations were tried." in caplog.text
    assert "of them failed" not in caplog.text


def wide(trial: Trial) -> float:
    """Of 650,000 configurations by name 180 are different: three branches of sixty."""
    kind = trial.suggest_categorical("kind", ["a", "b", "c"])
    return float(abs(trial.suggest_int(f"size of {kind}", 1, 60) - 20))


@pytest.mark.parametrize("name", ["nsga2", "tpe"])
@pytest.mark.parametrize("together", [1, 3])
def test_branches_that_make_a_large_space_of_few_configurations_are_not_repeated(
    name: str, together: int
) -> None:
    study = luthier.create_study(sampler=name, seed=1)
    study.optimize(wide, n_trials=20)
    begun = len(set(tried(study)))
    for _ in range(60 // together):
        for trial in study.ask(together):
            study.tell(trial, wide(trial))
    assert len(set(tried(study))) - begun == 60


def test_where_the_product_of_all_branches_is_too_large_a_grid_names_brute_force() -> None:
    study = luthier.create_study(sampler="grid")
    study.declare({f"k{place}": luthier.Int(0, 99) for place in range(4)})
    with pytest.raises(InvalidInput, match='sampler="quasi"; or "brute_force", which counts the paths'):
        study.ask()
