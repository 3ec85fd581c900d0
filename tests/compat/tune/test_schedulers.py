"""Schedulers that stop trials: their verdicts on sequences of results."""

import math
from collections.abc import Callable
from typing import Any

import pytest

from luthier.base.errors import InvalidInput
from luthier.compat.support import CompatWarning
from luthier.compat.tune import schedulers
from luthier.compat.tune.contract import Verdict
from luthier.compat.tune.schedulers import (
    ASHAScheduler,
    AsyncHyperBandScheduler,
    FIFOScheduler,
    HyperBandForBOHB,
    HyperBandScheduler,
    MedianStoppingRule,
    PopulationBasedTraining,
    TrialScheduler,
    create_scheduler,
)

Make = Callable[..., Any]

CONTINUE, STOP, DONE = Verdict.CONTINUE, Verdict.STOP, Verdict.DONE


def run(scheduler: Any, population: Any, curves: list[list[Any]]) -> list[int]:
    """Let members report one after the other, each until it is stopped; how many results each had."""
    scheduler.bind(population)
    lengths = []
    for number, values in enumerate(curves):
        for step, value in enumerate(values, start=1):
            trial, result = population.result(number, step, **({} if value == "missing" else {"loss": value}))
            if scheduler.on_result(trial, result) is not CONTINUE:
                break
        trial.status = "TERMINATED"
        scheduler.on_end(trial)
        lengths.append(step)
    return lengths


@pytest.mark.parametrize(
    "make",
    [
        FIFOScheduler,
        ASHAScheduler,
        MedianStoppingRule,
        lambda: PopulationBasedTraining(custom_explore_fn=dict),
    ],
)
def test_every_scheduler_is_what_the_runner_takes(make: Callable[[], Any]) -> None:
    assert isinstance(make(), TrialScheduler)


def test_fifo_lets_all_run(population: Make) -> None:
    assert run(FIFOScheduler(), population(2), [[1.0] * 3, [9.0] * 3]) == [3, 3]


def test_asha_stops_what_is_behind_at_a_rung_and_completes_at_max_t(population: Make) -> None:
    scheduler = ASHAScheduler(max_t=9, grace_period=1, reduction_factor=3)
    assert run(scheduler, population(4), [[1.0] * 20, [2.0] * 20, [3.0] * 20, [0.5] * 20]) == [9, 1, 1, 9]


def test_a_trial_at_max_t_is_complete_and_one_that_lost_is_not(population: Make) -> None:
    members, scheduler = population(2), ASHAScheduler(max_t=3, reduction_factor=2)
    scheduler.bind(members)
    assert [scheduler.on_result(*members.result(0, step, loss=1.0)) for step in (1, 2, 3)] == [
        CONTINUE,
        CONTINUE,
        DONE,
    ]
    assert scheduler.on_result(*members.result(1, 1, loss=2.0)) is STOP


def test_a_trial_may_go_on_after_max_t(population: Make) -> None:
    scheduler = ASHAScheduler(max_t=3, stop_last_trials=False)
    assert run(scheduler, population(1), [[1.0] * 5]) == [5]


def test_a_result_that_comes_twice_still_ends_at_max_t(population: Make) -> None:
    members, scheduler = population(1), ASHAScheduler(max_t=3)
    members.before = [members.result(0, step, loss=1.0) for step in (1, 2, 3)]
    scheduler.bind(members)
    assert scheduler.on_result(*members.result(0, 3, loss=1.0)) is DONE


@pytest.mark.parametrize("bad", [math.nan, None, "text", "missing"])
@pytest.mark.parametrize("mode", ["min", "max"])
def test_what_is_no_number_never_survives_a_rung(bad: Any, mode: str, population: Make) -> None:
    scheduler = ASHAScheduler(max_t=9, reduction_factor=3)
    assert run(scheduler, population(2, mode=mode), [[bad] * 9, [1.0] * 9]) == [1, 9]


def test_larger_is_better_where_the_mode_says_so(population: Make) -> None:
    scheduler = ASHAScheduler(metric="loss", mode="max", max_t=9, reduction_factor=3)
    assert run(scheduler, population(2, metric=None), [[2.0] * 9, [1.0] * 9]) == [9, 1]


def test_a_restored_run_finds_its_rungs_as_they_were(population: Make) -> None:
    members, scheduler = population(5), ASHAScheduler(max_t=9, reduction_factor=3)
    members.before = [members.result(number, 1, loss=float(number)) for number in range(4)]
    scheduler.bind(members)
    assert scheduler.on_result(*members.result(4, 1, loss=3.5)) is STOP


