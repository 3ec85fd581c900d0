"""Problems whose values are noisy: each trial draws anew, also at the same configuration."""

import math

from benchmarks.quality.problems.draft import Draft
from benchmarks.quality.problems.logscale import levelled
from benchmarks.quality.problems.noisy import Noise, bowl
from luthier.space.domains import Categorical, Float, Int
from luthier.space.space import Space
from luthier.testing.problems import Get

__all__ = ["REPORTED_NOISY"]


def policy(get: Get) -> float:
    """An agent that learns by trial: the horizon trades against the rate, and exploring pays up to a point."""
    horizon = -math.log10(1.0 - get("discount"))
    loss = 0.5 * (horizon - 2.2) ** 2 + 0.4 * (math.log10(get("rate")) + 1.6 + 0.8 * horizon) ** 2
    loss += 0.2 * (math.log10(get("entropy")) + 2.4) ** 2 + 0.05 * (math.log2(get("steps")) - 8.0) ** 2
    return levelled(loss + (0.0 if get("advantage") == "gae" else 0.25), 4.0)


#: Held out.
REPORTED_NOISY = (
    bowl("noisy-cone5", 5, seed=231, noise=Noise(0.1), power=1.0),
    Draft(
        name="noisy-policy",
        suite="noisy",
        space=Space(
            {
                "discount": Float(0.8, 0.9999),
                "rate": Float(1e-6, 1e-1, log=True),
                "entropy": Float(1e-6, 1.0, log=True),
                "steps": Int(16, 4096, log=True),
                "advantage": Categorical(("returns", "gae", "td")),
            },
        ),
        value=policy,
        start={
            "discount": 1.0 - 10**-2.2,
            "rate": 10 ** (-1.6 - 0.8 * 2.2),
            "entropy": 10**-2.4,
            "steps": 256,
            "advantage": "gae",
        },
        noise=Noise(0.08, 0.15),
    ),
)
