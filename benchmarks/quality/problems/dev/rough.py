"""Cliffs, failures and values over many orders of magnitude: training that diverges, jobs that need too much memory.

A value of +inf stands for a trial that failed.
"""

import math

import numpy as np

from benchmarks.quality.problems.draft import Draft
from benchmarks.quality.problems.logscale import levelled
from benchmarks.quality.problems.reading import number
from benchmarks.quality.problems.smooth import floats, placed
from luthier.space.domains import Float
from luthier.space.space import Space
from luthier.testing.problems import Get, vector

__all__ = ["DEV_ROUGH"]


def plateaus(name: str, d: int, *, seed: int) -> Draft:
    """The square of a sum of distances that is rounded down: plateaus, so that many trials tie."""
    centre = placed(np.random.default_rng(seed), d)

    def value(get: Get) -> float:
        return float(np.sum(np.floor(20.0 * np.abs(vector(get, d) - centre)))) ** 2

    start = {f"x{k}": float(centre[k]) for k in range(d)}
    return Draft(name=name, suite="rough", space=floats(0.0, 1.0, d), value=value, start=start)


def overflow(get: Get) -> float:
    """A rate times a gain that must stay below 1; the closer the better."""
    product = math.log10(get("rate")) + math.log10(get("gain"))
    if product > 0.0:
        return 10.0 ** (3.0 + 20.0 * min(product, 1.0)) if product < 2.0 else math.inf
    clip = 0.1 * (math.log10(get("clip")) - 0.4) ** 2
    return levelled(0.5 * (product + 0.3) ** 2 + 0.1 * (math.log10(get("gain")) - 0.8) ** 2 + clip, 4.0)


def walls(get: Get) -> float:
    """A bowl of which a wedge fails, beside its bottom."""
    x, y = number(get, "x"), number(get, "y")
    if y > 0.45 + 1.5 * abs(x - 0.35):
        return math.inf
    return (x - 0.3) ** 2 + 2.0 * (y - 0.42) ** 2 + 0.5 * (number(get, "z") - 0.8) ** 2


#: For development.
DEV_ROUGH = (
    Draft(
        name="overflow",
        suite="rough",
        space=Space(
            {
                "rate": Float(1e-6, 1e1, log=True),
                "gain": Float(1e-2, 1e3, log=True),
                "clip": Float(1e-2, 1e2, log=True),
            },
        ),
        value=overflow,
        start={"rate": 10**-1.1, "gain": 10**0.8, "clip": 10**0.4},
    ),
    Draft(
        name="walls",
        suite="rough",
        space=Space({name: Float(0.0, 1.0) for name in "xyz"}),
        value=walls,
        start={"x": 0.3, "y": 0.42, "z": 0.8},
    ),
    plateaus("plateaus3", 3, seed=141),
)
