import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.compat.skopt.space import Categorical, Integer, Real, Space, check_dimension
from luthier.compat.skopt.space.transformers import LogN, Normalize, Pipeline, StringEncoder
from luthier.compat.support import CompatWarning


@pytest.mark.parametrize(
    ("shorthand", "dimension"),
    [
        ((1, 10), Integer(1, 10)),
        ((1.0, 10.0), Real(1.0, 10.0)),
        ((1, 10.0), Real(1.0, 10.0)),
        ((1e-5, 1e-1, "log-uniform"), Real(1e-5, 1e-1, "log-uniform")),
        ((1, 1024, "log-uniform"), Integer(1, 1024, "log-uniform")),
        ((1, 1024, "log-uniform", 2), Integer(1, 1024, "log-uniform", 2)),
        (["a", "b"], Categorical(["a", "b"])),
        (("a", "b"), Categorical(["a", "b"])),
        ((True, False), Categorical([True, False])),
        ([7], Categorical([7])),
        ([1, 2, 3], Categorical([1, 2, 3])),
        ((1, 2, 3, 4, 5), Categorical([1, 2, 3, 4, 5])),
        ([(32,), (64, 64)], Categorical([(32,), (64, 64)])),
        (np.array(["a", "b", "c"]), Categorical(["a", "b", "c"])),
    ],
)
def test_a_tuple_is_a_range_and_a_list_is_a_choice(shorthand: Any, dimension: Any) -> None:
    found = check_dimension(shorthand)
    assert found == dimension
    assert repr(found) == repr(dimension)


@pytest.mark.parametrize("shorthand", [[16, 64], [0.1, 0.5], np.array([16, 64])])
def test_a_list_of_two_numbers_is_a_choice_and_says_so(shorthand: Any) -> None:
    with pytest.warns(CompatWarning, match="for a range write the tuple"):
        found = check_dimension(shorthand)
    assert found == Categorical(list(shorthand))


def test_a_misspelled_prior_is_said() -> None:
    with pytest.warns(CompatWarning, match="the prior is one of"):
        assert isinstance(check_dimension((1, 10, "loguniform")), Categorical)


@pytest.mark.parametrize("nothing", ["abc", 3, None, object()])
def test_what_describes_no_dimension_is_refused(nothing: Any) -> None:
    with pytest.raises(ValueError, match="Expected a Dimension"):
        check_dimension(nothing)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Real(2, 1),
        lambda: Real(0, math.inf),
        lambda: Real(0, 1, "log-uniform"),
        lambda: Real(-2, -1, "log-uniform"),
        lambda: Real(0, 1, "normal"),
        lambda: Real(0, 1, base=1),
        lambda: Real(0, 1, transform="onehot"),
        lambda: Real(0, 1, dtype=int),
        lambda: Real(0, 1, name=3),  # type: ignore[arg-type]  # the mistake
        lambda: Integer(0.5, 2),  # type: ignore[arg-type]  # the mistake
        lambda: Integer(0, 2, dtype=float),
        lambda: Categorical([]),
        lambda: Categorical(["a", "a"]),
        lambda: Categorical(["a", "b"], prior=[0.5]),
        lambda: Categorical(["a", "b"], transform="nothing"),
        lambda: Space([(0, 1)], constraint=3),  # type: ignore[arg-type]  # the mistake
    ],
)
def test_impossible_dimensions_are_value_errors(make: Any) -> None:
    with pytest.raises(ValueError, match="Expected"):
        make()


DIMENSIONS = [
    Real(-2.0, 3.0),
    Real(1e-6, 1e3, "log-uniform"),
    Real(1e-6, 1e3, "log-uniform", 2),
    Integer(-3, 9),
    Integer(1, 1000, "log-uniform"),
    Integer(1, 1000, "log-uniform", 2),
    Integer(5, 5),
    Real(1.5, 1.5),
    Categorical(["a", "b"]),
    Categorical(["a"]),
    Categorical([None, (1, 2), [3], True, 1, 1.0]),
    Categorical(["a", "b", "c"], prior=[0.2, 0.3, 0.5]),
]


#: Each dimension with each transform that can be inverted: texts tell 1 from 1.0 by luck alone.
PAIRS = [
    (dimension, transform)
    for dimension in DIMENSIONS
    for transform in ["identity", "normalize", "onehot", "label", "string"]
    if (isinstance(dimension, Categorical) and (transform != "string" or 1 not in dimension.bounds))
    or transform in {"identity", "normalize"}
]


