"""Functions whose optimum may lie in any of several decades.

s >= 0 a misfit in decades    s / (1 + s / top) the value: flat far from the optimum, as training is
"""

import math

from benchmarks.quality.problems.draft import Draft
from benchmarks.quality.problems.logscale import decades, levelled
from luthier.space.domains import Float, Int
from luthier.space.space import Space
from luthier.testing.problems import Get

__all__ = ["REPORTED_LOG"]


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


#: Held out.
REPORTED_LOG = (
    momentum_valley(),
    counts_and_scales(),
    decades("cone6", seed=211, d=6, condition=30.0, sharp=True),
)
