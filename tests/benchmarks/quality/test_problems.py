"""The problems are what they say: legal spaces, whole tables, known optima, and two sets that share none."""

import math
from collections.abc import Mapping
from itertools import islice, product
from typing import Any

import numpy as np
import pytest

from benchmarks.quality.problems import DEV, FRONTS, REPORTED, Benchmark
from benchmarks.quality.problems.axes import Axis
from benchmarks.quality.problems.draft import facts
from benchmarks.quality.problems.forest import forest
from benchmarks.quality.problems.grids import TABLES, stored
from benchmarks.quality.problems.sets import ESTIMATORS, NETWORKS
from benchmarks.quality.problems.tabulated import GRIDS
from luthier.space.codec import Codec
from luthier.space.domains import Categorical, Float, Int

ALL = {**DEV, **REPORTED}
SAMPLES = sorted(name for name in ESTIMATORS if name not in GRIDS)
CURVED = sorted(name for name, benchmark in ALL.items() if benchmark.curve is not None)

#: Where the problems are defined.
FILES = TABLES.parent / "problems"

#: Draws of each problem; the least of them should not beat the best known value.
DRAWS = 200

#: How near to the best known value the argmin comes, relative to the scale.
REACHED = 1e-6

every = pytest.mark.parametrize("benchmark", [pytest.param(ALL[name], id=name) for name in sorted(ALL)])


def drawn(benchmark: Benchmark, n: int = DRAWS) -> list[dict[str, Any]]:
    """Configurations drawn uniformly, the same ones at every call."""
    codec, rng = Codec(benchmark.problem.space), np.random.default_rng(0)
    return [codec.decode(row) for row in rng.random((n, len(benchmark.problem.space))).tolist()]


def value(benchmark: Benchmark, config: Mapping[str, Any]) -> float:
    return benchmark.problem.evaluate(config.__getitem__)[0]


def test_every_problem_has_its_facts_and_no_other_has() -> None:
    assert sorted(facts()) == sorted([*ALL, *FRONTS["dev"], *FRONTS["reported"]])


def test_the_sets_share_no_problem_and_every_table_belongs_to_one() -> None:
    assert len(ALL) == len(DEV) + len(REPORTED)
    stores = [path.stem for path in TABLES.glob("*.npz")]
    assert sorted(stores) == sorted([*SAMPLES, *GRIDS, *NETWORKS])


def test_who_reads_the_files_for_development_is_led_to_none_of_those_held_out() -> None:
    """Neither they nor what they are made by names the package of the others."""
    shared = [path for path in FILES.glob("*.py") if path.stem not in ("__init__", "sets")]
    development = sorted((FILES / "dev").glob("*.py"))
    assert len(development) > 1
    assert [
        path.name for path in (*shared, *development) if "problems.reported" in path.read_text("utf-8")
    ] == []


def test_each_set_covers_every_suite_and_both_are_as_large_as_promised() -> None:
    suites = {"smooth", "log", "mixed", "conditional", "noisy", "rough", "sklearn", "networks"}
    for problems, made_up, real in ((DEV, 12, 4), (REPORTED, 12, 8)):
        found = [benchmark.suite for benchmark in problems.values()]
        assert set(found) == suites
        measured = sum(suite in ("sklearn", "networks") for suite in found)
        assert measured >= real
        assert len(found) - measured >= made_up


@every
def test_the_space_encodes_what_it_decodes(benchmark: Benchmark) -> None:
    space = benchmark.problem.space
    codec = Codec(space)
    for config in drawn(benchmark, 20):
        assert all(space[name].contains(config[name]) for name in space)
        assert not np.isnan(codec.encode(config)).any()


@every
def test_the_optimum_is_reached_at_its_argmin(benchmark: Benchmark) -> None:
    assert all(benchmark.problem.space[name].contains(entry) for name, entry in benchmark.argmin.items())
    asked, values = benchmark.problem.run(benchmark.argmin)
    assert set(asked) <= set(benchmark.argmin)
    assert benchmark.regret(values[0]) == pytest.approx(0.0, abs=REACHED)


@every
def test_no_draw_beats_the_optimum_and_20_draws_are_near_the_scale(benchmark: Benchmark) -> None:
    regrets = [benchmark.regret(value(benchmark, config)) for config in drawn(benchmark)]
    assert min(regrets) >= -REACHED
    bests = np.min(np.reshape(regrets, (-1, 20)), axis=1)
    assert np.min(bests) <= 1.0 <= np.max(bests)


@every
def test_the_optimum_is_not_where_a_search_begins(benchmark: Benchmark) -> None:
    codec = Codec(benchmark.problem.space)
    u = np.array(codec.encode(benchmark.argmin))
    assert np.nanmax(np.abs(u - 0.5)) > 0.1
    middle = codec.decode([0.5] * len(benchmark.problem.space))
    assert benchmark.regret(value(benchmark, middle)) > 0.01


