"""A problem before its facts are known: the best value, where it is, and how far a random search gets."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from benchmarks.quality.problems.benchmark import Benchmark, Curve
from benchmarks.quality.problems.grids import TABLES
from luthier.space.space import Space
from luthier.testing.problems import Get, Problem

__all__ = ["FACTS", "Draft", "Finished", "facts"]

#: Name -> `best`, `argmin` and `scale`, as `python -m benchmarks.quality.tabulate facts` finds them; of problems of two
#: objectives the `scale` alone.
FACTS = TABLES / "facts.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a problem is; the fields mean what they do in `Benchmark` and `Problem`."""

    name: str
    suite: str
    space: Space
    #: The noiseless value.
    value: Callable[[Get], float]
    #: Where the least value is, or near where a descent finds it; none if a table knows.
    start: Mapping[str, Any] | None = None
    noise: Callable[[float], float] | None = None
    curve: Curve | None = None
    epochs: int = 0

    def finished(self) -> Benchmark:
        """The benchmark; needs its facts."""
        known = facts()[self.name]
        problem = Problem(
            name=self.name,
            space=self.space,
            evaluate=lambda get: (self.value(get),),
            optimum=(known["best"],),
        )
        return Benchmark(
            problem=problem,
            suite=self.suite,
            argmin=known["argmin"],
            scale=known["scale"],
            noise=self.noise,
            curve=self.curve,
            epochs=self.epochs,
        )


class Unfinished(Protocol):
    """A problem before its facts are known."""

    def finished(self) -> Benchmark:
        """The benchmark; needs its facts."""


@dataclass(frozen=True)
class Finished(Mapping[str, Benchmark]):
    """Name -> benchmark; the facts are read with the first of them, so that the script that finds them can do without.

    Raises:
        KeyError: no such problem, or its facts have not been found yet.
    """

    drafts: Mapping[str, Unfinished]

    def __getitem__(self, name: str) -> Benchmark:
        return self.drafts[name].finished()

    def __iter__(self) -> Iterator[str]:
        return iter(self.drafts)

    def __len__(self) -> int:
        return len(self.drafts)


@cache
def facts() -> Mapping[str, Mapping[str, Any]]:
    """The facts of every problem."""
    known: Mapping[str, Mapping[str, Any]] = json.loads(FACTS.read_text(encoding="utf-8"))
    return known