@pytest.mark.parametrize(("dimension", "transform"), PAIRS, ids=repr)
def test_values_survive_what_a_model_sees(dimension: Any, transform: str) -> None:
    dimension.set_transformer(transform)
    values = dimension.rvs(20, random_state=0)
    assert all(value in dimension for value in values)
    back = dimension.inverse_transform(dimension.transform(values))
    if isinstance(dimension, Real):
        assert back == pytest.approx(values, rel=1e-9)
    else:
        assert back == values
        assert [type(value) for value in back] == [type(value) for value in values]


@pytest.mark.parametrize("dimension", DIMENSIONS, ids=repr)
def test_what_a_model_sees_lies_in_its_bounds(dimension: Any) -> None:
    space = Space([dimension])
    for transform in ["identity", "normalize"]:
        if isinstance(dimension, Categorical):
            transform = "onehot"  # noqa: PLW2901 - what a model can see of categories
        space.set_transformer(transform)
        seen = space.transform(space.rvs(50, random_state=0))
        assert seen.shape == (50, space.transformed_n_dims)
        low, high = np.array(space.transformed_bounds).T
        assert (seen >= low - 1e-9).all()
        assert (seen <= high + 1e-9).all()
        corners = space.inverse_transform(np.array([low, high]))
        if not isinstance(dimension, Categorical):
            assert [point[0] for point in corners] == pytest.approx(list(dimension.bounds))


def test_log_bounds_are_in_the_base_asked_for() -> None:
    assert Integer(1, 1000, "log-uniform").transformed_bounds == pytest.approx((0, 3))
    assert Integer(1, 1024, "log-uniform", 2).transformed_bounds == pytest.approx((0, 10))
    assert Real(1, 1024, "log-uniform", 2).transformed_bounds == pytest.approx((0, 10))


def test_values_are_of_pythons_own_types() -> None:
    space = Space([(1, 10), (0.0, 1.0), ["a", "b"], Categorical(np.array([1, 2, 3])), (True, False)])
    for point in space.rvs(10, random_state=0) + space.inverse_transform(space.transform(space.rvs(5))):
        assert [type(value) for value in point] == [int, float, str, int, bool]
    assert type(Real(0, 1, dtype=np.float32).rvs(None, 0)) is float
    assert type(Integer(0, 9, dtype=np.int16).rvs(None, 0)) is int


def test_the_precision_asked_for_is_kept() -> None:
    (value,) = Real(0, 1, dtype="float16").rvs(1, random_state=0)
    assert value == float(np.float16(value))


def test_random_values_follow_the_prior() -> None:
    rare = Categorical(["a", "b", "c"], prior=[0.0, 0.1, 0.9]).rvs(2000, random_state=0)
    assert rare.count("a") == 0
    assert 120 < rare.count("b") < 280
    small = Integer(1, 1000, "log-uniform").rvs(2000, random_state=0)
    assert 0.28 < np.mean(np.array(small) < 10) < 0.45  # log(9.5 / 0.5) / log(1000.5 / 0.5) is 0.39
    assert {1, 2} < set(small)
    ends = Integer(0, 1).rvs(2000, random_state=0)
    assert 900 < sum(ends) < 1100


def test_normalised_categories_are_drawn_by_the_prior_too() -> None:
    drawn = Categorical(["a", "b", "c"], transform="normalize").rvs(3000, random_state=0)
    assert all(880 < drawn.count(name) < 1120 for name in "abc")


@given(st.integers(-50, 50), st.integers(0, 60), st.sampled_from(["identity", "normalize"]))
def test_every_integer_of_a_range_survives(low: int, width: int, transform: str) -> None:
    dimension = Integer(low, low + width, transform=transform)
    values = list(range(low, low + width + 1))
    assert dimension.inverse_transform(dimension.transform(values)) == values


def test_membership() -> None:
    assert 3 in Integer(1, 5)
    assert 3.0 in Integer(1, 5)
    assert 3.5 not in Integer(1, 5)
    assert True not in Integer(0, 5)
    assert not Real(0, 1).__contains__(math.nan)
    assert 1 in Categorical([1, 2])
    assert "1" not in Categorical([1, 2])
    assert (1, 2) in Categorical([(1, 2), None])
    assert [2, "a"] in Space([(0, 3), ["a", "b"]])
    assert [2, "c"] not in Space([(0, 3), ["a", "b"]])
    assert [2] not in Space([(0, 3)], constraint=lambda point: point[0] < 2)


