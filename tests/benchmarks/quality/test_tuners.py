"""Every library that is installed here proposes values of the domains, alone and with others under way."""

import math
from typing import Any

import pytest

from benchmarks.quality.catalogue import FRONTIERS, STOPPERS, TUNERS
from benchmarks.quality.configuration import Configuration
from benchmarks.quality.epochs import run_epochs
from benchmarks.quality.fronts import run_fronts
from benchmarks.quality.problems import FRONTS, Benchmark
from benchmarks.quality.runs import Key
from benchmarks.quality.search import run_trials
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


def test_a_value_outside_its_domain_is_the_fault_of_the_adapter() -> None:
    config = Configuration(PROBLEM.space, {"x": 1.5, "layers": 3}.__getitem__)
    assert config["layers"] == 3
    with pytest.raises(ValueError, match=r"expected a value of Float.* for x, got 1\.5"):
        config["x"]
