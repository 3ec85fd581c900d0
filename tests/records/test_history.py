"""What samplers see of a study."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.records.history import History, Ledger, Reports
from luthier.records.state import TrialState
from luthier.records.study import Direction
from luthier.records.trial import TrialRecord
from luthier.space import Categorical, Float, Int, Space

MIN, MAX = Direction.MINIMIZE, Direction.MAXIMIZE
X = Space({"x": Float(0.0, 10.0)})


def trial(number: int, state: TrialState = TrialState.COMPLETE, **fields: Any) -> TrialRecord:
    fields.setdefault("params", {"x": float(number)})
    if state is not TrialState.FAILED:
        fields.setdefault("values", (float(number),))
    return TrialRecord(number=number, state=state, created=0.0, **fields)


def ledger(*records: TrialRecord, directions: tuple[Direction, ...] = (MIN,)) -> Ledger:
    made = Ledger(directions)
    for record in records:
        made.tell(record)
    return made


def test_rows_come_in_the_order_told() -> None:
    history = ledger(trial(3), trial(1), trial(2)).history(X, [])
    assert history.number.tolist() == [3, 1, 2]
    assert history.X[:, 0].tolist() == [0.3, 0.1, 0.2]
    assert len(history) == 3


def test_objectives_are_minimised() -> None:
    history = ledger(trial(0, values=(2.0, 3.0)), directions=(MIN, MAX)).history(X, [])
    assert history.Y.tolist() == [[2.0, -3.0]]


def test_failed_trials_are_infinite_and_those_without_parameters_are_left_out() -> None:
    history = ledger(trial(0, TrialState.FAILED), trial(1, TrialState.FAILED, params={})).history(X, [])
    assert history.Y.tolist() == [[math.inf]]
    assert history.number.tolist() == [0]


def test_a_stopped_trial_has_the_fidelity_of_its_last_report() -> None:
    made = ledger()
    made.tell(trial(0), 7.0)
    made.tell(trial(1, TrialState.PRUNED), 3.0)
    made.tell(trial(2, TrialState.PRUNED), None)
    assert made.history(X, []).fidelity.tolist() == [math.inf, 3.0, -math.inf]


def test_a_trial_that_is_stopped_before_it_has_a_value_counts_as_failed() -> None:
    history = ledger(trial(0, TrialState.PRUNED, values=None)).history(X, [])
    assert history.Y.tolist() == [[math.inf]]
    assert history.fidelity.tolist() == [math.inf]


def test_violations_add_up_in_units_of_their_own_and_nan_is_infinite() -> None:
    made = ledger(
        trial(0, constraints={"bytes": 1e9, "b": -5.0, "loss": 0.5}),
        trial(1, constraints={"bytes": math.nan}),
        trial(2),
        trial(3, constraints={"bytes": 3e9, "loss": 0.0}),
    )
    assert made.history(X, []).violation.tolist() == [2.0, math.inf, 0.0, 3.0]


def test_a_single_constraint_counts_as_it_is() -> None:
    made = ledger(trial(0, constraints={"a": 7.0, "b": -1.0}), trial(1, constraints={"a": 3.0}))
    assert made.history(X, []).violation.tolist() == [7.0, 3.0]


def test_units_that_change_leave_a_history_that_was_given_out_as_it_was() -> None:
    made = ledger(trial(0, constraints={"a": 10.0, "b": 0.5}))
    before = made.history(X, [])
    made.tell(trial(1, constraints={"a": 2.0, "b": 0.5}))
    assert before.violation.tolist() == [2.0]
    assert made.history(X, []).violation.tolist() == [6.0, 2.0]


#: What some trials say of two constraints.
VERDICTS = st.lists(
    st.fixed_dictionaries({}, optional={"a": st.floats(), "b": st.floats()}), min_size=1, max_size=20
)


@given(verdicts=VERDICTS, looks=st.sets(st.integers(0, 20)))
def test_violations_are_positive_where_a_constraint_is_broken_whenever_they_are_looked_at(
    verdicts: list[dict[str, float]], looks: set[int]
) -> None:
    made = ledger()
    for number, constraints in enumerate(verdicts):
        made.tell(trial(number, constraints=constraints))
        if number in looks:
            made.history(X, [])
    violation = made.history(X, []).violation
    broken = [any(not value <= 0 for value in each.values()) for each in verdicts]
    assert (violation > 0).tolist() == broken
    unlimited = [any(math.isnan(v) or v == math.inf for v in each.values()) for each in verdicts]
    assert violation[unlimited].tolist() == [math.inf] * sum(unlimited)
    at_once = ledger(*(trial(number, constraints=each) for number, each in enumerate(verdicts)))
    np.testing.assert_array_equal(violation, at_once.history(X, []).violation)


@given(verdicts=VERDICTS, power=st.integers(-40, 40))
def test_the_unit_of_one_of_two_constraints_does_not_matter(
    verdicts: list[dict[str, float]], power: int
) -> None:
    """As far as nothing underflows."""
    moderate = [
        {name: round(math.remainder(v, 100.0), 3) if math.isfinite(v) else v for name, v in each.items()}
        for each in verdicts
    ]
    moderate.append({"a": 1.0, "b": 1.0})
    other = [{name: v * 2.0**power if name == "a" else v for name, v in each.items()} for each in moderate]
    one, two = (
        ledger(*(trial(number, constraints=each) for number, each in enumerate(made)))
        .history(X, [])
        .violation
        for made in (moderate, other)
    )
    np.testing.assert_array_equal(one, two)


def test_inactive_and_foreign_values_are_nan() -> None:
    space = Space({"x": Float(0.0, 1.0), "c": Categorical(("a", "b"))})
    history = ledger(trial(0, params={"c": "b"}), trial(1, params={"x": 5.0, "c": "z"})).history(space, [])
    np.testing.assert_array_equal(history.X, [[np.nan, 0.75], [np.nan, np.nan]])


def test_running_trials_are_encoded_with_their_tags() -> None:
    history = ledger().history(X, [{"x": 5.0}, {}], [{"by": 1}, {}])
    np.testing.assert_array_equal(history.pending, [[0.5], [np.nan]])
    assert list(history.pending_tags) == [{"by": 1}, {}]


def test_a_history_is_read_only_and_does_not_change_later() -> None:
    made = ledger(trial(1, tags={"t": 1}))
    before = made.history(X, [])
    made.tell(trial(2, tags={"t": 2}))
    after = made.history(X, [])
    assert len(before) == len(before.tags) == 1
    assert [tags["t"] for tags in after.tags] == [1, 2]
    for array in (before.X, before.Y, before.violation, before.fidelity, before.number, before.pending):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_another_space_encodes_the_past_anew() -> None:
    made = ledger(trial(1), trial(2))
    assert made.history(X, []).X[:, 0].tolist() == [0.1, 0.2]
    assert made.history(Space({"x": Float(0.0, 20.0)}), []).X[:, 0].tolist() == [0.05, 0.1]


def test_columns_follow_the_order_of_the_space() -> None:
    made = ledger(trial(0, params={"a": 1, "b": 3}))
    a, b = Int(1, 4), Int(1, 4)
    assert made.history(Space({"a": a, "b": b}), []).X.tolist() == [[0.125, 0.625]]
    assert made.history(Space({"b": b, "a": a}), []).X.tolist() == [[0.625, 0.125]]


def test_a_fork_looks_at_the_same_trials_and_disturbs_nothing() -> None:
    made = ledger(trial(1), trial(2))
    joint = made.history(X, [])
    fork = made.fork()
    assert fork.heard == 2
    assert fork.history(Space({"x": Float(0.0, 20.0)}), []).X[:, 0].tolist() == [0.05, 0.1]
    np.testing.assert_array_equal(made.history(X, []).X, joint.X)


@given(st.lists(st.integers(0, 200), min_size=1, max_size=5))
def test_any_portions_give_the_same_arrays(portions: list[int]) -> None:
    """However often a history is asked for in between, and however often the arrays had to grow."""
    bit_by_bit = ledger()
    number = 0
    for portion in portions:
        for _ in range(portion):
            bit_by_bit.tell(trial(number, params={"x": number % 10}))
            number += 1
        bit_by_bit.history(X, [])
    at_once = ledger(*(trial(each, params={"x": each % 10}) for each in range(number)))
    one, other = bit_by_bit.history(X, []), at_once.history(X, [])
    for name in ("X", "Y", "violation", "fidelity", "number"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_an_empty_history_has_its_shapes() -> None:
    empty = History.empty(3, 2)
    assert (empty.X.shape, empty.Y.shape, empty.pending.shape, len(empty)) == ((0, 3), (0, 2), (0, 3), 0)


@given(left_out=st.lists(st.booleans(), min_size=6, max_size=6))
def test_a_history_without_some_trials_is_that_of_the_others(left_out: list[bool]) -> None:
    """Reports and rows outside the space move along."""
    n = len(left_out)
    everyone = np.arange(n + 1)
    history = History(
        X=np.arange(1.0, n + 1)[:, None],
        Y=np.arange(1.0, n + 1)[:, None],
        violation=np.zeros(n),
        fidelity=np.full(n, math.inf),
        number=np.arange(n),
        pending=np.full((1, 1), 0.5),
        all_tags=[{"number": row} for row in range(n)],
        outside=(1, 4),
        reports=Reports(
            row=np.repeat(everyone, 2),
            step=np.tile([1.0, 2.0], n + 1),
            value=np.repeat(everyone, 2).astype(np.float64),
        ),
    )
    rest = history.without(np.array(left_out))
    kept = [row for row in range(n) if not left_out[row]]
    assert rest.number.tolist() == [tag["number"] for tag in rest.tags] == kept
    assert rest.Y[:, 0].tolist() == rest.X[:, 0].tolist() == [row + 1.0 for row in kept]
    assert [kept[row] for row in rest.outside] == [row for row in kept if row in (1, 4)]
    of = [*kept, n]
    assert [of[row] for row in rest.reports.row.tolist()] == rest.reports.value.tolist()
    assert len(rest.reports) == 2 * len(of)
    assert rest.pending is history.pending
