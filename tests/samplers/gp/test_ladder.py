"""Values at different resources on one scale."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.records.history import History, Reports
from luthier.samplers.gp.ladder import Ladder, widening

#: A trial: what it reported after its epochs 1, 2, 3, …, and its end; "stopped", or None while it runs.
Trial = tuple[list[float], float | str | None]


def ladder_of(*trials: Trial) -> Ladder:
    """The ladder of told trials and, at the end, running ones."""
    told = [trial for trial in trials if trial[1] is not None]
    everyone = [*told, *(trial for trial in trials if trial[1] is None)]
    lengths = [len(values) for values, _ in everyone]
    n = len(told)
    history = History(
        X=np.full((n, 1), 0.5),
        Y=np.array([values[-1] if end == "stopped" else float(end or 0.0) for values, end in told])[:, None],
        violation=np.zeros(n),
        fidelity=np.array([float(len(values)) if end == "stopped" else math.inf for values, end in told]),
        number=np.arange(n),
        pending=np.full((len(everyone) - n, 1), 0.5),
        reports=Reports(
            row=np.repeat(np.arange(len(everyone)), lengths),
            step=np.array([float(step) for length in lengths for step in range(1, length + 1)]),
            value=np.array([value for values, _ in everyone for value in values]),
        ),
    )
    return Ladder.of(history)


def test_trials_are_seen_at_each_level_they_reached_and_at_their_ends() -> None:
    ladder = ladder_of(([5.0, 4.0, 3.0, 2.0], 1.0), ([9.0, 8.0], "stopped"), ([7.0, 6.0, 5.5], None))
    assert ladder.row.tolist() == [0, 0, 0, 1, 2, 2]
    assert ladder.level.tolist() == [0, 1, 2, 0, 0, 1]
    assert ladder.value.tolist() == [5.0, 3.0, 1.0, 9.0, 7.0, 5.5]
    assert ladder.top == 2
    assert ladder.resource.tolist() == [0.0, 0.5, 1.0, 0.0, 0.0, 0.5]


def test_where_nothing_was_reported_all_values_are_ends() -> None:
    assert ladder_of(([], 3.0), ([], 2.0)).resource.tolist() == [1.0, 1.0]


def test_what_a_complete_trial_reports_last_is_its_end() -> None:
    """A training of three epochs that returns what it reported after the third is seen twice, not three times."""
    ladder = ladder_of(([5.0, 4.0, 3.0], 3.0), ([6.0], "stopped"))
    assert ladder.level.tolist() == [0, 1, 0]
    assert ladder.value.tolist() == [5.0, 3.0, 6.0]


def test_trials_that_report_once_are_compared_by_that() -> None:
    """They returned one less than they reported: so would one that was stopped there."""
    ladder = ladder_of(([5.0], 4.0), ([6.0], 5.0), ([7.0], 6.0), ([9.0], "stopped")).explained()
    assert ladder.level.tolist() == [0, 1, 0, 1, 0, 1, 0]
    assert ladder.aligned()[-1] == 8.0


def test_a_stopped_trial_counts_with_what_others_still_won() -> None:
    """Three trainings won 2, 3 and 4 from the first epoch on: one that was stopped there may expect 3."""
    ladder = ladder_of(
        ([5.0, 4.0, 3.0], 3.0), ([6.0, 4.0, 3.0], 3.0), ([7.0, 4.0, 3.0], 3.0), ([8.0], "stopped")
    )
    assert ladder.aligned().tolist() == [2.0, 3.0, 3.0, 3.0, 4.0, 3.0, 5.0]


def test_after_the_end_of_a_training_nothing_more_is_won() -> None:
    """One that a scheduler stopped where others ended has what it has: it does not hide what those won before."""
    ladder = ladder_of(
        *[([5.0, 4.0, 3.0], 3.0)] * 3, ([6.0, 5.0, 4.0], "stopped"), ([7.0], "stopped")
    ).explained()
    assert ladder.level.tolist() == [0, 1, 2] * 3 + [0, 1, 0]
    assert ladder.aligned().tolist() == [3.0] * 9 + [4.0, 4.0, 5.0]


def test_one_that_was_stopped_where_others_ended_is_compared_by_its_report() -> None:
    """They report a loss and return a percentage, one more each."""
    ladder = ladder_of(*[([9.0, 8.0, k / 100], float(k)) for k in range(1, 5)], ([9.0, 8.0, 0.06], "stopped"))
    assert ladder.aligned()[-1] == pytest.approx(6.0)


def test_trainings_of_any_length_tell_how_one_goes_on() -> None:
    """Of five one ended after an epoch, three after three and one after nine: from the first epoch on they won 2."""
    nine = [5.0, 4.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0]
    ladder = ladder_of(
        ([5.0], 5.0), *[([5.0, 4.0, 3.0], 3.0)] * 3, (nine, 3.0), ([8.0], "stopped")
    ).explained()
    assert ladder.aligned()[-1] == 6.0


def test_two_trials_say_nothing_of_what_is_usually_won() -> None:
    ladder = ladder_of(([5.0, 4.0, 3.0], 3.0), ([6.0, 4.0, 3.0], 3.0), ([8.0], "stopped"))
    np.testing.assert_array_equal(ladder.aligned(), ladder.value)


def test_with_few_ends_the_level_before_stands_for_them() -> None:
    """Four trials got to the third of nine epochs, two to the end; what only one or two reached is left out."""
    nine = [5.0, 4.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0]
    three = [7.0, 6.0, 5.0]
    ladder = ladder_of(
        (nine, 3.0), (nine, 3.0), (three, "stopped"), ([8.0], "stopped"), (three, None)
    ).lowered()
    assert ladder.row.tolist() == [0, 0, 1, 1, 2, 2, 3, 4, 4]
    assert ladder.level.tolist() == [0, 1, 0, 1, 0, 1, 0, 0, 1]
    assert ladder.value.tolist() == [5.0, 3.0, 5.0, 3.0, 7.0, 5.0, 8.0, 7.0, 5.0]
    assert ladder.top == 1


def test_a_trial_that_skipped_the_level_before_its_end_has_there_what_it_had_next() -> None:
    """Two returned without a report after the first epoch: at the level of the third one they have their ends."""
    ladder = ladder_of(
        ([5.0, 4.0, 3.0, 3.0], 2.0), ([6.0], 1.0), *[([7.0, 6.0, 5.0, 5.0], "stopped")] * 2
    ).lowered()
    assert ladder.top == 1
    assert ladder.value[ladder.level == 1].tolist() == [3.0, 1.0, 5.0, 5.0]


@pytest.mark.parametrize("ends", [[], [3.0], [3.0] * 3], ids=len)
def test_far_from_any_end_and_with_enough_of_them_levels_stay(ends: list[float]) -> None:
    """Of nine epochs nobody else did more than one."""
    ladder = ladder_of(*[([5.0] * 9, end) for end in ends], *[([float(k)], "stopped") for k in range(6)])
    assert ladder.lowered().level.tolist() == ladder.level.tolist()
    assert ladder.lowered().top == ladder.top


def test_of_failed_trials_what_they_reported_counts_and_infinity_is_as_bad_as_the_worst() -> None:
    ladder = ladder_of(([5.0, 6.0, math.inf], "stopped"), ([6.0], math.inf), ([4.0], 2.0), ([9.0], "stopped"))
    assert ladder.aligned().tolist() == [5.0, 9.0, 6.0, 4.0, 2.0, 9.0]


def test_trainings_that_drift_apart_count_by_how_far_they_are_at_the_end() -> None:
    """After an epoch they differ by tenths, in the end by ones: one that was stopped behind the worst is far behind."""
    ladder = ladder_of(*[([2.0 + k / 10, 0.0, k], float(k)) for k in range(5)], ([2.6], "stopped"))
    assert ladder.aligned()[-1] == pytest.approx(6.0)


@given(r=st.floats(-1.0, 1.0), seed=st.integers(0, 99))
def test_what_may_be_chance_widens_nothing(r: float, seed: int) -> None:
    """Of pairs that spread alike; exact ones tell their ratio to the last bit."""
    rng = np.random.default_rng(seed)
    x, e = rng.normal(size=(2, 400))
    assert 0.8 < widening(x, r * x + math.sqrt(1.0 - r * r) * e) < 1.25
    assert widening(x, 100.0 * x) == pytest.approx(100.0)


def test_where_nothing_is_finite_all_are_equal() -> None:
    assert ladder_of(*[([math.inf], "stopped")] * 2).aligned().tolist() == [0.0, 0.0]


numbers = st.sampled_from([0.0, 1.0, math.inf, -math.inf, 1e308, -1e308]) | st.floats(allow_nan=False)
trials = st.tuples(
    st.lists(numbers, min_size=1, max_size=30), st.sampled_from([None, "stopped", math.inf]) | numbers
)


@given(crowd=st.lists(trials, min_size=1, max_size=9))
def test_values_on_the_scale_are_finite_and_keep_the_order_of_their_level(crowd: list[Trial]) -> None:
    ladder = ladder_of(*crowd)
    aligned = ladder.aligned()
    assert np.isfinite(aligned).all()
    for k in range(ladder.top + 1):
        here = np.flatnonzero(ladder.level == k)
        ordered = here[np.argsort(ladder.value[here], kind="stable")]
        assert (np.diff(aligned[ordered]) >= 0.0).all()


@given(
    crowd=st.lists(trials, max_size=9),
    complete=st.lists(st.lists(st.floats(-9.0, 9.0), min_size=1, max_size=30), min_size=3, max_size=5),
)
def test_three_complete_trials_that_reported_explain_all_others(
    crowd: list[Trial], complete: list[list[float]]
) -> None:
    """Wherever those were stopped, and however long each training took."""
    ladder = ladder_of(*crowd, ([1.0], "stopped"), *[(values, values[-1]) for values in complete])
    assert len(ladder.explained()) == len(ladder)


@given(crowd=st.lists(trials, min_size=1, max_size=9), scale=st.sampled_from([1e-3, 1.0, 64.0]))
def test_the_unit_of_a_loss_changes_nothing(crowd: list[Trial], scale: float) -> None:
    """For losses whose differences are no overflow."""

    def times(factor: float) -> Ladder:
        def scaled(value: float) -> float:
            return factor * float(np.clip(value, -1e6, 1e6)) if math.isfinite(value) else math.inf

        return ladder_of(
            *(
                ([scaled(value) for value in values], scaled(end) if isinstance(end, float) else end)
                for values, end in crowd
            )
        )

    plain, other = times(1.0), times(scale)
    largest = np.abs(plain.value[np.isfinite(plain.value)]).max(initial=1.0)
    np.testing.assert_allclose(
        other.aligned(), scale * plain.aligned(), rtol=1e-9, atol=1e-9 * scale * largest
    )


@pytest.mark.parametrize("k", [0, 1, 3])
def test_the_first_records_are_those_of_the_first_trials(k: int) -> None:
    ladder = ladder_of(([5.0, 4.0, 3.0], 3.0), ([6.0, 4.0, 3.0], 3.0))
    first = ladder.first(k)
    assert len(first) == k
    assert first.value.tolist() == ladder.value[:k].tolist()
    assert first.top == ladder.top


def test_below_a_level_of_which_it_is_not_known_what_is_won_nothing_is_said() -> None:
    """Trials that ran to their end never reported: what stopped ones had early tells nothing of an end."""
    ladder = ladder_of(*[([9.0 + k], "stopped") for k in range(4)], *[([], 1.0 + k) for k in range(3)])
    assert ladder.explained().value.tolist() == [1.0, 2.0, 3.0]
    known = ladder_of(*[([5.0, 4.0, 3.0], 3.0)] * 3, ([8.0], "stopped"))
    assert len(known.explained()) == len(known) == 7
