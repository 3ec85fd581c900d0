"""The geometry of rungs."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.base.errors import InvalidInput
from luthier.schedulers.rungs import checked_rungs, rung_at

STEPS = st.integers(-5, 10**30)
FACTORS = st.integers(2, 5)
FIRSTS = st.integers(1, 9)
ENDS = st.none() | st.integers(10, 10**6)


@given(STEPS, FIRSTS, ENDS, FACTORS)
def test_a_report_belongs_to_the_highest_rung_that_it_reached(
    step: int, first: int, end: int | None, factor: int
) -> None:
    rung = rung_at(step, min_resource=first, max_resource=end, reduction_factor=factor)
    if step < first or (end is not None and step >= end):
        assert rung is None
        return
    assert rung is not None
    low, high = rung
    assert low <= step < high
    assert low == first * factor ** round(math.log(low / first, factor))
    assert high == min(low * factor, math.inf if end is None else end)


@pytest.mark.parametrize(
    ("step", "expected"),
    [(0, None), (1, (1, 3)), (2, (1, 3)), (3, (3, 9)), (8, (3, 9)), (9, (9, 20)), (19, (9, 20)), (20, None)],
)
def test_twenty_epochs_by_threes(step: int, expected: tuple[int, int] | None) -> None:
    assert rung_at(step, min_resource=1, max_resource=20, reduction_factor=3) == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((0, None, 3), "min_resource >= 1, got 0"),
        ((5, 5, 3), "max_resource > min_resource = 5, got 5"),
        ((1, 27, 1), "reduction_factor >= 2, got 1"),
        (("1", None, 3), "min_resource >= 1, got '1'"),
        ((1, "27", 3), "max_resource > min_resource = 1, got '27'"),
        ((1, 27, "3"), "reduction_factor >= 2, got '3'"),
    ],
)
def test_a_geometry_without_rungs_is_refused(arguments: tuple[Any, Any, Any], expected: str) -> None:
    with pytest.raises(InvalidInput, match=expected):
        checked_rungs(*arguments)
