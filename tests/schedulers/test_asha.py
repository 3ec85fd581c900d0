"""ASHA against tables worked by hand."""

import math

import pytest
from numpy.random import default_rng

from luthier.base.errors import InvalidInput
from luthier.records.curves import Curves
from luthier.records.messages import Decision
from luthier.schedulers import ASHA

GO, STOP = Decision.CONTINUE, Decision.STOP
NAN, INF = math.nan, math.inf


#: Rungs at 1, 3 and 9.
THREES = ASHA(max_resource=27)


def report(curves: Curves, trial: int, step: int, value: float, scheduler: ASHA = THREES) -> Decision:
    """One report and its decision."""
    assert curves.add(trial, step, value)
    return scheduler.on_report(curves, trial)


def test_the_first_rung_by_hand() -> None:
    """By arrival: n records with this one, room for max(1, n // 3), and how many are strictly better."""
    curves = Curves()
    table = [
        # trial, value, decision      n  room  better
        (0, 0.50, GO),  #             1  1     0
        (1, 0.60, STOP),  #           2  1     1
        (2, 0.40, GO),  #             3  1     0
        (3, 0.40, GO),  #             4  1     0, a tie goes on
        (4, NAN, STOP),  #            5  1     NaN never goes on
        (5, 0.45, STOP),  #           6  2     2
        (6, 0.30, GO),  #             7  2     0
        (7, INF, STOP),  #            8  2     6
        (8, 0.40, GO),  #             9  3     1
        (9, 0.41, STOP),  #          10  3     4
        (10, -INF, GO),  #           11  3     0
    ]
    assert [(trial, value, report(curves, trial, 1, value)) for trial, value, _ in table] == table


def test_a_trial_is_judged_once_in_each_rung() -> None:
    """At steps 1, 3 and 9 of 27 against a perfect rival; in between and from the end on it goes on."""
    curves = Curves()
    for step in range(30):
        curves.add(0, step, 0.0)
    judged = [step for step in range(30) if report(curves, 1, step, 1.0) is STOP]
    assert judged == [1, 3, 9]


def test_counting_from_one_or_in_thousands_is_judged_at_the_first_report_of_a_rung() -> None:
    curves = Curves()
    steps = range(1000, 27_000, 1000)
    scheduler = ASHA(min_resource=1000, max_resource=27_000)
    for step in steps:
        curves.add(0, step, 0.0)
    judged = [step for step in steps if report(curves, 1, step, 1.0, scheduler) is STOP]
    assert judged == [1000, 3000, 9000]


def test_a_sparse_reporter_is_ranked_where_it_reports_and_nowhere_below() -> None:
    """Trial 9 first reports at step 20: it enters the rung at 9 alone, and rung 1 never hears of it."""
    curves = Curves()
    assert report(curves, 0, 1, 0.5) is GO
    assert report(curves, 9, 20, 0.1) is GO
    assert report(curves, 1, 1, 0.4) is GO
    assert report(curves, 2, 9, 0.2) is STOP
    assert curves.rung(1, 3).entries == {0: 0.5, 1: 0.4}


def test_a_report_that_arrives_late_becomes_the_record_of_its_rung_if_it_is_the_first_there() -> None:
    curves = Curves()
    assert report(curves, 0, 3, 0.3) is GO
    assert report(curves, 1, 5, 0.2) is GO
    assert report(curves, 1, 4, 0.9) is STOP
    assert curves.rung(3, 9).entries == {0: 0.3, 1: 0.9}
    assert report(curves, 1, 6, 0.9) is GO, "only a record is judged"


def test_nan_is_stopped_even_when_it_is_alone_but_only_where_it_is_judged() -> None:
    curves = Curves()
    assert report(curves, 0, 0, NAN) is GO
    assert report(curves, 0, 1, NAN) is STOP
    assert report(curves, 1, 1, 1.0) is GO
    assert report(curves, 1, 2, NAN) is GO


def test_an_infinite_loss_is_stopped_as_nan_is_and_loses_to_numbers() -> None:
    curves = Curves()
    assert [report(curves, trial, 1, INF) for trial in range(4)] == [STOP] * 4
    assert report(curves, 4, 1, 1e300) is GO
    assert report(curves, 5, 1, 1e308) is GO
    assert report(curves, 6, 1, INF) is STOP


def test_a_new_attempt_is_ranked_anew() -> None:
    curves = Curves()
    report(curves, 0, 1, 0.5)
    report(curves, 1, 1, 0.1)
    curves.forget(1)
    assert report(curves, 2, 1, 0.4) is GO
    assert report(curves, 1, 1, 0.45) is STOP


@pytest.mark.parametrize("reduction_factor", [2, 3, 4])
def test_about_one_in_eta_passes_a_rung(reduction_factor: int) -> None:
    """Early arrivals pass more easily, and no more than the logarithm of n of them."""
    n, rng = 600, default_rng(reduction_factor)
    curves, scheduler = Curves(), ASHA(reduction_factor=reduction_factor)
    passed = sum(report(curves, trial, 1, rng.random(), scheduler) is GO for trial in range(n))
    assert abs(passed - n / reduction_factor) < 30


def test_without_an_end_the_rungs_go_on() -> None:
    curves, scheduler = Curves(), ASHA(reduction_factor=4)
    curves.add(0, 4**10, 0.0)
    assert report(curves, 1, 4**10 + 5, 1.0, scheduler) is STOP


@pytest.mark.parametrize(
    "wrong", [{"min_resource": 0}, {"max_resource": 1}, {"reduction_factor": 1}], ids=lambda w: next(iter(w))
)
def test_a_wrong_argument_is_named(wrong: dict[str, int]) -> None:
    with pytest.raises(InvalidInput, match=next(iter(wrong))):
        ASHA(**wrong)
