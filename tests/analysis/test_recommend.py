"""What the model recommends where the best observed trial was lucky."""

import math

import numpy as np
import pytest

import luthier
from luthier.analysis.recommend import recommendation
from luthier.base.errors import InvalidInput, NoTrials
from luthier.records.state import TrialState
from luthier.records.trial import TrialRecord
from luthier.space.domains import Categorical, Float
from luthier.space.space import Space


def bowl(x: float, y: float) -> float:
    return (x - 0.3) ** 2 + (y + 0.2) ** 2


def noisy_study(seed: int, direction: str) -> luthier.Study:
    """Sixty trials of a bowl of depth 2 to 4 under noise of deviation 0.5."""
    rng = np.random.default_rng(seed)
    sign = 1.0 if direction == "minimize" else -1.0

    def objective(trial: luthier.Trial) -> float:
        value = bowl(trial.suggest_float("x", -1, 1), trial.suggest_float("y", -1, 1))
        return sign * (value + 0.5 * rng.normal())

    study = luthier.create_study(direction=direction, sampler="quasi", seed=seed)
    study.optimize(objective, n_trials=60, progress=False)
    return study


@pytest.mark.parametrize("direction", ["minimize", "maximize"])
def test_a_lucky_trial_is_not_recommended(direction: str) -> None:
    """Over ten studies the recommended configuration is far better than the one with the best value."""
    observed, recommended, inside = [], [], 0
    sign = 1.0 if direction == "minimize" else -1.0
    for seed in range(10):
        study = noisy_study(seed, direction)
        said = study.recommend()
        truth = bowl(*said.params.values())
        observed.append(bowl(*study.best_params.values()))
        recommended.append(truth)
        assert said.params == dict(study.trials[said.number].params)
        low, high = said.interval
        assert low <= said.value <= high
        inside += abs(sign * said.value - truth) <= high - low  # two deviations
    assert np.mean(recommended) < 0.5 * np.mean(observed)
    assert inside >= 7


@pytest.mark.parametrize(
    "values", [[1e-160, math.nextafter(1e-160, 1.0), 1e-160], [1e-150, 1e-150 * (1 + 1e-14), 1e-150]]
)
def test_tiny_values_that_differ_by_rounding_alone_have_a_recommendation(values: list[float]) -> None:
    study = luthier.create_study(sampler="quasi", seed=0)
    study.optimize(lambda t: values[t.number] + 0.0 * t.suggest_float("x", 0, 1), n_trials=3, progress=False)
    said = study.recommend()
    assert said.value == pytest.approx(values[0], rel=1e-9)


def test_a_record_without_values_is_recommended_in_neither_direction() -> None:
    space = Space({"x": Float(0.0, 1.0)})
    records = [
        TrialRecord(number, TrialState.COMPLETE, params={"x": x}, values=values)
        for number, (x, values) in enumerate([(0.1, None), (0.5, (1.0,)), (0.9, (2.0,))])
    ]
    assert [recommendation(records, space, sign=sign).number for sign in (1.0, -1.0)] == [1, 2]


def test_without_noise_the_best_trial_is_recommended() -> None:
    study = luthier.create_study(sampler="quasi", seed=3)
    study.optimize(
        lambda t: bowl(t.suggest_float("x", -1, 1), t.suggest_float("y", -1, 1)), n_trials=40, progress=False
    )
    said = study.recommend()
    assert said.number == study.best_trial.number
    assert said.value == pytest.approx(study.best_value, abs=0.01)


@pytest.mark.parametrize(
    "values",
    [
        [1.0],
        [1.0, 1.0],
        [math.inf, 1.0, -math.inf],
        [1e300, -1e300, 0.0],
        [1.0] * 30 + [2.0],
        list(range(2000)),
    ],
    ids=["one", "equal", "infinite", "huge", "ties", "many"],
)
def test_odd_values_give_a_recommendation(values: list[float]) -> None:
    space = Space({"x": Float(0.0, 1.0), "c": Categorical(("a", "b")), "z": Float(0.0, 1.0)})
    rng = np.random.default_rng(0)
    records = [
        TrialRecord(
            number=number,
            state=TrialState.COMPLETE,
            params={"x": float(rng.random()), "c": "ab"[number % 2], **({"z": 0.5} if number % 2 else {})},
            values=(float(value),),
        )
        for number, value in enumerate(values)
    ]
    said = recommendation(records, space, sign=1.0)
    assert said.params == records[said.number].params
    assert not math.isnan(said.value)
    assert said.interval[0] <= said.interval[1]
    assert records[said.number].values == (min(values),) or len(values) > 3


def test_what_cannot_be_recommended_is_refused() -> None:
    with pytest.raises(NoTrials):
        luthier.create_study().recommend()
    with pytest.raises(InvalidInput, match=r"one objective for recommend, .*best_trials"):
        luthier.create_study(directions=["minimize", "minimize"]).recommend()


@pytest.mark.parametrize("value", [math.inf, -math.inf])
def test_what_was_observed_as_infinite_is_recommended_as_such(value: float) -> None:
    study = luthier.create_study(sampler="random", seed=1)
    study.optimize(lambda trial: value + 0.0 * trial.suggest_float("x", 0, 1), n_trials=5)
    said = study.recommend()
    assert said.value == value
    assert said.interval == (value, value)


def test_trials_of_another_kind_of_parameter_are_not_recommended() -> None:
    """X was a number before it was a choice."""

    def objective(trial: luthier.Trial) -> float:
        if trial.number < 8:
            return trial.suggest_float("x", 0.1, 1.0)
        return 5.0 + len(trial.suggest_categorical("x", ["a", "bb"]))

    study = luthier.create_study(seed=1, sampler="tpe")
    study.optimize(objective, n_trials=12, progress=False)
    assert study.recommend().params == {"x": "a"}


@pytest.mark.parametrize("direction", ["minimize", "maximize"])
def test_an_infinity_that_nothing_can_beat_is_recommended_as_it_is_the_best(direction: str) -> None:
    end = -math.inf if direction == "minimize" else math.inf
    study = luthier.create_study(direction=direction, sampler="quasi", seed=1)
    values = [1.0, end, -end, 2.0, end, 0.5]
    study.optimize(lambda t: t.suggest_float("x", 0, 1) and values[t.number], n_trials=6, progress=False)

    said = study.recommend()

    assert said.number == study.best_trial.number == 1
    assert (said.value, said.interval, said.params) == (end, (end, end), study.best_params)
