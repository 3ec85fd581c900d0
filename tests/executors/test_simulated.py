"""Trials on a virtual clock: the same engine, in no time."""

import time
from collections.abc import Mapping
from typing import Any

import pytest

import luthier
from luthier.base.errors import IllegalTransition, InvalidInput
from luthier.executors.registry import Factory
from luthier.executors.simulated import Moment, Recorded, Simulated
from luthier.records.messages import Ending
from luthier.records.state import TrialState
from luthier.schedulers import ASHA
from luthier.space.domains import Categorical, Domain, Float, Int
from luthier.testing.executors import ExecutorLaws, collect, job, opened

EPOCHS = 27

SPACE: dict[str, Domain] = {"x": Float(0.0, 1.0), "k": Int(1, 4), "c": Categorical(("a", "b"))}


def curve(config: Mapping[str, Any]) -> list[float]:
    """A power law whose limit and speed depend on the configuration."""
    limit = (config["x"] - 0.3) ** 2 + 0.05 * config["k"]
    return [limit + (0.2 + config["x"]) / epoch for epoch in range(1, EPOCHS + 1)]


def study_of(
    simulated: Simulated, *, seed: int = 3, workers: int = 8, n_trials: int = 60, **fields: Any
) -> Any:
    """A study that was run on a virtual clock."""
    study = luthier.create_study(seed=seed, scheduler=ASHA(max_resource=EPOCHS), **fields)
    study.optimize(
        Recorded(SPACE, curve), n_trials=n_trials, workers=workers, executor=simulated, progress=False
    )
    return study


class TestSimulated(ExecutorLaws):
    """An objective that is no generator runs as anywhere else, in no virtual time."""

    @pytest.fixture
    def make(self) -> Factory:
        return Simulated()


def test_events_come_in_the_order_of_virtual_time_whatever_the_order_of_submission() -> None:
    def wait(trial: Any) -> Any:
        yield 10.0 - 3.0 * trial.number
        trial.report(0.5, 1)
        yield 1.0
        return trial.number

    simulated = Simulated()
    with opened(simulated, wait, workers=3) as executor:
        for trial in range(3):
            executor.submit(job(trial))
        assert [ended.result for ended in collect(executor, 3)] == [2, 1, 0]
    assert [moment for moment in simulated.moments if moment.ending is None] == [
        Moment(4.0, 2, 1, 0.5),
        Moment(7.0, 1, 1, 0.5),
        Moment(10.0, 0, 1, 0.5),
    ]
    assert simulated.now == 11.0
    assert simulated.moments[-1] == Moment(11.0, 0, ending=Ending.RETURNED)


def test_a_worker_gets_its_next_trial_at_the_time_it_became_free() -> None:
    simulated = Simulated()
    study = luthier.create_study(seed=1, sampler="random")
    study.optimize(
        Recorded(SPACE, lambda _: [1.0, 1.0], seconds=lambda config: config["k"]),
        n_trials=40,
        workers=3,
        executor=simulated,
        progress=False,
    )
    work = {record.number: 2.0 * record.params["k"] for record in study.trials}
    ends = {moment.trial: moment.seconds for moment in simulated.moments if moment.ending}
    free = [0.0, 0.0, 0.0]
    for number in range(40):
        free.sort()
        free[0] += work[number]
        assert ends[number] == free[0]


def test_two_runs_are_the_same_to_the_last_event() -> None:
    one, other = Simulated(), Simulated()
    first, second = study_of(one), study_of(other)
    assert one.moments == other.moments
    assert [record.params for record in first.trials] == [record.params for record in second.trials]
    assert [moment.seconds for moment in one.moments] == sorted(moment.seconds for moment in one.moments)


def test_the_scheduler_saves_epochs_and_every_report_is_stored() -> None:
    simulated = Simulated()
    study = study_of(simulated)
    states = {record.state for record in study.trials}
    assert states == {TrialState.COMPLETE, TrialState.PRUNED}
    assert simulated.epochs == sum(len(study.reports(record.number)) for record in study.trials)
    assert simulated.epochs < 60 * EPOCHS / 2


def test_the_clock_goes_on_where_it_stood() -> None:
    simulated = Simulated()
    study = study_of(simulated, n_trials=5)
    before = simulated.now
    study.optimize(Recorded(SPACE, curve), n_trials=5, workers=2, executor=simulated, progress=False)
    assert simulated.now > before > 0.0
    assert len({moment.trial for moment in simulated.moments}) == 10


