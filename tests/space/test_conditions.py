"""Conditions are learnt from what was asked, and outvote what is not explained."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.base.arrays import Array, BoolArray
from luthier.base.seeding import rng_for
from luthier.space import Categorical, Domain, Float, Int, Space
from luthier.space.conditions import Conditions
from luthier.testing.strategies import histories, spaces

NAN = np.nan
LETTERS = Categorical(("a", "b", "c", "d"))
MODEL = Space({"model": LETTERS, "n_layers": Int(1, 8), "x": Float(0.0, 1.0), "c": Float(0.0, 1.0)})


class Tree:
    """A random space in which each parameter may depend on one before it."""

    def __init__(self, seed: int, *, continua: bool, size: int = 8) -> None:
        rng = rng_for(seed, 0)
        kinds: list[Domain] = [LETTERS, Categorical((False, True)), Int(1, 6), Int(1, 10**9)]
        kinds += [Float(0.0, 1.0)] * continua
        self.space = Space({f"p{j}": kinds[rng.integers(len(kinds))] for j in range(size)})
        self.parents = [int(rng.integers(-1, j)) if j else -1 for j in range(size)]
        self.rules: list[BoolArray | float] = []
        for parent in self.parents:
            levels = self.space.levels[parent] if parent >= 0 else None
            if levels is None or levels > 100:
                self.rules.append(float(rng.uniform(0.2, 0.8)))
            else:
                table = np.arange(levels) >= rng.integers(1, levels)
                table = table[:: rng.choice([-1, 1])]
                self.rules.append(rng.permutation(table) if self.space[f"p{parent}"] == LETTERS else table)
        if not continua:
            large = [j for j, levels in enumerate(self.space.levels) if levels == 10**9]
            self.parents = [-1 if parent in large else parent for parent in self.parents]

    def active(self, X: Array) -> BoolArray:
        mask = np.ones(X.shape, dtype=np.bool_)
        for j, (parent, rule) in enumerate(zip(self.parents, self.rules, strict=True)):
            if parent >= 0:
                u = X[:, parent]
                yes = (
                    (u > rule) ^ (j % 2 == 0)
                    if isinstance(rule, float)
                    else rule[(u * len(rule)).astype(int)]
                )
                mask[:, j] = mask[:, parent] & yes
        return mask


@given(st.integers(0, 10**6), st.integers(1, 60))
def test_told_rows_of_a_tree_are_reproduced_exactly(seed: int, n: int) -> None:
    tree = Tree(seed, continua=True)
    X = rng_for(seed, 1).random((n, 8))
    known = tree.active(X)
    learnt = Conditions.learn(tree.space, np.where(known, X, NAN))
    asked = known.any(axis=0)  # a parameter that nobody ever asked for counts as active
    np.testing.assert_array_equal(learnt.active(X)[:, asked], known[:, asked])


@given(st.integers(0, 10**6))
def test_unseen_rows_are_told_once_every_branch_was_seen_often(seed: int) -> None:
    tree = Tree(seed, continua=False)
    X, unseen = rng_for(seed, 1).random((2, 600, 8))
    known = tree.active(X)
    often = known.sum(axis=0) >= 30
    learnt = Conditions.learn(tree.space, np.where(known, X, NAN))
    np.testing.assert_array_equal(learnt.active(unseen)[:, often], tree.active(unseen)[:, often])


@given(st.data(), spaces(max_size=5))
def test_any_rows_are_legal(data: st.DataObject, space: Space) -> None:
    history = data.draw(histories(space))
    with np.errstate(all="raise", under="ignore"):
        learnt = Conditions.learn(space, history.X)
        points = rng_for(0, 0).random((9, len(space)))
        active = learnt.active(points)
    assert active.shape == points.shape
    assert learnt == Conditions.learn(space, history.X)
    assert set(np.flatnonzero(~active.all(axis=0))) <= set(learnt.conditional)
    np.testing.assert_array_equal(np.isnan(learnt.masked(points)), ~active)


def rows(n: int, seed: int = 0) -> Array:
    return rng_for(seed, 0).random((n, 4))


def test_a_threshold_on_an_integer_holds_for_values_between() -> None:
    X = np.array([[0.1, (k - 0.5) / 8, 0.3, 0.5 if k >= 6 else NAN] for k in (1, 4, 6, 8)])
    learnt = Conditions.learn(MODEL, X)
    layers = np.array([[0.1, (k - 0.5) / 8, 0.3, 0.5] for k in range(1, 9)])
    assert learnt.active(layers)[:, 3].tolist() == [False] * 4 + [True] * 4


def test_a_choice_never_seen_is_active() -> None:
    X = rows(30)
    X = X[np.floor(X[:, 0] * 4) < 3]
    X[np.floor(X[:, 0] * 4) == 1, 3] = NAN
    points = np.array([[(k + 0.5) / 4, 0.5, 0.5, 0.5] for k in range(4)])
    assert Conditions.learn(MODEL, X).active(points)[:, 3].tolist() == [True, False, True, True]


def test_a_child_of_an_inactive_parent_is_inactive() -> None:
    """`x` belongs to the first model, `c` to `x > 0.5`."""
    full = rows(200)
    X = full.copy()
    X[X[:, 0] > 0.25, 2] = NAN
    X[~(X[:, 2] > 0.5), 3] = NAN
    learnt = Conditions.learn(MODEL, X)
    assert learnt.conditional == [2, 3]
    np.testing.assert_array_equal(learnt.active(full), ~np.isnan(X))
    assert not learnt.active(np.array([[0.9, 0.5, 0.9, 0.5]]))[0, 2:].any()


@pytest.mark.parametrize("both", [True, False])
def test_conditions_on_two_parameters_are_trees(*, both: bool) -> None:
    full, unseen = rows(120), rows(500, seed=1)

    def asked(X: Array) -> BoolArray:
        model, deep = X[:, 0] < 0.5, X[:, 1] >= 0.5
        return model & deep if both else model | deep

    X = full.copy()
    X[~asked(X), 3] = NAN
    learnt = Conditions.learn(MODEL, X)
    np.testing.assert_array_equal(learnt.active(unseen)[:, 3], asked(unseen))


def test_trials_that_failed_before_they_asked_are_outvoted() -> None:
    full, unseen = rows(150), rows(500, seed=1)
    X = full.copy()
    X[X[:, 0] > 0.5, 3] = NAN
    X[10:20, 1:] = NAN
    X[30:40, 3] = NAN
    X[50] = NAN
    learnt = Conditions.learn(MODEL, X)
    np.testing.assert_array_equal(learnt.active(unseen)[:, 3], unseen[:, 0] <= 0.5)
    assert learnt.active(unseen)[:, :3].mean() > 0.95


def test_what_was_never_asked_or_always_asked_is_active() -> None:
    X = rows(20)
    X[:, 3] = NAN
    learnt = Conditions.learn(MODEL, X)
    assert not learnt.conditional
    assert learnt.active(rows(3)).all()
    assert Conditions.learn(Space({}), np.empty((4, 0))).active(np.empty((2, 0))).shape == (2, 0)


def test_learning_takes_little_more_than_sorting_the_rows() -> None:
    """1.2 ms for 20 parameters of which 10 are conditional, after 200 trials on a quiet core."""
    space = Space({"m": LETTERS, "n": Int(1, 8), **{f"x{j}": Float(0.0, 1.0) for j in range(18)}})
    X = rng_for(0, 0).random((200, 20))
    for j in range(5):
        X[np.floor(X[:, 0] * 4) != j % 4, 10 + j] = NAN
        X[np.floor(X[:, 1] * 8) <= j, 15 + j] = NAN
    best = np.inf
    for _ in range(20):
        start = time.thread_time()
        assert len(Conditions.learn(space, X).conditional) == 10
        best = min(best, time.thread_time() - start)
    assert best < 6e-3
