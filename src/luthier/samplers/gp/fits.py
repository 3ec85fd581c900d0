"""Processes of objectives and of feasibility, and how values become their targets.

Hyperparameters are those of the first k(n) trials, where k grows in steps of about a twelfth: they change little from
one trial to the next, and equal histories give equal models whoever asks, with or without what was kept from before.

    n  trials       k(n)  how many of them hyperparameters are learnt from
    Z  (n, f) features of trials       y  (n,) their values, of one objective or of infeasibility
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import partial
from typing import NamedTuple, TypeAlias

import numpy as np

from luthier.base.arrays import Array, IntArray
from luthier.samplers.gp.data import best_first, levelled, spread
from luthier.surrogates.gp import GaussianProcess, Hyperparameters, fit
from luthier.surrogates.inputs import Inputs
from luthier.surrogates.learnt import learn
from luthier.surrogates.outputs import ROUNDING, Outputs

__all__ = ["Fits", "fitted_rows", "for_objective", "for_violation"]

#: Up to so many trials hyperparameters are learnt anew after each, then after each growth by `GROWTH`.
EACH = 16
GROWTH = 1.08

#: Hyperparameters are learnt from at most so many trials: time is cubic in them.
MOST_FITTED = 250

#: Of up to so many trials they are learnt from several starting points: few points leave room for several explanations.
#: On ten problems that took a fourth off the mean regret after 50 trials.
FEW = 80
STARTS = 3

#: Trials diverged when their values are so many times further from the best than all others, and those are a fourth of
#: all or more. Then the transform is learnt with the hyperparameters: where some runs end at 1e23, that found what no
#: fixed transform did. Without such runs, and above all under noise, the fixed one found better points.
GAP = 1e3
LEAST_SHARE = 0.25

#: How many times further than the others a diverged trial counts.
BEYOND = 10.0


class Fit(NamedTuple):
    """What was learnt: the targets of values, in the same order, and the hyperparameters of a process of them."""

    targets: Callable[[Array], Array]
    hyper: Hyperparameters


#: Learns from features `Z: (n, f)` and values `y: (n,)`.
Learner: TypeAlias = Callable[[Inputs, Array, Array], Fit]


def fitted_rows(n: int) -> int:
    """k(n): how many of n trials the hyperparameters are learnt from."""
    k = min(n, EACH)
    while (larger := max(k + 1, int(k * GROWTH))) <= n:
        k = larger
    return k


def for_violation(inputs: Inputs, Z: Array, y: Array) -> Fit:
    """A fit whose targets are the values themselves."""
    return Fit(np.asarray, fit(inputs, Z, y, starts=starts(y)))


def for_objective(inputs: Inputs, Z: Array, y: Array) -> Fit:
    """A fit whose targets are standardised, and bad outliers brought near."""
    most = ceiling(y)
    if most is None:
        return Fit(levelled, fit(inputs, Z, levelled(y), starts=starts(y)))
    exponent, hyper = learn(inputs, Z, np.minimum(y, most))
    return Fit(partial(cut, most=most, exponent=exponent), hyper)


def cut(y: Array, *, most: float, exponent: float) -> Array:
    """Targets of `y: (n,)` that counts `most` at most."""
    near = np.minimum(y, most)
    return Outputs.of(near, exponent=exponent).forward(near)


def ceiling(y: Array) -> float | None:
    """The most that a value counts where some of `y: (n,)` diverged; None where none did."""
    above = np.sort(y / 2.0 - y.min() / 2.0)
    near, far = above[:-1], above[1:]
    # Beside a tie but for its rounding errors every value is far away.
    gaps = (
        (near > ROUNDING * abs(float(y.min())))
        & (far / GAP > near)
        & (np.arange(1, len(y)) >= LEAST_SHARE * len(y))
    )
    if not gaps.any():
        return None
    return float(y.min() + 2.0 * BEYOND * near[int(np.argmax(gaps))])


def starts(y: Array) -> int:
    """From how many points to climb."""
    return STARTS if len(y) <= FEW else 1


class Fits:
    """Fits by the data they were learnt from: a shortcut that decides nothing."""

    __slots__ = ("kept",)

    #: So many fits are kept.
    ROOM = 16

    def __init__(self) -> None:
        self.kept: OrderedDict[Hashable, Fit] = OrderedDict()

    def of(self, inputs: Inputs, Z: Array, y: Array, learner: Learner) -> Fit:
        """What is learnt from features `Z: (n, f)` and values `y: (n,)`."""
        key = (learner, inputs.group.tobytes(), inputs.kind.tobytes(), Z.tobytes(), y.tobytes())
        if key not in self.kept:
            self.kept[key] = learner(inputs, Z, y)
            while len(self.kept) > self.ROOM:
                self.kept.popitem(last=False)
        return self.kept[key]

    def process(
        self,
        inputs: Inputs,
        Z: Array,
        y: Array,
        *,
        rows: IntArray,
        learner: Learner,
        early: Array | None = None,
    ) -> GaussianProcess:
        """The process of some `rows` of `Z: (n, f)` and `y: (n,)`, with hyperparameters of the first k(n) of all.

        `early: (k,)` are the values of the first ones, where later values change what is said of them.
        """
        early = y[: fitted_rows(len(y))] if early is None else early
        part = spread(Z[: len(early)], best_first(early[:, None]), MOST_FITTED)
        learnt = self.of(inputs, Z[part], early[part], learner)
        return GaussianProcess(inputs, Z[rows], learnt.targets(y[rows]), hyper=learnt.hyper).calibrated()
