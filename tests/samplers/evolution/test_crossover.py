"""Crossovers make children of their parents, and mutation moves them a little."""

from typing import Any

import numpy as np
import pytest

from luthier.base.errors import InvalidInput
from luthier.base.seeding import rng_for
from luthier.samplers.evolution.crossover import Blend, Sbx, Simplex, Undx, Uniform, Vsbx
from luthier.samplers.evolution.mutation import polynomial

ALL: list[Any] = [Uniform(), Blend(), Sbx(2.0, 1.0), Vsbx(2.0, 1.0), Simplex(), Undx()]


def children(crossover: Any, parents: np.ndarray, n: int = 4000) -> np.ndarray:
    rng = rng_for(1, 0)
    return np.array([crossover(parents[: crossover.parents], rng) for _ in range(n)])


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (Uniform, "swap"),
        (Blend, "alpha"),
        (Sbx, "eta"),
        (Sbx, "share"),
        (Vsbx, "eta"),
        (Vsbx, "share"),
        (Simplex, "epsilon"),
        (Undx, "along"),
        (Undx, "across"),
    ],
)
@pytest.mark.parametrize("wrong", [-1.0, float("nan"), float("inf"), "x", True])
def test_what_is_no_number_of_its_range_is_refused(kind: Any, name: str, wrong: Any) -> None:
    with pytest.raises(InvalidInput, match=f"{name} .*, got {wrong!r}"):
        kind(**{name: wrong})


@pytest.mark.parametrize("crossover", ALL, ids=lambda each: type(each).__name__)
def test_children_are_centred_on_their_parents(crossover: Any) -> None:
    """On the mean of all of them; UNDX on that of the two of its line."""
    parents = np.array([[0.4, 0.5, 0.6], [0.6, 0.5, 0.4], [0.5, 0.4, 0.6]])
    made = children(crossover, parents)
    used = 2 if isinstance(crossover, Undx) else crossover.parents
    np.testing.assert_allclose(made.mean(axis=0), parents[:used].mean(axis=0), atol=0.012)


@pytest.mark.parametrize("crossover", ALL, ids=lambda each: type(each).__name__)
def test_equal_parents_have_equal_children(crossover: Any) -> None:
    parents = np.full((3, 4), 0.3)
    np.testing.assert_allclose(children(crossover, parents, 50), 0.3, atol=1e-9)


@pytest.mark.parametrize("crossover", ALL, ids=lambda each: type(each).__name__)
def test_no_numbers_have_children_without_numbers(crossover: Any) -> None:
    assert crossover(np.empty((crossover.parents, 0)), rng_for(0, 0)).shape == (0,)


def test_sbx_stays_in_the_cube_and_keeps_the_spread_of_parents() -> None:
    made = children(Sbx(2.0, 1.0), np.array([[0.02, 0.4, 0.0], [0.1, 0.6, 1.0]]))
    assert ((made >= 0.0) & (made <= 1.0)).all()
    assert made[:, 1].std() == pytest.approx(0.1, rel=0.3)
    near = children(Sbx(50.0, 1.0), np.array([[0.4], [0.6]]))
    assert np.minimum(abs(near - 0.4), abs(near - 0.6)).mean() < 0.01


def test_uniform_takes_each_number_from_one_of_two() -> None:
    made = children(Uniform(0.2), np.array([[0.0, 0.0], [1.0, 1.0]]))
    assert set(np.unique(made)) == {0.0, 1.0}
    np.testing.assert_allclose(made.mean(axis=0), 0.2, atol=0.03)


def test_blend_fills_the_enlarged_box_evenly() -> None:
    made = children(Blend(0.5), np.array([[0.4], [0.6]]))
    assert made.min() == pytest.approx(0.3, abs=0.005)
    assert made.max() == pytest.approx(0.7, abs=0.005)


def test_a_number_is_crossed_as_often_as_asked() -> None:
    made = children(Sbx(5.0, 0.25), np.array([[0.4], [0.6]]))
    assert (~np.isin(made, [0.4, 0.6])).mean() == pytest.approx(0.25, abs=0.03)


@pytest.mark.parametrize("x", [0.0, 0.1, 0.5, 1.0])
def test_mutants_are_near_and_inside(x: float) -> None:
    rng = rng_for(2, 0)
    made = polynomial(np.full(5000, x), rng, 20.0)
    assert ((made >= 0.0) & (made <= 1.0)).all()
    assert 0.005 < abs(made - x).mean() < 0.1
    assert abs(polynomial(np.full(5000, x), rng, 2.0) - x).mean() > abs(made - x).mean()
