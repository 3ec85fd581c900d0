"""The laws of the codec, over every domain there is."""

import itertools
import math
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.space import Beta, Categorical, Codec, Domain, Float, Int, Normal, Space
from luthier.space.codec import MOST_CELLS, FineGrid, cell_edges
from luthier.testing.strategies import configs, domains, float_domains, int_domains, spaces, values

UNIT = st.floats(0.0, 1.0) | st.sampled_from([0.0, 1.0, 0.5, math.nextafter(1.0, 0.0), 5e-324])


def encode(domain: Domain, value: Any) -> float:
    return Codec(Space({"x": domain})).encode({"x": value})[0]


def decode(domain: Domain, u: float) -> Any:
    return Codec(Space({"x": domain})).decode([u])["x"]


@given(domains(), UNIT)
def test_every_number_of_the_unit_interval_decodes_to_a_legal_value(domain: Domain, u: float) -> None:
    assert domain.contains(decode(domain, u))


@given(st.data(), domains())
def test_every_legal_value_encodes_into_the_unit_interval(data: st.DataObject, domain: Domain) -> None:
    assert 0.0 <= encode(domain, data.draw(values(domain))) <= 1.0


@given(st.data(), domains().filter(lambda domain: domain.levels is not None))
def test_values_of_finite_domains_survive_a_round_trip(data: st.DataObject, domain: Domain) -> None:
    value = data.draw(values(domain))
    back = decode(domain, encode(domain, value))
    assert type(back) is type(value)
    assert back is value or back == value or (back != back and value != value)  # noqa: PLR0124 - nan is a choice


@given(st.data(), float_domains().filter(lambda domain: domain.levels is None))
def test_a_continuum_survives_a_round_trip_up_to_rounding(data: st.DataObject, domain: Float) -> None:
    value = data.draw(values(domain))
    back = decode(domain, encode(domain, value))
    if domain.prior is not None:
        assert back == pytest.approx(value, rel=1e-6, abs=1e-6 * (domain.high - domain.low))
    elif domain.log:
        assert back == pytest.approx(value, rel=1e-11)
    else:
        assert abs(back / 2 - value / 2) <= 1e-15 * max(abs(domain.low), abs(domain.high))


@given(st.data(), float_domains() | int_domains())
def test_the_order_of_numbers_is_kept(data: st.DataObject, domain: Domain) -> None:
    low, high = sorted([data.draw(values(domain)), data.draw(values(domain))])
    assert encode(domain, low) <= encode(domain, high)


@given(domains())
def test_a_value_of_no_domain_becomes_nan(domain: Domain) -> None:
    assert math.isnan(encode(domain, object()))
    if not isinstance(domain, Categorical):
        assert math.isnan(encode(domain, "1"))
        assert math.isnan(encode(domain, math.nan))
        assert math.isnan(encode(domain, math.inf))


@given(st.data(), spaces())
def test_missing_names_become_nan_and_the_others_do_not(data: st.DataObject, space: Space) -> None:
    config = data.draw(configs(space, complete=False))
    row = Codec(space).encode(config)
    assert [math.isnan(u) for u in row] == [name not in config for name in space]


@given(st.data(), spaces())
def test_many_rows_are_what_each_row_is(data: st.DataObject, space: Space) -> None:
    several = data.draw(st.lists(configs(space, complete=False), max_size=4))
    codec = Codec(space)
    X = codec.encode_many(several)
    assert X.shape == (len(several), len(space))
    np.testing.assert_array_equal(X, np.array([codec.encode(config) for config in several]).reshape(X.shape))


def test_each_level_owns_an_equal_part_of_the_unit_interval() -> None:
    for domain in (Int(3, 9, step=3), Float(0.0, 1.0, step=0.5), Categorical(("a", "b", "c"))):
        decoded = [decode(domain, u) for u in np.linspace(0.0, 1.0, 3001)[:-1]]
        assert sorted(decoded.count(value) for value in set(decoded)) == [1000, 1000, 1000]


