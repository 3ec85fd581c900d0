"""What the problems on log scales of both sets are made by.

s >= 0 a misfit in decades    s / (1 + s / top) the value: flat far from the optimum, as training is
"""

import math

import numpy as np

from benchmarks.quality.problems.draft import Draft
from benchmarks.quality.problems.smooth import placed, turned
from luthier.space.domains import Float
from luthier.space.space import Space
from luthier.testing.problems import Get

__all__ = ["decades", "levelled"]


def levelled(s: float, top: float) -> float:
    """A misfit, levelling off at `top`."""
    return s / (1.0 + s / top)


def decades(name: str, *, seed: int, d: int, condition: float, sharp: bool) -> Draft:
    """Floats over three to eleven decades each, under a turned ellipsoid in their logarithms; sharp: a cone."""
    rng = np.random.default_rng(seed)
    widths = rng.uniform(3.0, 11.0, d)
    lows = rng.uniform(-8.0, -2.0, d)
    optimum = placed(rng, d)
    shape = turned(rng, d) * np.sqrt(condition ** np.linspace(0, 1, d))
    domains = {f"p{k}": Float(10 ** lows[k], 10 ** (lows[k] + widths[k]), log=True) for k in range(d)}

    def value(get: Get) -> float:
        logs = np.array([math.log10(get(f"p{k}")) for k in range(d)])
        z = ((logs - lows) / widths - optimum) @ shape
        s = float(z @ z)
        return levelled(math.sqrt(s) if sharp else s, 5.0)

    start = {f"p{k}": float(10 ** (lows[k] + widths[k] * optimum[k])) for k in range(d)}
    return Draft(name=name, suite="log", space=Space(domains), value=value, start=start)
