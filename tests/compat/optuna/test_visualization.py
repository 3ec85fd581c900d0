"""`optuna.visualization` through the door: every plot of every documented call, in both libraries."""

import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest

from luthier.compat import optuna
from luthier.compat.optuna import visualization
from luthier.compat.optuna.visualization import matplotlib as twins


@pytest.fixture(scope="module")
def study() -> optuna.Study:
    def objective(trial: optuna.Trial) -> float:
        x = trial.suggest_float("x", -1, 1)
        kind = trial.suggest_categorical("kind", ["a", None])
        for step in range(3):
            trial.report(x + step, step)
        trial.set_constraint("c", x - 0.9)
        return x * x + (kind is None)

    study = optuna.create_study(study_name="one", sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(objective, n_trials=12)
    return study


@pytest.fixture(scope="module")
def pair() -> optuna.Study:
    study = optuna.create_study(
        directions=["minimize", "maximize"], sampler=optuna.samplers.RandomSampler(seed=0)
    )
    study.set_metric_names(["loss", "accuracy"])
    study.optimize(
        lambda trial: (trial.suggest_float("x", 0, 1), trial.suggest_float("y", 0, 1)), n_trials=12
    )
    return study


@pytest.fixture(autouse=True)
def off_screen() -> Iterator[None]:
    mpl.use("agg")
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


def first(trial: Any) -> float:
    return float(trial.values[0])


EMPTY = inspect.Parameter.empty


def defaults(function: Any) -> dict[str, Any]:
    """The arguments of a function, with their defaults."""
    return {name: each.default for name, each in inspect.signature(function).parameters.items()}


CALLS: list[tuple[str, dict[str, Any]]] = [
    ("plot_optimization_history", {}),
    ("plot_optimization_history", {"target": first, "target_name": "mine"}),
    ("plot_slice", {"params": ["x"]}),
    ("plot_contour", {"params": ["x", "kind"]}),
    ("plot_contour", {}),
    ("plot_rank", {}),
    ("plot_parallel_coordinate", {"params": ["x"], "target": first}),
    ("plot_edf", {}),
    ("plot_intermediate_values", {}),
    ("plot_param_importances", {"evaluator": None, "params": ["x"]}),
    ("plot_timeline", {"n_recent_trials": 5}),
]


@pytest.mark.parametrize(("name", "arguments"), CALLS)
@pytest.mark.parametrize("library", [visualization, twins])
def test_every_plot_of_one_objective_is_drawn(
    study: optuna.Study, library: ModuleType, name: str, arguments: dict[str, Any]
) -> None:
    drawn = getattr(library, name)(study, **arguments)
    if library is visualization:
        assert drawn.data
    else:
        assert all(axes.figure is not None for axes in np.ravel(drawn))


@pytest.mark.parametrize("library", [visualization, twins])
def test_every_plot_of_several_objectives_is_drawn(pair: optuna.Study, library: ModuleType) -> None:
    library.plot_pareto_front(pair, include_dominated_trials=False)
    library.plot_pareto_front(
        pair, targets=lambda trial: (trial.values[1], trial.params["x"]), target_names=["a", "x"]
    )
    library.plot_pareto_front(pair, constraints_func=lambda trial: (trial.params["x"] - 0.5,))
    library.plot_hypervolume_history(pair, [1.0, 0.0])
    library.plot_param_importances(pair)
    library.plot_slice(pair, target=first, target_name="loss")


@pytest.mark.parametrize("library", [visualization, twins])
def test_the_signatures_are_those_of_optuna(library: ModuleType) -> None:
    chosen = {"study": EMPTY, "params": None, "target": None, "target_name": "Objective Value"}
    for name in ("plot_contour", "plot_slice", "plot_rank", "plot_parallel_coordinate"):
        assert defaults(getattr(library, name)) == chosen
    assert defaults(library.plot_param_importances) == {
        "study": EMPTY,
        "evaluator": None,
        "params": None,
        "target": None,
        "target_name": "Objective Value",
    }
    assert defaults(library.plot_pareto_front) == {
        "study": EMPTY,
        "target_names": None,
        "include_dominated_trials": True,
        "constraints_func": None,
        "targets": None,
    }
    assert defaults(library.plot_hypervolume_history) == {"study": EMPTY, "reference_point": EMPTY}
    assert defaults(library.plot_timeline) == {"study": EMPTY, "n_recent_trials": None}


def test_traces_have_the_names_that_scripts_look_for(study: optuna.Study, pair: optuna.Study) -> None:
    history = visualization.plot_optimization_history(study)
    assert [trace.name for trace in history.data][:2] == ["Objective Value", "Best Value"]
    assert history.layout.title.text == "Optimization History Plot"
    curves = visualization.plot_intermediate_values(study)
    assert [trace.name for trace in curves.data][:2] == ["Trial0", "Trial1"]
    front = visualization.plot_pareto_front(pair)
    assert front.layout.xaxis.title.text == "loss"
    assert [trace.name for trace in visualization.plot_param_importances(pair).data] == ["loss", "accuracy"]


def test_several_studies_are_compared(study: optuna.Study) -> None:
    other = optuna.create_study(study_name="two")
    other.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=3)
    names = [trace.name for trace in visualization.plot_edf([study, other]).data]
    assert names == ["one", "two"]
    history = visualization.plot_optimization_history([study, other], error_bar=True)
    assert history.data[0].error_y.visible


