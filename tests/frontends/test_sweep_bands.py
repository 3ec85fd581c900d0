"""Early termination: the rule of sweep files, against a plain reading of it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luthier.frontends.sweep.bands import Bands
from luthier.records.curves import Curves
from luthier.records.messages import Decision

HISTORIES = st.lists(st.lists(st.floats(-5, 5), min_size=1, max_size=12), min_size=1, max_size=6)
BANDS = st.one_of(
    st.builds(Bands, min_iter=st.integers(1, 5), eta=st.sampled_from([1.5, 2, 3]), strict=st.booleans()),
    st.builds(
        Bands,
        max_iter=st.integers(2, 12),
        s=st.integers(1, 3),
        eta=st.sampled_from([2, 3]),
        strict=st.booleans(),
    ),
)


def plainly(bands: Bands, histories: list[list[float]], run: int) -> bool:
    """Whether a run stops, read straight from the rule."""
    if bands.min_iter is not None:
        all_bands = sorted({int(bands.min_iter * bands.eta**k) for k in range(12)})
    else:
        all_bands = sorted(int((bands.max_iter or 0) / bands.eta**k) for k in range(1, (bands.s or 0) + 1))
    mine = histories[run]
    reached = [band for band in all_bands if 1 <= band <= len(mine)]
    if not reached:
        return False
    band = reached[-1]
    column = sorted(history[band - 1] for history in histories if len(history) >= band)
    value = mine[band - 1] if bands.strict else min(mine)
    return value > column[int(len(column) / bands.eta)]


@given(BANDS, HISTORIES)
def test_a_run_stops_as_the_rule_says(bands: Bands, histories: list[list[float]]) -> None:
    curves = Curves()
    for run, history in enumerate(histories):
        for iteration, value in enumerate(history, start=1):
            curves.add(run, iteration, value)

    decisions = [bands.on_report(curves, run) for run in range(len(histories))]

    assert decisions == [
        Decision.STOP if plainly(bands, histories, run) else Decision.CONTINUE
        for run in range(len(histories))
    ]


def test_bands_are_powers_of_eta() -> None:
    forward = Bands(min_iter=3, eta=3)
    backward = Bands(max_iter=27, s=2, eta=3)

    assert [forward.reached(n) for n in (2, 3, 8, 9, 26, 27, 100)] == [None, 3, 3, 9, 9, 27, 81]
    assert [backward.reached(n) for n in (2, 3, 8, 9, 26, 27, 100)] == [None, 3, 3, 9, 9, 9, 9]


@pytest.mark.parametrize(("strict", "expected"), [(True, Decision.STOP), (False, Decision.CONTINUE)])
def test_lenient_bands_forgive_a_bad_value_at_the_band(*, strict: bool, expected: Decision) -> None:
    curves = Curves()
    for run, history in enumerate(([1.0, 1.0], [2.0, 2.0], [0.5, 3.0])):
        for iteration, value in enumerate(history, start=1):
            curves.add(run, iteration, value)

    assert Bands(min_iter=2, strict=strict).on_report(curves, 2) is expected


def test_the_first_run_is_never_stopped() -> None:
    curves = Curves()
    curves.add(0, 1, math.inf)

    assert Bands(min_iter=1).on_report(curves, 0) is Decision.CONTINUE
