"""Scripts for the BayesSearchCV of scikit-optimize, run with one changed import."""

from typing import Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import load_iris
from sklearn.exceptions import FitFailedWarning, NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVC

from luthier.compat.skopt import BayesSearchCV
from luthier.compat.skopt.space import Categorical, Integer, Real

X, y = load_iris(return_X_y=True)


class Net(ClassifierMixin, BaseEstimator):
    """A stand-in for a network: its score depends on its parameters alone."""

    def __init__(self, learning_rate: float = 1.0, n_units: int = 1) -> None:
        self.learning_rate = learning_rate
        self.n_units = n_units

    def fit(self, X: Any, y: Any) -> "Net":
        self.classes_ = np.unique(y)
        return self

    def predict(self, X: Any) -> Any:
        return np.repeat(self.classes_[:1], len(X))

    def score(self, X: Any, y: Any) -> float:
        return float(-abs(np.log10(self.learning_rate) + 3) - (self.n_units != 64))


def test_the_snippet_of_the_front_page_runs() -> None:
    search = BayesSearchCV(
        estimator=Net(),
        search_spaces={"learning_rate": (1e-5, 1e-1, "log-uniform"), "n_units": [32, 64, 128]},
        n_iter=20,
        cv=5,
        n_jobs=-1,
        random_state=0,
    ).fit(X, y)
    assert len(search.cv_results_["params"]) == 20
    assert search.best_score_ == search.cv_results_["mean_test_score"].max() > -0.5
    assert {type(value) for value in search.best_params_.values()} == {float, int}
    assert search.best_params_["n_units"] == 64


def test_all_kinds_of_dimensions() -> None:
    spaces = {
        "C": Real(1e-2, 1e2, prior="log-uniform"),
        "degree": Integer(1, 3),
        "kernel": Categorical(["linear", "poly", "rbf"]),
        "tol": 1e-3 * np.ones(1),
    }
    search = BayesSearchCV(SVC(), spaces, n_iter=12, cv=3, random_state=0, return_train_score=True).fit(X, y)
    assert search.best_score_ > 0.95
    assert list(search.best_params_) == ["C", "degree", "kernel", "tol"]
    assert [type(value) for value in search.best_params_.values()] == [float, int, str, float]
    assert search.cv_results_["rank_train_score"].min() == 1
    assert len(search.study_.trials) == search.total_iterations == 12


def test_tuples_can_be_chosen() -> None:
    search = BayesSearchCV(
        MLPClassifier(max_iter=5),
        {"hidden_layer_sizes": Categorical([(5,), (5, 5), (3,)])},
        n_iter=3,
        cv=2,
        random_state=0,
    )
    with pytest.warns(UserWarning, match="Maximum iterations"):
        search.fit(X, y)
    assert search.best_params_["hidden_layer_sizes"] in {(5,), (5, 5), (3,)}


def test_a_list_of_two_numbers_is_a_choice() -> None:
    with pytest.warns(UserWarning, match="a list is a choice"):
        search = BayesSearchCV(Net(), {"n_units": [16, 64]}, n_iter=2, cv=2)
    search.fit(X, y)
    assert {each["n_units"] for each in search.cv_results_["params"]} == {16, 64}


def test_spaces_are_searched_one_after_the_other() -> None:
    spaces = [
        ({"kernel": ["linear"], "C": (0.1, 1.0)}, 4),
        ({"kernel": ["rbf"], "C": (1.0, 10.0), "gamma": (1e-3, 1.0, "log-uniform")}, 3),
    ]
    search = BayesSearchCV(SVC(), spaces, cv=2, random_state=0).fit(X, y)
    assert search.total_iterations == 7
    assert [each["kernel"] for each in search.cv_results_["params"]] == ["linear"] * 4 + ["rbf"] * 3
    linear, rbf = search.optimizer_results_
    assert [len(linear.x_iters), len(rbf.x_iters)] == [4, 3]
    assert rbf.x == [
        search.cv_results_["params"][4 + int(np.argmin(rbf.func_vals))][name]
        for name in ("C", "gamma", "kernel")
    ]
    assert -min(linear.fun, rbf.fun) == search.best_score_


def test_each_dict_of_a_list_has_n_iter_candidates() -> None:
    search = BayesSearchCV(Net(), [{"n_units": (1, 9)}, {"learning_rate": (0.1, 1.0)}], n_iter=2, cv=2)
    assert search.total_iterations == 4
    assert len(search.fit(X, y).cv_results_["params"]) == 4


def test_optimizer_results_have_a_model() -> None:
    search = BayesSearchCV(
        Net(),
        {"learning_rate": (1e-5, 1e-1, "log-uniform"), "n_units": (1, 128)},
        n_iter=11,
        cv=2,
        random_state=0,
    ).fit(X, y)
    (result,) = search.optimizer_results_
    assert result.fun == -search.best_score_
    assert result.x == list(search.best_params_.values())
    assert result.space.dimension_names == ["learning_rate", "n_units"]
    mean = result.models[-1].predict(result.space.transform([result.x]))
    assert mean == pytest.approx([result.fun], abs=0.5)


def test_before_fit_there_are_no_optimizer_results() -> None:
    with pytest.raises(NotFittedError):
        _ = BayesSearchCV(Net(), {"n_units": (1, 9)}).optimizer_results_


def test_a_callback_that_returns_true_ends_all_spaces() -> None:
    seen = []

    def enough(result: Any) -> bool:
        seen.append(len(result.x_iters))
        return len(seen) == 2

    search = BayesSearchCV(
        Net(), [{"n_units": (1, 9)}, {"n_units": (10, 20)}], n_iter=2, cv=2, random_state=0
    )
    search.fit(X, y, callback=enough)
    assert seen == [1, 2]
    assert len(search.cv_results_["params"]) == 2


