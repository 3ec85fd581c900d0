from typing import Any

import numpy as np
import pytest

from luthier.compat.skopt import dummy_minimize
from luthier.compat.skopt.generators import cook_initial_point_generator
from luthier.compat.skopt.sampler import Grid, Halton, Hammersly, InitialPointGenerator, Lhs, Sobol

CUBE = [(0.0, 1.0), (0.0, 1.0)]
MIXED = [(0.0, 1.0), (1, 9), ["a", "b", "c"], (1e-3, 1.0, "log-uniform")]

GENERATORS: list[InitialPointGenerator] = [
    Lhs(iterations=5),
    Lhs("centered", None),
    Lhs(criterion="ratio", iterations=5),
    Lhs(criterion="correlation", iterations=5),
    Sobol(),
    Sobol(skip=4, randomize=False),
    Halton(),
    Halton(min_skip=3, max_skip=9),
    Halton(min_skip=-1, max_skip=-1, primes=[2, 3, 5, 7]),
    Hammersly(),
    Grid(),
    Grid("include", append_border="include"),
    Grid("only", append_border="exclude"),
    Grid(use_full_layout=False),
]


@pytest.mark.parametrize("generator", GENERATORS, ids=lambda made: f"{type(made).__name__} {vars(made)}")
def test_points_are_of_the_space_and_reproducible(generator: InitialPointGenerator) -> None:
    for n in (1, 2, 7, 20):
        points = generator.generate(MIXED, n, random_state=0)
        assert len(points) == n
        for x, k, c, log in points:
            assert (type(x), type(k), type(c), type(log)) == (float, int, str, float)
            assert 0 <= x <= 1 <= k <= 9
            assert c in "abc"
            assert 1e-3 <= log <= 1
        assert generator.generate(MIXED, n, random_state=0) == points
    assert generator.generate(MIXED, 0) == []


@pytest.mark.parametrize("generator", [Lhs(iterations=3), Lhs("centered"), Hammersly()])
def test_every_slice_has_one_point(generator: InitialPointGenerator) -> None:
    points = np.array(generator.generate(CUBE, 10, random_state=0))
    columns = points.T if isinstance(generator, Lhs) else points.T[1:]
    for column in columns:
        assert sorted(np.floor(column * 10)) == list(range(10))


def test_a_sobol_sequence_is_balanced() -> None:
    for generator in (Sobol(), Sobol(skip=8, randomize=False)):
        points = np.array(generator.generate(CUBE, 8, random_state=1))
        for column in points.T:
            assert sorted(np.floor(column * 8)) == list(range(8))


def test_sequences_known_from_the_books() -> None:
    halves = [0.5, 0.25, 0.75, 0.125]
    thirds = [1 / 3, 2 / 3, 1 / 9, 4 / 9]
    assert Halton().generate(CUBE, 4) == [pytest.approx(pair) for pair in zip(halves, thirds, strict=True)]
    assert Sobol(randomize=False).generate(CUBE, 3) == [[0.5, 0.5], [0.75, 0.25], [0.25, 0.75]]
    assert [y for _, y in Hammersly().generate(CUBE, 4)] == [0.125, 0.375, 0.625, 0.875]


def test_a_grid_is_a_grid() -> None:
    inside = {(x, y) for x, y in Grid().generate(CUBE, 9, random_state=0)}
    assert inside == {(x, y) for x in (0.25, 0.5, 0.75) for y in (0.25, 0.5, 0.75)}
    border = Grid("only").generate(CUBE, 8, random_state=0)
    assert all(0.0 in point or 1.0 in point for point in border)


def test_the_best_cube_of_many_is_better() -> None:
    def smallest_gap(points: Any) -> float:
        table = np.array(points)
        gaps = np.linalg.norm(table[:, None] - table[None], axis=2)
        return float(gaps[gaps > 0].min())

    one = smallest_gap(Lhs(iterations=1).generate(CUBE, 10, random_state=0))
    assert smallest_gap(Lhs(iterations=200).generate(CUBE, 10, random_state=0)) > one


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Sobol(skip=3),
        lambda: Halton(primes=[2]).generate(CUBE, 3),
        lambda: Grid("outside").generate(CUBE, 3),
        lambda: Lhs("square").generate(CUBE, 3),
        lambda: Lhs(criterion="best").generate(CUBE, 3),
        lambda: Lhs().generate(CUBE, -1),
        lambda: Grid("only").generate([(0.0, 1.0)] * 30, 3),
        lambda: cook_initial_point_generator("golden"),
        lambda: cook_initial_point_generator(3),
    ],
)
def test_wrong_parameters_are_value_errors(wrong: Any) -> None:
    with pytest.raises(ValueError, match="Expected"):
        wrong()


def test_generators_by_name_and_of_ones_own() -> None:
    class Corner(InitialPointGenerator):
        def generate(self, dimensions: Any, n_samples: int, random_state: Any = None) -> Any:
            return [[0.0, 0.0]] * n_samples

    assert cook_initial_point_generator("random") is None
    assert cook_initial_point_generator(None) is None
    lhs = cook_initial_point_generator("LHS", criterion="ratio")
    assert isinstance(lhs, Lhs)
    assert lhs.criterion == "ratio"
    res = dummy_minimize(sum, CUBE, n_calls=3, initial_point_generator=Corner(), random_state=0)
    assert res.x_iters == [[0.0, 0.0]] * 3
    options = {"randomize": False}
    res = dummy_minimize(sum, CUBE, 3, "sobol", random_state=0, init_point_gen_kwargs=options)
    assert res.x_iters == [[0.5, 0.5], [0.75, 0.25], [0.25, 0.75]]


def test_a_parameter_that_a_generator_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match="'criterionn'"):
        dummy_minimize(
            sum, CUBE, n_calls=2, initial_point_generator="lhs", init_point_gen_kwargs={"criterionn": 1}
        )
