"""Which parameters belong to which choice, found by running a problem: for tuners that want conditions declared."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from luthier.space.codec import Codec
from luthier.space.domains import Categorical, choice_key
from luthier.testing.problems import Problem

__all__ = ["Condition", "conditions_of", "drawn"]

#: Configurations that are run. A branch of one in forty choices is missed once in 10^11 problems.
DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Condition:
    """A parameter is asked for only where its parent, a categorical one, is asked for and has one of its choices."""

    parent: str
    #: The indices of those choices.
    places: frozenset[int]


def drawn(problem: Problem, count: int, *, seed: int = 0) -> list[dict[str, Any]]:
    """Uniform configurations of every parameter, active or not."""
    rng = np.random.default_rng(seed)
    decode = Codec(problem.space).decode
    return [decode(row) for row in rng.random((count, len(problem.space))).tolist()]


def conditions_of(problem: Problem) -> dict[str, Condition]:
    """The condition of each parameter that has one.

    A parameter that is not always asked for, and follows no single categorical parent, is left out: it counts as
    always active, and a tuner learns that it does nothing in places.
    """
    runs = [problem.run(config)[0] for config in drawn(problem, DRAWS)]
    found: dict[str, Condition] = {}
    for name in problem.space:
        asked = [run for run in runs if name in run]
        if asked and len(asked) < len(runs):
            fitting = [
                condition
                for parent in problem.space
                if parent != name
                for condition in [fits(problem, name, parent, runs)]
                if condition
            ]
            # A grandparent fits loosely as well; the closest parent is asked for least often.
            fitting.sort(key=lambda condition: sum(condition.parent in run for run in runs))
            if fitting:
                found[name] = fitting[0]
    return found


def fits(problem: Problem, name: str, parent: str, runs: list[dict[str, Any]]) -> Condition | None:
    """The condition under this parent, if it agrees with every run."""
    domain = problem.space[parent]
    if not isinstance(domain, Categorical) or any(name in run and parent not in run for run in runs):
        return None
    places = domain.places
    under = {places[choice_key(run[parent])] for run in runs if name in run}
    if any(parent in run and name not in run and places[choice_key(run[parent])] in under for run in runs):
        return None
    return Condition(parent, frozenset(under))
