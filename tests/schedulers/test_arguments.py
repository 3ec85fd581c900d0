"""Whatever a scheduler is given, it is either refused in words, or it works."""

import math
import pickle
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import luthier
from luthier.base.errors import InvalidInput
from luthier.records.messages import Decision
from luthier.schedulers import ASHA, Hyperband, Median, Patience, Percentile, Scheduler, Threshold
from luthier.testing.schedulers import crowd

NAN, INF = math.nan, math.inf

#: What somebody may pass where a number belongs.
ODD = st.one_of(
    st.floats(),
    st.integers(-3, 200),
    st.integers(-(10**320), 10**320),
    st.fractions(0, 100),
    st.sampled_from([True, False, None, "3", "", 1j, (), [3], {}, print, int, Decimal(3)]),
    st.sampled_from([10**5000, -(10**5000), 1e200, 2.5, 1.5, 81.0, NAN, INF, -INF]),
    st.sampled_from(
        [np.int8(3), np.uint8(100), np.float32(27), np.float64(NAN), np.array(9), np.array([9, 9])]
    ),
)

#: Each scheduler with its arguments.
MAKERS: list[tuple[Callable[..., Any], tuple[str, ...]]] = [
    (ASHA, ("min_resource", "max_resource", "reduction_factor")),
    (Hyperband, ("min_resource", "max_resource", "reduction_factor")),
    (Median, ("n_startup_trials", "n_warmup_steps", "interval_steps", "n_min_trials")),
    (Percentile, ("percentile", "n_startup_trials", "n_warmup_steps", "interval_steps", "n_min_trials")),
    (Threshold, ("lower", "upper", "n_warmup_steps", "interval_steps")),
    (lambda **given: Patience(None, **given), ("patience", "min_delta")),
]
#: Those that must be given.
NEEDED = {"percentile": 25, "patience": 1}


@st.composite
def asked(draw: st.DrawFn) -> tuple[Callable[..., Any], dict[str, Any]]:
    """A scheduler, and odd values for some of its arguments."""
    make, names = draw(st.sampled_from(MAKERS))
    arguments = {name: NEEDED[name] for name in names if name in NEEDED}
    arguments |= draw(st.fixed_dictionaries({}, optional=dict.fromkeys(names, ODD)))
    return make, arguments


def decisions(scheduler: Scheduler) -> list[Decision]:
    """What it says of a new trial among others."""
    curves, told = crowd(12, steps=12), []
    for step, value in enumerate([5.0, NAN, 4.0, INF, -INF, 4.0, 4.0, 4.0, 4.0, 1e308, 9.0, -1e308, 2.0]):
        curves.add(20, step, value)
        told.append(scheduler.on_report(curves, 20))
    return told


@given(asked())
def test_it_is_refused_in_words_or_it_works(asked: tuple[Callable[..., Any], dict[str, Any]]) -> None:
    make, arguments = asked
    scheduler, refusal = None, ""
    try:
        scheduler = make(**arguments)
    except InvalidInput as error:
        refusal = str(error)
    if scheduler is None:
        assert refusal.startswith("Expected ")
        assert ", got " in refusal
        assert any(name in refusal for name in arguments)
        return
    told = decisions(scheduler)
    assert set(told) <= set(Decision)
    copy = pickle.loads(pickle.dumps(scheduler))  # noqa: S301 - our own bytes
    assert copy == scheduler
    assert decisions(copy) == told


@given(ODD, ODD, ODD, st.integers(0, 10**9))
def test_every_trial_has_one_bracket_of_any_hyperband_that_can_be_made(
    first: Any, last: Any, factor: Any, trial: int
) -> None:
    try:
        scheduler = Hyperband(min_resource=first, max_resource=last, reduction_factor=factor)
    except InvalidInput:
        return
    assert [bracket for bracket in scheduler.brackets if trial in bracket] == [scheduler.bracket_of(trial)]


@pytest.mark.parametrize("kind", [ASHA, Hyperband])
@pytest.mark.parametrize("last", [INF, np.float32(INF), 10**400], ids=["inf", "numpy's inf", "beyond floats"])
def test_an_infinite_end_is_an_unknown_one(kind: Any, last: Any) -> None:
    assert kind(max_resource=last) == kind()


@pytest.mark.parametrize("small", [np.int8, np.uint8, np.float32, float], ids=lambda kind: kind.__name__)
def test_numbers_of_other_libraries_do_what_ints_do(small: Any) -> None:
    """The rungs of the first pass the largest of numpy's small integers."""
    ours = Hyperband(min_resource=1, max_resource=250, reduction_factor=3)
    theirs = Hyperband(min_resource=small(1), max_resource=250, reduction_factor=small(3))
    assert theirs == ours
    assert theirs.brackets == ours.brackets
    assert decisions(Median(n_startup_trials=small(3))) == decisions(Median(n_startup_trials=3))


REFUSED: list[tuple[Callable[..., Any], dict[str, Any], str]] = [
    (ASHA, {"min_resource": NAN}, "a finite number, min_resource >= 1, got nan"),
    (ASHA, {"min_resource": INF}, "a finite number, min_resource >= 1, got inf"),
    (ASHA, {"min_resource": True}, "a finite number, min_resource >= 1, got True"),
    (ASHA, {"max_resource": NAN}, "a number, max_resource > min_resource = 1, got nan"),
    (ASHA, {"reduction_factor": NAN}, "a finite number, reduction_factor >= 2, got nan"),
    (Hyperband, {"reduction_factor": INF}, "a finite number, reduction_factor >= 2, got inf"),
    (Hyperband, {"min_resource": 10**5000}, "min_resource >= 1, got an integer of 16610 bits"),
    (Median, {"n_startup_trials": INF}, "a whole number, n_startup_trials >= 0, got inf"),
    (Median, {"interval_steps": 2.5}, "a whole number, interval_steps >= 1, got 2.5"),
    (Percentile, {"percentile": True}, r"a number, percentile in \[0, 100\], got True"),
    (Threshold, {"lower": INF}, r"lower < inf and upper > -inf, got \[inf, inf\]"),
    (Threshold, {"upper": -INF}, r"lower < inf and upper > -inf, got \[-inf, -inf\]"),
    (Patience, {"scheduler": None, "patience": 1.5}, "a whole number, patience >= 0, got 1.5"),
]


@pytest.mark.parametrize(("make", "arguments", "message"), REFUSED, ids=[message for *_, message in REFUSED])
def test_it_says_what_was_expected_and_what_came(
    make: Callable[..., Any], arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidInput, match=f"^Expected .*{message}\\. [A-Z].*\\.$"):
        make(**arguments)


@pytest.mark.parametrize("factor", [1e200, 10**200, 2.5])
def test_a_study_runs_whatever_the_factor(factor: float) -> None:
    def objective(trial: luthier.Trial) -> float:
        x = trial.suggest_float("x", 0, 1)
        for epoch in range(1, 5):
            trial.report(x * epoch, epoch)
            if trial.should_prune():
                raise luthier.TrialPruned
        return x

    study = luthier.create_study(
        sampler="uniform",
        seed=0,
        scheduler=Hyperband(reduction_factor=factor),  # type: ignore[arg-type]  # what a user may pass
    )
    study.optimize(objective, n_trials=8, progress=False)
    assert {trial.state for trial in study.trials} <= {"COMPLETE", "PRUNED"}
