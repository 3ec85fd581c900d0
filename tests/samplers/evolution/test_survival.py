"""Who survives: extremes, the feasible, the lonely; and the ones near empty reference directions."""

import math
from typing import Any

import numpy as np
import pytest

from luthier.base.errors import InvalidInput
from luthier.base.seeding import rng_for
from luthier.samplers.evolution.reference import Niching, das_dennis
from luthier.samplers.evolution.survival import Crowding, Pool

BOTH = pytest.mark.parametrize("survival", [Crowding(), Niching()], ids=["crowding", "niching"])


def pool(Y: np.ndarray, **other: np.ndarray) -> Pool:
    k = len(Y)
    usual = {
        "violation": np.zeros(k),
        "fidelity": np.full(k, math.inf),
        "repeated": np.zeros(k, dtype=np.bool_),
    }
    return Pool(Y=Y, **{**usual, **other})


def front(k: int) -> np.ndarray:
    f = np.sort(rng_for(3, k).random(k))
    f[0], f[-1] = 0.0, 1.0
    return np.stack([f, 1.0 - f], axis=1)


@BOTH
def test_the_extremes_of_the_front_survive(survival: Crowding | Niching) -> None:
    Y = np.concatenate([front(40), front(40) + 0.5])
    kept = survival.survivors(pool(Y), 12)
    assert len(kept) == 12
    assert {0, 39} <= set(kept.tolist())
    assert (kept < 40).all()


@BOTH
def test_survivors_are_spread(survival: Crowding | Niching) -> None:
    """No gap on the front of 15 survivors of 200 is much wider than a fifteenth."""
    kept = survival.survivors(pool(front(200)), 15)
    gaps = np.diff(np.sort(front(200)[kept, 0]))
    assert gaps.max() < 0.25


@BOTH
@pytest.mark.parametrize("flaw", ["violation", "fidelity", "repeated", "failed"])
def test_a_flaw_counts_before_the_objectives(survival: Crowding | Niching, flaw: str) -> None:
    Y = np.concatenate([front(10) + 5.0, front(10)])
    flawed = np.arange(20) >= 10
    if flaw == "failed":
        Y[flawed] = math.inf
        made = pool(Y)
    else:
        value = {"violation": flawed * 1.0, "fidelity": np.where(flawed, 3.0, math.inf), "repeated": flawed}
        made = pool(Y, **{flaw: value[flaw]})
    np.testing.assert_array_equal(survival.survivors(made, 10), np.arange(10))
    merits = survival.merits(made)
    assert merits[:10].max() < merits[10:].min()


def test_less_broken_constraints_come_first() -> None:
    made = pool(np.zeros((4, 2)), violation=np.array([3.0, 1.0, math.inf, 2.0]))
    np.testing.assert_array_equal(Crowding().survivors(made, 2), [1, 3])


def test_infinities_and_ties_are_survived() -> None:
    odd = np.array(
        [[-math.inf, math.inf], [0.0, 1e308], [0.0, 1e308], [-1e308, 1.0], [math.inf, math.inf]] * 3
    )
    with np.errstate(all="raise", under="ignore"):
        for survival in (Crowding(), Niching(), Niching(divisions=3)):
            assert len(survival.survivors(pool(odd), 7)) == 7
            assert len(survival.survivors(pool(np.zeros((9, 3))), 4)) == 4


@pytest.mark.parametrize(("m", "p", "points"), [(2, 4, 5), (3, 12, 91), (5, 3, 35), (1, 4, 1)])
def test_das_dennis_points_fill_the_simplex(m: int, p: int, points: int) -> None:
    made = das_dennis(m, p)
    assert made.shape == (points, m)
    np.testing.assert_allclose(made.sum(axis=1), 1.0)
    assert (made >= 0.0).all()
    assert len(np.unique(made, axis=0)) == points


def test_niching_prefers_given_directions() -> None:
    """With one direction, the survivors of a front are those nearest to it."""
    Y = front(100)
    kept = Niching([[1.0, 1.0]]).survivors(pool(Y), 5)
    assert abs(Y[kept, 0] - 0.5).max() < 0.1


def test_niching_does_not_care_for_the_units_of_objectives() -> None:
    Y = front(60)
    one, other = (Niching().survivors(pool(Y * scale + 7.0), 10) for scale in (1.0, np.array([1.0, 1000.0])))
    assert len(set(one.tolist()) & set(other.tolist())) >= 8


#: Reference points and divisions that are none.
WRONG: list[Any] = [
    ([[-1.0, 2.0]], None),
    ([], None),
    (None, 0),
    ("abc", None),
    ([[1.0, 2.0], [1.0]], None),
    ([[0.0, 0.0, 0.0]], None),
    ([[np.inf, 1.0]], None),
    ([[np.nan, 1.0]], None),
    ([[[1.0]]], None),
]


def test_arguments_are_checked() -> None:
    for points, divisions in WRONG:
        with pytest.raises(InvalidInput):
            Niching(points, divisions=divisions)
    with pytest.raises(InvalidInput):
        das_dennis(20, 20)
    with pytest.raises(InvalidInput, match="coordinates"):
        Niching([[1.0, 1.0]]).survivors(pool(np.eye(3)), 1)
