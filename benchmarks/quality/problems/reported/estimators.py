"""Estimators of scikit-learn: one that was run at every entry of a grid, the others at a sample of points.

What each was fitted to, and how it was scored, is in `benchmarks.quality.tabulate.estimators`.
"""

from collections.abc import Mapping, Sequence

from benchmarks.quality.problems.axes import Axis
from luthier.space.domains import Categorical, Float, Int

__all__ = ["REPORTED_ESTIMATORS"]


SUPPORT_VECTORS = (
    Axis("c", Float(1e-2, 1e3, log=True)),
    Axis("epsilon", Float(1e-3, 2.0, log=True)),
    Axis("kernel", Categorical(("poly", "sigmoid", "rbf"))),
    Axis("gamma", Float(1e-4, 1e1, log=True)),
    Axis("degree", Int(2, 4), when=("kernel", ("poly",))),
    Axis("coef0", Float(-1.0, 2.0), when=("kernel", ("poly", "sigmoid"))),
)


HISTOGRAM_BOOSTING = (
    Axis("learning_rate", Float(0.01, 1.0, log=True)),
    Axis("iterations", Int(5, 100, log=True)),
    Axis("leaves", Int(2, 32, log=True)),
    Axis("min_leaf", Int(1, 60, log=True)),
    Axis("l2", Float(1e-4, 1e2, log=True)),
    Axis("max_features", Float(0.1, 1.0)),
    Axis("bins", Int(4, 128, log=True)),
)


RANDOM_FOREST = (
    Axis("trees", Int(5, 40, log=True)),
    Axis("criterion", Categorical(("gini", "entropy"))),
    Axis("depth", Int(2, 20)),
    Axis("min_split", Int(2, 20)),
    Axis("max_features", Float(0.02, 1.0, log=True)),
    Axis("bootstrap", Categorical((False, True))),
    Axis("max_samples", Float(0.1, 1.0), when=("bootstrap", (True,))),
)


LINEAR_DESCENT = (
    Axis("alpha", Float(1e-7, 1.0, log=True)),
    Axis("l1_ratio", Float(0.0, 1.0)),
    Axis("epochs", Int(1, 20, log=True)),
    Axis("average", Categorical((False, True))),
    Axis("schedule", Categorical(("optimal", "constant", "invscaling", "adaptive"))),
    Axis("rate", Float(1e-5, 1e1, log=True), when=("schedule", ("constant", "invscaling", "adaptive"))),
    Axis("power", Float(0.05, 1.0), when=("schedule", ("invscaling",))),
)


NEIGHBOURS = (
    Axis("neighbours", Int(1, 40)),
    Axis("weights", Categorical(("distance", "uniform"))),
    Axis("power", Float(1.0, 3.0, step=0.5)),
    Axis("components", Int(1, 10)),
    Axis("scaling", Categorical(("none", "standard", "rank"))),
)


CANCER_PIPELINE = (
    Axis("scaler", Categorical(("standard", "none", "quantile"))),
    Axis("model", Categorical(("network", "logistic", "forest", "discriminant"))),
    Axis("penalty", Categorical(("l1", "l2", "elasticnet")), when=("model", ("logistic",))),
    Axis("c", Float(1e-4, 1e3, log=True), when=("model", ("logistic",))),
    Axis("l1_ratio", Float(0.0, 1.0), when=("penalty", ("elasticnet",))),
    Axis("trees", Int(5, 50, log=True), when=("model", ("forest",))),
    Axis("depth", Int(1, 10), when=("model", ("forest",))),
    Axis("max_features", Float(0.1, 1.0), when=("model", ("forest",))),
    Axis("shrinkage", Float(1e-4, 1.0, log=True), when=("model", ("discriminant",))),
    Axis("layers", Int(1, 3), when=("model", ("network",))),
    Axis("width_1", Int(2, 64, log=True), when=("model", ("network",))),
    Axis("width_2", Int(2, 64, log=True), when=("layers", (2, 3))),
    Axis("width_3", Int(2, 64, log=True), when=("layers", (3,))),
    Axis("rate", Float(1e-4, 1e-1, log=True), when=("model", ("network",))),
    Axis("decay", Float(1e-6, 1e1, log=True), when=("model", ("network",))),
)


#: Held out.
REPORTED_ESTIMATORS: Mapping[str, Sequence[Axis]] = {
    "svr-diabetes": SUPPORT_VECTORS,
    "sgd-digits": LINEAR_DESCENT,
    "histogram-boosting-cancer": HISTOGRAM_BOOSTING,
    "forest-digits": RANDOM_FOREST,
    "knn-diabetes": NEIGHBOURS,
    "pipeline-cancer": CANCER_PIPELINE,
}
