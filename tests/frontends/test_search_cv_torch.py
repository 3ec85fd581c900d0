"""A torch network as the estimator, through skorch."""

from typing import Any

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from skorch import NeuralNetClassifier
from torch import nn

from luthier.compat.skopt import BayesSearchCV
from luthier.frontends.search_cv import SearchCV

X, y = load_digits(return_X_y=True)
X, y = X[:300].astype(np.float32) / 16, y[:300].astype(np.int64)


class Net(nn.Module):
    """One hidden layer."""

    def __init__(self, n_units: int = 8, activation: type[nn.Module] = nn.ReLU) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(64, n_units), activation(), nn.Linear(n_units, 10))

    def forward(self, X: Any) -> Any:
        return self.layers(X)


def network() -> NeuralNetClassifier:
    torch.manual_seed(0)
    return NeuralNetClassifier(
        Net,
        criterion=nn.CrossEntropyLoss,
        optimizer=torch.optim.Adam,
        max_epochs=8,
        verbose=0,
        train_split=None,
    )


def test_a_network_is_searched_like_any_estimator() -> None:
    space = {
        "lr": (1e-5, 1e-1, "log-uniform"),
        "module__n_units": [8, 32],
        "module__activation": [nn.ReLU, nn.Tanh],
    }
    search = SearchCV(network(), space, n_iter=8, cv=2, random_state=0).fit(X, y)
    assert search.best_score_ > 0.6
    assert search.best_params_["module__activation"] in {nn.ReLU, nn.Tanh}
    assert (search.predict(X) == y).mean() > 0.7
    assert all(trial.state == "COMPLETE" for trial in search.study_.trials)


def test_epochs_can_be_the_resource() -> None:
    space = {"lr": (1e-5, 1e-1, "log-uniform")}
    search = SearchCV(
        network(),
        space,
        n_iter=5,
        cv=2,
        random_state=0,
        scheduler="asha",
        resource="max_epochs",
        max_resources=9,
    ).fit(X, y)
    assert search.best_params_["max_epochs"] == 9
    assert min(search.cv_results_["n_resources"]) < 9


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_network_is_searched_by_the_searcher_of_scikit_optimize(n_jobs: int) -> None:
    search = BayesSearchCV(
        estimator=network(),
        search_spaces={"lr": (1e-5, 1e-1, "log-uniform"), "module__n_units": [8, 32, 64]},
        n_iter=4,
        cv=2,
        n_jobs=n_jobs,
        random_state=0,
        scoring="accuracy",
    ).fit(X, y)
    assert search.best_score_ > 0.5
    assert search.best_params_["module__n_units"] in {8, 32, 64}
