"""What a sweep tries: grids, caps, targets, seeds."""

from typing import Any

import luthier
from luthier.frontends.sweep.execute import execute
from luthier.frontends.sweep.plan import plan_of
from luthier.frontends.sweep.runner import run_values
from luthier.frontends.sweep.studies import Sweep, open_sweep

GRID = {
    "b": {"values": ["x", "y"]},
    "a": {"distribution": "q_uniform", "min": 0, "max": 10, "q": 5},
    "c": {"parameters": {"d": {"value": {"deep": [1]}}}},
}


def swept(config: dict[str, Any], url: str, *, seed: int = 0, name: str = "s") -> Sweep:
    """A sweep in a store."""
    luthier.set_verbosity("error")
    return open_sweep(plan_of(config), name, storage=url, seed=seed)


def run(sweep: Sweep, count: int | None = None, value: float | None = 1.0) -> list[dict[str, Any]]:
    """The configurations of all runs, once some more have ended in this process; a value of None is that of x."""

    def objective(trial: luthier.Trial) -> float:
        values = run_values(sweep.plan, trial)
        return values["x"] if value is None else value

    execute(sweep, objective, count=count, executor="inline", progress=False)
    return [dict(record.params) for record in sweep.study.trials]


def test_a_grid_has_every_combination_once_in_the_order_of_names(url: str) -> None:
    tried = run(swept({"method": "grid", "parameters": GRID}, url))

    assert [(config["a"], config["b"]) for config in tried] == [
        (0, "x"), (0, "y"), (5, "x"), (5, "y"), (10, "x"), (10, "y"),
    ]  # fmt: skip
    assert all(config["c.d"] == {"deep": [1]} for config in tried)


def test_a_run_says_where_its_values_come_from(url: str) -> None:
    line = {"x": {"min": 0.0, "max": 1.0}}
    said = {"random": "random: the method of the sweep", "grid": "grid: the method of the sweep"}
    for method, origin in said.items():
        sweep = swept({"method": method, "parameters": GRID if method == "grid" else line}, url, name=method)
        run(sweep, count=2)
        assert [str(record.origin) for record in sweep.study.trials] == [origin] * 2


def test_bayes_is_the_default_search_and_ends_up_with_a_gaussian_process(url: str) -> None:
    config = {"method": "bayes", "metric": {"name": "loss"}, "parameters": {"x": {"min": 0.0, "max": 1.0}}}
    sweep = swept(config, url)
    run(sweep, count=7, value=None)
    origins = [record.origin.sampler for record in sweep.study.trials if record.origin]
    assert origins == ["centre", *["quasi"] * 4, "gp", "gp"]


def test_a_grid_goes_on_where_it_was_and_then_ends(url: str) -> None:
    config = {"method": "grid", "parameters": GRID}
    assert len(run(swept(config, url), count=4)) == 4

    again = swept(config, url)
    tried = run(again)

    assert len({(config["a"], config["b"]) for config in tried}) == len(tried) == 6
    assert run(again) == tried


def test_a_queued_combination_is_not_tried_twice(url: str) -> None:
    sweep = swept({"method": "grid", "parameters": GRID}, url)
    sweep.study.enqueue({"a": 5, "b": "y", "c.d": {"deep": [1]}})

    tried = run(sweep)

    assert (tried[0]["a"], tried[0]["b"]) == (5, "y")
    assert len(tried) == 6


def test_the_cap_counts_the_runs_of_all_agents(url: str) -> None:
    config = {"method": "random", "run_cap": 5, "parameters": {"x": {"min": 0.0, "max": 1.0}}}

    assert len(run(swept(config, url), count=3)) == 3
    assert len(run(swept(config, url), count=3)) == 5
    assert len(run(swept(config, url))) == 5


def test_the_cap_holds_for_those_who_ask_at_the_same_time(url: str) -> None:
    config = {"method": "random", "run_cap": 5, "parameters": {"x": {"min": 0.0, "max": 1.0}}}
    first, second = swept(config, url).study, swept(config, url).study

    assert [len(first.ask(3)), len(second.ask(9))] == [3, 2]


def test_a_target_ends_the_sweep_and_a_later_call_too(url: str) -> None:
    metric = {"name": "loss", "goal": "minimize", "target": 0.5}
    config = {"method": "random", "metric": metric, "parameters": {"x": {"min": 0.0, "max": 1.0}}}

    assert len(run(swept(config, url), count=3, value=0.6)) == 3
    assert len(run(swept(config, url), value=0.5)) == 4
    assert len(run(swept(config, url), value=0.5)) == 4


def test_a_seed_makes_draws_reproducible(url: str) -> None:
    parameters = {"x": {"min": 0.0, "max": 1.0}, "n": {"distribution": "normal"}, "c": {"values": [1, 2]}}
    config = {"method": "random", "parameters": parameters}

    tried = [run(swept(config, url, seed=seed, name=f"s{place}"), 5) for place, seed in enumerate((7, 7, 8))]

    assert tried[0] == tried[1]
    assert tried[0] != tried[2]


def test_bayes_learns(url: str) -> None:
    metric = {"name": "loss", "goal": "maximize"}
    sweep = swept(
        {
            "method": "bayes",
            "metric": metric,
            "parameters": {"x": {"min": 0.0, "max": 1.0}, "k": {"value": 1}},
        },
        url,
    )

    execute(
        sweep,
        lambda trial: -abs(run_values(sweep.plan, trial)["x"] - 0.77),
        count=30,
        executor="inline",
        progress=False,
    )

    assert abs(sweep.study.best_params["x"] - 0.77) < 0.03