def test_importances_of_a_maximised_objective_ask_what_makes_it_large(pair: optuna.Study) -> None:
    figure = visualization.plot_param_importances(pair)
    accuracy = next(trace for trace in figure.data if trace.name == "accuracy")
    assert dict(zip(accuracy.y, accuracy.x, strict=True))["y"] > 0.5


def test_wrong_calls_raise_what_optuna_raises(study: optuna.Study, pair: optuna.Study) -> None:
    with pytest.raises(ValueError, match="target"):
        visualization.plot_slice(pair)
    with pytest.raises(ValueError, match="nope"):
        visualization.plot_contour(study, params=["nope"])
    with pytest.raises(ValueError, match="n_recent_trials"):
        visualization.plot_timeline(study, n_recent_trials=0)
    with pytest.raises(ValueError, match="sequence"):
        visualization.plot_pareto_front(pair, targets=first)  # type: ignore[arg-type]  # the mistake
    with pytest.raises(ValueError, match="reference"):
        visualization.plot_hypervolume_history(study, [1.0])


@pytest.mark.parametrize("library", [visualization, twins])
def test_what_is_absent_says_so(library: ModuleType) -> None:
    assert library.is_available()
    with pytest.raises(NotImplementedError, match="optimization history"):
        _ = library.plot_terminator_improvement


def test_an_empty_study_has_empty_plots() -> None:
    study = optuna.create_study()
    for name, arguments in CALLS:
        if name != "plot_param_importances":
            getattr(visualization, name)(study, **arguments)


def test_the_timeline_names_each_end_once() -> None:
    study = optuna.create_study()
    complete, pruned, fail = (optuna.trial.TrialState[name] for name in ("COMPLETE", "PRUNED", "FAIL"))
    ends = [(complete, 1.0), (complete, -1.0), (pruned, 1.0), (fail, 1.0)]
    for state, bound in ends:
        value = 1.0 if state is complete else None
        study.add_trial(optuna.create_trial(state=state, value=value, constraints={"c": bound}))
    figure = optuna.visualization.plot_timeline(study)
    assert [trace.name for trace in figure.data] == ["COMPLETE", "INFEASIBLE", "PRUNED", "FAILED"]


def test_a_long_legend_stands_beside_its_axes() -> None:
    study = optuna.create_study()
    for _ in range(40):
        study.add_trial(optuna.create_trial(value=1.0, intermediate_values={0: 1.0, 1: 2.0}))
    axes = optuna.visualization.matplotlib.plot_intermediate_values(study)
    axes.figure.draw_without_rendering()
    legend, panel = axes.get_legend().get_window_extent(), axes.get_window_extent()
    assert legend.x0 >= panel.x1
    assert legend.y0 >= 0


def test_bars_of_importance_carry_their_numbers(study: optuna.Study) -> None:
    axes = optuna.visualization.matplotlib.plot_param_importances(study)
    shares = optuna.importance.get_param_importances(study)
    assert {text.get_text() for text in axes.texts} == {f"{share:.2f}" for share in shares.values()}
