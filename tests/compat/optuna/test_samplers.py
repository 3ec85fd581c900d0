"""Optuna's samplers on luthier's."""

import itertools
from pathlib import Path
from typing import Any

import pytest

import luthier
from luthier.base.errors import InvalidInput, SpaceExhausted
from luthier.compat import optuna
from luthier.compat.optuna.samplers import (
    BruteForceSampler,
    GridSampler,
    PartialFixedSampler,
    QMCSampler,
    RandomSampler,
    TPESampler,
)
from luthier.compat.optuna.trial import TrialState
from luthier.compat.support import CompatWarning


def square(trial: Any) -> Any:
    return trial.suggest_float("x", -1, 1) ** 2 + trial.suggest_int("k", 0, 9)


@pytest.mark.parametrize("kind", [TPESampler, RandomSampler, lambda seed: QMCSampler(seed=seed)])
def test_a_seed_makes_a_search_repeatable_with_threads_too(kind: Any) -> None:
    def run(jobs: int) -> Any:
        study = optuna.create_study(sampler=kind(seed=7))
        study.optimize(square, n_trials=6, n_jobs=jobs)
        return [trial.params for trial in study.trials]

    assert run(1) == run(1)
    if kind is RandomSampler:
        assert run(3)[3:] == run(1)[3:]


def test_tpe_beats_chance() -> None:
    def best(sampler: Any) -> Any:
        study = optuna.create_study(sampler=sampler)
        study.optimize(lambda t: sum((t.suggest_float(n, -5, 5) - 1) ** 2 for n in "abc"), n_trials=50)
        return study.best_value

    tpe = sorted(best(TPESampler(seed=seed)) for seed in range(3))
    chance = sorted(best(RandomSampler(seed=seed)) for seed in range(3))
    assert tpe[1] < chance[1]


def test_the_start_of_tpe_is_as_long_as_asked() -> None:
    study = optuna.create_study(sampler=TPESampler(n_startup_trials=2, seed=0))
    other = optuna.create_study(sampler=TPESampler(n_startup_trials=6, seed=0))
    for each in (study, other):
        each.optimize(square, n_trials=6)
    same = [one.params == two.params for one, two in zip(study.trials, other.trials, strict=True)]
    assert same[:2] == [True, True]
    assert not all(same)


@pytest.mark.parametrize(
    "arguments",
    [
        {"multivariate": False},
        {"constant_liar": False},
        {"consider_prior": False},
        {"consider_magic_clip": False},
        {"consider_endpoints": True},
    ],
)
def test_what_tpe_does_otherwise_is_said(arguments: Any) -> None:
    with pytest.warns(CompatWarning, match=next(iter(arguments))):
        TPESampler(**arguments)


@pytest.mark.parametrize("name", ["gamma", "weights", "prior_weight"])
def test_what_tpe_does_not_have_is_named(name: str) -> None:
    unusable: dict[str, Any] = {name: 1}
    with pytest.raises(NotImplementedError, match=name):
        TPESampler(**unusable)


def test_constraints_func_is_called_after_each_trial() -> None:
    with pytest.warns(FutureWarning, match="set_constraint"):
        sampler = TPESampler(constraints_func=lambda trial: (trial.params["x"], -1.0))
    study = optuna.create_study(sampler=sampler)
    study.optimize(lambda trial: -trial.suggest_float("x", -1, 1), n_trials=8)
    assert all(trial.constraints == {"0": trial.params["x"], "1": -1.0} for trial in study.trials)
    assert all(trial.system_attrs["constraints"] == (trial.params["x"], -1.0) for trial in study.trials)
    again = optuna.create_study()
    again.add_trials(study.trials)
    assert [trial.system_attrs for trial in again.trials] == [trial.system_attrs for trial in study.trials]
    assert [trial.constraints for trial in again.trials] == [trial.constraints for trial in study.trials]
    assert study.best_params["x"] <= 0


def test_qmc_says_what_differs() -> None:
    with pytest.warns(CompatWarning, match="halton"):
        QMCSampler(qmc_type="halton")
    with pytest.warns(CompatWarning, match="independent_sampler"):
        QMCSampler(independent_sampler=RandomSampler())
    with pytest.raises(ValueError, match="sobol"):
        QMCSampler(qmc_type="latin")