@pytest.mark.parametrize("base_estimator", ["GP", "ET", "RF", "GBRT", "DUMMY"])
def test_any_base_estimator_searches(base_estimator: str) -> None:
    kwargs = {"base_estimator": base_estimator, "n_initial_points": 3}
    search = BayesSearchCV(
        Net(), {"n_units": (1, 128)}, optimizer_kwargs=kwargs, n_iter=5, cv=2, random_state=0
    )
    assert len(search.fit(X, y).cv_results_["params"]) == 5


def test_n_points_are_proposed_at_once() -> None:
    search = BayesSearchCV(
        Net(),
        {"learning_rate": (1e-5, 1e-1, "log-uniform")},
        n_iter=7,
        n_points=3,
        cv=2,
        random_state=0,
        optimizer_kwargs={"n_initial_points": 3},
    )
    rates = [each["learning_rate"] for each in search.fit(X, y).cv_results_["params"]]
    assert len(set(rates)) == 7


def test_fit_params_reach_the_fit() -> None:
    weights = np.ones(len(y))
    with pytest.raises(ValueError, match=r"sample_weight.shape == \(3,\)"):
        BayesSearchCV(
            LogisticRegression(), {"C": (0.1, 1.0)}, n_iter=1, fit_params={"sample_weight": weights[:3]}
        ).fit(X, y)


def test_failures_are_raised_unless_they_have_a_score() -> None:
    spaces = {"C": [-1.0, 1.0]}
    with pytest.warns(UserWarning, match="a list is a choice"):
        search = BayesSearchCV(SVC(), spaces, n_iter=2, cv=2, random_state=0)
    with pytest.raises(ValueError, match="'C' parameter of SVC"):
        search.fit(X, y)
    search.set_params(error_score=np.nan)
    with pytest.warns((FitFailedWarning, UserWarning)):
        search.fit(X, y)
    assert search.best_params_ == {"C": 1.0}


def test_several_metrics_and_functions_as_refit() -> None:
    arguments: dict[str, Any] = {"n_iter": 3, "cv": 2, "random_state": 0}
    search = BayesSearchCV(
        SVC(), {"C": (0.1, 9.0)}, scoring=["accuracy", "f1_macro"], refit=False, **arguments
    )
    search.fit(X, y)
    assert [trial.value for trial in search.study_.trials] == search.cv_results_[
        "mean_test_accuracy"
    ].tolist()
    search = BayesSearchCV(
        SVC(), {"C": (0.1, 9.0)}, refit=lambda results: len(results) and 1, **arguments
    ).fit(X, y)
    assert search.best_index_ == 1


@pytest.mark.parametrize(
    ("spaces", "error"),
    [
        ({}, ValueError),
        ([], ValueError),
        ("C", TypeError),
        ([("C", 3)], TypeError),
        ([({"C": (1.0, 2.0)}, -1)], ValueError),
        ([({"C": (1.0, 2.0)}, 1, 2)], ValueError),
        ({"C": "2 to 3"}, ValueError),
        ({"C": (2.0, 1.0)}, ValueError),
    ],
)
def test_a_space_that_cannot_be_understood_is_refused_by_the_constructor(
    spaces: Any, error: type[Exception]
) -> None:
    with pytest.raises(error):
        BayesSearchCV(SVC(), spaces)


def test_iid_has_no_effect_and_says_so() -> None:
    with pytest.warns(UserWarning, match="iid has no effect"):
        BayesSearchCV(SVC(), {"C": (0.1, 1.0)}, iid=True)


def test_a_stored_search_goes_on(tmp_path: Any) -> None:
    arguments: dict[str, Any] = {
        "cv": 2,
        "random_state": 0,
        "storage": f"sqlite:///{tmp_path}/s.db",
        "study_name": "s",
    }
    first = BayesSearchCV(SVC(), {"C": (0.1, 9.0)}, n_iter=2, **arguments).fit(X, y)
    longer = BayesSearchCV(SVC(), {"C": (0.1, 9.0)}, n_iter=4, **arguments).fit(X, y)
    assert longer.cv_results_["params"][:2] == first.cv_results_["params"]
    assert len(longer.study_.trials) == 4


def test_a_search_by_bayes_finds_more_than_one_by_chance() -> None:
    spaces = {"learning_rate": (1e-8, 1e2, "log-uniform"), "n_units": [32, 64, 128]}
    best = [
        np.median(
            [
                BayesSearchCV(
                    Net(),
                    spaces,
                    optimizer_kwargs={"base_estimator": estimator},
                    n_iter=18,
                    cv=2,
                    random_state=seed,
                )
                .fit(X, y)
                .best_score_
                for seed in range(3)
            ]
        )
        for estimator in ("GP", "DUMMY")
    ]
    assert best[0] > best[1]


def test_a_constraint_sees_whole_points_and_functions_per_second_are_refused() -> None:
    spaces = {"learning_rate": (0.1, 1.0), "n_units": Categorical([64])}
    kwargs: dict[str, Any] = {"space_constraint": lambda point: point[0] < 0.5 and point[1] == 64}
    search = BayesSearchCV(Net(), spaces, optimizer_kwargs=kwargs, n_iter=6, cv=2, random_state=0).fit(X, y)
    assert max(each["learning_rate"] for each in search.cv_results_["params"]) < 0.5
    with pytest.raises(NotImplementedError, match="acq_func"):
        search.set_params(optimizer_kwargs={"acq_func": "EIps"}).fit(X, y)
