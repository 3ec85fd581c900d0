"""Optuna's CMA-ES, NSGA-II, NSGA-III and Gaussian-process samplers on luthier's."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from luthier.compat import optuna
from luthier.compat.optuna.samplers import (
    CmaEsSampler,
    GPSampler,
    NSGAIIISampler,
    NSGAIISampler,
    RandomSampler,
    TPESampler,
    nsgaii,
)
from luthier.compat.support import CompatWarning


def bowl(trial: Any) -> Any:
    return sum((trial.suggest_float(name, -5, 5) - 1) ** 2 for name in "abc") + trial.suggest_int("k", 0, 9)


def two(trial: Any) -> Any:
    x, y = trial.suggest_float("x", 0, 2), trial.suggest_categorical("y", [0.0, 0.5, 1.0])
    return x + y, (x - 2) ** 2 + y


def run(sampler: Any, objective: Any = bowl, n_trials: int = 30, **study: Any) -> Any:
    made = optuna.create_study(sampler=sampler, **study)
    made.optimize(objective, n_trials=n_trials)
    return made


@pytest.mark.parametrize("kind", [CmaEsSampler, NSGAIISampler, NSGAIIISampler, GPSampler])
def test_a_seed_makes_a_search_repeatable(kind: Any) -> None:
    one, other = (run(kind(seed=4), n_trials=14) for _ in range(2))
    assert [trial.params for trial in one.trials] == [trial.params for trial in other.trials]


@pytest.mark.parametrize(
    "options", [{}, {"with_margin": True}, {"use_separable_cma": True}, {"lr_adapt": True}, {"popsize": 4}]
)
def test_cma_finds_the_bottom_of_a_bowl(options: Any) -> None:
    assert run(CmaEsSampler(seed=1, **options), n_trials=150).best_value < 1.5


def test_cma_maximises_too() -> None:
    study = run(CmaEsSampler(seed=1), lambda trial: -bowl(trial), n_trials=150, direction="maximize")
    assert study.best_value > -1.0


def test_cma_begins_at_x0() -> None:
    x0 = {"a": 3.0, "b": -4.0, "c": 0.0}
    study = run(CmaEsSampler(x0=x0, sigma0=0.01, seed=0, n_startup_trials=2), n_trials=14)
    for name, value in x0.items():
        assert np.mean([trial.params[name] for trial in study.trials[2:]]) == pytest.approx(value, abs=0.2)


def test_cma_begins_at_the_best_source_trials() -> None:
    source = run(RandomSampler(seed=1), lambda trial: -bowl(trial), n_trials=60, direction="maximize").trials
    sampler = CmaEsSampler(source_trials=source, seed=0)
    study = run(sampler, lambda trial: -bowl(trial), n_trials=16, direction="maximize")
    good = sorted(source, key=lambda trial: -(trial.value or 0.0))[:6]
    for name in "abc":
        wanted = np.mean([trial.params[name] for trial in good])
        assert np.mean([trial.params[name] for trial in study.trials[2:]]) == pytest.approx(wanted, abs=1.5)
    with pytest.raises(ValueError, match="source_trials"):
        run(CmaEsSampler(source_trials=[]), n_trials=1)


def test_cma_leaves_choices_to_the_independent_sampler() -> None:
    def objective(trial: Any) -> Any:
        kind = trial.suggest_categorical("kind", ["bad", "good", "worse"])
        return (trial.suggest_float("x", -5, 5) - 1) ** 2 + {"bad": 5, "good": 0, "worse": 9}[kind]

    for independent in (None, TPESampler(), RandomSampler()):
        study = run(CmaEsSampler(seed=2, independent_sampler=independent), objective, n_trials=80)
        share = np.mean([trial.params["kind"] == "good" for trial in study.trials[40:]])
        assert (share > 0.6) == (not isinstance(independent, RandomSampler))


def test_cma_goes_on_after_a_reload(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 's.db'}"
    whole = run(CmaEsSampler(seed=3), n_trials=40)
    optuna.create_study(storage=url, sampler=CmaEsSampler(seed=3)).optimize(bowl, n_trials=23)
    study = optuna.load_study(study_name=None, storage=url, sampler=CmaEsSampler())
    study.optimize(bowl, n_trials=17)
    assert [trial.params for trial in study.trials] == [trial.params for trial in whole.trials]


def test_cma_refuses_what_it_cannot() -> None:
    with pytest.raises(ValueError, match="one objective"):
        run(CmaEsSampler(), two, directions=["minimize", "minimize"])
    pairs: list[dict[str, Any]] = [
        {"source_trials": [], "x0": {"a": 1.0}},
        {"source_trials": [], "use_separable_cma": True},
        {"lr_adapt": True, "with_margin": True},
        {"use_separable_cma": True, "with_margin": True},
    ]
    for pair in pairs:
        with pytest.raises(ValueError, match=" and ".join(sorted(pair))):
            CmaEsSampler(**pair)


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        (CmaEsSampler, {"consider_pruned_trials": True}),
        (CmaEsSampler, {"inc_popsize": 3}),
        (CmaEsSampler, {"independent_sampler": optuna.samplers.GridSampler({"a": [1]})}),
        (GPSampler, {"independent_sampler": RandomSampler()}),
        (GPSampler, {"deterministic_objective": True}),
    ],
)
def test_what_differs_is_said(kind: Any, arguments: Any) -> None:
    with pytest.warns(CompatWarning, match=next(iter(arguments))):
        kind(**arguments)


@pytest.mark.parametrize("kind", [NSGAIISampler, NSGAIIISampler])
def test_fronts_are_approached(kind: Any) -> None:
    study = run(kind(seed=1, population_size=20), two, n_trials=120, directions=["minimize", "minimize"])
    best = study.best_trials
    assert sum(trial.params["y"] == 0.0 for trial in best) > 0.9 * len(best)
    assert min(trial.values[0] for trial in best) < 0.3
    assert min(trial.values[1] for trial in best) < 0.3


def test_directions_count() -> None:
    """Medians of five seeds: of one alone the end may be missed by chance."""
    ends = []
    for seed in range(5):
        study = run(
            NSGAIISampler(seed=seed, population_size=20),
            lambda trial: (-two(trial)[0], two(trial)[1]),
            120,
            directions=["maximize", "minimize"],
        )
        ends.append(max(trial.values[0] for trial in study.best_trials))
    assert np.median(ends) > -0.05


@pytest.mark.parametrize(
    "crossover",
    [
        nsgaii.UniformCrossover(),
        nsgaii.BLXAlphaCrossover(),
        nsgaii.SBXCrossover(),
        nsgaii.VSBXCrossover(eta=2.0),
        nsgaii.SPXCrossover(),
        nsgaii.UNDXCrossover(),
    ],
    ids=lambda each: type(each).__name__,
)
def test_crossovers_are_taken(crossover: Any) -> None:
    sampler = NSGAIISampler(
        seed=1, population_size=8, crossover=crossover, mutation=nsgaii.PolynomialMutation(5.0)
    )
    assert run(sampler, n_trials=120).best_value < 6.0


def test_reference_points_are_taken() -> None:
    sampler = NSGAIIISampler(seed=1, population_size=10, reference_points=np.array([[1.0, 1.0]]))
    assert run(sampler, two, directions=["minimize", "minimize"]).best_trials
    run(NSGAIIISampler(seed=1, dividing_parameter=4), two, directions=["minimize", "minimize"])


@pytest.mark.parametrize("kind", [NSGAIISampler, NSGAIIISampler, GPSampler])
def test_constraints_func_is_called_after_each_trial(kind: Any) -> None:
    with pytest.warns(FutureWarning, match="set_constraint"):
        sampler = kind(seed=0, constraints_func=lambda trial: (trial.params["x"],))
    study = run(sampler, lambda trial: -trial.suggest_float("x", -1, 1), n_trials=25)
    assert all(trial.constraints == {"0": trial.params["x"]} for trial in study.trials)
    assert -0.5 < study.best_params["x"] <= 0


@pytest.mark.parametrize(
    "name",
    [
        "mutation",
        "crossover",
        "elite_population_selection_strategy",
        "child_generation_strategy",
        "after_trial_strategy",
    ],
)
def test_what_genetic_samplers_do_not_have_is_named(name: str) -> None:
    unusable: dict[str, Any] = {name: object()}
    with pytest.raises(NotImplementedError, match=name):
        NSGAIISampler(**unusable)


def test_bad_arguments_are_refused_at_once() -> None:
    for make in (
        lambda: CmaEsSampler(popsize=1),
        lambda: CmaEsSampler(restart_strategy="never"),
        lambda: NSGAIISampler(population_size=1),
        lambda: NSGAIIISampler(dividing_parameter=0),
        lambda: nsgaii.SBXCrossover(eta=-1.0),
        lambda: nsgaii.UniformCrossover(2.0),
    ):
        with pytest.raises(ValueError, match="Expected"):
            make()
    with pytest.raises(NotImplementedError, match="BaseCrossover"):
        _ = nsgaii.BaseCrossover
