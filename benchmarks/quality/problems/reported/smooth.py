"""Functions of 3 to 20 floats: moved, some turned, some that most of their parameters do not matter to."""

import numpy as np

from benchmarks.quality.problems.draft import Draft
from benchmarks.quality.problems.smooth import edge, floats, moved, placed, turned
from luthier.base.arrays import Array
from luthier.testing.problems import Get, vector

__all__ = ["REPORTED_SMOOTH"]


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