def test_a_budget_of_virtual_time_is_a_callback() -> None:
    simulated = Simulated()

    def until(study: luthier.Study, _: luthier.TrialRecord) -> None:
        if simulated.now >= 200.0:
            study.stop()

    study = luthier.create_study(seed=0, sampler="random")
    study.optimize(
        Recorded(SPACE, curve),
        workers=4,
        executor=simulated,
        callbacks=[until],
        progress=False,
    )
    assert 200.0 <= simulated.now <= 200.0 + 2 * EPOCHS


def test_a_trial_that_fails_is_tried_again_from_its_start() -> None:
    def fragile(trial: Any) -> Any:
        x = trial.suggest_float("x", 0.0, 1.0)
        for epoch in range(1, 4):
            yield 1.0
            trial.report(x + trial.attempt, epoch)
            if trial.attempt == 1 and trial.number == 1 and epoch == 2:
                raise OSError("lost")
        return x

    simulated = Simulated()
    study = luthier.create_study(seed=0, sampler="random")
    study.optimize(fragile, n_trials=3, workers=2, retries=1, executor=simulated, progress=False)
    assert [record.attempt for record in study.trials] == [1, 2, 1]
    assert sorted(study.reports(1).values()) == [study.trials[1].params["x"] + 2] * 3
    assert simulated.epochs == 3 * 3 + 2


def test_a_cancelled_attempt_ends_as_such_and_cleans_up() -> None:
    cleaned = []

    def endless(trial: Any) -> Any:
        try:
            while True:
                yield 1.0
        finally:
            cleaned.append(trial.number)

    with opened(Simulated(), endless, workers=2) as executor:
        executor.submit(job(0))
        executor.submit(job(1))
        assert executor.poll(0.01) == []
        executor.cancel(0)
        executor.cancel(0)
        executor.cancel(7)
        (ended,) = executor.poll(0.01)
        assert (ended.trial, ended.ending, ended.error) == (0, Ending.CANCELLED, None)
        assert executor.poll(0.01) == []
    assert cleaned == [0, 1]


def test_one_running_trial_that_asks_speaks_for_all(recwarn: pytest.WarningsRecorder) -> None:
    def train(trial: Any) -> Any:
        for step in range(1, 10):
            yield 1.0 if trial.number % 2 else 3.0  # the odd ones are over first, and never ask
            trial.report(trial.number, step)
            if trial.number % 2 == 0:
                trial.should_prune()
        return float(trial.number)

    study = luthier.create_study(scheduler="asha")
    study.optimize(train, n_trials=8, workers=4, executor=Simulated(), progress=False)
    assert not [str(each.message) for each in recwarn]


def test_nothing_more_can_be_said_of_a_trial_that_ended() -> None:
    kept: list[luthier.Trial] = []

    def train(trial: Any) -> Any:
        kept.append(trial)
        yield 1.0
        trial.report(1.0, 1)
        return 1.0

    simulated = Simulated()
    study = luthier.create_study()
    study.optimize(train, n_trials=1, executor=simulated, progress=False)
    with pytest.raises(IllegalTransition, match="trial 0, which ended"):
        kept[0].report(2.0, 2)
    assert (simulated.epochs, study.reports(0)) == (1, {1: 1.0})


@pytest.mark.parametrize("pause", [-1.0, float("nan"), float("inf"), "1", None])
def test_only_a_time_can_be_waited_for(pause: Any) -> None:
    def odd(_: Any) -> Any:
        yield pause

    with opened(Simulated(), odd) as executor:
        executor.submit(job())
        (ended,) = collect(executor)
    assert ended.ending is Ending.RAISED
    assert "seconds >= 0" in str(ended.reason)


def test_a_curve_has_a_value_and_a_simulation_a_worker() -> None:
    study = luthier.create_study(seed=0)
    study.optimize(
        Recorded(SPACE, lambda _: []), n_trials=1, executor=Simulated(), catch=InvalidInput, progress=False
    )
    assert "at least one value" in str(study.trials[0].reason)
    with pytest.raises(InvalidInput, match="one worker"):
        Simulated()(lambda _: 0.0, lambda _: None, 0)


def test_thousands_of_epochs_take_a_second() -> None:
    simulated = Simulated()
    begin = time.thread_time()
    study_of(simulated, n_trials=400, sampler="random")
    assert simulated.epochs / (time.thread_time() - begin) > 2_000
