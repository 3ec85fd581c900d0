"""What the smooth problems of both sets are made by: functions of floats that are moved, turned, or cut by a bound.

    x (d,) the parameters    z = stretch Q (x - optimum)    Q orthogonal, or the identity

The optimum has no coordinate within a tenth of the range of the middle or of a bound, but for the problems named
`edge`, whose optimum lies on bounds.
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from benchmarks.quality.problems.draft import Draft
from luthier.base.arrays import Array
from luthier.space.domains import Float
from luthier.space.space import Space
from luthier.testing.problems import Get, vector

__all__ = ["edge", "floats", "moved", "placed", "turned"]


#: A function of z whose least value is 0, at z = 0.
Base: TypeAlias = Callable[[Array], float]


#: Where the coordinates of an optimum lie, as a share of the range: here, or as far from the other end.
INNER = (0.1, 0.4)


def placed(rng: np.random.Generator, d: int) -> Array:
    """`(d,)` a point of the unit cube, away from the middle and from the bounds."""
    near = rng.uniform(*INNER, d)
    return np.where(rng.random(d) < 0.5, near, 1.0 - near)


def turned(rng: np.random.Generator, d: int) -> Array:
    """`(d, d)` an orthogonal matrix."""
    q, r = np.linalg.qr(rng.standard_normal((d, d)))
    matrix: Array = q * np.sign(np.diag(r))
    return matrix


def floats(low: float, high: float, d: int) -> Space:
    """The parameters `x0, x1, …`."""
    return Space({f"x{k}": Float(low, high) for k in range(d)})


def moved(
    name: str, base: Base, d: int, *, seed: int, width: float, rotated: bool = False, active: int = 0
) -> Draft:
    """A base function over a box in which z spans `width`; with `active`, of that many of the d parameters alone."""
    rng = np.random.default_rng(seed)
    columns = np.sort(rng.permutation(d)[: active or d])
    low = np.round(rng.uniform(-10.0, 0.0), 1)
    high = low + 10.0
    optimum = low + 10.0 * placed(rng, d)
    Q = turned(rng, len(columns)) if rotated else np.eye(len(columns))

    def value(get: Get) -> float:
        x = vector(get, d)
        return base(width / 10.0 * Q @ (x - optimum)[columns])

    start = {f"x{k}": float(optimum[k]) for k in range(d)}
    return Draft(
        name=name, suite="smooth", space=floats(float(low), float(high), d), value=value, start=start
    )


def edge(name: str, d: int, *, seed: int, power: float, out: int) -> Draft:
    """A separable valley whose bottom lies outside of the box in `out` coordinates, on the side of each bound."""
    rng = np.random.default_rng(seed)
    centre = placed(rng, d)
    centre[:out] = np.where(rng.random(out) < 0.5, -0.3, 1.2)
    weights = rng.uniform(1.0, 5.0, d)
    best = np.clip(centre, 0.0, 1.0)

    def value(get: Get) -> float:
        return float(weights @ np.abs(vector(get, d) - centre) ** power)

    start = {f"x{k}": float(best[k]) for k in range(d)}
    return Draft(name=name, suite="smooth", space=floats(0.0, 1.0, d), value=value, start=start)