def test_a_late_report_says_nothing_about_early_rungs(population: Make) -> None:
    members, scheduler = population(3), ASHAScheduler(max_t=100, grace_period=1, reduction_factor=3)
    scheduler.bind(members)
    assert scheduler.on_result(*members.result(0, 30, loss=0.001)) is CONTINUE
    assert scheduler.on_result(*members.result(1, 1, loss=1.0)) is CONTINUE


def test_time_may_be_any_number(population: Make) -> None:
    members, scheduler = population(2), ASHAScheduler("seconds", max_t=60, grace_period=2, reduction_factor=2)
    scheduler.bind(members)
    for number, verdict in ((0, CONTINUE), (1, STOP)):
        assert scheduler.on_result(*members.result(number, 1, loss=float(number), seconds=1.9)) is CONTINUE
        assert scheduler.on_result(*members.result(number, 2, loss=float(number), seconds=2.1)) is verdict
    assert scheduler.on_result(*members.result(0, 3, loss=0.0)) is CONTINUE  # no time: nothing to decide
    assert scheduler.on_result(*members.result(0, 4, loss=0.0, seconds=60.5)) is DONE


def test_brackets_differ_in_their_first_rung(population: Make) -> None:
    members = population(40)
    scheduler = ASHAScheduler(max_t=27, reduction_factor=3, brackets=2)
    lengths = run(scheduler, members, [[float(number)] * 27 for number in range(40)])
    assert set(lengths) >= {1, 3, 27}
    assert lengths.count(1) > lengths.count(3)


@pytest.mark.parametrize(
    "wrong", [{"grace_period": 0}, {"grace_period": 200}, {"brackets": 0}, {"mode": "up", "metric": "loss"}]
)
def test_wrong_arguments_of_asha_are_refused(wrong: dict) -> None:
    with pytest.raises(InvalidInput):
        ASHAScheduler(**wrong)


def test_a_factor_that_luthier_lacks_is_named() -> None:
    with pytest.raises(NotImplementedError, match="whole factor"):
        ASHAScheduler(reduction_factor=1.5)


def test_without_a_metric_nothing_can_be_compared(population: Make) -> None:
    for scheduler in (ASHAScheduler(), MedianStoppingRule(), PopulationBasedTraining(custom_explore_fn=dict)):
        with pytest.raises(InvalidInput, match="metric"):
            scheduler.bind(population(metric=None))


@pytest.mark.parametrize("kind", [HyperBandScheduler, HyperBandForBOHB])
def test_hyperband_pauses_nobody_and_says_so(kind: Any, population: Make) -> None:
    with pytest.warns(CompatWarning, match="paused"):
        scheduler = kind(max_t=9, reduction_factor=3)
    members = population(30)
    lengths = run(scheduler, members, [[float(-number)] * 9 for number in range(30)][::-1])
    assert {1, 3, 9} <= set(lengths)
    assert members.continued == []


def test_the_median_rule_compares_with_running_means(population: Make) -> None:
    scheduler = MedianStoppingRule("training_iteration", grace_period=1, min_samples_required=2)
    # The means of the first two at step 2 are 2.0 and 4.0: a third trial needs 3.0 by then.
    good, bad = [2.5] * 4, [3.5] * 4
    assert run(scheduler, population(4), [[3.0, 1.0, 1.0, 1.0], [5.0, 3.0, 3.0, 3.0], bad, good]) == [
        4,
        4,
        2,
        4,
    ]


def test_the_median_rule_waits_for_others_and_never_pauses(population: Make) -> None:
    members = population(3)
    members.waiting = 5
    scheduler = MedianStoppingRule("training_iteration", grace_period=1, min_samples_required=3)
    assert run(scheduler, members, [[1.0] * 3, [9.0] * 3, [99.0] * 3]) == [3, 3, 3]
    assert members.continued == []


def test_the_median_rule_spares_the_grace_period_and_nan_loses(population: Make) -> None:
    scheduler = MedianStoppingRule(
        "training_iteration", grace_period=2, min_samples_required=1, mode="max", metric="loss"
    )
    curves = [[5.0] * 4, [1.0] * 4, [math.nan] * 4, [6.0] * 4]
    assert run(scheduler, population(4, metric=None), curves) == [4, 2, 2, 4]


def test_the_median_rule_is_where_it_was_after_a_restore(population: Make) -> None:
    members = population(3)
    members.before = [members.result(n, step, loss=1.0) for n in (0, 1) for step in (1, 2)]
    scheduler = MedianStoppingRule("training_iteration", grace_period=1, min_samples_required=2)
    scheduler.bind(members)
    assert scheduler.on_result(*members.result(2, 1, loss=2.0)) is STOP


