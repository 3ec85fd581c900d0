from typing import Any

import numpy as np
import pytest

from luthier.compat.skopt import utils
from luthier.compat.skopt.results import create_result
from luthier.compat.skopt.space import Categorical, Integer, Real, Space

SPACE = {"b": Integer(2, 4), "a": Real(0, 1), "c": Categorical(["x", "y"])}


def test_points_as_lists_and_dicts_by_sorted_name() -> None:
    assert utils.dimensions_aslist(SPACE) == [SPACE["a"], SPACE["b"], SPACE["c"]]
    point = utils.point_asdict(SPACE, [0.5, 3, "x"])
    assert list(point.items()) == [("a", 0.5), ("b", 3), ("c", "x")]
    assert utils.point_aslist(SPACE, point) == [0.5, 3, "x"]


def test_named_arguments() -> None:
    named = [Real(0, 1, name="a"), Integer(0, 3, name="b")]

    @utils.use_named_args(dimensions=named)
    def objective(b: int, a: float) -> float:
        """What it does."""
        return 10 * b + a

    assert objective([0.5, 2]) == 20.5
    assert objective.__doc__ == "What it does."
    with pytest.raises(ValueError, match="2 values"):
        objective([0.5])


@pytest.mark.parametrize("dimensions", [[Real(0, 1)], [(0, 1)]])
def test_arguments_cannot_be_named_after_nothing(dimensions: Any) -> None:
    with pytest.raises(ValueError, match="Expected"):
        utils.use_named_args(dimensions)(print)


def test_lists_of_lists() -> None:
    assert utils.is_listlike([1])
    assert utils.is_listlike((1,))
    assert not utils.is_listlike("ab")
    assert utils.is_2Dlistlike([[1], (2,)])
    assert not utils.is_2Dlistlike([[1], 2])


def test_points_are_checked_one_by_one_or_together() -> None:
    space = Space([(0, 3), ["a", "b"]])
    utils.check_x_in_space([1, "a"], space)
    utils.check_x_in_space([[1, "a"], [3, "b"]], space)
    for wrong in ([1], [4, "a"], [[1, "a"], [4, "b"]], [[1]], "ab", []):
        with pytest.raises(ValueError, match="Expected"):
            utils.check_x_in_space(wrong, space)


def test_a_point_of_lists_is_one_point() -> None:
    utils.check_x_in_space([[1, 2], [3]], Space([Categorical([[1, 2], [0]]), Categorical([[3], [4]])]))


def test_the_best_value_is_never_nan() -> None:
    res = create_result([[0], [1], [2]], [float("nan"), 3.0, 5.0])
    assert (res.x, res.fun) == ([1], 3.0)
    assert type(res.fun) is float
    assert np.isnan(create_result([[0]], [float("nan")]).fun)
    assert create_result([], []).x is None


def test_the_minimum_that_a_model_expects() -> None:
    space = utils.normalize_dimensions([(0.0, 10.0), (0, 9)])
    points = space.rvs(40, random_state=0)
    values = [(x - 7.0) ** 2 + (k - 4) ** 2 for x, k in points]
    model = utils.cook_estimator("GP", space, random_state=0).fit(space.transform(points), values)
    res = create_result(points, values, space, models=[model])
    (x, k), value = utils.expected_minimum(res, n_random_starts=3, random_state=0)
    assert k == 4
    assert [x, value] == pytest.approx([7.0, 0.0], abs=0.3)
    (x, k), value = utils.expected_minimum_random_sampling(res, 2000, random_state=0)
    assert k == 4
    assert [x, value] == pytest.approx([7.0, 0.0], abs=0.5)
    with pytest.raises(ValueError, match="model"):
        utils.expected_minimum(create_result(points, values, space, models=[]))


def test_an_expected_minimum_meets_the_constraint_and_may_have_categories() -> None:
    space = Space([(0, 9), ["a", "b"]], constraint=lambda point: point[0] > 4)
    points = space.rvs(20, random_state=0)
    values = [k + (c == "a") for k, c in points]
    model = utils.cook_estimator("ET", random_state=0).fit(space.transform(points), values)
    res = create_result(points, values, space, models=[model])
    assert utils.expected_minimum_random_sampling(res, 200, random_state=0)[0][0] > 4


def test_normalized_dimensions_are_copies() -> None:
    given = [Real(0, 10), Categorical(["a", "b", "c"], transform="label")]
    space = utils.normalize_dimensions(given)
    assert space.get_transformer() == ["normalize", "onehot"]
    assert [dimension.transform_ for dimension in given] == ["identity", "label"]
