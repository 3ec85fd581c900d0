"""Regrets, ranks and intervals of known inputs, and what the tables say of them."""

import json
import math

import numpy as np
import pytest

from benchmarks.quality.collect import Table, collect
from benchmarks.quality.editions import edition_of, version_of
from benchmarks.quality.problems import Benchmark
from benchmarks.quality.report import Section, as_json, as_text
from benchmarks.quality.runs import Key, Run
from benchmarks.quality.statistics import (
    CEILING,
    difference,
    mean_ranks,
    mean_regret,
    quotients,
    reached,
    regrets_of,
    unreached,
)
from benchmarks.quality.tasks import Plan
from luthier.testing.problems import PROBLEMS

KEY = Key("toy@1", "sphere2@1", 0, 1)


def benchmark(name: str = "sphere2", *, epochs: int = 0) -> Benchmark:
    """Regret 1 is a value of 10, regret 0 a value of 0."""
    return Benchmark(problem=PROBLEMS[name], suite=f"suite {name}", argmin={}, scale=10.0, epochs=epochs)


def test_regret_is_that_of_the_best_so_far() -> None:
    run = Run(KEY, 4, values=(10.0, 20.0, 5.0, 1.0))
    assert regrets_of(run, benchmark(), (1, 2, 3, 4)) == [1.0, 1.0, 0.5, 0.1]


def test_regret_is_clipped_on_both_sides() -> None:
    run = Run(KEY, 3, values=(math.inf, 1e9, -1.0))
    assert regrets_of(run, benchmark(), (1, 2, 3)) == [CEILING, CEILING, 0.0]


def test_a_search_that_ended_early_stays_where_it_was() -> None:
    assert regrets_of(Run(KEY, 100, values=(4.0, 2.0)), benchmark(), (20, 100)) == [0.2, 0.2]


def test_on_curves_regret_is_that_of_the_epochs_spent() -> None:
    run = Run(KEY, 4, values=(10.0, 5.0, 1.0), epochs=(5, 20, 25), seconds=(1.0, 2.0, 3.0))
    assert regrets_of(run, benchmark(epochs=10), (0, 1, 2, 4)) == [CEILING, 1.0, 0.5, 0.1]
    assert reached(run, benchmark(epochs=10), 0.5, 4) == 2.0
    assert reached(run, benchmark(epochs=10), 0.01, 4) == 8.0


def test_what_a_run_finds_beyond_the_budget_that_is_compared_does_not_count() -> None:
    run = Run(KEY, 4, values=(10.0, 5.0, 1.0), epochs=(5, 20, 25), seconds=(1.0, 2.0, 3.0))
    assert reached(run, benchmark(epochs=10), 0.1, 4) == 2.5
    assert reached(run, benchmark(epochs=10), 0.1, 2) == 4.0


def test_every_problem_counts_alike_whatever_its_seeds() -> None:
    R = np.array([[[1.0], [1.0], [1.0]], [[0.0], [np.nan], [np.nan]], [[np.nan]] * 3])
    assert mean_regret(R) == pytest.approx([0.5])


def test_ranks_are_of_shared_problems_and_equals_share() -> None:
    a = np.array([[[0.1]], [[0.5]], [[0.9]]])
    b = np.array([[[0.2]], [[0.5]], [[np.nan]]])
    c = np.array([[[0.3]], [[0.1]], [[0.0]]])
    ranks = mean_ranks({"a": a, "b": b, "c": c})
    assert {name: rank.tolist() for name, rank in ranks.items()} == {"a": [1.75], "b": [2.25], "c": [2.0]}


def test_an_interval_holds_the_difference_and_knows_its_sign() -> None:
    rng = np.random.default_rng(1)
    theirs = rng.normal(0.5, 0.1, (20, 10))
    ours = theirs - 0.1 + rng.normal(0.0, 0.02, (20, 10))
    found = difference(ours, theirs)
    assert found is not None
    assert found.low < -0.1 < found.high < 0
    assert (found.problems, found.pairs) == (20, 200)
    assert difference(theirs, ours).mean == pytest.approx(-found.mean)  # type: ignore[union-attr]  # it has pairs


