"""Functions to try a search on.

Sources: Branin and Hoo 1972, and Hartmann 1973, as in Dixon and Szego 1978, "Towards Global Optimisation 2".
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from luthier.base.arrays import Array

__all__ = ["bench1", "bench1_with_time", "bench2", "bench3", "bench4", "bench5", "branin", "hart6"]

#: Hartmann's function of six dimensions: weights, centres `(4, 6)` and widths `(4, 6)` of its four wells.
WEIGHTS = np.array([1.0, 1.2, 3.0, 3.2])
CENTRES = 1e-4 * np.array(
    [
        [1312, 1696, 5569, 124, 8283, 5886],
        [2329, 4135, 8307, 3736, 1004, 9991],
        [2348, 1451, 3522, 2883, 3047, 6650],
        [4047, 8828, 8732, 5743, 1091, 381],
    ]
)
WIDTHS = np.array(
    [
        [10, 3, 17, 3.5, 1.7, 8],
        [0.05, 10, 17, 0.1, 8, 14],
        [3, 3.5, 1.7, 10, 17, 8],
        [17, 8, 0.05, 10, 0.1, 14],
    ]
)


def bench1(x: Sequence[float]) -> float:
    """`x²`; the minimum is 0 at 0."""
    return x[0] ** 2


def bench1_with_time(x: Sequence[float]) -> tuple[float, float]:
    """`x²`, and the seconds that it is said to take, always 2.22."""
    return x[0] ** 2, 2.22


def bench2(x: Sequence[float]) -> float:
    """`x²` below 0, else `(x - 5)² - 5`; the minimum is -5 at 5."""
    return x[0] ** 2 if x[0] < 0 else (x[0] - 5) ** 2 - 5


def bench3(x: Sequence[float]) -> float:
    """`sin(5 x) (1 - tanh(x²))`; the minimum is about -0.9 at -0.3."""
    return math.sin(5 * x[0]) * (1 - math.tanh(x[0] ** 2))


def bench4(x: Sequence[Any]) -> float:
    """`x²` of a number given as text; the minimum is 0 at "0"."""
    return float(x[0]) ** 2


def bench5(x: Sequence[Any]) -> float:
    """`x0² + x1²`, the first given as text; the minimum is 0 at "0" and 0."""
    return float(x[0]) ** 2 + float(x[1]) ** 2


def branin(  # noqa: PLR0917 - the signature of the original
    x: Sequence[float],
    a: float = 1,
    b: float = 5.1 / (4 * math.pi**2),
    c: float = 5.0 / math.pi,
    r: float = 6,
    s: float = 10,
    t: float = 1.0 / (8 * math.pi),
) -> float:
    """Branin's function on [-5, 10] x [0, 15]; the minimum is 0.397887, at (-π, 12.275), (π, 2.275), (3π, 2.475)."""
    return a * (x[1] - b * x[0] ** 2 + c * x[0] - r) ** 2 + s * (1 - t) * math.cos(x[0]) + s


def hart6(x: Any, alpha: Array = WEIGHTS, P: Array = CENTRES, A: Array = WIDTHS) -> float:
    """Hartmann's function on the unit cube of six dimensions; the minimum is -3.32237."""
    return float(-np.sum(alpha * np.exp(-np.sum(A * (np.asarray(x) - P) ** 2, axis=1))))
