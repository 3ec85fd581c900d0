"""Hypervolume: how much of the space below a reference point a set of points dominates, all objectives minimised.

    Y     (n, m) points, finite or +inf     r   (m,) the reference point, finite
    H(Y)  volume of all z with y <= z < r in every objective, for some row y

Two objectives are swept in O(n log n). More are summed as exclusive volumes: While, Bradstreet, Barone 2012, "A fast
way of calculating exact hypervolumes" (WFG), Sec. III, without its heuristics for many objectives.
"""

import numpy as np

from luthier.base.arrays import Array
from luthier.numerics.pareto import nondominated

__all__ = ["exclusive", "hypervolume"]


def hypervolume(Y: Array, reference: Array) -> float:
    """H of `Y: (n, m)` below `reference: (m,)`; points that are not below it everywhere add nothing."""
    inside = Y[(reference > Y).all(axis=1)]
    if not len(inside):
        return 0.0
    return volume(np.unique(inside[nondominated(inside)], axis=0), reference)


def exclusive(point: Array, Y: Array, reference: Array) -> float:
    """What `point: (m,)` adds to H of `Y: (n, m)`: `H(Y with point) - H(Y)`."""
    if not (point < reference).all():
        return 0.0
    box = float(np.prod(reference - point))
    return box - hypervolume(np.maximum(Y, point), reference) if len(Y) else box


def volume(front: Array, reference: Array) -> float:
    """H of points below the reference of which none dominates another, sorted by their first objective."""
    if front.shape[1] == 1:
        return float(reference[0] - front[0, 0])
    if front.shape[1] == 2:
        lower = np.append(reference[1], front[:-1, 1])
        return float((reference[0] - front[:, 0]) @ (lower - front[:, 1]))
    total = 0.0
    for place in range(len(front)):
        # The later points, cut to what they share with this one: Eq. (1) of WFG.
        shared = np.maximum(front[place + 1 :], front[place])
        total += float(np.prod(reference - front[place])) - hypervolume(shared, reference)
    return total