def test_problems_are_clusters_of_an_interval() -> None:
    """A hundred seeds of one problem say no more about other problems than one."""
    effect = np.array([-0.4, 0.4, -0.3, 0.3])[:, None]
    few, many = (difference(effect + np.zeros((4, seeds)), np.zeros((4, seeds))) for seeds in (1, 100))
    assert few is not None
    assert many is not None
    assert many.high - many.low == pytest.approx(few.high - few.low, rel=0.1)


@pytest.mark.parametrize("n", [2, 4, 8, 30])
def test_an_interval_from_few_problems_is_as_sure_as_it_says(n: int) -> None:
    """Of 200 intervals of 95 % ten miss the effect; with 24 or more the chance of so many is below 0.0001."""
    rng = np.random.default_rng(7)
    missed = 0
    for _ in range(200):
        found = difference(rng.normal(0.0, 1.0, (n, 1)), np.zeros((n, 1)))
        assert found is not None
        missed += not found.low <= 0.0 <= found.high
    assert missed < 24


def test_only_pairs_are_compared() -> None:
    ours = np.array([[1.0, np.nan], [1.0, 5.0]])
    theirs = np.array([[0.5, 9.0], [np.nan, np.nan]])
    found = difference(ours, theirs)
    assert found is not None
    assert (found.mean, found.problems, found.pairs) == (0.5, 1, 1)
    assert difference(ours, np.full((2, 2), np.nan)) is None


def test_a_quotient_is_to_the_peer_that_is_best_at_each_target() -> None:
    """Medians over seeds, geometric means over problems; a problem without runs does not count."""
    ours = np.array([[[1.0, 8.0], [3.0, 8.0], [2.0, 8.0]], [[8.0, 2.0]] * 3, [[np.nan] * 2] * 3])
    first, second = np.full((3, 3, 2), 8.0), np.full((3, 3, 2), [16.0, 4.0])
    found = quotients(ours, [first, second])
    assert [one.value for one in found] == pytest.approx([4.0 / 8.0, 4.0 / 4.0])
    assert (found[0].low, found[0].high) == pytest.approx((math.sqrt(8) / 8, math.sqrt(24) / 8))
    assert (found[1].low, found[1].high) == pytest.approx((1.0, 1.0))


def test_the_best_of_several_peers_is_taken_in_each_draw() -> None:
    """Two peers that are alike are together cheaper than each alone, and never dearer."""
    rng = np.random.default_rng(1)
    ours, one, two = np.exp(rng.normal(2.0, 0.5, (3, 4, 20, 1)))
    alone, both = quotients(ours, [one])[0], quotients(ours, [one, two])[0]
    assert both.low > alone.low
    assert both.value >= alone.value
    assert alone.low < alone.value < alone.high


def test_a_quotient_is_surer_with_more_seeds() -> None:
    rng = np.random.default_rng(1)
    wide, narrow = (
        quotients(np.exp(rng.normal(2.0, 0.5, (4, seeds, 1))), [np.full((4, 5, 1), 8.0)])[0]
        for seeds in (5, 80)
    )
    assert narrow.high - narrow.low < 0.5 * (wide.high - wide.low)


def test_runs_that_never_come_to_a_target_are_counted() -> None:
    E = np.array([[[1.0, 8.0], [4.0, 8.0]], [[8.0, 8.0], [np.nan] * 2]])
    assert unreached(E, 4).tolist() == pytest.approx([1 / 3, 1.0])


