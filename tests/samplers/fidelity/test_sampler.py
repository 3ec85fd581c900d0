"""Search with early stopping: the model learns from complete, stopped and running trials alike."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import Generator

import luthier
from luthier.base.seeding import rng_for
from luthier.executors.simulated import Recorded, Simulated
from luthier.records.history import History, Reports
from luthier.samplers import Capabilities, Distinct, Proposals, Sampler, TPESampler, UniformSampler
from luthier.samplers.auto import MOST_TRIALS, AutoSampler, started
from luthier.samplers.fidelity.sampler import AnyFidelity, scored
from luthier.samplers.gp.sampler import GPSampler
from luthier.schedulers import ASHA
from luthier.space.domains import Domain, Float, Int
from luthier.space.space import Space
from luthier.testing.samplers import SPACES, SamplerLaws, crowd, halved
from luthier.testing.strategies import histories, spaces

EPOCHS = 27


def with_reports(history: History, *, seed: int = 0) -> History:
    """The history with a curve for most of its told and pending trials."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(0, 12, len(history) + len(history.pending))
    return replace(
        history,
        reports=Reports(
            row=np.repeat(np.arange(len(lengths)), lengths),
            step=np.concatenate([np.empty(0), *[np.arange(1.0, length + 1) for length in lengths]]),
            value=rng.choice([0.0, 1.0, math.inf, -math.inf, 1e308, 0.3], lengths.sum()),
        ),
    )


def stopped(history: History) -> History:
    """The history with every second told trial stopped at step 3."""
    return replace(history, fidelity=np.where(np.arange(len(history)) % 2, history.fidelity, 3.0))


class TestAnyFidelity(SamplerLaws):
    @pytest.fixture(scope="class", params=["tpe", "auto"])
    @classmethod
    def sampler(cls, request: pytest.FixtureRequest) -> Sampler:
        model = AnyFidelity(TPESampler())
        return model if request.param == "tpe" else Distinct(started(model, seed=0))

    def test_what_trials_reported_decides(self, sampler: Sampler) -> None:
        history = replace(halved(crowd(SPACES["mixed"], 20, pending=3)), fidelity=np.full(20, 3.0))
        backwards = replace(history, reports=replace(history.reports, value=-history.reports.value))
        one, other = (self.propose(sampler, SPACES["mixed"], each, 2).X for each in (history, backwards))
        assert not np.array_equal(one, other)

    def test_it_asks_for_reports(self, sampler: Sampler) -> None:
        assert sampler.capabilities.uses_reports


@pytest.mark.parametrize("sampler", [AnyFidelity(TPESampler()), GPSampler(), AutoSampler()])
class TestOddReports:
    @given(data=st.data())
    def test_odd_reports_break_nothing(self, sampler: Sampler, data: st.DataObject) -> None:
        space = data.draw(spaces(max_size=3))
        history = stopped(with_reports(data.draw(histories(space)), seed=data.draw(st.integers(0, 99))))
        with np.errstate(all="raise", under="ignore"):
            X = sampler.propose(space, history, rng_for(0, 0), 2).X
        assert ((X >= 0.0) & (X <= 1.0)).all()


def test_a_trial_of_elsewhere_is_known_by_its_place_however_trials_move() -> None:
    """Of two running trials the second has reported, and joins the told ones; the first one is of elsewhere."""
    history = replace(
        History.empty(2),
        X=np.full((2, 2), 0.5),
        Y=np.zeros((2, 1)),
        violation=np.zeros(2),
        fidelity=np.array([3.0, np.inf]),
        number=np.arange(2),
        pending=np.array([[0.1, 0.1], [0.9, 0.9]]),
        elsewhere=[2],
        reports=Reports(
            row=np.array([0, 1, 3]), step=np.array([3.0, 3.0, 3.0]), value=np.array([1.0, 0.0, 0.5])
        ),
    )
    told = scored(history)
    assert told.X[-1].tolist() == [0.9, 0.9]
    assert told.pending.tolist() == [[0.1, 0.1]]
    assert np.concatenate([told.X, told.pending])[list(told.elsewhere)].tolist() == [[0.1, 0.1]]


def test_beyond_a_thousand_trials_the_default_still_learns_from_reports() -> None:
    history = replace(halved(crowd(SPACES["mixed"], MOST_TRIALS + 1)), fidelity=np.full(MOST_TRIALS + 1, 3.0))
    backwards = replace(history, reports=replace(history.reports, value=-history.reports.value))
    one, other = (
        AutoSampler().propose(SPACES["mixed"], each, rng_for(0, 0), 2).X for each in (history, backwards)
    )
    assert not np.array_equal(one, other)


