"""Functions of 3 to 20 floats: moved, some turned, some that most of their parameters do not matter to.

    x (d,) the parameters    z = stretch Q (x - optimum)    Q orthogonal, or the identity

The optimum has no coordinate within a tenth of the range of the middle or of a bound, but for the two problems named
`edge`, whose optimum lies on bounds.
"""

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from benchmarks.quality.problems.draft import Draft
from luthier.base.arrays import Array
from luthier.space.domains import Float
from luthier.space.space import Space
from luthier.testing.problems import Get, vector

__all__ = ["DEV_SMOOTH", "REPORTED_SMOOTH", "placed", "turned"]

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


def zakharov(z: Array) -> float:
    """A plate-shaped valley (Zakharov)."""
    tilt = float(0.5 * np.arange(1, len(z) + 1) @ z)
    return float(z @ z) + tilt**2 + tilt**4


def powers(z: Array) -> float:
    """Powers from 2 to 6: flatter and flatter around the optimum."""
    return float(np.sum(np.abs(z) ** np.linspace(2, 6, len(z))))


def griewank(z: Array) -> float:
    """A product of waves on a bowl (Griewank 1981)."""
    return 1.0 + float(z @ z) / 200.0 - float(np.prod(np.cos(z / np.sqrt(np.arange(1, len(z) + 1)))))


def cumulative(z: Array) -> float:
    """The squares of all partial sums (Schwefel 1.2)."""
    return float(np.sum(np.cumsum(z) ** 2))


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


#: Where 4 z³ - 32 z + 5 is 0, the deeper pit of Styblinski and Tang's function.
TANG = -2.9035340276896


def tang(name: str, d: int, *, seed: int) -> Draft:
    """Two pits in each coordinate (Styblinski and Tang 1990), the coordinates mirrored at random."""
    sides = np.where(np.random.default_rng(seed).random(d) < 0.5, -1.0, 1.0)

    def value(get: Get) -> float:
        z = sides * vector(get, d)
        return float(np.sum(z**4 - 16.0 * z**2 + 5.0 * z)) / 2.0

    start = {f"x{k}": float(sides[k]) * TANG for k in range(d)}
    return Draft(name=name, suite="smooth", space=floats(-5.0, 5.0, d), value=value, start=start)


#: Random points of which the lowest lies in the deepest pit.
PIT_STARTS = 4096


def pits(name: str, d: int, count: int, *, seed: int) -> Draft:
    """Gaussian pits, each turned in its own way and deeper the narrower it is."""
    rng = np.random.default_rng(seed)
    centres = np.array([placed(rng, d) for _ in range(count)])
    shapes = np.array([turned(rng, d) * rng.uniform(1.5, 6.0, d) for _ in range(count)])
    depths = np.linspace(1.0, 2.0, count)
    sizes = np.linspace(0.8, 1.6, count)

    def depth(X: Array) -> Array:
        z = np.einsum("kij,nki->nkj", shapes, X[:, None, :] - centres) * sizes[:, None]
        total: Array = np.exp(-0.5 * np.sum(z**2, axis=2)) @ depths
        return total

    def value(get: Get) -> float:
        return -float(depth(vector(get, d)[None])[0])

    X = rng.random((PIT_STARTS, d))
    deepest = X[int(depth(X).argmax())]
    start = {f"x{k}": float(deepest[k]) for k in range(d)}
    return Draft(name=name, suite="smooth", space=floats(0.0, 1.0, d), value=value, start=start)


#: For development.
DEV_SMOOTH = (
    moved("ackley2", ackley, 2, seed=101, width=20.0),
    moved("rosenbrock4", rosenbrock, 4, seed=102, width=4.0, rotated=True),
    moved("ellipsoid5", ellipsoid, 5, seed=103, width=4.0, rotated=True),
    moved("ripples8", ripples, 8, seed=104, width=6.0),
    moved("levy20", levy, 20, seed=105, width=16.0, active=4),
    edge("edge6", 6, seed=106, power=2.0, out=2),
)

#: Held out.
REPORTED_SMOOTH = (
    moved("zakharov3", zakharov, 3, seed=201, width=5.0),
    pits("pits4", 4, 6, seed=202),
    edge("edge5", 5, seed=203, power=1.5, out=2),
    moved("powers6", powers, 6, seed=204, width=3.0, rotated=True),
    tang("tang10", 10, seed=205),
    moved("cumulative12", cumulative, 12, seed=206, width=4.0, rotated=True),
    moved("griewank20", griewank, 20, seed=207, width=16.0, rotated=True, active=3),
)
