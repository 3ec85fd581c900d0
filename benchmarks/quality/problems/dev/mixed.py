"""Ints, steps and categories that act together: what is best for one depends on another."""

import math

from benchmarks.quality.problems.draft import Draft
from benchmarks.quality.problems.reading import number
from luthier.space.domains import Categorical, Float, Int
from luthier.space.space import Space
from luthier.testing.problems import Get

__all__ = ["DEV_MIXED"]


def switches() -> Draft:
    """Eight switches, of which three count in pairs and one turns two floats into their mirror images."""
    names = [f"use_{k}" for k in range(8)]
    wanted = (True, False, True, True, False, True, False, False)

    def value(get: Get) -> float:
        wrong = [bool(get(name)) != want for name, want in zip(names, wanted, strict=True)]
        mirrored = get("use_2")
        a, b = number(get, "a"), number(get, "b")
        target = (0.25, 0.7) if mirrored else (0.75, 0.3)
        bowl = 4.0 * (a - target[0]) ** 2 + 2.0 * (b - target[1]) ** 2
        pairs = 0.4 * (wrong[0] != wrong[1]) + 0.3 * (wrong[4] and wrong[5]) + 0.2 * (wrong[6] != wrong[7])
        return bowl + pairs + 0.1 * sum(wrong)

    space = Space(
        {name: Categorical((False, True)) for name in names} | {"a": Float(0.0, 1.0), "b": Float(0.0, 1.0)}
    )
    start = dict(zip(names, wanted, strict=True)) | {"a": 0.25, "b": 0.7}
    return Draft(name="switches", suite="mixed", space=space, value=value, start=start)


def grid_job() -> Draft:
    """A training job in steps: every parameter is on a grid, and depth trades against width and dropout."""

    def value(get: Get) -> float:
        capacity = number(get, "layers") * math.log2(get("width"))
        size = 0.01 * (capacity - 24.0) ** 2 + 0.1 * abs(number(get, "layers") - 3)
        drop = 4.0 * (number(get, "dropout") - 0.1 * number(get, "layers")) ** 2
        return (
            size
            + drop
            + 0.4 * (number(get, "log10_rate") + 2.75 - (0.5 if get("norm") else 0.0)) ** 2
            + 0.3 * (not get("norm"))
        )

    space = Space(
        {
            "layers": Int(1, 10),
            "width": Int(32, 2048, log=True),
            "dropout": Float(0.0, 0.8, step=0.1),
            "log10_rate": Float(-5.0, 0.0, step=0.25),
            "norm": Categorical((False, True)),
        },
    )
    start = {"layers": 3, "width": 256, "dropout": 0.3, "log10_rate": -2.25, "norm": True}
    return Draft(name="grid-job", suite="mixed", space=space, value=value, start=start)


#: For development.
DEV_MIXED = (switches(), grid_job())
