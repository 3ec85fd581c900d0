"""What was run is never run again, and nothing that ended is lost."""

import gzip
import math
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.quality import editions
from benchmarks.quality.catalogue import PEERS, REVISIONS, named
from benchmarks.quality.editions import edition_of, version_of
from benchmarks.quality.problems import Benchmark
from benchmarks.quality.runs import Key, Run
from benchmarks.quality.store import Store, pack
from benchmarks.quality.tasks import Plan, Task, missing
from luthier.testing.problems import PROBLEMS

KEY = Key("toy@1", "line@1", 0, 1)

RUN = Run(KEY, 3, values=(1.5, math.inf, 0.1), observed=(1.0, math.inf, 0.2), thinking=(0.5, 12.0, 0.001))

BENCHMARK = Benchmark(problem=PROBLEMS["branin"], suite="toy", argmin={}, scale=1.0)


@pytest.mark.parametrize(
    "run",
    [
        RUN,
        Run(KEY, 3, failure="ValueError: no luck"),
        Run(replace(KEY, kind="epochs"), 2, values=(1.0,), epochs=(3,), seconds=(2.5,), thinking=(1.0,)),
    ],
)
def test_a_line_is_the_run(run: Run) -> None:
    assert Run.from_line(run.to_line()) == run


def test_a_run_is_found_again(tmp_path: Path) -> None:
    Store(tmp_path).add(RUN)
    again = Store(tmp_path)
    assert dict(again.runs) == {KEY: RUN}
    assert again.has(KEY, 2)
    assert not again.has(KEY, 4)
    assert not again.has(replace(KEY, seed=1), 2)


def test_a_line_that_was_cut_short_costs_itself_alone(tmp_path: Path) -> None:
    Store(tmp_path).add(RUN)
    path = tmp_path / "toy@1.jsonl"
    with path.open("a", encoding="utf-8") as file:
        file.write(RUN.to_line()[:20])
    other = replace(RUN, key=replace(KEY, seed=1))
    store = Store(tmp_path)
    assert set(store.runs) == {KEY}
    store.add(other)
    assert set(Store(tmp_path).runs) == {KEY, other.key}


def test_shipped_runs_are_read_and_never_written(tmp_path: Path) -> None:
    paths = pack([RUN], tmp_path / "shipped")
    before = paths[0].read_bytes()
    store = Store(tmp_path / "own", tmp_path / "shipped")
    assert store.has(KEY, 3)
    store.add(replace(RUN, key=replace(KEY, seed=1)))
    assert paths[0].read_bytes() == before
    assert [path.name for path in (tmp_path / "own").iterdir()] == ["toy@1.jsonl"]


def test_packing_the_same_runs_gives_the_same_bytes(tmp_path: Path) -> None:
    runs = [RUN, replace(RUN, key=replace(KEY, seed=1))]
    first = pack(runs, tmp_path / "a")[0].read_bytes()
    assert pack(runs[::-1], tmp_path / "b")[0].read_bytes() == first
    assert len(gzip.decompress(first).splitlines()) == 2


def plan(budget: int = 5) -> Plan:
    return Plan(tuners=["auto"], benchmarks=[BENCHMARK], seeds=range(3), workers=1, budget=budget)


def test_only_what_is_missing_is_to_be_run(tmp_path: Path) -> None:
    store = Store(tmp_path)
    key = Key(version_of("auto"), edition_of(BENCHMARK), 1, 1)
    store.add(Run(key, 5, values=(1.0,) * 5))
    assert [task.key.seed for task in missing(plan(), store)] == [0, 2]
    assert [task.key.seed for task in missing(plan(budget=6), store)] == [0, 1, 2]


def test_a_failure_is_kept_as_a_result(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for task in missing(plan(), store):
        store.add(Run(task.key, task.budget, failure="it has no such sampler"))
    assert missing(plan(), Store(tmp_path)) == []


def test_a_problem_with_other_values_is_another_problem() -> None:
    shifted = replace(PROBLEMS["branin"], evaluate=lambda get: (PROBLEMS["branin"].evaluate(get)[0] + 1.0,))
    assert edition_of(replace(BENCHMARK, problem=shifted)) != edition_of(BENCHMARK)
    assert edition_of(replace(BENCHMARK, scale=2.0)) == edition_of(BENCHMARK)


def test_a_problem_with_other_noise_is_another_problem() -> None:
    noisy = replace(BENCHMARK, noise=lambda _: 0.1)
    found = [noisy, replace(BENCHMARK, noise=lambda value: 0.1 + 0.01 * abs(value)), BENCHMARK]
    assert len({edition_of(benchmark) for benchmark in found}) == 3
    assert edition_of(noisy) == edition_of(replace(BENCHMARK, noise=lambda _: 0.1 + 1e-12))


def test_a_problem_with_other_learning_curves_is_another_problem() -> None:
    curved = replace(BENCHMARK, curve=lambda config: [config["x"] + 1.0, config["x"]], epochs=2)
    slower = replace(curved, curve=lambda config: [config["x"] + 2.0, config["x"]])
    longer = replace(curved, epochs=3)
    assert len({edition_of(benchmark) for benchmark in (BENCHMARK, curved, slower, longer)}) == 4


def test_a_problem_with_another_corner_of_its_front_is_another_problem() -> None:
    found = [replace(BENCHMARK, corner=corner) for corner in (None, (1.0, 1.0), (1.0, 1.1))]
    assert len({edition_of(benchmark) for benchmark in found}) == 3


def test_a_task_travels_as_a_line() -> None:
    task = Task("auto", "branin", KEY, 7)
    assert Task.from_line(task.to_line()) == task


def test_versions_say_what_they_are_of() -> None:
    assert version_of("optuna-gp") == "optuna-gp@5.0.0"
    assert version_of("auto").startswith("auto@")


def test_a_revised_adapter_is_another_version() -> None:
    assert version_of("smac") == f"smac@{editions.pinned('smac')}-r{REVISIONS['smac']}"
    assert set(REVISIONS) <= {named(name).library for name in PEERS}
    assert min(REVISIONS.values()) >= 1


@pytest.mark.parametrize("part", ["samplers/protocol.py", "schedulers/asha.py"])
def test_what_decides_on_our_runs_is_in_our_version(
    part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A comment is not."""
    copy = tmp_path / "luthier"
    shutil.copytree(editions.SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(editions, "SOURCE", copy)
    digest = editions.source_digest.__wrapped__
    before, text = digest(), (copy / part).read_text(encoding="utf-8")
    (copy / part).write_text(f"{text}\n# more\n", encoding="utf-8")
    assert digest() == before
    (copy / part).write_text(f"{text}\nMORE = 1\n", encoding="utf-8")
    assert digest() != before
