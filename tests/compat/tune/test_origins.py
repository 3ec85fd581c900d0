"""What the searchers of other libraries are in luthier, and what the trials of an experiment say of themselves."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

import luthier
from luthier.compat import tune
from luthier.compat.tune import verbs
from luthier.compat.tune.contract import SearchPlan
from luthier.compat.tune.schedulers import HyperBandForBOHB
from luthier.compat.tune.search import BasicVariantGenerator
from luthier.compat.tune.search.ax import AxSearch
from luthier.compat.tune.search.bayesopt import BayesOptSearch
from luthier.compat.tune.search.bohb import TuneBOHB
from luthier.compat.tune.search.hebo import HEBOSearch
from luthier.compat.tune.search.hyperopt import HyperOptSearch
from luthier.compat.tune.search.optuna import OptunaSearch
from luthier.compat.tune.variants import ranges_of
from luthier.records.trial import Origin

SPACE: Mapping[str, Any] = {"x": verbs.uniform(0, 1), "width": verbs.randint(1, 9)}

pytestmark = pytest.mark.filterwarnings("ignore::luthier.compat.support.CompatWarning")


def studied(searcher: Any, count: int, *, space: Mapping[str, Any] = SPACE) -> luthier.Study:
    """A study of so many trials that a searcher proposed, each told at once."""
    plan = SearchPlan(
        metric="loss",
        mode="min",
        space=ranges_of(space),
        param_space=space,
        num_samples=count,
        seed=0,
        directory=Path(),
    )
    study = luthier.create_study(sampler=searcher.search_algorithm().engine(plan), seed=0)
    study.declare(ranges_of(space))
    for _ in range(count):
        trial = study.ask()
        values = {name: trial.suggest(name, domain) for name, domain in ranges_of(space).items()}
        study.tell(trial, sum(map(float, values.values())))
    return study


def gaussian() -> Any:
    """What stands for Optuna's sampler of this name."""
    return OptunaSearch(sampler=type("GPSampler", (), {})())


@pytest.mark.parametrize(
    ("make", "startup", "name", "who"),
    [
        (lambda: BayesOptSearch(random_search_steps=3), 3, "gp", "BayesOptSearch"),
        (AxSearch, 5, "gp", "AxSearch"),
        (HEBOSearch, 5, "gp", "HEBOSearch"),
        (gaussian, 10, "gp", "OptunaSearch"),
        (OptunaSearch, 10, "tpe", "OptunaSearch"),
        (lambda: HyperOptSearch(n_initial_points=4), 4, "tpe", "HyperOptSearch"),
        (TuneBOHB, 5, "tpe", "TuneBOHB"),
    ],
)
def test_a_searcher_is_the_sampler_of_its_kind_behind_the_start_that_it_asks_for(
    make: Callable[[], Any], startup: int, name: str, who: str
) -> None:
    origins = [record.origin for record in studied(make(), startup + 2).trials]
    start = Origin("quasi", f"one of the first {startup} trials of {who}")
    assert origins == [start] * startup + [Origin(name, f"search_alg={who}")] * 2


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("CmaEsSampler", "cma"),
        ("NSGAIISampler", "nsga2"),
        ("NSGAIIISampler", "nsga3"),
        ("QMCSampler", "quasi"),
        ("RandomSampler", "random"),
    ],
)
def test_a_sampler_of_optuna_is_luthiers_of_its_kind(kind: str, name: str) -> None:
    study = studied(OptunaSearch(sampler=type(kind, (), {})()), 2)
    assert study.trials[-1].origin == Origin(name, f"OptunaSearch(sampler={kind})")


def test_nothing_is_suggested_twice_as_long_as_anything_is_left() -> None:
    study = studied(BayesOptSearch(random_search_steps=2), 8, space={"width": verbs.randint(0, 7)})
    assert len({record.params["width"] for record in study.trials[:7]}) == 7
    assert len(study.trials) == 8


def falls(config: Mapping[str, Any]) -> None:
    """A loss that falls over four steps."""
    for step in range(4):
        tune.report({"loss": config["x"] + 1.0 / (1 + step)})


def ran(folder: Path, space: Mapping[str, Any], **settings: Any) -> list[str]:
    """The origins of an experiment's trials."""
    tune.Tuner(
        falls,
        param_space=dict(space),
        tune_config=tune.TuneConfig(metric="loss", mode="min", max_concurrent_trials=1, **settings),
        run_config=tune.RunConfig(name="run", storage_path=str(folder), verbose=0),
    ).fit()
    return [str(trial.origin) for trial in luthier.load_study("run", storage=f"{folder}/luthier.db").trials]


def test_the_trials_of_an_experiment_say_which_search_they_are_of(tmp_path: Path) -> None:
    assert ran(tmp_path / "a", {"x": verbs.uniform(0, 1)}, num_samples=2) == ["random: no search_alg"] * 2
    variants = BasicVariantGenerator(points_to_evaluate=[{"x": 0.5}])
    assert ran(tmp_path / "b", {"x": verbs.uniform(0, 1)}, num_samples=2, search_alg=variants) == [
        "enqueued: points_to_evaluate",
        "random: search_alg=BasicVariantGenerator",
    ]
    together = BasicVariantGenerator(constant_grid_search=True)
    space = {"x": verbs.uniform(0, 1), "k": verbs.grid_search([1, 2])}
    assert (
        ran(tmp_path / "c", space, num_samples=1, search_alg=together)
        == ["random: BasicVariantGenerator(constant_grid_search=True)"] * 2
    )
    assert ran(tmp_path / "d", {"x": verbs.grid_search([1, 2])}) == ["grid: grid_search"] * 2


@pytest.mark.parametrize("make", [TuneBOHB, BayesOptSearch, OptunaSearch])
def test_a_model_is_shown_what_stopped_and_running_trials_reported(make: Callable[[], Any]) -> None:
    plan = SearchPlan(
        metric="loss", mode="min", space={}, param_space={}, num_samples=1, seed=0, directory=Path()
    )
    assert make().search_algorithm().engine(plan).capabilities.uses_reports


def test_a_model_goes_on_where_a_scheduler_stops_trials(tmp_path: Path) -> None:
    said = ran(
        tmp_path,
        {"x": verbs.uniform(0, 1)},
        num_samples=16,
        search_alg=TuneBOHB(seed=1),
        scheduler=HyperBandForBOHB(max_t=4, reduction_factor=2),
    )
    assert said[5:] == ["tpe: search_alg=TuneBOHB"] * 11
    trials = luthier.load_study("run", storage=f"{tmp_path}/luthier.db").trials
    assert any(trial.state == "PRUNED" for trial in trials)
