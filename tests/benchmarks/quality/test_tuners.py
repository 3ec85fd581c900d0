"""Every library that is installed here proposes values of the domains, alone and with others under way."""

import math
from dataclasses import replace
from typing import Any

import pytest

from benchmarks.quality.catalogue import FRONTIERS, STOPPERS, TUNERS
from benchmarks.quality.configuration import Configuration
from benchmarks.quality.epochs import run_epochs
from benchmarks.quality.fronts import run_fronts
from benchmarks.quality.problems import FRONTS, Benchmark
from benchmarks.quality.runs import Key
from benchmarks.quality.search import run_trials
from benchmarks.quality.tuners.protocol import Setup
from luthier.space.domains import Categorical, Float, Int
from luthier.space.space import Space
from luthier.testing.problems import Problem

#: Library -> what it imports.
NEEDS = {
    "luthier": "luthier",
    "rustuna": "rustuna",
    "optuna": "optuna",
    "hyperopt": "hyperopt",
    "smac": "smac",
    "skopt": "skopt",
    "hebo": "hebo",
    "ax": "ax",
}

#: Those of our samplers that every version has.
OURS = {"auto", "tpe", "random"}

NAMES = [name for name, tuner in TUNERS.items() if tuner.library != "luthier" or name in OURS]

#: Those that think for seconds.
HEAVY = {"optuna-gp", "skopt", "smac", "hebo", "ax"}

EPOCHS = 9


def value(get: Any) -> float:
    """Every kind of domain, a branch, and a corner where training fails."""
    if get("rate") > 0.5:
        return math.inf
    total: float = get("width") / 64 + get("layers") + get("dropout") + get("x") ** 2 + get("one")
    return total + (get("momentum") if get("optimizer") == "sgd" else 0.3)


PROBLEM = Problem(
    name="every",
    space=Space(
        {
            "rate": Float(1e-4, 1.0, log=True),
            "x": Float(-1.0, 1.0),
            "dropout": Float(0.0, 0.9, step=0.1),
            "layers": Int(1, 9, step=2),
            "width": Int(4, 64, log=True),
            "one": Int(3, 3),
            "optimizer": Categorical(("sgd", "adam")),
            "momentum": Float(0.0, 0.9),
        },
    ),
    evaluate=lambda get: (value(get),),
    optimum=(0.0,),
)

BENCHMARK = Benchmark(
    problem=PROBLEM,
    suite="toy",
    argmin={},
    scale=1.0,
    curve=lambda config: [value(config.__getitem__) + 1 / (1 + step) for step in range(EPOCHS)],
    epochs=EPOCHS,
)


@pytest.mark.filterwarnings("ignore")  # peers warn of their own experimental arguments
@pytest.mark.parametrize("workers", [1, 4])
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if name in HEAVY else name for name in NAMES]
)
def test_a_tuner_proposes_values_of_the_domains(name: str, workers: int) -> None:
    pytest.importorskip(NEEDS[TUNERS[name].library], reason="peers are not installed for the tests")
    if name == "optuna-gp":
        pytest.importorskip("torch", reason="torch is an extra")
    run = run_trials(TUNERS[name].open, BENCHMARK, Key(name, "every@1", 0, workers), 14)
    assert len(run.values) == 14
    assert min(run.values) < math.inf


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", [name for name in STOPPERS if "gp" not in name])
def test_a_tuner_that_stops_trainings_starts_more_of_them(name: str) -> None:
    pytest.importorskip(NEEDS[STOPPERS[name].library], reason="peers are not installed for the tests")
    run = run_epochs(STOPPERS[name].open, BENCHMARK, Key(name, "every@1", 0, 4, "epochs"), 20)
    assert len(run.thinking) > 24
    assert list(run.values) == sorted(run.values, reverse=True)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["optuna-tpe", "optuna-nsga2"])
