"""The kinds of comparison: of which problems and tuners, and how a run of them goes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from benchmarks.quality.catalogue import FRONTIERS, STOPPERS, TUNERS, Tuner
from benchmarks.quality.epochs import run_epochs
from benchmarks.quality.fronts import run_fronts
from benchmarks.quality.problems import DEV, FRONTS, REPORTED, Benchmark
from benchmarks.quality.runs import Key, Run
from benchmarks.quality.search import run_trials

__all__ = ["KINDS", "SETS", "Kind", "every_problem"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of comparison, and what it has unless told otherwise."""

    #: What its runs are counted in.
    unit: str
    tuners: Mapping[str, Tuner]
    #: The tuner that the others are held against.
    reference: str
    workers: int
    #: Trials a run, or epochs in whole trainings.
    budget: int
    #: A quick run proves that everything runs, and no more: its tuners and budget.
    quick: tuple[str, ...]
    quick_budget: int
    #: Set -> its problems by name, of which those that `suit` are for this kind.
    sets: Mapping[str, Mapping[str, Benchmark]]
    suit: Callable[[Benchmark], bool] = lambda _: True
    run: Callable[[Tuner, Benchmark, Key, int], Run]

    def problems(self, name: str) -> list[Benchmark]:
        """The problems of a set that are for this kind."""
        return [benchmark for benchmark in self.sets[name].values() if self.suit(benchmark)]


#: Problems of one objective, of each set.
SETS: Mapping[str, Mapping[str, Benchmark]] = {"dev": DEV, "reported": REPORTED}

KINDS: Mapping[str, Kind] = {
    "trials": Kind(
        unit="trials",
        tuners=TUNERS,
        reference="auto",
        workers=1,
        budget=100,
        quick=("auto", "tpe", "random"),
        quick_budget=12,
        sets=SETS,
        run=lambda tuner, benchmark, key, budget: run_trials(tuner.open, benchmark, key, budget),
    ),
    "epochs": Kind(
        unit="epochs in whole trainings",
        tuners=STOPPERS,
        reference="auto+asha",
        workers=8,
        budget=100,
        quick=("auto+asha", "random+asha"),
        quick_budget=2,
        sets=SETS,
        suit=lambda benchmark: benchmark.curve is not None,
        run=lambda tuner, benchmark, key, budget: run_epochs(tuner.open, benchmark, key, budget),
    ),
    "fronts": Kind(
        unit="trials of two objectives",
        tuners=FRONTIERS,
        reference="auto",
        workers=1,
        budget=100,
        quick=("auto", "nsga2"),
        quick_budget=12,
        sets=FRONTS,
        run=lambda tuner, benchmark, key, budget: run_fronts(tuner.open_front, benchmark, key, budget),
    ),
}


def every_problem() -> Iterator[Mapping[str, Benchmark]]:
    """The problems of every set, of one objective and of two, by name."""
    yield from SETS.values()
    yield from FRONTS.values()