GRID: dict[str, Any] = {"x": [-0.5, 0.0, 0.5], "c": ["a", None]}


def gridded(trial: Any) -> Any:
    return trial.suggest_float("x", -1, 1) + (trial.suggest_categorical("c", ["a", "b", None]) is None)


def tried(study: Any) -> Any:
    return sorted((trial.params["x"], str(trial.params["c"])) for trial in study.trials)


@pytest.mark.parametrize("jobs", [1, 3])
def test_a_grid_visits_every_combination_once_and_stops(jobs: int) -> None:
    sampler = GridSampler(GRID, seed=3)
    study = optuna.create_study(sampler=sampler)
    study.optimize(gridded, n_trials=4, n_jobs=jobs)
    assert not sampler.is_exhausted(study)
    study.optimize(gridded, n_jobs=jobs)
    assert tried(study) == sorted(itertools.product(GRID["x"], ["a", "None"]))
    assert sampler.is_exhausted(study)
    with pytest.raises(SpaceExhausted):
        study.ask()


def test_a_grid_goes_on_after_a_reload(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 's.db'}"
    optuna.create_study(storage=url, sampler=GridSampler(GRID)).optimize(gridded, n_trials=2)
    study = optuna.load_study(study_name=None, storage=url, sampler=GridSampler(GRID))
    study.optimize(gridded)
    assert tried(study) == sorted(itertools.product(GRID["x"], ["a", "None"]))


def test_a_grid_without_a_value_for_a_parameter_says_so() -> None:
    study = optuna.create_study(sampler=GridSampler({"y": [1]}))
    with pytest.raises(ValueError, match="'x'"):
        study.optimize(gridded, n_trials=1)
    with pytest.raises(ValueError, match="'y'"):
        GridSampler({"y": []})


def branching(trial: Any) -> Any:
    kind = trial.suggest_categorical("kind", ["a", "b"])
    if kind == "a":
        return trial.suggest_int("k", 0, 2)
    return trial.suggest_float("x", 0, 1, step=0.5) + trial.suggest_int("log", 1, 2, log=True)


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("patient", [False, True])
def test_brute_force_takes_every_path_once_and_stops(jobs: int, *, patient: bool) -> None:
    study = optuna.create_study(sampler=BruteForceSampler(seed=1, avoid_premature_stop=patient))
    study.optimize(branching, n_jobs=jobs)
    paths = [tuple(trial.params.items()) for trial in study.trials]
    assert len(set(paths)) == 3 + 3 * 2
    if jobs == 1 or not patient:
        assert len(paths) == 9


def test_brute_force_goes_on_after_a_reload(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 's.db'}"
    optuna.create_study(storage=url, sampler=BruteForceSampler()).optimize(branching, n_trials=4)
    study = optuna.load_study(study_name=None, storage=url, sampler=BruteForceSampler())
    study.optimize(branching)
    assert len({tuple(trial.params.items()) for trial in study.trials}) == len(study.trials) == 9


def test_brute_force_refuses_a_continuum() -> None:
    study = optuna.create_study(sampler=BruteForceSampler())
    with pytest.raises(ValueError, match="step"):
        study.optimize(square, n_trials=1)


@pytest.mark.parametrize("base", [TPESampler(seed=0), RandomSampler(seed=0)])
def test_fixed_parameters_stay_and_others_move(base: Any) -> None:
    study = optuna.create_study(sampler=PartialFixedSampler({"k": 3}, base))
    study.optimize(square, n_trials=6)
    assert {trial.params["k"] for trial in study.trials} == {3}
    assert len({trial.params["x"] for trial in study.trials}) == 6


def test_a_sampler_of_the_door_serves_others() -> None:
    study = optuna.create_study()
    study.optimize(square, n_trials=6)
    trial = study.trials[-1]
    for sampler in (TPESampler(), RandomSampler(), QMCSampler()):
        space = sampler.infer_relative_search_space(study, trial)
        assert set(space) == {"x", "k"}
        values = sampler.sample_relative(study, trial, space)
        assert -1 <= values["x"] <= 1
        assert values["k"] in range(10)
        assert sampler.sample_independent(study, trial, "new", space["k"]) in range(10)


