"""Importances and figures of a study, as a user asks for them."""

import pytest

import luthier

ONE = (
    "optimization_history",
    "edf",
    "learning_curves",
    "slices",
    "contour",
    "rank",
    "parallel_coordinate",
    "importances",
    "timeline",
)


def searched(**options: object) -> luthier.Study:
    study = luthier.create_study(seed=1, **options)  # type: ignore[arg-type]  # as a user would write it
    several = len(study.directions) > 1

    def objective(trial: luthier.Trial) -> float | tuple[float, float]:
        x, y = trial.suggest_float("x", 0, 1), trial.suggest_float("y", 0, 1)
        if several:
            return x, 1 - x + y
        trial.report(x, 0)
        return (x - 0.3) ** 2 + 0.001 * y

    study.optimize(objective, n_trials=40)
    return study


@pytest.fixture(scope="module")
def study() -> luthier.Study:
    return searched()


@pytest.mark.parametrize("method", [None, "sobol", "fanova", "impurity"])
def test_the_parameter_that_matters_is_the_most_important(study: luthier.Study, method: str | None) -> None:
    shares = study.importances(method=method)
    assert list(shares) == ["x", "y"]
    assert sum(shares.values()) == pytest.approx(1.0)
    assert shares["x"] > 0.5


def test_importances_take_a_target_of_the_users(study: luthier.Study) -> None:
    assert next(iter(study.importances(target=lambda record: record.params["y"]))) == "y"


@pytest.mark.parametrize("name", ONE)
def test_every_figure_of_one_objective_has_something_to_show(study: luthier.Study, name: str) -> None:
    assert len(getattr(study.figures, name)().data) > 0


def test_the_figures_of_several_objectives_show_the_front() -> None:
    study = searched(directions=["minimize", "minimize"])
    assert len(study.figures.pareto_front().data) > 0
    assert len(study.figures.hypervolume_history([2.0, 2.0]).data) > 0
    with pytest.raises(luthier.InvalidInput, match="target"):
        study.figures.optimization_history()
