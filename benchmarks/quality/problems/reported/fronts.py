"""Problems of two objectives: what is good for one is bad for the other."""

import math
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from benchmarks.quality.problems.front import POINTS, FrontDraft, beside, between, two_centres
from benchmarks.quality.problems.reading import number, off
from benchmarks.quality.problems.smooth import floats, placed
from luthier.space.domains import Categorical, Float, Int
from luthier.space.space import Space
from luthier.testing.problems import Get, vector

__all__ = ["REPORTED_FRONTS"]


def cones5() -> FrontDraft:
    """A cone and a blunter one, turned alike: the best compromises are between their tips."""
    return two_centres("cones5", 5, seed=611, stretch=np.linspace(1.0, 3.0, 5), powers=(1.0, 1.5))


def gaps5() -> FrontDraft:
    """A front with a gap (DTLZ7 of Deb et al. 2002), off the bounds in all but one column."""
    centre = placed(np.random.default_rng(612), 4)

    def values(get: Get) -> tuple[float, float]:
        first, *others = vector(get, 5)
        g = 2.0 + 9.0 * float(np.abs(np.array(others) - centre).mean())
        x = float(first)
        return x, g * (2.0 - x / g * (1.0 + math.sin(3.0 * math.pi * x)))

    return FrontDraft(name="gaps5", space=floats(0.0, 1.0, 5), values=values, best=lambda: beside(centre))


def bells4() -> FrontDraft:
    """Two narrow bells (after Fonseca and Fleming 1995): nearly everywhere both objectives are at their worst."""
    rng = np.random.default_rng(613)
    a, b = placed(rng, 4), placed(rng, 4)
    sharp = 3.0 / float(np.square(a - b).sum())

    def values(get: Get) -> tuple[float, float]:
        near, far = (float(np.square(vector(get, 4) - end).sum()) for end in (a, b))
        return 1.0 - math.exp(-sharp * near), 1.0 - math.exp(-sharp * far)

    return FrontDraft(name="bells4", space=floats(0.0, 1.0, 4), values=values, best=lambda: between(a, b))


def bent_decades4() -> FrontDraft:
    """A front that bends outward (ZDT2 of Zitzler, Deb and Thiele 2000), over decades."""
    wanted = (-3.4, -1.1, 0.6)

    def values(get: Get) -> tuple[float, float]:
        first = (math.log10(get("p0")) + 5.0) / 5.0
        g = 1.0 + 0.5 * sum(off(get, f"p{k}", target) for k, target in enumerate(wanted, 1))
        return first, g * (1.0 - (first / g) ** 2)

    def best() -> Iterator[dict[str, Any]]:
        for share in np.linspace(0.0, 1.0, POINTS).tolist():
            yield {"p0": 10 ** (5.0 * share - 5.0)} | {
                f"p{k}": 10**target for k, target in enumerate(wanted, 1)
            }

    space = Space(
        {
            "p0": Float(1e-5, 1.0, log=True),
            "p1": Float(1e-6, 1.0, log=True),
            "p2": Float(1e-4, 10.0, log=True),
            "p3": Float(1e-3, 1e2, log=True),
        }
    )
    return FrontDraft(name="bent-decades4", space=space, values=values, best=best)


def boosting_cost() -> FrontDraft:
    """The error of boosted trees and what they cost, in seconds: a hundred times as much for the last percent."""

    def values(get: Get) -> tuple[float, float]:
        rounds, depth, rows = number(get, "rounds"), number(get, "depth"), number(get, "rows")
        capacity = math.log10(rounds) + 0.2 * depth
        error = 0.06 + 0.4 * math.exp(-capacity / 1.2) + 0.006 * (depth - 6) ** 2 + 0.3 * (rows - 0.8) ** 2
        return error + 0.1 * off(get, "shrink", 1.0 - math.log10(rounds)), 1e-3 * rounds * 2.0**depth * rows

    def best() -> Iterator[dict[str, Any]]:
        shares = np.linspace(0.3, 0.8, 41).tolist()
        some = sorted({round(10**power) for power in np.linspace(1.0, 3.0, 160).tolist()})
        for rounds, depth, rows in product(some, range(1, 11), shares):
            yield {"rounds": rounds, "depth": depth, "shrink": 10.0 / rounds, "rows": rows}

    space = Space(
        {
            "rounds": Int(10, 1000, log=True),
            "depth": Int(1, 10),
            "shrink": Float(1e-3, 1.0, log=True),
            "rows": Float(0.3, 1.0),
        }
    )
    return FrontDraft(name="boosting-cost", space=space, values=values, best=best)


def robustness() -> FrontDraft:
    """The error on clean data and under attack, by three ways to harden a model, two of which have a strength."""

    def values(get: Get) -> tuple[float, float]:
        clean, attacked = 0.05, 0.9
        match get("hardening"):
            case "noise":
                clean += 0.3 * number(get, "sigma") ** 1.5
                attacked -= 0.4 * (1.0 - math.exp(-4.0 * number(get, "sigma")))
            case "adversarial":
                power = number(get, "radius") * (1.0 - 0.6 / number(get, "attack_steps"))
                clean += 0.05 + 0.5 * power
                attacked -= 0.65 * (1.0 - math.exp(-3.0 * power))
            case _:
                pass
        tuned = 0.05 * off(get, "rate", -2.7) + 0.02 * off(get, "decay", -4.0)
        return clean + tuned, attacked + tuned

    def best() -> Iterator[dict[str, Any]]:
        shared = {"rate": 10**-2.7, "decay": 1e-4}
        yield {"hardening": "none"} | shared
        for strength in np.linspace(0.0, 1.0, POINTS).tolist():
            yield {"hardening": "noise", "sigma": strength} | shared
            yield {"hardening": "adversarial", "radius": strength, "attack_steps": 10} | shared

    space = Space(
        {
            "hardening": Categorical(("none", "noise", "adversarial")),
            "sigma": Float(0.0, 1.0),
            "radius": Float(0.0, 1.0),
            "attack_steps": Int(1, 10),
            "rate": Float(1e-5, 1.0, log=True),
            "decay": Float(1e-7, 1e-1, log=True),
        }
    )
    return FrontDraft(name="robustness", space=space, values=values, best=best)


#: Held out.
REPORTED_FRONTS = (cones5(), gaps5(), bells4(), bent_decades4(), boosting_cost(), robustness())
