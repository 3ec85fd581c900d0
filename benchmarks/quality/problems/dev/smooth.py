"""Functions of 2 to 20 floats: moved, some turned, one that most of its parameters do not matter to."""

import math

import numpy as np

from benchmarks.quality.problems.smooth import edge, moved
from luthier.base.arrays import Array

__all__ = ["DEV_SMOOTH"]


def ellipsoid(z: Array) -> float:
    """Squares whose weights span three decades."""
    return float(10 ** np.linspace(0, 3, len(z)) @ z**2)


def rosenbrock(z: Array) -> float:
    """A bent valley (Rosenbrock 1960)."""
    y = z + 1.0
    return float(np.sum(100.0 * (y[1:] - y[:-1] ** 2) ** 2 + (1.0 - y[:-1]) ** 2))


def ackley(z: Array) -> float:
    """A funnel with ripples (Ackley 1987)."""
    funnel = -20.0 * math.exp(-0.2 * math.sqrt(float(np.mean(z**2))))
    return funnel - math.exp(float(np.mean(np.cos(2 * np.pi * z)))) + 20.0 + math.e


def levy(z: Array) -> float:
    """Waves on a bowl (Levy and Montalvo 1985)."""
    w = 1.0 + z / 4.0
    inner = (w[:-1] - 1.0) ** 2 * (1.0 + 10.0 * np.sin(np.pi * w[:-1] + 1.0) ** 2)
    first = math.sin(math.pi * float(w[0])) ** 2
    last = float((w[-1] - 1.0) ** 2 * (1.0 + np.sin(2 * np.pi * w[-1]) ** 2))
    return first + float(np.sum(inner)) + last


def ripples(z: Array) -> float:
    """A bowl with shallow ripples: Rastrigin's function with a tenth of its amplitude."""
    return float(np.sum(z**2 + 1.0 - np.cos(2 * np.pi * z)))


#: For development.
DEV_SMOOTH = (
    moved("ackley2", ackley, 2, seed=101, width=20.0),
    moved("rosenbrock4", rosenbrock, 4, seed=102, width=4.0, rotated=True),
    moved("ellipsoid5", ellipsoid, 5, seed=103, width=4.0, rotated=True),
    moved("ripples8", ripples, 8, seed=104, width=6.0),
    moved("levy20", levy, 20, seed=105, width=16.0, active=4),
    edge("edge6", 6, seed=106, power=2.0, out=2),
)
