"""Fit and score the estimators of the tables: cross-validated, with fixed folds and seeds.

A loss is the root mean squared error of a standardised target or the cross-entropy of clipped probabilities: both tell
apart what an accuracy would not. Where an estimator gives up or overflows, the loss is that of a useless one.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import numpy as np
from sklearn.base import clone
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_digits,
    make_friedman2,
    make_friedman3,
    make_moons,
)
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import (
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.metrics import log_loss
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, QuantileTransformer, StandardScaler
from sklearn.svm import SVR
from sklearn.tree import DecisionTreeClassifier

from luthier.base.arrays import Array

__all__ = ["TASKS"]

Config: TypeAlias = Mapping[str, Any]

#: Probabilities are kept this far from 0 and 1.
CLIP = 1e-4

#: The loss of an estimator that overflows: far above any that works.
USELESS = 10.0

SEED = 7


@dataclass(frozen=True)
class Task:
    """The data, and the estimator of a configuration."""

    data: Callable[[], tuple[Array, Array]]
    estimator: Callable[[Config], Any]
    folds: int = 5
    classes: bool = True
    #: Points of the table.
    points: int = 1500

    def loss(self, config: Config) -> float:
        """The mean loss over the folds."""
        X, y = self.data()
        kind = StratifiedKFold if self.classes else KFold
        parts = kind(self.folds, shuffle=True, random_state=SEED).split(X, y)
        estimator = self.estimator(config)
        losses = [self.score(clone(estimator).fit(X[a], y[a]), X[b], y[b]) for a, b in parts]
        return float(np.mean(losses))

    def score(self, fitted: Any, X: Array, y: Array) -> float:
        """The loss on the rows held out."""
        if self.classes:
            probabilities = np.nan_to_num(fitted.predict_proba(X), nan=0.0)
            clipped = np.clip(probabilities, CLIP, 1.0 - CLIP)
            return float(log_loss(y, clipped / clipped.sum(axis=1, keepdims=True)))
        error = math.sqrt(float(np.mean((fitted.predict(X) - y) ** 2)))
        return min(error, USELESS) if math.isfinite(error) else USELESS


def standard(X: Array, y: Array) -> tuple[Array, Array]:
    """Inputs and a real target with mean 0 and spread 1."""
    return (X - X.mean(axis=0)) / X.std(axis=0), (y - y.mean()) / y.std()


@cache
def friedman2() -> tuple[Array, Array]:
    """300 rows of a formula under noise."""
    return standard(*make_friedman2(300, noise=60.0, random_state=1))


@cache
def friedman3() -> tuple[Array, Array]:
    """300 rows of another formula under noise, with three inputs that say nothing."""
    X, y = make_friedman3(300, noise=0.1, random_state=2)
    return standard(np.hstack([X, np.random.default_rng(3).standard_normal((300, 3))]), y)


@cache
def moons() -> tuple[Array, Array]:
    """500 rows of two moons under noise, with two inputs that say nothing, on different scales."""
    X, y = make_moons(500, noise=0.3, random_state=4)
    X = np.hstack([X, np.random.default_rng(5).standard_normal((500, 2))])
    return X * np.array([1.0, 3.0, 0.5, 2.0]), y


@cache
def diabetes() -> tuple[Array, Array]:
    """442 patients, ten inputs."""
    return standard(*load_diabetes(return_X_y=True))


@cache
def cancer() -> tuple[Array, Array]:
    """569 tumours, thirty inputs, two classes."""
    X, y = load_breast_cancer(return_X_y=True)
    return X, y


@cache
def digits(start: int = 0, stop: int = 700) -> tuple[Array, Array]:
    """Rows of the handwritten digits."""
    X, y = load_digits(return_X_y=True)
    return X[start:stop] / 16.0, y[start:stop]


@cache
def tumour_means() -> tuple[Array, Array]:
    """The means alone of the tumours' measures: ten inputs."""
    X, y = cancer()
    return X[:, :10], y


def kernel_ridge(config: Config) -> Any:
    return KernelRidge(**config)


def boosted_trees(config: Config) -> Any:
    return GradientBoostingRegressor(
        learning_rate=config["learning_rate"],
        n_estimators=config["trees"],
        max_depth=config["depth"],
        subsample=config["subsample"],
        min_samples_leaf=config["min_leaf"],
        max_features=config["max_features"],
        random_state=SEED,
    )


