"""The Pareto front against its definition."""

from hypothesis import given
from hypothesis import strategies as st

from luthier.analysis.best import pareto_front
from luthier.records.state import TrialState
from luthier.records.trial import TrialRecord

POINTS = st.lists(
    st.tuples(st.sampled_from([0.0, 1.0, 2.0, float("inf")]), st.integers(-3, 3).map(float)), max_size=12
)


def records(points: list[tuple[float, float]]) -> list[TrialRecord]:
    """One complete trial a point."""
    return [
        TrialRecord(number=number, state=TrialState.COMPLETE, values=values, created=0.0)
        for number, values in enumerate(points)
    ]


def dominates(left: tuple[float, ...], right: tuple[float, ...]) -> bool:
    """No worse anywhere and better somewhere; the second objective is maximised."""
    return left != right and left[0] <= right[0] and left[1] >= right[1]


@given(POINTS)
def test_the_front_is_what_nothing_dominates(points: list[tuple[float, float]]) -> None:
    front = {record.number for record in pareto_front(records(points), (1.0, -1.0))}

    assert front == {i for i, p in enumerate(points) if not any(dominates(q, p) for q in points)}


def test_unfinished_and_infeasible_trials_are_left_out() -> None:
    trials = [
        TrialRecord(number=0, state=TrialState.PRUNED, values=(0.0, 0.0), created=0.0),
        TrialRecord(
            number=1, state=TrialState.COMPLETE, values=(0.0, 0.0), constraints={"c": 1.0}, created=0.0
        ),
        TrialRecord(number=2, state=TrialState.COMPLETE, values=(5.0, 5.0), created=0.0),
    ]

    assert [record.number for record in pareto_front(trials, (1.0, 1.0))] == [2]


def test_a_nan_is_on_no_front() -> None:
    nan = float("nan")
    assert [
        record.number for record in pareto_front(records([(nan, 9.0), (0.0, nan), (1.0, 1.0)]), (1.0, -1.0))
    ] == [2]