def test_what_the_median_rule_lacks_is_named() -> None:
    with pytest.raises(NotImplementedError, match="hard_stop"):
        MedianStoppingRule(hard_stop=False)
    with pytest.warns(CompatWarning, match="paused"):
        MedianStoppingRule(min_time_slice=3)


class Threshold(TrialScheduler):
    """A scheduler of the user's own: it needs one method."""

    def __init__(self) -> None:
        self.mode = "min"  # users may keep it as they like
        self.heard: list[Any] = []

    def on_trial_add(self, tune_controller: Any, trial: Any) -> None:
        self.heard.append(("add", trial.trial_id, len(tune_controller.get_trials())))

    def on_trial_result(self, tune_controller: Any, trial: Any, result: Any) -> str:
        if result["loss"] > 5:
            return TrialScheduler.STOP
        return TrialScheduler.PAUSE if result["loss"] > 2 else TrialScheduler.CONTINUE

    def on_trial_complete(self, tune_controller: Any, trial: Any, result: Any) -> None:
        self.heard.append(("complete", result["loss"], trial in tune_controller.get_live_trials()))

    def on_trial_error(self, tune_controller: Any, trial: Any) -> None:
        self.heard.append("error")


def test_a_scheduler_of_ones_own_decides_and_hears(population: Make) -> None:
    members, scheduler = population(2), Threshold()
    scheduler.bind(members)
    assert scheduler.on_result(*members.result(0, 1, loss=1.0)) is CONTINUE
    assert scheduler.on_result(*members.result(0, 2, loss=9.0)) is STOP
    members.trials[0].status = "TERMINATED"
    scheduler.on_end(members.trials[0])
    scheduler.on_result(*members.result(1, 1, loss=1.0))
    members.trials[1].status = "ERROR"
    scheduler.on_end(members.trials[1])
    assert scheduler.heard == [
        ("add", "abc_00000", 2),
        ("complete", 9.0, False),
        ("add", "abc_00001", 2),
        "error",
    ]


def test_a_pause_goes_to_the_end_of_the_queue_from_a_checkpoint_and_else_nowhere(population: Make) -> None:
    members, scheduler = population(1), Threshold()
    scheduler.bind(members)
    members.trials[0].config = {"lr": 1}
    assert scheduler.on_result(*members.result(0, 1, loss=3.0)) is CONTINUE
    assert members.continued == []
    assert scheduler.on_result(*members.result(0, 2, loss=3.0, saved=True)) is STOP
    assert members.continued == [(0, 0, {"lr": 1})]


def test_a_decision_that_is_none_is_refused(population: Make) -> None:
    class Wrong(FIFOScheduler):
        def on_trial_result(self, tune_controller: Any, trial: Any, result: Any) -> str:
            return "MAYBE"

    members, scheduler = population(1), Wrong()
    scheduler.bind(members)
    with pytest.raises(InvalidInput, match="MAYBE"):
        scheduler.on_result(*members.result(0, 1, loss=3.0))


def test_an_order_of_ones_own_is_answered_by_a_warning(population: Make) -> None:
    class Ordered(FIFOScheduler):
        def choose_trial_to_run(self, tune_controller: Any) -> Any:
            return None

    with pytest.warns(CompatWarning, match="order of their numbers"):
        Ordered().bind(population(1))


def test_a_subclass_of_asha_may_have_the_last_word(population: Make) -> None:
    class Kind(AsyncHyperBandScheduler):
        def on_trial_result(self, tune_controller: Any, trial: Any, result: Any) -> str:
            super().on_trial_result(tune_controller, trial, result)
            return self.CONTINUE

    assert run(Kind(max_t=9, reduction_factor=3), population(2), [[1.0] * 3, [2.0] * 3]) == [3, 3]


def test_what_a_controller_lacks_is_named(population: Make) -> None:
    scheduler = Threshold()
    scheduler.bind(population(1))
    with pytest.raises(NotImplementedError, match="stop_trial"):
        scheduler._controller.stop_trial()


def test_schedulers_are_made_by_name() -> None:
    assert isinstance(create_scheduler("FIFO"), FIFOScheduler)
    assert isinstance(create_scheduler("async_hyperband", max_t=5), ASHAScheduler)
    with pytest.warns(CompatWarning, match="perturbation_interval"):
        create_scheduler("asynchyperband", perturbation_interval=5)
    with pytest.raises(ValueError, match="pbt_replay"):
        create_scheduler("nothing")
    with pytest.raises(NotImplementedError, match="with_resources"):
        create_scheduler("resource_changing")
    with pytest.raises(NotImplementedError, match="with_resources"):
        _ = schedulers.ResourceChangingScheduler