def test_a_failed_trial_is_not_the_end_of_a_grid() -> None:
    study = optuna.create_study(sampler=GridSampler({"k": [0, 1, 2]}))
    results: list[Any] = [1.0, None, 1.0]
    study.optimize(lambda trial: results[trial.suggest_int("k", 0, 2)])
    assert sorted(trial.state for trial in study.trials) == [
        TrialState.COMPLETE,
        TrialState.COMPLETE,
        TrialState.FAIL,
    ]


@pytest.mark.parametrize(
    ("name", "start", "model"),
    [
        ("RandomSampler", [], "random"),
        ("QMCSampler", [], "quasi"),
        ("TPESampler", ["centre", "quasi", "quasi"], "tpe"),
        ("GPSampler", ["centre", "quasi", "quasi"], "gp"),
        ("CmaEsSampler", ["quasi", "quasi", "quasi"], "cma"),
        ("NSGAIISampler", [], "nsga2"),
        ("NSGAIIISampler", [], "nsga3"),
    ],
)
def test_trials_say_by_which_method_they_came(name: str, start: list[str], model: str) -> None:
    settings: dict[str, Any] = {"n_startup_trials": 3} if start else {}
    study = optuna.create_study(sampler=getattr(optuna.samplers, name)(seed=1, **settings))
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1) + trial.suggest_float("y", 0, 1), n_trials=6)
    origins = [record.origin for record in study._view.records if record.origin]
    assert [origin.sampler for origin in origins] == [*start, *[model] * (6 - len(start))]
    assert origins[-1].reason == f"sampler={name}"


def test_trials_of_a_grid_and_of_the_default_say_so_too() -> None:
    study = optuna.create_study(sampler=GridSampler({"x": [0.0, 1.0]}))
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1))
    assert [str(record.origin) for record in study._view.records] == ["grid: sampler=GridSampler"] * 2
    study = optuna.create_study()
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=7)
    assert str(study._view.records[-1].origin) == "tpe: sampler=TPESampler"


@pytest.mark.parametrize(
    ("sampler", "name"),
    [
        ("gp", "gp"),
        ("auto", "gp"),
        (luthier.samplers.Configured("tpe", good_share=0.2), "tpe"),
        (luthier.samplers.AutoSampler(), "gp"),
    ],
    ids=["gp", "auto", "Configured", "AutoSampler"],
)
def test_a_sampler_of_luthier_is_one_here(sampler: Any, name: str) -> None:
    study = optuna.create_study(sampler=sampler)
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=7)
    origin = study.native.trials[-1].origin
    assert origin is not None
    assert origin.sampler == name


def test_a_sampler_of_luthier_may_take_the_place_of_another() -> None:
    study = optuna.create_study()
    study.sampler = "random"
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=2)
    assert str(study.native.trials[-1].origin) == "random: the sampler of the study"


@pytest.mark.parametrize("wrong", ["gpp", optuna.samplers.TPESampler, luthier.samplers.TPESampler])
def test_a_wrong_sampler_leaves_no_study_behind(tmp_path: Path, wrong: Any) -> None:
    url = f"sqlite:///{tmp_path}/study.db"
    with pytest.raises(InvalidInput, match=r"Make one|Did you mean"):
        optuna.create_study(study_name="mine", storage=url, sampler=wrong)
    assert optuna.get_all_study_names(url) == []


def test_tpe_learns_from_pruned_trials() -> None:
    def objective(trial: Any) -> float:
        x = trial.suggest_float("x", 0, 1)
        for step in range(9):
            trial.report(x, step)
            if step > 2 and x > 0.02:
                raise optuna.TrialPruned
        return float(x)

    def late(seed: int) -> float:
        study = optuna.create_study(sampler=TPESampler(seed=seed))
        study.optimize(objective, n_trials=40)
        return float(sum(trial.params["x"] for trial in study.trials[-15:]) / 15)

    # By chance 0.5 with a deviation of 0.04: without what pruned trials told, all but one or two are like one another.
    assert sum(late(seed) for seed in range(4)) / 4 < 0.3
