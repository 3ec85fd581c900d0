"""Functions whose optimum may lie in any of several decades.

s >= 0 a misfit in decades    s / (1 + s / top) the value: flat far from the optimum, as training is
"""

import math

from benchmarks.quality.problems.draft import Draft
from benchmarks.quality.problems.logscale import decades, levelled
from luthier.space.domains import Float
from luthier.space.space import Space
from luthier.testing.problems import Get

__all__ = ["DEV_LOG"]


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


#: For development.
DEV_LOG = (batch_ravine(), decades("decades4", seed=111, d=4, condition=10.0, sharp=False))
