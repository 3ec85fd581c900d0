"""Stoppers: what they say to a sequence of results."""

import math
import pickle
from collections.abc import Sequence
from datetime import timedelta

import pytest

from luthier.base.errors import InvalidInput
from luthier.compat.tune import stopper as module
from luthier.compat.tune.stopper import (
    CombinedStopper,
    ExperimentPlateauStopper,
    FunctionStopper,
    MaximumIterationStopper,
    NoopStopper,
    Stopper,
    TimeoutStopper,
    TrialPlateauStopper,
)


def verdicts(stopper: Stopper, values: Sequence[float | None], trial_id: str = "a") -> list[bool]:
    """What a stopper says to results with these values."""
    return [
        stopper(trial_id, {"loss": value, "training_iteration": step})
        for step, value in enumerate(values, start=1)
    ]


def test_a_stopper_without_its_methods_says_so() -> None:
    with pytest.raises(NotImplementedError):
        Stopper()("a", {})
    with pytest.raises(NotImplementedError):
        Stopper().stop_all()


def test_noop_never_stops() -> None:
    assert verdicts(NoopStopper(), [1.0, 1.0]) == [False, False]
    assert not NoopStopper().stop_all()


def test_maximum_iteration_counts_each_trial() -> None:
    stopper = MaximumIterationStopper(2)
    assert verdicts(stopper, [1.0, 1.0]) == [False, True]
    assert verdicts(stopper, [1.0, 1.0], "b") == [False, True]
    assert not stopper.stop_all()


def test_maximum_iteration_goes_on_counting_after_a_checkpoint() -> None:
    assert MaximumIterationStopper(10)("child", {"training_iteration": 10})


def test_a_function_stops_the_trials_that_it_names() -> None:
    stopper = FunctionStopper(lambda trial_id, result: trial_id == "a" and result["loss"] < 1)
    assert stopper("a", {"loss": 0.5})
    assert not stopper("b", {"loss": 0.5})
    assert not stopper.stop_all()


def test_an_object_with_stop_all_that_is_no_stopper_is_told_what_to_do() -> None:
    class Almost:
        def __call__(self, trial_id: str, result: dict) -> bool:
            return False

        def stop_all(self) -> bool:
            return False

    assert FunctionStopper.is_valid_function(lambda *_: False)
    assert not FunctionStopper.is_valid_function(NoopStopper())
    assert not FunctionStopper.is_valid_function({"loss": 1})
    with pytest.raises(InvalidInput, match=r"tune\.Stopper"):
        FunctionStopper.is_valid_function(Almost())


def test_a_trial_stops_when_its_last_results_lie_close_together() -> None:
    stopper = TrialPlateauStopper("loss", std=0.01, num_results=3, grace_period=4)
    assert verdicts(stopper, [1.0, 1.0, 1.0, 1.0]) == [False, False, False, True]
    assert verdicts(stopper, [1.0, 0.5, 0.2, 0.1, 0.1, 0.1], "b") == [False, False, False, False, False, True]


def test_a_result_without_a_number_is_no_plateau() -> None:
    stopper = TrialPlateauStopper("loss", num_results=2, grace_period=2)
    assert verdicts(stopper, [1.0, None, 1.0, math.nan, math.inf, math.inf]) == [False] * 6


@pytest.mark.parametrize(("mode", "good", "bad"), [("min", 0.1, 0.3), ("max", 0.3, 0.1)])
def test_a_plateau_counts_once_the_threshold_is_reached(mode: str, good: float, bad: float) -> None:
    def stopper() -> TrialPlateauStopper:
        return TrialPlateauStopper("loss", num_results=2, grace_period=2, metric_threshold=0.2, mode=mode)

    assert verdicts(stopper(), [good] * 3) == [False, True, True]
    assert verdicts(stopper(), [bad] * 3) == [False, False, False]


def test_a_threshold_of_zero_is_a_threshold() -> None:
    with pytest.raises(InvalidInput, match="mode"):
        TrialPlateauStopper("loss", metric_threshold=0.0)
    stopper = TrialPlateauStopper("loss", num_results=2, grace_period=2, metric_threshold=0.0, mode="min")
    assert verdicts(stopper, [1.0, 1.0, 1.0]) == [False, False, False]


@pytest.mark.parametrize(("mode", "values"), [("min", [3.0, 1.0, 1.0, 9.0]), ("max", [1.0, 3.0, 3.0, 0.0])])
def test_the_experiment_stops_when_the_best_results_lie_close_together(
    mode: str, values: list[float]
) -> None:
    stopper = ExperimentPlateauStopper("loss", std=0.01, top=2, mode=mode)
    assert verdicts(stopper, values) == [False, False, True, True]
    assert stopper.stop_all()


def test_the_experiment_waits_for_its_patience() -> None:
    stopper = ExperimentPlateauStopper("loss", std=0.01, top=2, patience=3)
    assert verdicts(stopper, [1.0, 1.0, 1.0, 1.0]) == [False, False, False, True]


def test_nan_is_not_among_the_best_results() -> None:
    stopper = ExperimentPlateauStopper("loss", std=0.01, top=2, mode="max")
    assert verdicts(stopper, [math.nan, None, 1.0, 1.0]) == [False, False, False, True]


@pytest.mark.parametrize("wrong", [{"mode": "up"}, {"top": 1}, {"std": 0.0}, {"patience": -1}, {"top": 2.5}])
def test_wrong_arguments_of_the_experiments_plateau_are_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match="Expected"):
        ExperimentPlateauStopper("loss", **wrong)


def test_the_time_starts_at_the_first_question(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("luthier.compat.tune.stopper.stopper.monotonic", lambda: now[0])
    stopper = TimeoutStopper(timedelta(seconds=5))
    now[0] = 200.0
    assert not stopper.stop_all()
    now[0] = 204.0
    assert not stopper.stop_all()
    again = pickle.loads(pickle.dumps(stopper))  # noqa: S301 - our own
    now[0] = 1000.0
    assert not again.stop_all()
    now[0] = 1001.5
    assert again.stop_all()
    assert not again("a", {})


def test_a_timeout_is_a_number_or_a_timedelta() -> None:
    with pytest.raises(ValueError, match="timeout"):
        TimeoutStopper("5")  # type: ignore[arg-type]  # wrong on purpose


def test_several_stoppers_all_hear_every_result() -> None:
    first, second = MaximumIterationStopper(1), MaximumIterationStopper(3)
    both = CombinedStopper(first, second)
    assert verdicts(both, [1.0, 1.0, 1.0]) == [True, True, True]
    assert second("a", {})
    assert not both.stop_all()
    assert CombinedStopper(NoopStopper(), TimeoutStopper(0)).stop_all()


def test_the_modules_of_the_original_are_there() -> None:
    assert {"CombinedStopper", "TrialPlateauStopper", "Stopper"} <= set(module.__all__)
