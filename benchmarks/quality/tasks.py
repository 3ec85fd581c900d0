"""What is left to run."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from benchmarks.quality.catalogue import named
from benchmarks.quality.editions import edition_of, version_of
from benchmarks.quality.kinds import every_problem
from benchmarks.quality.problems import Benchmark
from benchmarks.quality.runs import Key
from benchmarks.quality.store import Store

__all__ = ["Plan", "Task", "benchmark_of", "missing"]


@dataclass(frozen=True, slots=True)
class Task:
    """One run to do, and by which tuner."""

    tuner: str
    problem: str
    key: Key
    budget: int

    def to_line(self) -> str:
        """The task as a line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_line(cls, line: str) -> "Task":
        """The task of a line."""
        told = json.loads(line)
        return cls(**told | {"key": Key(**told["key"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which runs are wanted."""

    tuners: Sequence[str]
    benchmarks: Sequence[Benchmark]
    seeds: Sequence[int]
    workers: int
    budget: int
    kind: str = "trials"

    def tasks(self) -> Iterator[Task]:
        """Tuner by tuner, and of each all problems before the next seed: a part of it is of use."""
        editions = [edition_of(benchmark) for benchmark in self.benchmarks]
        for tuner in self.tuners:
            version = version_of(tuner)
            for seed in self.seeds:
                for benchmark, edition in zip(self.benchmarks, editions, strict=True):
                    key = Key(version, edition, seed, self.workers, self.kind)
                    yield Task(tuner, benchmark.name, key, self.budget)


def missing(plan: Plan, store: Store) -> list[Task]:
    """The tasks that the store has no run of."""
    return [task for task in plan.tasks() if not store.has(task.key, task.budget)]


def benchmark_of(name: str) -> Benchmark:
    """The problem of a name, of either set."""
    for benchmarks in every_problem():
        if name in benchmarks:
            return benchmarks[name]
    raise KeyError(name)


def library_of(task: Task) -> str:
    """The library whose environment runs a task."""
    return named(task.tuner).library
