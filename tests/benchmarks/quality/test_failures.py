"""A failed training is told as bad as the worst value so far, and not before there is one."""

import math

from benchmarks.quality.tuners.failures import Failures, Told
from benchmarks.quality.tuners.protocol import Fixed

A, B, C, D = (Fixed({}, token) for token in "abcd")


def test_a_value_is_told_as_it_is() -> None:
    assert Failures().told(A, 3.0) == [Told(A, 3.0, failed=False)]


def test_a_failure_is_told_as_the_worst_value_so_far() -> None:
    failures = Failures()
    for asked, value in ((A, 3.0), (B, 5.0), (C, 1.0)):
        failures.told(asked, value)
    assert failures.told(D, math.inf) == [Told(D, 5.0, failed=True)]


def test_failures_wait_for_the_first_value() -> None:
    failures = Failures()
    assert failures.told(A, math.inf) == []
    assert failures.told(B, math.inf) == []
    assert failures.told(C, -2.0) == [
        Told(C, -2.0, failed=False),
        Told(A, -2.0, failed=True),
        Told(B, -2.0, failed=True),
    ]
    assert failures.told(D, math.inf) == [Told(D, -2.0, failed=True)]


def test_a_failure_does_not_become_the_worst_value() -> None:
    failures = Failures()
    failures.told(A, 1.0)
    failures.told(B, math.inf)
    assert failures.told(C, 7.0) == [Told(C, 7.0, failed=False)]
    assert failures.told(D, math.inf) == [Told(D, 7.0, failed=True)]