class Onlooker:
    """Keeps what it was shown."""

    def __init__(self) -> None:
        self.seen: list[History] = []

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities()

    def propose(self, space: Space, history: History, rng: Generator, n: int) -> Proposals:
        self.seen.append(history)
        return Proposals(rng.random((n, len(space))))


def shown(history: History) -> History:
    """What the sampler within gets to see."""
    onlooker = Onlooker()
    AnyFidelity(onlooker).propose(SPACES["floats"], history, rng_for(0, 0), 1)
    return onlooker.seen[0]


def test_running_trials_with_reports_are_told_and_the_others_stay_pending() -> None:
    history = replace(
        crowd(SPACES["floats"], 3, pending=3),
        fidelity=np.array([1.0, math.inf, math.inf]),
        pending_tags=[{"a": 1}, {"b": 2}],
        reports=Reports(row=np.array([0, 4]), step=np.array([1.0, 1.0]), value=np.array([2.0, 1.0])),
    )
    seen = shown(history)
    np.testing.assert_array_equal(seen.X, np.concatenate([history.X, history.pending[1:2]]))
    np.testing.assert_array_equal(seen.pending, history.pending[[0, 2]])
    assert list(seen.pending_tags) == [{"a": 1}, {}]
    assert list(seen.tags) == [{}, {}, {}, {"b": 2}]
    assert len(set(seen.number.tolist())) == len(seen) == 4
    assert (seen.fidelity == math.inf).all()
    assert not len(seen.reports)


def test_where_no_trial_was_stopped_nothing_changes() -> None:
    history = with_reports(crowd(SPACES["floats"], 5, pending=2))
    assert shown(history) is history
    several = replace(history, Y=np.column_stack([history.Y, history.Y]), fidelity=np.full(5, 3.0))
    assert shown(several) is several


def test_a_stopped_trial_that_left_nothing_is_neither_good_nor_failed() -> None:
    history = crowd(SPACES["floats"], 3)
    history = replace(
        history,
        Y=np.array([[-5.0], [1.0], [math.inf]]),
        fidelity=np.array([-math.inf, 1.0, math.inf]),
        reports=Reports(row=np.array([1]), step=np.array([1.0]), value=np.array([1.0])),
    )
    seen = shown(history).Y[:, 0]
    assert seen[1] <= seen[0] < seen[2] == math.inf


SPACE: dict[str, Domain] = {"rate": Float(0.0, 1.0), "width": Float(0.0, 1.0), "depth": Int(1, 4)}


def curve(config: Any) -> list[float]:
    """Fast learners with a poor end and slow ones with a good one cross; a little noise on each epoch."""
    limit = (config["rate"] - 0.3) ** 2 + (config["width"] - 0.7) ** 2 + 0.02 * abs(config["depth"] - 3)
    speed = 0.3 + config["rate"]
    noise = np.random.default_rng(hash(tuple(config.values())) % 2**32).normal(0.0, 0.005, EPOCHS)
    return [limit + 0.5 * epoch**-speed + float(noise[epoch - 1]) for epoch in range(1, EPOCHS + 1)]


def best_limit(sampler: Sampler, seed: int) -> float:
    """The best final value of a search over 600 epochs by 8 workers, with halving."""
    simulated = Simulated()

    def until(study: luthier.Study, _: luthier.TrialRecord) -> None:
        if simulated.epochs >= 600:
            study.stop()

    study = luthier.create_study(seed=seed, sampler=sampler, scheduler=ASHA(max_resource=EPOCHS))
    study.declare(SPACE)
    study.optimize(Recorded(SPACE, curve), workers=8, executor=simulated, callbacks=[until], progress=False)
    return study.best_value


@pytest.mark.parametrize("model", [AnyFidelity(TPESampler()), GPSampler()])
def test_it_beats_chance_with_the_same_scheduler(model: Sampler) -> None:
    """In each of three pairs of searches."""
    for seed in range(3):
        assert best_limit(started(model, seed=seed), seed) < best_limit(UniformSampler(), seed)


def origins() -> list[str]:
    """Where the trials of a search come from, each origin once."""
    study = luthier.create_study(seed=0, scheduler=ASHA(max_resource=EPOCHS))
    study.declare(SPACE)
    study.optimize(Recorded(SPACE, curve), n_trials=60, workers=4, executor=Simulated(), progress=False)
    return list(dict.fromkeys(str(trial.origin) for trial in study.trials))


def test_auto_says_which_model_learns_from_stopped_trials() -> None:
    """First too few complete trials, then a process of parameters and resource."""
    said = origins()
    assert "tpe: a scheduler stops trials, and fewer than 3 came near their end" in said
    assert said[-1] == "gp: a model of parameters and resource: a scheduler stops trials"


