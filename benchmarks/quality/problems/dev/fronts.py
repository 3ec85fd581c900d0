"""Problems of two objectives: what is good for one is bad for the other."""

import math
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from benchmarks.quality.problems.front import POINTS, FrontDraft, beside, two_centres
from benchmarks.quality.problems.reading import number, off
from benchmarks.quality.problems.smooth import floats, placed
from luthier.space.domains import Categorical, Float, Int
from luthier.space.space import Space
from luthier.testing.problems import Get, vector

__all__ = ["DEV_FRONTS"]


def bowls4() -> FrontDraft:
    """Two bowls turned alike: the best compromises are between their bottoms."""
    return two_centres("bowls4", 4, seed=511, stretch=np.array([1.0, 2.0, 3.0, 4.0]))


def pieces6() -> FrontDraft:
    """A front in five pieces (ZDT3 of Zitzler, Deb and Thiele 2000), off the bounds in all but one column."""
    centre = placed(np.random.default_rng(512), 5)

    def values(get: Get) -> tuple[float, float]:
        first, *others = vector(get, 6)
        g = 1.0 + 9.0 * float(np.abs(np.array(others) - centre).mean())
        share = float(first) / g
        return float(first), g * (1.0 - math.sqrt(share) - share * math.sin(10.0 * math.pi * float(first)))

    return FrontDraft(name="pieces6", space=floats(0.0, 1.0, 6), values=values, best=lambda: beside(centre))


def quarter6() -> FrontDraft:
    """A quarter of a circle (DTLZ2 of Deb et al. 2002): the middle of the front is worse than its chord."""
    centre = placed(np.random.default_rng(513), 5)

    def values(get: Get) -> tuple[float, float]:
        first, *others = vector(get, 6)
        radius = 1.0 + float(np.square(np.array(others) - centre).sum())
        angle = 0.5 * math.pi * float(first)
        return radius * math.cos(angle), radius * math.sin(angle)

    return FrontDraft(name="quarter6", space=floats(0.0, 1.0, 6), values=values, best=lambda: beside(centre))


def decoy3() -> FrontDraft:
    """A wide pit hides a narrow one, whose front is the better one.

    After Deb 1999, "Multi-objective genetic algorithms: problem difficulties and construction of test problems", with
    a narrow pit that is ten times as wide.
    """

    def depth(x: float) -> float:
        return 2.0 - math.exp(-(((x - 0.2) / 0.04) ** 2)) - 0.8 * math.exp(-(((x - 0.6) / 0.4) ** 2))

    def values(get: Get) -> tuple[float, float]:
        first, second, third = 0.1 + 0.9 * number(get, "x0"), number(get, "x1"), number(get, "x2")
        return first, (depth(second) + (third - 0.7) ** 2) / first

    deepest = min(np.linspace(0.15, 0.25, POINTS).tolist(), key=depth)

    return FrontDraft(
        name="decoy3",
        space=floats(0.0, 1.0, 3),
        values=values,
        best=lambda: beside(np.array([deepest, 0.7])),
    )


def network_size() -> FrontDraft:
    """The loss of a network and how many parameters it has, in thousands, from one to ten thousand times as many."""

    def values(get: Get) -> tuple[float, float]:
        size = number(get, "layers") * number(get, "width") ** 2 / 1e3
        loss = 0.08 + 0.7 / (1.0 + size**0.4) + 0.1 * off(get, "rate", -2.2 - 0.15 * math.log10(1.0 + size))
        return loss + (0.0 if get("activation") == "gelu" else 0.05), size

    def best() -> Iterator[dict[str, Any]]:
        for width, layers in product(range(8, 513), range(1, 7)):
            rate = 10 ** (-2.2 - 0.15 * math.log10(1.0 + layers * width**2 / 1e3))
            yield {"width": width, "layers": layers, "rate": rate, "activation": "gelu"}

    space = Space(
        {
            "width": Int(8, 512, log=True),
            "layers": Int(1, 6),
            "rate": Float(1e-5, 1.0, log=True),
            "activation": Categorical(("relu", "tanh", "gelu")),
        }
    )
    return FrontDraft(name="network-size", space=space, values=values, best=best)


def model_latency() -> FrontDraft:
    """The error and the log of the latency of two families of models, each with parameters of its own."""

    def values(get: Get) -> tuple[float, float]:
        if get("family") == "trees":
            cost = math.log10(number(get, "rounds")) + 0.15 * number(get, "depth")
            error = 0.12 + 0.25 * math.exp(-cost / 1.1) + 0.01 * (number(get, "depth") - 5) ** 2
            return error + 0.15 * off(get, "shrink", -1.2), cost
        cost = 1.2 + 0.5 * math.log2(number(get, "width") / 8.0) * 0.6
        error = 0.04 + 0.3 * math.exp(-(cost - 1.0) / 0.9)
        return error + 0.5 * (number(get, "dropout") - 0.25) ** 2 + 0.1 * off(get, "rate", -3.0), cost

    def best() -> Iterator[dict[str, Any]]:
        for rounds, depth in product(range(10, 1001), range(1, 10)):
            yield {"family": "trees", "rounds": rounds, "depth": depth, "shrink": 10**-1.2}
        for width in range(8, 1025):
            yield {"family": "network", "width": width, "dropout": 0.25, "rate": 1e-3}

    space = Space(
        {
            "family": Categorical(("trees", "network")),
            "rounds": Int(10, 1000, log=True),
            "depth": Int(1, 9),
            "shrink": Float(1e-3, 1.0, log=True),
            "width": Int(8, 1024, log=True),
            "dropout": Float(0.0, 0.8),
            "rate": Float(1e-6, 1.0, log=True),
        }
    )
    return FrontDraft(name="model-latency", space=space, values=values, best=best)


#: For development.
DEV_FRONTS = (bowls4(), pieces6(), quarter6(), decoy3(), network_size(), model_latency())
