"""A problem of the quality benchmark: what to minimise, what can be reached, and how far a simple search gets."""

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from luthier.testing.problems import Get, Problem

__all__ = ["Benchmark", "Corner", "Curve"]

#: The validation loss after each epoch of a configuration; +inf from the epoch at which training diverged.
Curve: TypeAlias = Callable[[Mapping[str, Any]], list[float]]

#: Up to where area counts, on problems of two objectives.
Corner: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """A problem, its place in the benchmark, and the two values that normalise its regret.

    With two objectives the value of a search is minus the area that its trials dominate together below `corner`.
    """

    #: `problem.evaluate(get)` gives the noiseless value, +inf where the training fails; it asks by name for the
    #: parameters that are active alone. `problem.optimum[0]` is the best known value.
    problem: Problem
    #: "smooth", "log", "mixed", "conditional", "noisy", "rough", "sklearn", "networks" or, of two objectives, "fronts".
    suite: str
    #: A configuration that reaches the best known value: every parameter that it needs. Empty with two objectives.
    argmin: Mapping[str, Any]
    #: The median best noiseless value of random searches of 20 trials.
    scale: float
    #: The standard deviation of the noise at a noiseless value; None on a problem without noise.
    noise: Callable[[float], float] | None = None
    #: The learning curve, on problems that have one; its last entry is the value of `problem`.
    curve: Curve | None = None
    #: How long the curves are; 0 without.
    epochs: int = 0
    #: With two objectives, up to where area counts, and the area that the whole front dominates; None with one.
    corner: Corner | None = None
    area: float = 0.0

    @property
    def name(self) -> str:
        """The name of the problem."""
        return self.problem.name

    @property
    def best(self) -> float:
        """The best known value."""
        return self.problem.optimum[0] if self.corner is None else -self.area

    def observe(self, get: Get, *, seed: int, number: int) -> float:
        """The value that a search is told: with noise that depends on seed, trial number and configuration."""
        asked: dict[str, Any] = {}

        def record(name: str) -> Any:
            return asked.setdefault(name, get(name))

        value = self.problem.evaluate(record)[0]
        if self.noise is None or not math.isfinite(value):
            return value
        key = json.dumps([seed, number, sorted(asked.items())], default=float)
        digest = hashlib.blake2b(key.encode(), digest_size=16).digest()
        draw = np.random.default_rng(int.from_bytes(digest, "big")).standard_normal()
        return value + self.noise(value) * float(draw)

    def regret(self, value: float) -> float:
        """The normalised regret of a noiseless value: 0 at the best known, 1 at what 20 random trials find."""
        return (value - self.best) / (self.scale - self.best)
