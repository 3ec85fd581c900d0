"""Maxima of a smooth function over the unit cube, climbed to from many starts in lockstep.

    q  starts       c  coordinates       a  starts still under way
    x  (a, c) where they are         g  (a, c) gradient of the function
    p  (a, c) direction              t  (a,) step along it
    H  (a, c, c) estimate of the inverse of the negative second derivatives
    s  (a, c) step taken             y  (a, c) fall of the gradient along it        rho  (a,) 1 / (s . y)

Each round evaluates one point for every start under way, so that a function which is cheap for many points at once, as
a Gaussian process is, is called a few dozen times in all. Every start has its own H and its own step. Coordinates that
press against a bound are held there for the round (Bertsekas 1982, "Projected Newton methods for optimization problems
with simple constraints"); H is updated by BFGS and steps are cut back until Armijo's condition holds (Nocedal and
Wright, "Numerical Optimization" 2006, Eqs. 6.17 and 3.6a, the latter along the projected path).
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from luthier.base.arrays import Array, BoolArray, IntArray

__all__ = ["Slope", "maximize"]

#: Values `(a,)` and gradients `(a, c)` at `x: (a, c)`; the second argument, `(a,)`, says which starts these are.
Slope: TypeAlias = Callable[[Array, IntArray], tuple[Array, Array]]

#: Armijo's constant: a step has to win this part of what the gradient promises.
PROMISE = 1e-4

#: A first step, whose scale is unknown, moves no coordinate further than this; later ones move none beyond `LONGEST`.
FIRST = 0.1
LONGEST = 0.5

#: A refused step is cut to between these parts of itself, where a parabola through what is known has its top.
CUT = (0.1, 0.5)

#: A step cut below this part of itself is given up: H is forgotten, or the start ends if it knew nothing. It ends too
#: when no free coordinate has a slope above `FLAT`.
SHORTEST = 1e-3
FLAT = 1e-7

#: Curvature along a step below this part of the squared change of the gradient teaches nothing about H.
CURVED = 1e-10


def maximize(slope: Slope, starts: Array, *, rounds: int = 40, gain: float = 1e-6) -> tuple[Array, Array]:
    """The points `(q, c)` reached from `starts: (q, c)` within the unit cube, and their values `(q,)`.

    No value is below that of its start. A point whose value is not finite is never stepped to.

    Args:
        slope: values and gradients of the function to maximise.
        starts: where to climb from.
        rounds: how often `slope` is called at most, once for the starts themselves.
        gain: a start ends when an accepted full step wins no more than this.
    """
    X = np.clip(starts, 0.0, 1.0)
    row = np.arange(len(X))
    value, g = slope(X, row)
    if not X.size:
        return X, value
    climb = Climb(X, value, g)
    for _ in range(rounds - 1):
        if not climb.row.size:
            break
        climb.advance(slope, gain)
    return climb.reached, climb.value_reached


class Climb:
    """All starts, those that have ended and those under way."""

    __slots__ = ("H", "fresh", "g", "p", "reached", "row", "t", "value", "value_reached", "x")

    def __init__(self, X: Array, value: Array, g: Array) -> None:
        self.reached, self.value_reached = X.copy(), value.copy()
        #: Of those under way: which start, where it is, its value and gradient there.
        self.row = np.arange(len(X))
        self.x, self.value, self.g = X, value, g
        self.H = np.broadcast_to(np.eye(X.shape[1]), (len(X), X.shape[1], X.shape[1])).copy()
        #: Whether H has not learnt anything yet, so that its scale is arbitrary.
        self.fresh = np.ones(len(X), dtype=np.bool_)
        self.t = np.ones(len(X))
        self.p = np.zeros_like(X)
        self.aim(np.ones(len(X), dtype=np.bool_))
        self.keep(np.isfinite(value) & (np.abs(self.p).max(axis=1) > 0.0))

    def aim(self, which: BoolArray) -> None:
        """New directions, and full steps, for some of those under way."""
        x, g, H = self.x[which], self.g[which], self.H[which]
        held = outward(x, g) | (np.abs(g) <= FLAT)
        p = ascent(H, g, held)
        # H may turn a coordinate outward whose slope points inward: cut off, the rest of the step would be none of H's.
        p = ascent(H, g, held | outward(x, p))
        longest = np.abs(p).max(axis=1)
        limit = np.where(self.fresh[which], FIRST, LONGEST)
        scale = np.where(self.fresh[which] | (longest > limit), limit / np.maximum(longest, FLAT**2), 1.0)
        self.p[which] = p * scale[:, None]
        self.t[which] = 1.0

    def advance(self, slope: Slope, gain: float) -> None:
        """One round: every start under way tries a step, takes it or cuts it."""
        x = np.minimum(np.maximum(self.x + self.t[:, None] * self.p, 0.0), 1.0)
        value, g = slope(x, self.row)
        step = x - self.x
        promised = np.sum(self.g * step, axis=1)
        taken = np.isfinite(value) & (value >= self.value + PROMISE * promised) & (promised > 0.0)
        won = np.where(taken, value, self.value) - self.value
        full = self.t >= 1.0
        self.cut(taken, value, promised)
        self.learn(taken, step, self.g - g)
        self.x = np.where(taken[:, None], x, self.x)
        self.g = np.where(taken[:, None], g, self.g)
        self.value = self.value + won
        self.reached[self.row], self.value_reached[self.row] = self.x, self.value
        # Near a bound H may point where the projection leaves nothing to win; the gradient itself never does.
        stuck = ~taken & (self.t < SHORTEST)
        again = stuck & ~self.fresh
        self.H[again] = np.eye(self.x.shape[1])
        self.fresh |= again
        self.aim(taken | again)
        ended = np.where(taken, full & (won <= gain), stuck & ~again)
        self.keep(~ended & (np.abs(self.p).max(axis=1) > 0.0))

    def cut(self, taken: BoolArray, value: Array, promised: Array) -> None:
        """Shorten the refused steps to the top of the parabola through both values and the first slope."""
        with np.errstate(all="ignore"):
            top = promised / (2.0 * (promised + self.value - value))
        part = np.where(np.isfinite(top), np.clip(top, *CUT), CUT[0])
        self.t = np.where(taken, self.t, self.t * part)

    def learn(self, taken: BoolArray, s: Array, y: Array) -> None:
        """Update H of the steps taken by BFGS, from a first guess on the scale of the first step."""
        sy, yy = np.sum(s * y, axis=1), np.sum(y * y, axis=1)
        which = taken & (sy > CURVED * yy) & (sy > 0.0)
        if not which.any():
            return
        s, y, sy, yy, H = s[which], y[which], sy[which], yy[which], self.H[which]
        first = self.fresh[which]
        H[first] *= (sy[first] / yy[first])[:, None, None]
        rho = 1.0 / sy
        Hy = np.matmul(H, y[:, :, None])[:, :, 0]
        cross = Hy[:, :, None] * (rho[:, None] * s)[:, None, :]
        weight = rho * (1.0 + rho * np.sum(y * Hy, axis=1))
        H += (
            (weight[:, None] * s)[:, :, None] * s[:, None, :] - cross - cross.transpose(0, 2, 1)
        )  # Eq. (6.17)
        self.H[which] = H
        self.fresh[which] = False

    def keep(self, which: BoolArray) -> None:
        """Let the others end."""
        if which.all():
            return
        self.row, self.x, self.value, self.g = (
            self.row[which],
            self.x[which],
            self.value[which],
            self.g[which],
        )
        self.H, self.fresh = self.H[which], self.fresh[which]
        self.p, self.t = self.p[which], self.t[which]


def outward(x: Array, p: Array) -> BoolArray:
    """Where `p` leaves the cube at once."""
    return ((x <= 0.0) & (p < 0.0)) | ((x >= 1.0) & (p > 0.0))


def ascent(H: Array, g: Array, held: BoolArray) -> Array:
    """The quasi-Newton directions among the coordinates that are not held."""
    p = np.matmul(H, np.where(held, 0.0, g)[:, :, None])[:, :, 0]
    return np.where(held, 0.0, p)
