"""What the noisy problems of both sets are made by."""

import math
from dataclasses import dataclass

import numpy as np

from benchmarks.quality.problems.draft import Draft
from benchmarks.quality.problems.smooth import floats, placed, turned
from luthier.testing.problems import Get, vector

__all__ = ["Noise", "bowl"]


@dataclass(frozen=True, slots=True)
class Noise:
    """A standard deviation that grows with the value: `least + share * |value|`."""

    least: float
    share: float = 0.0

    def __call__(self, value: float) -> float:
        """The standard deviation at a noiseless value."""
        return self.least + self.share * abs(value)


def bowl(name: str, d: int, *, seed: int, noise: Noise, power: float) -> Draft:
    """A turned bowl, `|z|^power`."""
    rng = np.random.default_rng(seed)
    centre, shape = placed(rng, d), turned(rng, d) * rng.uniform(1.0, 3.0, d)

    def value(get: Get) -> float:
        z = (vector(get, d) - centre) @ shape
        return math.pow(float(z @ z), power / 2.0)

    start = {f"x{k}": float(centre[k]) for k in range(d)}
    space = floats(0.0, 1.0, d)
    return Draft(name=name, suite="noisy", space=space, value=value, start=start, noise=noise)