def test_distances() -> None:
    space = Space([(0.0, 1.0), (0, 10), ["a", "b"]])
    assert space.distance([0.0, 2, "a"], [0.5, 5, "b"]) == pytest.approx(4.5)
    with pytest.raises(RuntimeError, match="within"):
        space.distance([0.0, 2, "a"], [0.5, 11, "b"])


def test_a_constraint_holds_for_every_draw_or_says_that_it_cannot() -> None:
    points = Space([(0, 9), (0, 9)], constraint=lambda point: point[0] < point[1]).rvs(20, random_state=0)
    assert len(points) == 20
    assert all(first < second for first, second in points)
    with pytest.raises(RuntimeError, match="meet the constraint"):
        Space([(0, 9)], constraint=lambda _: False).rvs(1)


def test_lookups_and_names() -> None:
    space = Space([Integer(0, 1, name="k"), Real(0, 1)])
    assert space.dimension_names == ["k", "X_1"]
    assert space["k"] == (0, space.dimensions[0])
    assert space[1] == (1, space.dimensions[1])
    assert space["nothing"] == (None, None)
    assert space[["k", 1]] == [(0, space.dimensions[0]), (1, space.dimensions[1])]
    space.dimension_names = ["a", "b"]
    assert [dimension.name for dimension in space] == ["a", "b"]
    with pytest.raises(ValueError, match="one for each"):
        space.dimension_names = ["a"]


def test_what_a_space_says_of_itself() -> None:
    space = Space([(0, 1), (0.0, 1.0), ["a", "b", "c"], Real(1, 1)])
    assert space.bounds == [(0, 1), (0.0, 1.0), ("a", "b", "c"), (1, 1)]
    assert (space.n_dims, space.transformed_n_dims, space.n_constant_dimensions) == (4, 6, 1)
    assert (space.is_real, space.is_categorical, space.is_partly_categorical) == (False, False, True)
    assert space.get_transformer() == ["identity", "identity", "onehot", "identity"]
    space.set_transformer_by_type("label", Categorical)
    assert space.get_transformer()[2] == "label"
    assert space == Space([(0, 1), (0.0, 1.0), ["a", "b", "c"], (1.0, 1.0)])
    assert repr(Space([(0, 1)])) == "Space([Integer(low=0, high=1, prior='uniform', transform='identity')])"


def test_a_space_of_a_yaml_file(tmp_path: Path) -> None:
    path = tmp_path / "space.yml"
    path.write_text(
        "Space:\n- Integer:\n    low: -5\n    high: 5\n- CATEGORICAL:\n    categories: [a, b]\n"
        "- Real:\n    low: 1.0\n    high: 5.0\n    prior: log-uniform\n"
    )
    expected = Space([(-5, 5), ["a", "b"], (1.0, 5.0, "log-uniform")])
    assert Space.from_yaml(path) == expected
    assert Space.from_yaml(str(path), namespace="Space") == expected
    with pytest.raises(TypeError, match="a list of dimensions"):
        Space.from_yaml(path, namespace="other")


def test_a_space_of_a_data_frame() -> None:
    pd = pytest.importorskip("pandas", reason="pandas is an extra")
    df = pd.DataFrame({"k": [1, 5], "x": [0.5, 2.5], "c": ["a", "b"]})
    space = Space.from_df(df, priors={"x": "log-uniform"}, bases={"x": 2}, transforms={"k": "normalize"})
    assert space == Space(
        [Integer(1, 5), Real(0.5, 2.5, "log-uniform", 2), Categorical(["a", "b"])],
    )
    assert space.dimension_names == ["k", "x", "c"]
    assert space.get_transformer() == ["normalize", "identity", "onehot"]


def test_transformers_by_themselves() -> None:
    scale = Pipeline([LogN(2), Normalize(0, 10)])
    assert scale.transform([1, 32, 1024]) == pytest.approx([0.0, 0.5, 1.0])
    assert scale.inverse_transform([0.0, 0.5, 1.0]) == pytest.approx([1, 32, 1024])
    with pytest.raises(ValueError, match="values in"):
        Normalize(0, 1).transform([2.0])
    assert StringEncoder().fit([1, 2]).inverse_transform(["2", "1"]) == [2, 1]