def section(*, failed: bool = False) -> Section:
    """Two tuners on two problems, one twice as good."""
    benchmarks = [benchmark("sphere2"), benchmark("sphere5")]
    plan = Plan(tuners=["auto", "random", "hebo"], benchmarks=benchmarks, seeds=range(3), workers=1, budget=2)
    runs = {}
    for tuner, value in (("auto", 2.0), ("random", 4.0)):
        for seed in range(3):
            for one in benchmarks:
                key = Key(version_of(tuner), edition_of(one), seed, 1)
                runs[key] = Run(key, 2, values=(9.0, value), thinking=(1.0, 3.0))
    if failed:
        key = Key(version_of("hebo"), edition_of(benchmarks[0]), 0, 1)
        runs[key] = Run(key, 2, failure="it does not install")
    tables = collect(plan, runs, (1, 2))
    return Section("toys", benchmarks, (1, 2), tables, "auto")


def test_runs_become_tables() -> None:
    auto, random = section().tables
    assert isinstance(auto, Table)
    assert auto.R.tolist() == [[[0.9, 0.2]] * 3] * 2
    assert random.R.tolist() == [[[0.9, 0.4]] * 3] * 2
    assert auto.thinking == (1.0, 2.0)
    assert auto.runs == 6


def test_a_run_says_nothing_of_more_trials_than_it_was_given() -> None:
    one = benchmark()
    plan = Plan(tuners=["auto"], benchmarks=[one], seeds=range(1), workers=1, budget=50)
    key = Key(version_of("auto"), edition_of(one), 0, 1)
    (table,) = collect(plan, {key: Run(key, 20, values=(1.0,) * 20, thinking=(2.0,) * 20)}, (20, 50))
    assert table.R[0, 0, 0] == 0.1
    assert np.isnan(table.R[0, 0, 1])
    assert table.thinking[0] == 2.0
    assert collect(plan, {key: Run(key, 10, values=(1.0,) * 10)}, (20, 50)) == []


@pytest.mark.parametrize("markdown", [False, True])
def test_the_report_orders_compares_and_names_failures(*, markdown: bool) -> None:
    text = as_text([section(failed=True)], {"CPU": "fast"}, markdown=markdown)
    assert text.index("auto") < text.index("random")
    assert "-0.200 (-0.200 to -0.200) better" in text
    assert "suite sphere5 (1)" in text
    assert "hebo: 1 runs failed, most with: it does not install" in text


def test_every_line_of_a_markdown_table_has_the_same_cells() -> None:
    text = as_text([section()], {}, markdown=True)
    for block in text.split("\n\n"):
        lines = [line for line in block.splitlines() if line.startswith("|")]
        assert len({line.count("|") for line in lines}) <= 1


def test_the_json_has_the_figures() -> None:
    told = json.loads(json.dumps(as_json([section()], {"CPU": "fast"})))["sections"][0]
    assert told["tuners"]["auto"]["regret"] == pytest.approx([0.9, 0.2])
    assert told["differences"]["random"][1]["mean"] == pytest.approx(-0.2)


def test_epochs_to_a_target_are_held_against_the_best_peer() -> None:
    one = benchmark(epochs=10)
    tuners = ("auto+asha", "optuna-tpe+asha", "optuna-gp+asha")
    plan = Plan(tuners=tuners, benchmarks=[one], seeds=range(1), workers=8, budget=4, kind="epochs")
    runs = {}
    for tuner, epochs in zip(tuners, (5, 10, 50), strict=True):
        key = Key(version_of(tuner), edition_of(one), 0, 8, "epochs")
        runs[key] = Run(key, 4, values=(0.5,), epochs=(epochs,), seconds=(1.0,), thinking=(1.0,))
    found = Section("curves", [one], (4,), collect(plan, runs, (4,)), "auto+asha")
    head, ours, _, never, goal = found.targets()
    assert head[-1] == "never <= 0.1"
    assert ours == ("auto+asha", *["0.50"] * 3, *["0%"] * 3)
    assert never == ("optuna-gp+asha", *["8.00"] * 3, *["100%"] * 3)
    assert goal == (
        "goal: auto+asha <= 0.7 of the best peer",
        *["met (0.50, 0.50 to 0.50)"] * 3,
        *[""] * 3,
    )
    assert "met (0.50, 0.50 to 0.50)" in as_text([found], {}, markdown=True)