def moons_model(config: Config) -> Any:
    match config["model"]:
        case "logistic":
            powers = PolynomialFeatures(config["powers"], include_bias=False)
            return make_pipeline(powers, LogisticRegression(C=config["c"], max_iter=60))
        case "tree":
            return DecisionTreeClassifier(
                criterion=config["criterion"],
                max_depth=config["depth"],
                min_samples_leaf=config["min_leaf"],
                random_state=SEED,
            )
        case "knn":
            return KNeighborsClassifier(config["neighbours"], weights=config["weights"])
        case _:
            return GaussianNB(var_smoothing=config["smoothing"])


def support_vectors(config: Config) -> Any:
    renamed = {"C" if name == "c" else name: value for name, value in config.items()}
    return SVR(**renamed, max_iter=20_000)


def histogram_boosting(config: Config) -> Any:
    return HistGradientBoostingClassifier(
        learning_rate=config["learning_rate"],
        max_iter=config["iterations"],
        max_leaf_nodes=config["leaves"],
        min_samples_leaf=config["min_leaf"],
        l2_regularization=config["l2"],
        max_features=config["max_features"],
        max_bins=config["bins"],
        early_stopping=False,
        random_state=SEED,
    )


def random_forest(config: Config) -> Any:
    return RandomForestClassifier(
        config["trees"],
        criterion=config["criterion"],
        max_depth=config["depth"],
        min_samples_split=config["min_split"],
        max_features=config["max_features"],
        bootstrap=config["bootstrap"],
        max_samples=config.get("max_samples"),
        random_state=SEED,
    )


def linear_descent(config: Config) -> Any:
    return SGDClassifier(
        loss="log_loss",
        penalty="elasticnet",
        alpha=config["alpha"],
        l1_ratio=config["l1_ratio"],
        max_iter=config["epochs"],
        tol=None,
        average=config["average"],
        learning_rate=config["schedule"],
        eta0=config.get("rate", 0.01),
        power_t=config.get("power", 0.5),
        random_state=SEED,
    )


def tumour_model(config: Config) -> Any:
    match config["model"]:
        case "logistic":
            ratio = {"l1": 1.0, "l2": 0.0}.get(config["penalty"], config.get("l1_ratio"))
            return LogisticRegression(
                C=config["c"], l1_ratio=ratio, solver="saga", max_iter=60, random_state=SEED
            )
        case "forest":
            return RandomForestClassifier(
                config["trees"],
                max_depth=config["depth"],
                max_features=config["max_features"],
                random_state=SEED,
            )
        case "discriminant":
            return LinearDiscriminantAnalysis(solver="lsqr", shrinkage=config["shrinkage"])
        case _:
            widths = [config[f"width_{layer}"] for layer in range(1, config["layers"] + 1)]
            return MLPClassifier(
                widths,
                learning_rate_init=config["rate"],
                alpha=config["decay"],
                max_iter=40,
                batch_size=32,
                random_state=SEED,
            )


def scaled(model: Callable[[Config], Any]) -> Callable[[Config], Any]:
    """The estimator behind a choice of scaler."""
    scalers = {
        "none": "passthrough",
        "standard": StandardScaler(),
        "uniform": QuantileTransformer(n_quantiles=100),
        "quantile": QuantileTransformer(n_quantiles=50, output_distribution="normal"),
    }
    return lambda config: make_pipeline(scalers[config["scaler"]], model(config))


#: The task of each table that is a sample of points.
TASKS: Mapping[str, Task] = {
    "kernel-ridge-friedman": Task(friedman2, kernel_ridge, classes=False),
    "boosted-trees-friedman": Task(friedman3, boosted_trees, folds=3, classes=False, points=1000),
    "pipeline-moons": Task(moons, scaled(moons_model)),
    "svr-diabetes": Task(diabetes, support_vectors, classes=False),
    "sgd-digits": Task(digits, linear_descent, folds=3),
    "histogram-boosting-cancer": Task(cancer, histogram_boosting, folds=3, points=1000),
    "forest-digits": Task(lambda: digits(700, 1300), random_forest, folds=3, points=1000),
    "pipeline-cancer": Task(tumour_means, scaled(tumour_model), folds=3),
}
