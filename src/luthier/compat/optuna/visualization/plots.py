"""The plots, drawn by plotly: each returns a `plotly.graph_objects.Figure`."""

from luthier.analysis.figures import to_plotly
from luthier.compat.optuna.visualization import charts
from luthier.compat.optuna.visualization.drawn import drawn

__all__ = [
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

plot_contour = drawn(charts.contour, to_plotly)
plot_edf = drawn(charts.edf, to_plotly)
plot_hypervolume_history = drawn(charts.hypervolume_history, to_plotly)
plot_intermediate_values = drawn(charts.intermediate_values, to_plotly)
plot_optimization_history = drawn(charts.optimization_history, to_plotly)
plot_parallel_coordinate = drawn(charts.parallel_coordinate, to_plotly)
plot_param_importances = drawn(charts.param_importances, to_plotly)
plot_pareto_front = drawn(charts.pareto_front, to_plotly)
plot_rank = drawn(charts.rank, to_plotly)
plot_slice = drawn(charts.slices, to_plotly)
plot_timeline = drawn(charts.timeline, to_plotly)
