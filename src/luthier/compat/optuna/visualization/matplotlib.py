"""The plots, drawn by matplotlib: each returns its `Axes`, or an array of them for several panels."""

from importlib.util import find_spec

from luthier.analysis.figures import to_matplotlib
from luthier.compat.optuna.visualization import charts
from luthier.compat.optuna.visualization.drawn import drawn
from luthier.compat.support import lazy

__all__ = [
    "is_available",
    "plot_contour",
    "plot_edf",
    "plot_hypervolume_history",
    "plot_intermediate_values",
    "plot_optimization_history",
    "plot_parallel_coordinate",
    "plot_param_importances",
    "plot_pareto_front",
    "plot_rank",
    "plot_slice",
    "plot_timeline",
]

plot_contour = drawn(charts.contour, to_matplotlib)
plot_edf = drawn(charts.edf, to_matplotlib)
plot_hypervolume_history = drawn(charts.hypervolume_history, to_matplotlib)
plot_intermediate_values = drawn(charts.intermediate_values, to_matplotlib)
plot_optimization_history = drawn(charts.optimization_history, to_matplotlib)
plot_parallel_coordinate = drawn(charts.parallel_coordinate, to_matplotlib)
plot_param_importances = drawn(charts.param_importances, to_matplotlib)
plot_pareto_front = drawn(charts.pareto_front, to_matplotlib)
plot_rank = drawn(charts.rank, to_matplotlib)
plot_slice = drawn(charts.slices, to_matplotlib)
plot_timeline = drawn(charts.timeline, to_matplotlib)

__getattr__ = lazy(
    __name__,
    {},
    {
        "plot_terminator_improvement": "Plot the optimization history: it shows how long ago the best value was found."
    },
)


def is_available() -> bool:
    """Whether matplotlib is installed."""
    return find_spec("matplotlib") is not None
