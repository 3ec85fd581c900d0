"""Which trials the Parzen estimator takes for good ones."""

import math
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from luthier.records.history import History
from luthier.samplers.tpe.split import good_trials
from luthier.space import Float, Space
from luthier.testing.strategies import histories

INF = math.inf
SPACE = Space({"x": Float(0.0, 1.0)})


def history(Y: Any, *, violation: Any = None, fidelity: Any = None) -> History:
    values = np.array(Y, dtype=np.float64).reshape(len(Y), np.shape(Y)[1] if np.ndim(Y) > 1 else 1)
    n = len(values)
    return History(
        X=np.zeros((n, 1)),
        Y=values,
        violation=np.zeros(n) if violation is None else np.array(violation, dtype=np.float64),
        fidelity=np.full(n, INF) if fidelity is None else np.array(fidelity, dtype=np.float64),
        number=np.arange(n),
        pending=np.empty((0, 1)),
    )


def good(known: History, share: float) -> list[int]:
    return sorted(good_trials(known, share=share, most=25).tolist())


@given(histories(SPACE, max_size=20), st.floats(0.05, 0.9))
def test_single_objectives_are_split_by_their_sort_keys(known: History, share: float) -> None:
    usable = [row for row in range(len(known)) if known.Y[row].max() < INF]
    wanted = min(math.ceil(share * len(usable)), 25)
    chosen = good(known, share)
    assert len(chosen) == len(set(chosen)) == wanted
    assert set(chosen) <= set(usable)
    if known.Y.shape[1] == 1:
        by_rule = sorted(
            usable, key=lambda row: (known.violation[row], -known.fidelity[row], known.Y[row, 0], row)
        )
        assert chosen == sorted(by_rule[:wanted])


def test_the_least_values_are_good_and_the_older_of_equals() -> None:
    assert good(history([3.0, 1.0, 2.0, 1.0, 1.0]), 0.4) == [1, 3]


def test_failures_are_never_good_and_do_not_count() -> None:
    assert good(history([INF, 5.0, INF, 6.0]), 0.5) == [1]
    assert good(history([INF, INF]), 0.5) == []
    assert good(history([-INF, 0.0]), 0.5) == [0]


def test_feasible_trials_come_before_better_ones() -> None:
    assert good(history([0.0, 9.0, 1.0], violation=[2.0, 0.0, 1.0]), 0.6) == [1, 2]


def test_the_last_value_of_a_stopped_trial_is_not_a_final_one() -> None:
    known = history([0.0, 0.1, 5.0, 6.0], fidelity=[1.0, 10.0, INF, INF])
    assert good(known, 0.5) == [2, 3]
    assert good(known, 0.75) == [1, 2, 3]


def test_fronts_come_first_and_are_thinned_where_they_are_crowded() -> None:
    front = [[0.0, 4.0], [1.0, 3.0], [1.1, 2.9], [3.0, 1.0], [4.0, 0.0]]
    crowded = {1, 2} & set(good(history([*front, [5.0, 5.0]]), 0.66))
    assert len(crowded) == 1
    assert good(history([[5.0, 5.0], *front]), 0.8) == [1, 2, 3, 4, 5]


def test_of_a_front_those_are_good_that_add_most_hypervolume() -> None:
    """The knee comes first, then both ends."""
    front = [[0.0, 4.0], [0.5, 0.5], [0.6, 0.49], [2.0, 0.47], [4.0, 0.0]]
    assert good(history(front), 0.2) == [1]
    assert good(history([*front, [9.0, 9.0]]), 0.5) == [0, 1, 4]
    solid = [[0.0, 4.0, 4.0], [4.0, 0.0, 4.0], [4.0, 4.0, 0.0], [0.5, 0.5, 0.5]]
    assert good(history(solid), 0.2) == [3]


def test_objectives_without_end_are_no_obstacle() -> None:
    odd = [[-INF, 1e308], [0.0, 0.0], [-1e308, 5.0], [1e308, -INF], [1.0, -1.0]]
    assert len(good(history(odd), 0.6)) == 3


@given(histories(SPACE, max_size=20), st.randoms())
def test_the_order_of_different_trials_does_not_matter(known: History, random: Any) -> None:
    n = len(known)
    values = known.number[::-1] % 7 + known.number / 100.0
    order = np.array(random.sample(range(n), n), dtype=np.int64)
    same = history(values, violation=known.violation, fidelity=known.fidelity)
    shuffled = history(values[order], violation=known.violation[order], fidelity=known.fidelity[order])
    assert sorted(order[good(shuffled, 0.3)].tolist()) == good(same, 0.3)
