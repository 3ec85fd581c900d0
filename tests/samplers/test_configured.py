"""A name with arguments is the name in all else."""

from typing import Any

import pytest

import luthier
from luthier.base.errors import InvalidInput
from luthier.samplers import Configured
from luthier.samplers.registry import SAMPLERS


def objective(trial: luthier.Trial) -> float:
    x, n = trial.suggest_float("x", -1.0, 1.0), trial.suggest_int("n", 1, 3)
    return (x - 0.3) ** 2 / n


def searched(sampler: Any, *, seed: int, n_trials: int = 9) -> list[dict[str, Any]]:
    study = luthier.create_study(sampler=sampler, seed=seed)
    study.optimize(objective, n_trials, progress=False)
    return [dict(trial.params) for trial in study.trials]


@pytest.mark.parametrize("name", sorted(set(SAMPLERS) - {"grid"}))
def test_without_arguments_it_is_the_name(name: str) -> None:
    assert searched(Configured(name), seed=3) == searched(name, seed=3)


@pytest.mark.parametrize("name", ["auto", "cma", "nsga2", "nsga3", "quasi"])
def test_the_seed_is_that_of_the_study_unless_it_is_given(name: str) -> None:
    assert searched(Configured(name), seed=3, n_trials=2) != searched(Configured(name), seed=4, n_trials=2)
    assert searched(Configured(name, seed=3), seed=3) == searched(name, seed=3)


#: An argument for each name that takes some, which changes what is proposed.
CHANGES = {
    "cma": {"population_size": 3},
    "forest": {"trees": 5},
    "nsga2": {"population_size": 4},
    "nsga3": {"population_size": 4},
    "tpe": {"n_candidates": 2},
}


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_arguments_are_heard(name: str) -> None:
    arguments: dict[str, Any] = CHANGES[name]
    assert searched(Configured(name, **arguments), seed=3) != searched(name, seed=3)


@pytest.mark.parametrize("sampler", [Configured("tpe", n_candidates=48), Configured("cma", restarts="bipop")])
def test_a_finite_space_is_tried_once_and_then_it_ends(sampler: Configured) -> None:
    study = luthier.create_study(sampler=sampler, seed=0)
    study.optimize(lambda trial: float(trial.suggest_int("n", 0, 11)), n_trials=30, progress=False)
    assert sorted(trial.params["n"] for trial in study.trials) == list(range(12))


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("tpee", {}, r"one of \"auto\", .*, got 'tpee'"),
        (["tpe"], {}, r"one of \"auto\", .*, got \['tpe'\]"),
        ("brute_force", {}, r"one of \"auto\", .*, got 'brute_force'"),
        ("tpe", {"candidates": 3}, r"TPESampler to be given n_candidates, .*, got candidates=3"),
        ("gp", {"trees": 3}, r"GPSampler to be given no arguments, got trees=3"),
        ("tpe", {"n_candidates": 0}, r"n_candidates >= 1"),
        ("tpe", {"seed": 3}, r"got seed=3\. Leave it out, and pass create_study\(seed=3\)\."),
    ],
)
def test_what_is_wrong_is_said_at_once(name: Any, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        Configured(name, **arguments)


def test_it_says_what_it_is() -> None:
    assert repr(Configured("tpe", n_candidates=48)) == "Configured('tpe', n_candidates=48)"


def test_it_is_no_part_of_other_samplers() -> None:
    with pytest.raises(InvalidInput, match=r"got Configured\('tpe'\)\. Pass an object such as luthier"):
        luthier.samplers.Distinct(Configured("tpe"))  # type: ignore[arg-type]  # what a user may try


@pytest.mark.parametrize("name", ["brute_force", "Brute-Force", "brute"])
def test_what_goes_by_name_alone_is_said_to(name: str) -> None:
    with pytest.raises(InvalidInput, match=r'Pass sampler="brute_force": it takes no arguments\.$'):
        Configured(name)
