"""Estimators of scikit-learn: one that was run at every entry of a grid, the others at a sample of points.

What each was fitted to, and how it was scored, is in `benchmarks.quality.tabulate.estimators`.
"""

from collections.abc import Mapping, Sequence

from benchmarks.quality.problems.axes import Axis
from luthier.space.domains import Categorical, Float, Int

__all__ = ["DEV_ESTIMATORS"]


KERNEL_RIDGE = (
    Axis("alpha", Float(1e-6, 1e2, log=True)),
    Axis("kernel", Categorical(("laplacian", "rbf", "polynomial"))),
    Axis("gamma", Float(1e-4, 1e2, log=True)),
    Axis("degree", Int(1, 5), when=("kernel", ("polynomial",))),
    Axis("coef0", Float(0.0, 3.0), when=("kernel", ("polynomial",))),
)


BOOSTED_TREES = (
    Axis("learning_rate", Float(0.005, 1.0, log=True)),
    Axis("trees", Int(10, 150, log=True)),
    Axis("depth", Int(1, 8)),
    Axis("subsample", Float(0.3, 1.0)),
    Axis("min_leaf", Int(1, 40, log=True)),
    Axis("max_features", Float(0.2, 1.0)),
)


MOONS_PIPELINE = (
    Axis("scaler", Categorical(("none", "standard", "uniform"))),
    Axis("model", Categorical(("logistic", "tree", "knn", "bayes"))),
    Axis("c", Float(1e-4, 1e3, log=True), when=("model", ("logistic",))),
    Axis("powers", Int(1, 4), when=("model", ("logistic",))),
    Axis("criterion", Categorical(("gini", "entropy")), when=("model", ("tree",))),
    Axis("depth", Int(1, 12), when=("model", ("tree",))),
    Axis("min_leaf", Int(1, 60, log=True), when=("model", ("tree",))),
    Axis("neighbours", Int(1, 80, log=True), when=("model", ("knn",))),
    Axis("weights", Categorical(("uniform", "distance")), when=("model", ("knn",))),
    Axis("smoothing", Float(1e-9, 1.0, log=True), when=("model", ("bayes",))),
)


#: For development.
DEV_ESTIMATORS: Mapping[str, Sequence[Axis]] = {
    "kernel-ridge-friedman": KERNEL_RIDGE,
    "boosted-trees-friedman": BOOSTED_TREES,
    "pipeline-moons": MOONS_PIPELINE,
}
