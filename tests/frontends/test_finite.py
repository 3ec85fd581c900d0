"""Finite spaces: nothing twice while something is left, and a clear end for samplers that end."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import luthier
from luthier.engine.propose import Search
from luthier.executors.trial import Trial
from luthier.samplers import Distinct, TPESampler


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
