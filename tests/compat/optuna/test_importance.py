"""`optuna.importance` through the door."""

import math

import pytest

from luthier.compat import optuna
from luthier.compat.optuna.importance import (
    BaseImportanceEvaluator,
    FanovaImportanceEvaluator,
    MeanDecreaseImpurityImportanceEvaluator,
    PedAnovaImportanceEvaluator,
    get_param_importances,
)

EVALUATORS = [
    PedAnovaImportanceEvaluator(),
    FanovaImportanceEvaluator(seed=0, n_trees=16),
    MeanDecreaseImpurityImportanceEvaluator(seed=0, n_trees=16),
]


def objective(trial: optuna.Trial) -> float:
    x = trial.suggest_int("x", 0, 2)
    y = trial.suggest_float("y", -1.0, 1.0)
    z = trial.suggest_float("z", 0.0, 1.5)
    if x == 2:
        trial.suggest_float("branch", 0.0, 1.0)
    return float(x**2 + y**3 - z**4)


@pytest.fixture(scope="module")
def study() -> optuna.Study:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=42))
    study.optimize(objective, n_trials=80)
    return study


@pytest.mark.parametrize("evaluator", [None, *EVALUATORS])
def test_shares_are_sorted_and_sum_to_one(
    study: optuna.Study, evaluator: BaseImportanceEvaluator | None
) -> None:
    told = get_param_importances(study, evaluator=evaluator)
    assert list(told.values()) == sorted(told.values(), reverse=True)
    assert sum(told.values()) == pytest.approx(1.0)
    assert {"x", "y", "z"} <= set(told)
    conditional = evaluator is None or isinstance(evaluator, PedAnovaImportanceEvaluator)
    assert ("branch" in told) is conditional


@pytest.mark.parametrize("evaluator", EVALUATORS)
def test_without_normalize_the_figures_are_the_evaluators_own(
    study: optuna.Study, evaluator: BaseImportanceEvaluator
) -> None:
    told = get_param_importances(study, evaluator=evaluator, normalize=False)
    assert told == evaluator.evaluate(study)


@pytest.mark.parametrize("evaluator", EVALUATORS)
def test_only_the_parameters_asked_for(study: optuna.Study, evaluator: BaseImportanceEvaluator) -> None:
    assert set(get_param_importances(study, evaluator=evaluator, params=["x", "branch"])) == {"x", "branch"}
    assert get_param_importances(study, evaluator=evaluator, params=[]) == {}
    with pytest.raises(ValueError, match="nope"):
        get_param_importances(study, evaluator=evaluator, params=["nope"])
    with pytest.raises(TypeError):
        get_param_importances(study, evaluator=evaluator, params="x")  # type: ignore[arg-type]  # the mistake


def test_a_target_is_explained_instead(study: optuna.Study) -> None:
    told = get_param_importances(study, target=lambda trial: trial.params["y"])
    assert next(iter(told)) == "y"


def test_a_target_leaves_trials_out_with_none_and_nothing_else_without_a_number(study: optuna.Study) -> None:
    some = get_param_importances(
        study, target=lambda trial: trial.params["y"] if trial.number % 2 else float("nan")
    )
    assert some == get_param_importances(
        study,
        target=lambda trial: trial.params["y"] if trial.number % 2 else None,  # type: ignore[arg-type,return-value]  # laxer than Optuna
    )
    with pytest.raises(ValueError, match=r"^Expected a number or None from target, got \[1.0\]\."):
        get_param_importances(study, target=lambda _: [1.0])  # type: ignore[arg-type,return-value]  # the mistake
    with pytest.raises(ValueError, match=r"^Expected a function as target, got 'duration'\."):
        get_param_importances(study, target="duration")  # type: ignore[arg-type]  # the mistake


def test_several_objectives_need_a_target_except_for_ped_anova() -> None:
    study = optuna.create_study(directions=["minimize", "maximize"])
    study.optimize(
        lambda trial: (trial.suggest_float("a", 0, 1), trial.suggest_float("b", 0, 1)), n_trials=20
    )
    assert set(get_param_importances(study)) == {"a", "b"}
    for evaluator in EVALUATORS[1:]:
        with pytest.raises(ValueError, match="target"):
            get_param_importances(study, evaluator=evaluator)
        told = get_param_importances(study, evaluator=evaluator, target=lambda trial: (trial.values or [])[1])
        assert next(iter(told)) == "b"


@pytest.mark.parametrize("evaluator", EVALUATORS)
@pytest.mark.parametrize("values", [[], [1.0], [1.0, 1.0], [math.inf, 1.0], [2.0] * 5])
def test_no_study_is_too_small(evaluator: BaseImportanceEvaluator, values: list[float]) -> None:
    study = optuna.create_study()
    for value in values:
        study.add_trial(
            optuna.create_trial(
                value=value,
                params={"x": 0.5},
                distributions={"x": optuna.distributions.FloatDistribution(0, 1)},
            )
        )
    assert get_param_importances(study, evaluator=evaluator) in ({}, {"x": 1.0})


def test_an_evaluator_of_the_users_own_is_called() -> None:
    class Own(BaseImportanceEvaluator):
        def evaluate(
            self, study: optuna.Study, params: list[str] | None = None, *, target: object = None
        ) -> dict[str, float]:
            return {"a": 3.0, "b": 1.0}

    study = optuna.create_study()
    assert get_param_importances(study, evaluator=Own()) == {"a": 0.75, "b": 0.25}
    with pytest.raises(TypeError):
        get_param_importances(study, evaluator="fanova")  # type: ignore[arg-type]  # the mistake


def test_quantiles_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ValueError, match="target_quantile"):
        PedAnovaImportanceEvaluator(target_quantile=0.5, region_quantile=0.5)
