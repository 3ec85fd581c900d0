"""Cliffs, failures and values over many orders of magnitude: training that diverges, jobs that need too much memory.

A value of +inf stands for a trial that failed.
"""

import math
from typing import Any

import numpy as np

from benchmarks.quality.problems.draft import Draft
from benchmarks.quality.problems.logscale import levelled
from benchmarks.quality.problems.reading import number
from benchmarks.quality.problems.smooth import floats, placed, turned
from luthier.space.domains import Categorical, Float, Int
from luthier.space.space import Space
from luthier.testing.problems import Get, vector

__all__ = ["REPORTED_ROUGH"]


#: What fits, and how much less a job needs with checkpointing: logarithms to base 2.
MEMORY, SAVED = 16.0, 1.5


#: The most layers, as the logarithm to base 2.
LAYERS = math.log2(24)


#: A job that just fits does so however its logarithms round.
ROUNDING = 1e-9


#: The exponent above which a diverging job overflows.
OVERFLOW = 30.0


def divergence(get: Get) -> float:
    """The best rate lies just below a cliff whose place hangs on width and warm-up."""
    log_rate, width = math.log10(get("rate")), math.log2(get("width"))
    cliff = -0.5 - 0.25 * (width - 4.0) + 1.2 * get("warmup")
    beyond = log_rate - cliff
    size = 0.04 * (width - 8.0) ** 2 + 2.0 * (number(get, "warmup") - 0.3) ** 2
    if beyond > 0.0:
        exponent = 1.0 + 12.0 * beyond
        return math.inf if exponent > OVERFLOW else 10.0**exponent
    return levelled(0.3 * (beyond + 0.25) ** 2 + size, 5.0)


def unfilled(width: Any, layers: Any, batch: Any) -> Any:
    """What a job loses by being smaller than it may be; all sizes as logarithms to base 2."""
    return 0.05 * (11.0 - width) ** 1.5 + 0.06 * (LAYERS - layers) ** 1.5 + 0.04 * (10.0 - batch) ** 1.5


def memory(get: Get) -> float:
    """Bigger is better in three ways until the memory is full, and a job that does not fit fails."""
    width, layers, batch = (math.log2(get(name)) for name in ("width", "layers", "batch"))
    saved = SAVED if get("checkpointing") else 0.0
    if width + layers + batch - saved > MEMORY + ROUNDING:
        return math.inf
    rate = math.log10(get("rate")) + 4.2 - 0.3 * (batch - 5.0)
    return float(unfilled(width, layers, batch)) + 0.03 * saved + 0.2 * rate**2


def fullest() -> dict[str, Any]:
    """The best job that fits: for each width and depth the largest batch, and the rate that suits it."""
    width, layers, saved = np.meshgrid(np.arange(16, 2049), np.arange(1, 25), [0.0, SAVED], indexing="ij")
    batch = np.clip(np.floor(2.0 ** (MEMORY + saved) / (width * layers)), 1, 1024)
    loss = unfilled(np.log2(width), np.log2(layers), np.log2(batch)) + 0.03 * saved
    place = np.unravel_index(int(loss.argmin()), loss.shape)
    best = int(batch[place])
    return {
        "width": int(width[place]),
        "layers": int(layers[place]),
        "batch": best,
        "rate": 10 ** (-4.2 + 0.3 * (math.log2(best) - 5.0)),
        "checkpointing": bool(saved[place]),
    }


def skewed(name: str, d: int, *, seed: int, steep: float) -> Draft:
    """The exponential of a turned cone: values over many orders of magnitude."""
    rng = np.random.default_rng(seed)
    centre, shape = placed(rng, d), turned(rng, d) * rng.uniform(0.5, 2.0, d)

    def value(get: Get) -> float:
        z = (vector(get, d) - centre) @ shape
        return math.expm1(steep * math.sqrt(float(z @ z)))

    start = {f"x{k}": float(centre[k]) for k in range(d)}
    return Draft(name=name, suite="rough", space=floats(0.0, 1.0, d), value=value, start=start)


#: Held out.
REPORTED_ROUGH = (
    Draft(
        name="divergence",
        suite="rough",
        space=Space(
            {
                "rate": Float(1e-6, 1e2, log=True),
                "width": Int(8, 4096, log=True),
                "warmup": Float(0.0, 1.0),
            },
        ),
        value=divergence,
        start={"rate": 10 ** (-0.5 - 1.0 + 0.36 - 0.25), "width": 256, "warmup": 0.3},
    ),
    Draft(
        name="memory",
        suite="rough",
        space=Space(
            {
                "width": Int(16, 2048, log=True),
                "layers": Int(1, 24),
                "batch": Int(1, 1024, log=True),
                "rate": Float(1e-7, 1.0, log=True),
                "checkpointing": Categorical((False, True)),
            },
        ),
        value=memory,
        start=fullest(),
    ),
    skewed("skewed6", 6, seed=241, steep=7.0),
)