def test_log_integers_own_half_a_unit_on_either_side() -> None:
    domain = Int(1, 100, log=True)
    decoded = [decode(domain, u) for u in np.linspace(0.0, 1.0, 20001)]
    share = math.log(1.5 / 0.5) / math.log(100.5 / 0.5)
    assert decoded.count(1) / len(decoded) == pytest.approx(share, abs=1e-3)


@pytest.mark.parametrize(
    ("domain", "quartiles"),
    [
        (Float(-60, 60, prior=Normal(3, 10)), (3 - 6.744898, 3, 3 + 6.744898)),
        (Float(1e-9, 1e9, log=True, prior=Normal(0, 1)), (1 / 1.963031, 1, 1.963031)),
        (Float(0, 1, prior=Beta(2, 2)), (0.326352, 0.5, 0.673648)),
        (Int(-60, 60, step=5, prior=Normal(0, 10)), (-5, 0, 5)),
    ],
)
def test_a_prior_decides_what_the_parts_of_the_unit_interval_stand_for(
    domain: Domain, quartiles: tuple[float, ...]
) -> None:
    assert [decode(domain, u) for u in (0.25, 0.5, 0.75)] == pytest.approx(quartiles, rel=1e-5)


@pytest.mark.parametrize(
    "domain",
    [
        Int(1, 9, log=True),
        Int(2, 30, log=True, step=4),
        Float(0.1, 2.0, log=True, step=0.1),
        Int(0, 9, prior=Normal(3, 2)),
    ],
)
def test_the_cells_of_an_uneven_grid_are_those_that_decode_to_its_values(domain: Float | Int) -> None:
    edges = cell_edges(domain)
    for place, (left, right) in enumerate(itertools.pairwise(edges)):
        value = domain.low + place * (domain.step or 0)
        for u in (left + 1e-9, (left + right) / 2, right - 1e-9):
            assert decode(domain, u) == pytest.approx(value)


@given(
    st.builds(partial(Int, log=True), st.integers(1, 50), st.integers(10**6, 2**60), step=st.integers(1, 30))
    | st.builds(partial(Float, high=1e4, log=True, step=0.125), st.sampled_from([1e-6, 0.5, 3.0])),
    UNIT,
)
def test_a_fine_grid_has_the_values_of_its_domain(domain: Float | Int, u: float) -> None:
    grid = FineGrid.of(domain)
    if grid is None:
        pytest.fail(f"there are {domain.levels} values")
    value = decode(domain, u)
    number = grid.numbers(grid.values(np.array([u])))
    assert number[0] == pytest.approx(encode(domain, value), abs=1e-12)
    assert decode(domain, float(number[0])) == pytest.approx(value, rel=1e-12)


def test_grids_that_are_even_or_of_few_values_or_under_a_prior_are_not_fine() -> None:
    few = Int(1, MOST_CELLS, log=True)
    under_prior = Int(1, 10**6, log=True, prior=Normal(3, 2))
    for domain in (Int(1, 10**6), few, under_prior, Float(1.0, 9.0, log=True), Categorical((1, 2))):
        assert FineGrid.of(domain) is None


def test_decimal_grids_have_no_binary_dust() -> None:
    assert [decode(Float(0.0, 0.5, step=0.1), (k + 0.5) / 6) for k in range(6)] == [
        0.0,
        0.1,
        0.2,
        0.3,
        0.4,
        0.5,
    ]


def test_choices_are_told_apart_by_type_and_value() -> None:
    domain = Categorical((1, True, 1.0, "1"))
    assert [encode(domain, value) for value in (1, True, 1.0, "1")] == [0.125, 0.375, 0.625, 0.875]


@pytest.mark.parametrize(
    ("low", "high", "middle"), [(1e-5, 1e-1, 1e-3), (1e-6, 1e-2, 1e-4), (0.01, 1e3, 10**0.5)]
)
def test_the_middle_of_a_log_scale_is_as_round_as_its_ends(low: float, high: float, middle: float) -> None:
    found = decode(Float(low, high, log=True), 0.5)
    assert found == middle or found == pytest.approx(middle, rel=1e-11)
    assert len(repr(found)) <= len("3.16227766017")
