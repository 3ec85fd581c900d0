"""Outcomes are judged in one place: what counts as a value, and what fails with which reason."""

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.engine.tell import Outcome, as_values, judge
from luthier.records.messages import Ended, Ending
from luthier.records.state import TrialState


@pytest.mark.parametrize(
    ("result", "value"),
    [
        (1, 1.0),
        (True, 1.0),
        (0.5, 0.5),
        (-math.inf, -math.inf),
        (np.float32(0.5), 0.5),
        (Fraction(1, 2), 0.5),
        (Decimal("0.5"), 0.5),
        ([3], 3.0),
        ((3.0,), 3.0),
        (10**400, math.inf),
        (-(10**400), -math.inf),
    ],
)
def test_numbers_are_values(result: Any, value: float) -> None:
    assert as_values(result, 1) == Outcome(TrialState.COMPLETE, (value,))


@pytest.mark.parametrize(
    "result",
    [
        None,
        "1.0",
        math.nan,
        np.float64("nan"),
        [1, 2],
        [],
        {},
        object(),
        b"1",
        1j,
        Decimal("nan"),
        Decimal("sNaN"),
    ],
)
def test_everything_else_fails_with_expected_and_got(result: Any) -> None:
    outcome = as_values(result, 1)

    assert outcome.state is TrialState.FAILED
    assert outcome.values is None
    assert outcome.reason is not None
    assert outcome.reason.startswith("The objective should return")
    assert "got" in outcome.reason


@pytest.mark.parametrize("result", [1.0, [1.0], [1.0, math.nan], [1.0, None], "ab", [1, 2, 3]])
def test_two_objectives_want_two_numbers(result: Any) -> None:
    assert as_values(result, 2).state is TrialState.FAILED


def test_two_objectives_take_two_numbers() -> None:
    assert as_values((1, math.inf), 2).values == (1.0, math.inf)


@given(st.one_of(st.floats(), st.none(), st.text(), st.lists(st.floats(), max_size=3)), st.integers(1, 3))
def test_nan_never_becomes_a_value(result: Any, objectives: int) -> None:
    outcome = as_values(result, objectives)

    assert (outcome.values is None) == (outcome.state is TrialState.FAILED)
    assert outcome.values is None or not any(math.isnan(value) for value in outcome.values)


@pytest.mark.parametrize(
    ("last", "values"), [(0.25, (0.25,)), (None, None), (math.nan, None), (math.inf, (math.inf,))]
)
def test_a_pruned_trial_has_its_last_usable_report_as_value(last: float | None, values: Any) -> None:
    outcome = judge(Ended(trial=0, attempt=1, ending=Ending.PRUNED), objectives=1, last_report=last)

    assert outcome.state is TrialState.PRUNED
    assert outcome.values == values


@pytest.mark.parametrize("ending", [Ending.RAISED, Ending.CRASHED, Ending.CANCELLED])
def test_other_ends_fail_and_keep_their_reason(ending: Ending) -> None:
    outcome = judge(Ended(trial=0, attempt=1, ending=ending, reason="why"), objectives=1, last_report=1.0)

    assert outcome == Outcome(TrialState.FAILED, None, "why")


def test_a_result_that_cannot_be_printed_fails_by_its_type() -> None:
    class Mute:
        def __repr__(self) -> str:
            raise RuntimeError

    reason = as_values(Mute(), 1).reason
    assert reason is not None
    assert "Mute" in reason
