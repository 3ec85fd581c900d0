"""A problem of two objectives: what trials are worth is the area that they dominate together."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from benchmarks.quality.problems.benchmark import Benchmark, Corner
from benchmarks.quality.problems.draft import facts
from benchmarks.quality.problems.smooth import floats, placed, turned
from luthier.base.arrays import Array
from luthier.numerics.hypervolume import hypervolume
from luthier.numerics.pareto import nondominated
from luthier.space.space import Space
from luthier.testing.problems import Get, Problem, vector

__all__ = ["POINTS", "FrontDraft", "area", "beside", "between", "corner_of", "front_of", "two_centres"]

#: So many configurations cover a curve.
POINTS = 2001

#: Area counts up to so far beyond the ends of the front, as a part of its extents: the ends themselves count too.
BEYOND = 0.1


def area(values: Array, corner: Corner) -> float:
    """What `values: (n, 2)` dominate below a corner; those that failed, with +inf, dominate nothing."""
    return hypervolume(values, np.array(corner))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FrontDraft:
    """What a problem of two objectives is, before it is known how far a random search gets."""

    name: str
    space: Space
    #: Both objectives, minimised.
    values: Callable[[Get], tuple[float, float]]
    #: Configurations that cover the whole front closely; those that others dominate do not count.
    best: Callable[[], Iterable[Mapping[str, Any]]]

    def finished(self) -> Benchmark:
        """The benchmark; needs its facts."""
        front = front_of(self)
        corner, low = corner_of(front), tuple(front.min(axis=0).tolist())
        return Benchmark(
            problem=Problem(name=self.name, space=self.space, evaluate=self.values, optimum=low),
            suite="fronts",
            argmin={},
            scale=facts()[self.name]["scale"],
            corner=corner,
            area=area(front, corner),
        )


@cache
def front_of(draft: FrontDraft) -> Array:
    """`(n, 2)` the whole front."""
    found = np.array([draft.values(config.__getitem__) for config in draft.best()])
    return np.unique(found[nondominated(found)], axis=0)


def corner_of(front: Array) -> Corner:
    """Up to where area counts beside a whole front `(n, 2)`."""
    low, high = front.min(axis=0), front.max(axis=0)
    first, second = (high + BEYOND * (high - low)).tolist()
    return first, second


def between(a: Array, b: Array) -> Iterator[dict[str, float]]:
    """Configurations `x0, x1, …` from `a: (d,)` to `b: (d,)`: the best compromises of two functions of one distance."""
    for share in np.linspace(0.0, 1.0, POINTS).tolist():
        yield named(a + share * (b - a))


def two_centres(
    name: str, d: int, *, seed: int, stretch: Array, powers: tuple[float, float] = (2.0, 2.0)
) -> FrontDraft:
    """Powers of the distances to two points of the unit cube, in space turned and stretched by `stretch: (d,)`."""
    rng = np.random.default_rng(seed)
    a, b, shape = placed(rng, d), placed(rng, d), turned(rng, d) * stretch

    def values(get: Get) -> tuple[float, float]:
        near, far = (float(np.linalg.norm((vector(get, d) - end) @ shape)) for end in (a, b))
        return near ** powers[0], far ** powers[1]

    return FrontDraft(name=name, space=floats(0.0, 1.0, d), values=values, best=lambda: between(a, b))


def beside(others: Array) -> Iterator[dict[str, float]]:
    """Configurations with any `x0` and `others: (d - 1,)` behind it."""
    for first in np.linspace(0.0, 1.0, POINTS).tolist():
        yield named(np.append(first, others))


def named(x: Array) -> dict[str, float]:
    """A configuration `x0, x1, …`."""
    return {f"x{column}": entry for column, entry in enumerate(x.tolist())}
