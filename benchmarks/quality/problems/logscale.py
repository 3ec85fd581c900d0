"""Functions whose optimum may lie in any of several decades.

s >= 0 a misfit in decades    s / (1 + s / top) the value: flat far from the optimum, as training is
"""

import math

import numpy as np

from benchmarks.quality.problems.draft import Draft
from benchmarks.quality.problems.smooth import placed, turned
from luthier.space.domains import Float, Int
from luthier.space.space import Space
from luthier.testing.problems import Get

__all__ = ["DEV_LOG", "REPORTED_LOG", "levelled"]


def levelled(s: float, top: float) -> float:
    """A misfit, levelling off at `top`."""
    return s / (1.0 + s / top)


def momentum_valley() -> Draft:
    """A rate whose effect grows with momentum, and whose product with the weight decay counts."""
    decay, rate = 1e-4, 10**-2.3
    beta = 1.0 - rate / 10**-1.7

    def value(get: Get) -> float:
        log_rate, log_decay = math.log10(get("rate")), math.log10(get("weight_decay"))
        effect = log_rate - math.log10(1.0 - get("momentum"))
        s = (effect + 1.7) ** 2 + 0.6 * (log_rate + log_decay + 6.3) ** 2 + 0.02 * (log_decay + 4.0) ** 2
        return levelled(s, 4.0)

    space = Space(
        {
            "rate": Float(1e-7, 10.0, log=True),
            "weight_decay": Float(1e-8, 1.0, log=True),
            "momentum": Float(0.0, 0.995),
        },
    )
    start = {"rate": rate, "weight_decay": decay, "momentum": beta}
    return Draft(name="momentum-valley", suite="log", space=space, value=value, start=start)


def batch_ravine() -> Draft:
    """A rate that must grow with the root of the batch, between a penalty of small rates and one of large batches."""

    def value(get: Get) -> float:
        log_rate, log_batch = math.log10(get("rate")), math.log10(get("batch"))
        s = 3.0 * (log_rate - 0.5 * log_batch + 4.2) ** 2 + 0.2 * (log_batch - 1.2) ** 2
        return levelled(s + 0.1 * (math.log10(get("weight_decay")) + 5.5) ** 2, 3.0)

    space = Space(
        {
            "rate": Float(1e-6, 1.0, log=True),
            "batch": Float(1.0, 1e4, log=True),
            "weight_decay": Float(1e-8, 1e-1, log=True),
        },
    )
    start = {"rate": 10**-3.6, "batch": 10**1.2, "weight_decay": 10**-5.5}
    return Draft(name="batch-ravine", suite="log", space=space, value=value, start=start)


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


def counts_and_scales() -> Draft:
    """Ints and floats on log scales: a budget of trees times rate, and leaves that should fit it."""

    def value(get: Get) -> float:
        trees, leaves = math.log2(get("trees")), math.log2(get("leaves"))
        rate, penalty = math.log2(get("rate")), math.log2(get("penalty"))
        learnt = trees + rate
        s = 0.5 * (learnt - 4.0) ** 2 + 0.3 * (leaves + 0.5 * learnt - 5.0) ** 2
        return levelled(s + 0.1 * (trees - 9.0) ** 2 + 0.05 * (penalty - leaves + 7.0) ** 2, 8.0)

    space = Space(
        {
            "trees": Int(1, 2048, log=True),
            "leaves": Int(2, 512, log=True),
            "rate": Float(2**-12, 1.0, log=True),
            "penalty": Float(2**-20, 2**6, log=True),
        },
    )
    start = {"trees": 512, "leaves": 8, "rate": 2**-5, "penalty": 2**-4}
    return Draft(name="counts-and-scales", suite="log", space=space, value=value, start=start)


#: For development.
DEV_LOG = (batch_ravine(), decades("decades4", seed=111, d=4, condition=10.0, sharp=False))

#: Held out.
REPORTED_LOG = (
    momentum_valley(),
    counts_and_scales(),
    decades("cone6", seed=211, d=6, condition=30.0, sharp=True),
)
