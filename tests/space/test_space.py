"""The algebra of spaces."""

from hypothesis import given
from hypothesis import strategies as st

from luthier.space import Float, Int, Space
from luthier.testing.strategies import spaces


def test_spaces_of_another_order_are_other_spaces() -> None:
    x, y = Float(0.0, 1.0), Float(0.0, 1.0)
    assert Space({"x": x, "y": y}) != Space({"y": y, "x": x})


@given(spaces())
def test_equal_spaces_have_equal_hashes(space: Space) -> None:
    again = Space(dict(space.items()))
    assert again == space
    assert hash(again) == hash(space)


@given(spaces(min_size=1), st.data())
def test_without_takes_names_out_of_a_space(space: Space, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(space.names))
    assert set(space.without({name: 0})) == set(space) - {name}


def test_the_size_is_the_product_of_all_levels() -> None:
    assert Space({}).size == 1
    assert Space({"a": Int(1, 3), "b": Float(0.0, 1.0, step=0.5)}).size == 9
    assert Space({"a": Int(1, 3), "b": Float(0.0, 1.0)}).size is None


def test_a_replaced_domain_keeps_its_column() -> None:
    space = Space({"a": Int(1, 3), "b": Int(1, 3)}).with_domain("a", Int(1, 5))
    assert space.names == ("a", "b")
    assert space["a"] == Int(1, 5)
