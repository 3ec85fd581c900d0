"""The algebra of spaces."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.base.errors import InvalidDomain
from luthier.space import Beta, Codec, Float, Int, Space
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


@pytest.mark.parametrize(
    "domain",
    [
        Float(1550.0, 1550.001, step=0.001 / 30),
        Float(1e6, 1e6 + 3.1, step=0.15498133668323524),
        Float(-1e6, -1e6 + 1.0, step=1e-3 / 7),
    ],
)
def test_a_fine_grid_far_from_zero_has_all_of_its_values(domain: Float) -> None:
    codec = Codec(Space({"x": domain}))
    levels = domain.levels or 0
    values = [codec.decode([(place + 0.5) / levels])["x"] for place in range(levels)]
    assert len(set(values)) == levels
    assert all(domain.contains(value) for value in values)


def test_steps_and_log_scales_finer_than_floats_are_refused() -> None:
    with pytest.raises(InvalidDomain, match="a step that floats tell apart"):
        Float(1e9, 1e9 + 1.0, step=1e-7)
    with pytest.raises(InvalidDomain, match="Use log=False"):
        Int(2**50, 2**50 + 20, log=True)
    assert Int(1, 2**60, log=True).levels == 2**60


def test_a_beta_prior_is_for_ranges_within_its_own() -> None:
    with pytest.raises(InvalidDomain, match=r"a range within \[0, 1\] under a Beta prior, got \[0, 5\]"):
        Float(0, 5, prior=Beta(2, 2))


@pytest.mark.parametrize("domains", [{"x": 1}, {"x": Float(0, 1), "y": (0, 1)}, {"x": Float}])
def test_a_space_holds_domains_and_nothing_else(domains: Any) -> None:
    with pytest.raises(InvalidDomain, match=r"a Float, Int or Categorical, got .* for '[xy]'"):
        Space(domains)


@pytest.mark.parametrize("domains", [1, [Float(0, 1)], "x", None])
def test_a_space_is_made_of_a_mapping(domains: Any) -> None:
    with pytest.raises(InvalidDomain, match=r"a dict of ranges, got .*luthier\.Float"):
        Space(domains)