@every
def test_a_value_depends_on_the_active_parameters_alone(benchmark: Benchmark) -> None:
    for config in drawn(benchmark, 20):
        asked, values = benchmark.problem.run(config)
        again, same = benchmark.problem.run(asked)
        assert (asked, values) == (again, same)


def test_conditional_problems_leave_parameters_out() -> None:
    for benchmark in (b for b in ALL.values() if b.suite == "conditional"):
        sizes = {len(benchmark.problem.run(config)[0]) for config in drawn(benchmark)}
        assert len(sizes) > 1
        assert max(sizes) <= len(benchmark.problem.space)


@every
def test_noise_is_redrawn_for_each_trial_and_repeats_with_its_seed(benchmark: Benchmark) -> None:
    get = benchmark.argmin.__getitem__
    first = benchmark.observe(get, seed=1, number=2)
    assert benchmark.observe(get, seed=1, number=2) == first
    others = {benchmark.observe(get, seed=seed, number=number) for seed, number in product((1, 2), (3, 4))}
    if benchmark.noise is None:
        assert others == {first}
        assert first == pytest.approx(benchmark.best, rel=1e-12)
    else:
        assert len(others | {first}) == 5


def test_noise_has_the_deviation_that_is_stated() -> None:
    for benchmark in (b for b in ALL.values() if b.noise is not None):
        config = drawn(benchmark, 1)[0]
        true = value(benchmark, config)
        draws = [benchmark.observe(config.__getitem__, seed=0, number=number) for number in range(400)]
        assert benchmark.noise is not None
        deviation = benchmark.noise(true)
        assert np.mean(draws) == pytest.approx(true, abs=0.2 * deviation)
        assert np.std(draws) == pytest.approx(deviation, rel=0.15)


def test_rough_problems_of_each_set_fail_in_places() -> None:
    for problems in (DEV, REPORTED):
        rough = [b for b in problems.values() if b.suite == "rough"]
        failed = [math.isinf(value(b, config)) for b in rough for config in drawn(b)]
        assert any(failed)
        assert not all(failed)


@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_a_network_has_a_curve_at_every_entry(name: str) -> None:
    network = NETWORKS[name]
    values = stored(name)["values"]
    assert values.shape == (*network.grid.shape, network.epochs)
    assert not np.isnan(values).any()
    ended = np.isinf(values[..., :-1]) & ~np.isinf(values[..., 1:])
    assert not ended.any()


@pytest.mark.parametrize("name", CURVED)
def test_a_curve_ends_in_the_value_of_its_configuration(name: str) -> None:
    benchmark = ALL[name]
    assert benchmark.curve is not None
    for config in [*drawn(benchmark, 20), dict(benchmark.argmin)]:
        curve = benchmark.curve(config)
        assert len(curve) == benchmark.epochs
        assert curve[-1] == value(benchmark, config)


@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_an_entry_of_a_grid_is_looked_up_as_it_was_stored(name: str) -> None:
    network = NETWORKS[name]
    indices = product(*map(range, network.grid.shape))
    for index in islice(indices, 0, None, 97):
        entry = network.grid.at(network.grid.config(index).__getitem__)
        assert np.array_equal(entry, stored(name)["values"][index])


def test_between_knots_a_value_lies_between_those_of_its_neighbours() -> None:
    axis = Axis("rate", Float(1e-4, 1.0, log=True), (1e-4, 1e-2, 1.0))
    assert axis.corners(1e-2) == [(1, 1.0)]
    (left, low), (right, high) = axis.corners(1e-3)
    assert (left, right) == (0, 1)
    assert (low, high) == pytest.approx((0.5, 0.5))
    assert Axis("layers", Int(2, 8, step=2)).corners(6) == [(2, 1.0)]
    assert Axis("kind", Categorical(("a", "b"))).corners("b") == [(1, 1.0)]


@pytest.mark.parametrize("name", SAMPLES)
def test_the_forest_passes_through_its_table_and_stays_within_it(name: str) -> None:
    table, surrogate = stored(name), forest(name)
    assert np.isfinite(table["y"]).all()
    assert len(np.unique(table["X"], axis=0)) == len(table["y"]) >= 1000
    for row, y in islice(zip(table["X"], table["y"], strict=True), 0, None, 11):
        assert surrogate(row) == pytest.approx(y, rel=1e-12)
    inside = [surrogate(row) for row in np.random.default_rng(0).random((50, table["X"].shape[1]))]
    assert table["y"].min() <= min(inside) <= max(inside) <= table["y"].max()