def bowl(trial: luthier.Trial, steps: Sequence[int]) -> float:
    """A training whose end is best at (0.7, 0.2, 0.4), where it is 0, and whose reports fall alike everywhere."""
    end = sum((trial.suggest_float(f"x{i}", 0.0, 1.0) - best) ** 2 for i, best in enumerate((0.7, 0.2, 0.4)))
    for step in steps:
        trial.report(end + 1.0 / step - 1.0 / steps[-1], step)
        if trial.should_prune():
            raise luthier.TrialPruned
    return end


@pytest.mark.parametrize(
    ("steps", "factor"),
    [(range(1, 10), 3), (range(1, 28), 3), ((1, 10, 100), 10)],
    ids=["9", "27", "tenfold"],
)
def test_auto_finds_the_best_whatever_steps_a_training_reports(steps: Sequence[int], factor: int) -> None:
    """Also where the scheduler stops trials at their very last step, and where steps leave levels out."""
    for seed in range(3):
        study = luthier.create_study(seed=seed, scheduler=ASHA(reduction_factor=factor))
        study.optimize(lambda trial: bowl(trial, steps), n_trials=40, progress=False)
        assert study.best_value < 1e-4


def test_a_good_first_trial_makes_no_search_worse() -> None:
    """Few trials can beat it at a rung, and for long fewer than a model needs run to their ends."""
    for seed in range(3):
        study = luthier.create_study(seed=seed, scheduler="asha")
        study.enqueue({"x0": 0.75, "x1": 0.15, "x2": 0.45})
        study.optimize(lambda trial: bowl(trial, range(1, 28)), n_trials=30, progress=False)
        assert study.best_value < 1e-4


@pytest.mark.parametrize("scheduler", ["asha", "median"])
@pytest.mark.parametrize("kind", ["drifting apart", "another unit"])
def test_reports_need_not_differ_as_ends_do(scheduler: str, kind: str) -> None:
    """Trainings that all start at chance, and such that report a loss and return a hundred times that."""
    drift = kind == "drifting apart"

    def objective(trial: luthier.Trial) -> float:
        end = sum((trial.suggest_float(f"x{i}", 0.0, 1.0) - best) ** 2 for i, best in enumerate((0.3, 0.7)))
        for step in range(1, 28):
            trial.report(2.0 + (end - 2.0) * step / 27 if drift else end + 1.0 / step, step)
            if trial.should_prune():
                raise luthier.TrialPruned
        return end if drift else 100.0 * end

    for seed in range(3):
        study = luthier.create_study(seed=seed, scheduler=scheduler)
        study.optimize(objective, n_trials=40, progress=False)
        assert study.best_value < (1e-3 if drift else 1e-1)


@pytest.mark.parametrize("scheduler", ["asha", "median"])
def test_a_failure_by_chance_closes_no_place(scheduler: str) -> None:
    """A third of the trials crash wherever they are, some of them near the best."""

    def objective(trial: luthier.Trial) -> float:
        end = bowl(trial, range(1, 28))
        if trial.number % 3 == 0:
            raise RuntimeError
        return end

    for seed in range(3):
        study = luthier.create_study(seed=seed, scheduler=scheduler)
        study.optimize(objective, n_trials=60, progress=False, catch=(RuntimeError,))
        assert study.best_value < 1e-3


@pytest.mark.parametrize("scheduler", ["asha", "hyperband", "median"])
def test_the_best_feasible_trial_is_found_beside_a_scheduler(scheduler: str) -> None:
    """The border is 0.1 from the best, so that what keeps it is 0.01 at best; trials tell of it at their ends."""

    def objective(trial: luthier.Trial) -> float:
        end = bowl(trial, range(1, 28))
        trial.set_constraint("room", trial.params["x0"] - 0.6)
        return end

    for seed in range(3):
        study = luthier.create_study(seed=seed, scheduler=scheduler)
        study.optimize(objective, n_trials=40, progress=False)
        assert not all(trial.feasible for trial in study.trials)
        assert study.best_value < 0.0105


def test_workers_and_halving_leave_something_feasible() -> None:
    """Eight at once, and most of the space infeasible: hardly a trial would run to its end."""

    def objective(trial: Any) -> Any:
        end = sum((trial.suggest_float(f"x{i}", 0.0, 1.0) - 0.7) ** 2 for i in range(4))
        for epoch in range(1, EPOCHS + 1):
            yield 1.0
            trial.report(end + 1.0 / epoch, epoch)
            if trial.should_prune():
                raise luthier.TrialPruned
        trial.set_constraint("room", trial.params["x0"] - 0.3)
        return end

    for seed in range(3):
        study = luthier.create_study(seed=seed, scheduler="asha")
        study.optimize(objective, n_trials=80, workers=8, executor=Simulated(), progress=False)
        assert study.best_trial.feasible
