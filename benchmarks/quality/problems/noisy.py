"""Problems whose values are noisy: each trial draws anew, also at the same configuration."""

import math
from dataclasses import dataclass

import numpy as np

from benchmarks.quality.problems.draft import Draft
from benchmarks.quality.problems.logscale import levelled
from benchmarks.quality.problems.reading import number
from benchmarks.quality.problems.smooth import floats, placed, turned
from luthier.space.domains import Categorical, Float, Int
from luthier.space.space import Space
from luthier.testing.problems import Get, vector

__all__ = ["DEV_NOISY", "REPORTED_NOISY"]


@dataclass(frozen=True, slots=True)
class Noise:
    """A standard deviation that grows with the value: `least + share * |value|`."""

    least: float
    share: float = 0.0

    def __call__(self, value: float) -> float:
        """The standard deviation at a noiseless value."""
        return self.least + self.share * abs(value)


def bowl(name: str, d: int, *, seed: int, noise: Noise, power: float) -> Draft:
    """A turned bowl, `|z|^power`."""
    rng = np.random.default_rng(seed)
    centre, shape = placed(rng, d), turned(rng, d) * rng.uniform(1.0, 3.0, d)

    def value(get: Get) -> float:
        z = (vector(get, d) - centre) @ shape
        return math.pow(float(z @ z), power / 2.0)

    start = {f"x{k}": float(centre[k]) for k in range(d)}
    space = floats(0.0, 1.0, d)
    return Draft(name=name, suite="noisy", space=space, value=value, start=start, noise=noise)


def policy(get: Get) -> float:
    """An agent that learns by trial: the horizon trades against the rate, and exploring pays up to a point."""
    horizon = -math.log10(1.0 - get("discount"))
    loss = 0.5 * (horizon - 2.2) ** 2 + 0.4 * (math.log10(get("rate")) + 1.6 + 0.8 * horizon) ** 2
    loss += 0.2 * (math.log10(get("entropy")) + 2.4) ** 2 + 0.05 * (math.log2(get("steps")) - 8.0) ** 2
    return levelled(loss + (0.0 if get("advantage") == "gae" else 0.25), 4.0)


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
