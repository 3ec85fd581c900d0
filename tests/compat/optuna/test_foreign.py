"""Samplers and pruners written for Optuna, on luthier's engine."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from luthier.compat import optuna
from luthier.compat.optuna.distributions import FloatDistribution, IntDistribution
from luthier.compat.optuna.pruners import BasePruner
from luthier.compat.optuna.samplers import BaseGASampler, BaseSampler, RandomSampler, TPESampler
from luthier.compat.optuna.search_space import IntersectionSearchSpace, intersection_search_space
from luthier.compat.optuna.trial import TrialState
from luthier.executors.trial import TrialWarning


class Annealing(BaseSampler):
    """A sampler as third parties write them: its own generator, the common search space, a fallback."""

    def __init__(self, seed: int | None = None) -> None:
        self.rng = np.random.RandomState(seed)
        self.space = IntersectionSearchSpace()
        self.independent = RandomSampler(seed=seed)
        self.calls: list[tuple[Any, ...]] = []

    def infer_relative_search_space(self, study: Any, trial: Any) -> Any:
        return self.space.calculate(study)

    def sample_relative(self, study: Any, trial: Any, search_space: dict[str, Any]) -> Any:
        self.calls.append(("relative", trial.number, sorted(search_space)))
        if not search_space:
            return {}
        best = study.best_trial
        chosen = {}
        for name, distribution in search_space.items():
            width = 0.1 * (distribution.high - distribution.low)
            value = best.params[name] + self.rng.uniform(-width, width)
            value = np.clip(value, distribution.low, distribution.high)
            chosen[name] = np.round(value) if isinstance(distribution, IntDistribution) else value
        return chosen

    def sample_independent(self, study: Any, trial: Any, param_name: str, param_distribution: Any) -> Any:
        self.calls.append(("independent", trial.number, param_name, dict(trial.params)))
        return self.independent.sample_independent(study, trial, param_name, param_distribution)

    def before_trial(self, study: Any, trial: Any) -> None:
        self.calls.append(("before", trial.number, trial.state))

    def after_trial(self, study: Any, trial: Any, state: Any, values: Any) -> None:
        self.calls.append(("after", trial.number, trial.state, state, values, dict(trial.params)))


def objective(trial: Any) -> Any:
    x = trial.suggest_float("x", -5, 5)
    k = trial.suggest_int("k", 0, 4)
    assert type(x) is float
    assert type(k) is int
    return (x - 1) ** 2 + k


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_third_party_sampler_runs(jobs: int) -> None:
    sampler = Annealing(seed=1)
    study = optuna.create_study(sampler=sampler)
    study.optimize(objective, n_trials=15, n_jobs=jobs)
    assert len(study.trials) == 15
    assert study.best_value < 10
    if jobs > 1:
        return
    first = [call for call in sampler.calls if call[1] == 0]
    x, k = study.trials[0].params["x"], study.trials[0].params["k"]
    assert first == [
        ("before", 0, TrialState.RUNNING),
        ("relative", 0, []),
        ("independent", 0, "x", {}),
        ("independent", 0, "k", {"x": x}),
        ("after", 0, TrialState.RUNNING, TrialState.COMPLETE, study.trials[0].values, {"x": x, "k": k}),
    ]
    assert ("relative", 3, ["k", "x"]) in sampler.calls


def test_a_third_party_sampler_answers_ask() -> None:
    study = optuna.create_study(sampler=Annealing(seed=1))
    for _ in range(4):
        trial = study.ask()
        study.tell(trial, objective(trial))
    assert study.trials[3].params.keys() == {"x", "k"}
    trial = study.ask()
    assert trial.relative_params.keys() == {"x", "k"}
    assert trial.suggest_float("x", -5, 5) == trial.relative_params["x"]


class Generations(BaseGASampler):
    """Keeps its state in system attributes, as genetic samplers do."""

    def __init__(self) -> None:
        super().__init__(population_size=3)
        self.space = IntersectionSearchSpace()
        self.rng = np.random.default_rng(0)

    def infer_relative_search_space(self, study: Any, trial: Any) -> Any:
        return self.space.calculate(study)

    def select_parent(self, study: Any, generation: Any) -> Any:
        return sorted(self.get_population(study, generation - 1), key=lambda trial: trial.value or 0.0)[:2]

    def sample_relative(self, study: Any, trial: Any, search_space: dict[str, Any]) -> Any:
        generation = self.get_trial_generation(study, trial)
        study._storage.set_trial_system_attr(trial._trial_id, "mine:who", f"g{generation}")
        parents = self.get_parent_population(study, generation)
        if not parents or not search_space:
            return {}
        return {name: parents[int(self.rng.integers(len(parents)))].params[name] for name in search_space}

    def sample_independent(self, study: Any, trial: Any, param_name: str, param_distribution: Any) -> Any:
        return self.rng.uniform(param_distribution.low, param_distribution.high)

    def after_trial(self, study: Any, trial: Any, state: Any, values: Any) -> None:
        study._storage.set_trial_system_attr(trial._trial_id, "mine:after", state.name)
        study.set_system_attr("mine:last", trial.number)


@pytest.mark.parametrize("database", [False, True])
def test_system_attributes_are_kept_with_trials_and_studies(tmp_path: Path, *, database: bool) -> None:
    storage = f"sqlite:///{tmp_path / 's.db'}" if database else None
    study = optuna.create_study(study_name="g", storage=storage, sampler=Generations())
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=7)
    if storage is not None:
        study = optuna.load_study(study_name="g", storage=storage)
    attrs = [trial.system_attrs for trial in study.trials]
    assert [each["Generations:generation"] for each in attrs] == [0, 0, 0, 1, 1, 1, 2]
    assert attrs[4]["mine:who"] == "g1"
    assert all(each["mine:after"] == "COMPLETE" for each in attrs)
    assert study.system_attrs["mine:last"] == 6
    assert all(not trial.user_attrs for trial in study.trials)
    parents = {trial.params["x"] for trial in study.trials[:3]}
    assert {trial.params["x"] for trial in study.trials[3:6]} <= parents
    with pytest.raises(optuna.exceptions.UpdateFinishedTrialError):
        study._storage.set_trial_system_attr(study.trials[0]._trial_id, "late", 1)


def test_system_attributes_are_kept_with_enqueued_trials_too() -> None:
    study = optuna.create_study(sampler=Generations())
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=1)
    study.enqueue_trial({"other": 1})
    with pytest.warns(TrialWarning, match="'other'"):
        study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=1)
    assert study.trials[1].system_attrs["mine:who"] == "g0"
    assert study.trials[1].system_attrs["fixed_params"] == {"other": 1}


def test_a_sampler_that_leaves_the_range_is_named() -> None:
    class Wild(Annealing):
        def sample_independent(self, study: Any, trial: Any, param_name: str, param_distribution: Any) -> Any:
            return 99.0

    with pytest.raises(ValueError, match=r"Wild.*'x'"):
        optuna.create_study(sampler=Wild()).optimize(objective, n_trials=1)


def test_a_subclass_of_a_door_sampler_is_asked_itself() -> None:
    class Middle(TPESampler):
        def sample_independent(self, study: Any, trial: Any, param_name: str, param_distribution: Any) -> Any:
            if param_name == "x":
                return 0.5
            return super().sample_independent(study, trial, param_name, param_distribution)

        def infer_relative_search_space(self, study: Any, trial: Any) -> Any:
            return {}

    study = optuna.create_study(sampler=Middle(seed=0))
    study.optimize(objective, n_trials=4)
    assert {trial.params["x"] for trial in study.trials} == {0.5}
    assert len({trial.params["k"] for trial in study.trials}) > 1


def test_an_error_of_after_trial_is_raised_and_loses_no_result() -> None:
    class Angry(Annealing):
        def after_trial(self, study: Any, trial: Any, state: Any, values: Any) -> None:
            raise ArithmeticError("after")

    study = optuna.create_study(sampler=Angry(seed=0))
    with pytest.raises(ArithmeticError):
        study.optimize(objective, n_trials=2)
    assert [trial.state for trial in study.trials] == [TrialState.COMPLETE]


class Third(BasePruner):
    """Stops every trial at its third report, and looks at what pruners look at."""

    def __init__(self) -> None:
        self.seen: list[tuple[Any, ...]] = []

    def prune(self, study: Any, trial: Any) -> Any:
        self.seen.append((trial.number, trial.last_step, dict(trial.intermediate_values), dict(trial.params)))
        assert study.trials[trial.number].state is TrialState.RUNNING
        return len(trial.intermediate_values) >= 3


def reporting(trial: Any) -> Any:
    x = trial.suggest_float("x", 0, 1)
    for step in range(5):
        trial.report(x + step, step)
        if trial.should_prune():
            raise optuna.TrialPruned
    return x


@pytest.mark.parametrize("direction", ["minimize", "maximize"])
def test_a_third_party_pruner_runs(direction: Any) -> None:
    pruner = Third()
    study = optuna.create_study(pruner=pruner, direction=direction)
    study.optimize(reporting, n_trials=2)
    x = study.trials[0].params["x"]
    assert [trial.state for trial in study.trials] == [TrialState.PRUNED] * 2
    assert study.trials[0].value == x + 2
    assert study.trials[0].intermediate_values == {0: x, 1: x + 1, 2: x + 2}
    assert pruner.seen[1] == (0, 1, {0: x, 1: x + 1}, {"x": x})


def test_a_third_party_pruner_may_ask_one_of_the_doors() -> None:
    class Wrapped(BasePruner):
        def __init__(self) -> None:
            self.inner = optuna.pruners.ThresholdPruner(upper=1.5)

        def prune(self, study: Any, trial: Any) -> Any:
            return self.inner.prune(study, trial)

    study = optuna.create_study(pruner=optuna.pruners.PatientPruner(Wrapped(), patience=0))
    study.optimize(reporting, n_trials=1)
    assert study.trials[0].state is TrialState.PRUNED


def test_the_common_search_space_is_what_all_trials_share() -> None:
    storage = optuna.storages.InMemoryStorage()
    study = optuna.create_study(storage=storage)

    def branching(trial: Any) -> Any:
        if trial.number % 2:
            trial.suggest_int("k", 0, 3)
        return trial.suggest_float("x", 0, 1)

    space = IntersectionSearchSpace()
    assert space.calculate(study) == {}
    study.optimize(branching, n_trials=4)
    assert space.calculate(study) == {"x": FloatDistribution(0, 1)}
    assert intersection_search_space(study.trials) == {"x": FloatDistribution(0, 1)}
    with pytest.raises(ValueError, match="one study"):
        space.calculate(optuna.create_study(storage=storage))
