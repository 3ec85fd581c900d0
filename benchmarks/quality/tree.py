"""Which parameters belong to which choice, found by running a problem: for tuners that want conditions declared."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from luthier.space.codec import Codec
from luthier.space.domains import Categorical, Domain, Int, choice_key
from luthier.testing.problems import Problem

__all__ = ["LEVELS", "Condition", "conditions_of", "drawn", "place"]

#: Configurations that are run. A branch of one in forty choices is missed once in 10^11 problems.
DRAWS = 1000

#: An integer of more values is no parent. A number of layers or blocks has fewer; of more, each is drawn so rarely that
#: a condition may fit by chance, and a tuner that learns every value by itself would lose their order for little.
LEVELS = 12

#: The parameters that a run asked for, with their values.
Asked: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Condition:
    """A parameter is asked for only where its parent is asked for and has one of these values.

    A parent is a categorical parameter, or an integer on a linear scale with at most `LEVELS` values.
    """

    parent: str
    #: The indices of those values among all of the parent.
    places: frozenset[int]


def drawn(problem: Problem, count: int, *, seed: int = 0) -> list[dict[str, Any]]:
    """Uniform configurations of every parameter, active or not."""
    rng = np.random.default_rng(seed)
    decode = Codec(problem.space).decode
    return [decode(row) for row in rng.random((count, len(problem.space))).tolist()]


def conditions_of(problem: Problem) -> dict[str, Condition]:
    """The condition of each parameter that has one.

    A parameter that is not always asked for, and follows no single parent, is left out: it counts as always active, and
    a tuner learns that it does nothing in places.
    """
    runs = [problem.run(config)[0] for config in drawn(problem, DRAWS)]
    parents = [name for name, domain in problem.space.items() if decides(domain)]
    # Several fit where what decides is itself decided on: the closest parent is asked for least often.
    parents.sort(key=lambda parent: sum(parent in run for run in runs))
    found: dict[str, Condition] = {}
    for name in problem.space:
        fitting = (fits(problem, name, parent, runs) for parent in parents)
        first = next((condition for condition in fitting if condition), None)
        if first:
            found[name] = first
    return found


def decides(domain: Domain) -> bool:
    """Whether other parameters may hang on one of this domain."""
    return isinstance(domain, Categorical) or (
        isinstance(domain, Int) and not domain.log and domain.levels <= LEVELS
    )


def place(domain: Domain, value: Any) -> int:
    """The index of a value among all of a domain that decides."""
    if isinstance(domain, Categorical):
        return domain.places[choice_key(value)]
    return int((value - domain.low) // (domain.step or 1))


def fits(problem: Problem, name: str, parent: str, runs: list[Asked]) -> Condition | None:
    """The condition under this parent, if it agrees with every run and some value of the parent goes without `name`.

    Two parameters of one branch are asked for together, so either fits under all values of the other: that says
    nothing, and what decides on both of them fits as well.
    """
    domain = problem.space[parent]
    if any(name in run and parent not in run for run in runs):
        return None
    under = {place(domain, run[parent]) for run in runs if name in run}
    without = {place(domain, run[parent]) for run in runs if parent in run and name not in run}
    return None if not under or not without or under & without else Condition(parent, frozenset(under))
