"""Problems whose values are noisy: each trial draws anew, also at the same configuration."""

import math

from benchmarks.quality.problems.draft import Draft
from benchmarks.quality.problems.noisy import Noise, bowl
from benchmarks.quality.problems.reading import number
from luthier.space.domains import Categorical, Float, Int
from luthier.space.space import Space
from luthier.testing.problems import Get

__all__ = ["DEV_NOISY"]


def augmentation(get: Get) -> float:
    """Which augmentation at which strength: each has a best strength of its own."""
    wanted, floor = {"crop": (0.3, 0.1), "mix": (0.55, 0.0), "erase": (0.15, 0.2), "none": (0.0, 0.6)}[
        get("kind")
    ]
    strength = 2.0 * (number(get, "strength") - wanted) ** 2
    return (
        floor
        + strength
        + 0.02 * (number(get, "copies") - 3) ** 2
        + 0.3 * (math.log10(get("rate")) + 2.3) ** 2
    )


#: For development.
DEV_NOISY = (
    bowl("noisy-bowl3", 3, seed=131, noise=Noise(0.15), power=2.0),
    Draft(
        name="noisy-augmentation",
        suite="noisy",
        space=Space(
            {
                "kind": Categorical(("none", "crop", "mix", "erase")),
                "strength": Float(0.0, 1.0),
                "copies": Int(1, 8),
                "rate": Float(1e-5, 1.0, log=True),
            },
        ),
        value=augmentation,
        start={"kind": "mix", "strength": 0.55, "copies": 3, "rate": 10**-2.3},
        noise=Noise(0.05, 0.1),
    ),
)