def test_a_tuner_takes_two_objectives(name: str) -> None:
    pytest.importorskip(NEEDS[FRONTIERS[name].library], reason="peers are not installed for the tests")
    benchmark = FRONTS["dev"]["model-latency"]
    run = run_fronts(FRONTIERS[name].open_front, benchmark, Key(name, "model-latency@1", 0, 4, "fronts"), 14)
    assert len(run.values) == 14
    assert run.values[-1] < 0.0


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("workers", [1, 4])
@pytest.mark.parametrize("name", ["skopt", "smac"])
def test_a_search_goes_on_while_every_training_fails(name: str, workers: int) -> None:
    """By libraries that know no failures, or break on infinite values; no point is proposed twice."""
    pytest.importorskip(NEEDS[name], reason="peers are not installed for the tests")
    asked: list[dict[str, Any]] = []

    def fail(get: Any) -> tuple[float, ...]:
        asked.append({name: get(name) for name in PROBLEM.space})
        return (math.inf,)

    benchmark = replace(BENCHMARK, problem=replace(PROBLEM, evaluate=fail))
    run = run_trials(TUNERS[name].open, benchmark, Key(name, "every@1", 0, workers), 14)
    assert run.values == (math.inf,) * 14
    # Before the search, conditions are looked for by asking as well.
    assert len({repr(config) for config in asked[-14:]}) == 14


@pytest.mark.filterwarnings("ignore")
def test_what_failed_before_the_first_value_looks_no_better_than_it() -> None:
    pytest.importorskip("skopt", reason="peers are not installed for the tests")
    search: Any = TUNERS["skopt"].open(Setup(problem=PROBLEM, seed=0, trials=20, workers=1))
    for told, known in ((math.inf, []), (5.0, [5.0, 5.0]), (7.0, [5.0, 5.0, 7.0])):
        search.tell(search.ask(), told)
        assert search.optimizer.yi == known
    search.tell(search.ask(), math.inf)
    assert search.optimizer.yi[-1] == 7.0


TREE = Problem(
    name="tree",
    space=Space(
        {
            "x": Float(0.0, 1.0),
            "model": Categorical(("line", "network")),
            "layers": Int(1, 5, step=2),
            **{f"width_{layer}": Int(4, 64, log=True) for layer in (1, 3, 5)},
        }
    ),
    evaluate=lambda get: (get("x") + (grown(get) if get("model") == "network" else 0.5),),
    optimum=(0.0,),
)


def grown(get: Any) -> float:
    """A network of so many layers, each with a width."""
    return sum(
        abs(math.log2(get(f"width_{layer}")) - 4) / 10 for layer in (1, 3, 5) if layer <= get("layers")
    )


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["hyperopt", pytest.param("smac", marks=pytest.mark.slow)])
def test_a_library_that_wants_conditions_proposes_the_active_parameters_alone(name: str) -> None:
    """Of a branch, and of a number of layers in it, each of which comes up."""
    pytest.importorskip(NEEDS[name], reason="peers are not installed for the tests")
    search: Any = TUNERS[name].open(Setup(problem=TREE, seed=1, trials=100, workers=1))
    layers = set()
    for _ in range(25):
        trial = search.ask()
        active, values = TREE.run(trial.config)
        known = trial.token
        proposed = (
            dict(known.config)
            if name == "smac"
            else {label: found for label, found in known["misc"]["vals"].items() if found}
        )
        assert set(proposed) == set(active)
        layers.add(active.get("layers"))
        search.tell(trial, values[0])
    assert layers == {None, 1, 3, 5}


@pytest.mark.filterwarnings("ignore")
def test_a_pruner_that_is_told_its_first_rung_does_not_wait_for_a_whole_training() -> None:
    pytest.importorskip("optuna", reason="peers are not installed for the tests")
    stopped = {}
    for name in ("optuna-random+asha", "optuna-random+asha1"):
        setup = Setup(problem=PROBLEM, seed=0, trials=20, workers=4, epochs=EPOCHS)
        search = STOPPERS[name].open(setup)
        asked = [search.ask() for _ in range(6)]
        stopped[name] = [search.report(one, 1, float(place)) for place, one in enumerate(asked)]
    assert stopped == {
        "optuna-random+asha": [False] * 6,
        "optuna-random+asha1": [False, *[True] * 5],
    }


def test_a_value_outside_its_domain_is_the_fault_of_the_adapter() -> None:
    config = Configuration(PROBLEM.space, {"x": 1.5, "layers": 3}.__getitem__)
    assert config["layers"] == 3
    with pytest.raises(ValueError, match=r"expected a value of Float.* for x, got 1\.5"):
        config["x"]
