"""Objectives that cost nothing, so that what is measured is the library; all libraries run the very same code."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

__all__ = [
    "MIXED",
    "RANDOM_MEAN_OF_MIXED",
    "SIX",
    "SPHERE",
    "Objective",
    "Past",
    "Ranges",
    "mixed",
    "mixed_value",
    "past",
    "reporting",
    "six",
    "six_value",
    "sphere",
    "sphere_value",
    "ten",
    "two",
]

#: Name -> the bounds of a float, or the choices of a categorical.
Ranges: TypeAlias = Mapping[str, tuple[float, float] | tuple[str, ...]]

Objective: TypeAlias = Callable[[Any], float | tuple[float, float]]

SPHERE: Ranges = dict.fromkeys("xyz", (-5.0, 5.0))

FLOATS = 5
CHOICES = ("a", "b", "c")
MIXED: Ranges = {f"x{i}": (-5.0, 5.0) for i in range(FLOATS)} | {"kind": CHOICES}

#: What uniform search finds on average: 10²/12 + i² for the i-th float, and 1 for the choice.
RANDOM_MEAN_OF_MIXED = sum(10**2 / 12 + i**2 for i in range(FLOATS)) + 1

SIX: Ranges = {f"x{i}": (-5.0, 5.0) for i in range(6)}


@dataclass(frozen=True, slots=True)
class Past:
    """A trial that ended before the measurement."""

    params: dict[str, Any]
    value: float


def sphere(trial: Any) -> float:
    """Three floats."""
    x: float = trial.suggest_float("x", -5.0, 5.0)
    y: float = trial.suggest_float("y", -5.0, 5.0)
    z: float = trial.suggest_float("z", -5.0, 5.0)
    return x * x + y * y + z * z


def sphere_value(params: Mapping[str, Any]) -> float:
    """What `sphere` returns for these parameters."""
    return float(sum(x * x for x in params.values()))


def mixed(trial: Any) -> float:
    """Five floats and a categorical."""
    params: dict[str, Any] = {f"x{i}": trial.suggest_float(f"x{i}", -5.0, 5.0) for i in range(FLOATS)}
    params["kind"] = trial.suggest_categorical("kind", CHOICES)
    return mixed_value(params)


def mixed_value(params: Mapping[str, Any]) -> float:
    """Each float has an optimum of its own; the first choice is the best."""
    total = float(CHOICES.index(params["kind"]))
    for i in range(FLOATS):
        total += (params[f"x{i}"] - i) ** 2
    return total


def six(trial: Any) -> float:
    """Six floats."""
    return six_value({name: trial.suggest_float(name, -5.0, 5.0) for name in SIX})


def six_value(params: Mapping[str, Any]) -> float:
    """A bowl whose bottom is at (0, 0.5, 1, …), with ripples."""
    return float(sum((x - i / 2) ** 2 + math.sin(3 * x) for i, x in enumerate(params.values())))


def ten(trial: Any) -> float:
    """Ten floats: an ellipsoid whose axes differ by a factor of a hundred."""
    x = [trial.suggest_float(f"x{i}", -5.0, 5.0) for i in range(10)]
    return float(sum(10 ** (2 * i / 9) * (value - 1) ** 2 for i, value in enumerate(x)))


def two(trial: Any) -> tuple[float, float]:
    """Five floats and two objectives: the first problem of Zitzler, Deb and Thiele 2000."""
    x = [trial.suggest_float(f"x{i}", 0.0, 1.0) for i in range(5)]
    g = 1.0 + 9.0 * sum(x[1:]) / 4
    return x[0], g * (1.0 - math.sqrt(x[0] / g))


def past(ranges: Ranges, value: Callable[[Mapping[str, Any]], float], n: int) -> list[Past]:
    """Random trials over these ranges, the same ones at every call."""
    rng = np.random.default_rng(0)
    trials = []
    for _ in range(n):
        params: dict[str, Any] = {
            name: rng.uniform(*bounds) if isinstance(bounds[0], float) else str(rng.choice(bounds))
            for name, bounds in ranges.items()
        }
        trials.append(Past(params, value(params)))
    return trials


def reporting(steps: int, *, checks: range | tuple[int, ...], lead: float = 0.0) -> Objective:
    """An objective that reports at steps 1 to `steps`, asks at `checks` whether to stop, and goes on anyway.

    Its value falls with the steps to `level - lead`: with a lead of 1 it is the best trial at every step.
    """

    def objective(trial: Any) -> float:
        level: float = trial.suggest_float("level", 0.0, 1.0)
        for step in range(1, steps + 1):
            trial.report(level - lead + 1 / step, step)
            if step in checks:
                trial.should_prune()
        return level - lead + 1 / steps

    return objective
