"""`optuna.visualization`: figures of plotly. The submodule `matplotlib` has the same ones for matplotlib."""

from importlib.util import find_spec
from typing import TYPE_CHECKING

from luthier.compat.support import lazy

if TYPE_CHECKING:
    from luthier.compat.optuna.visualization import matplotlib
    from luthier.compat.optuna.visualization.plots import (
        plot_contour,
        plot_edf,
        plot_hypervolume_history,
        plot_intermediate_values,
        plot_optimization_history,
        plot_parallel_coordinate,
        plot_param_importances,
        plot_pareto_front,
        plot_rank,
        plot_slice,
        plot_timeline,
    )

__all__ = [
    "is_available",
    "matplotlib",
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

PLOTS = "luthier.compat.optuna.visualization.plots"

__getattr__ = lazy(
    __name__,
    {
        **{name: PLOTS for name in __all__ if name.startswith("plot_")},
        "matplotlib": "luthier.compat.optuna.visualization.matplotlib",
    },
    {
        "plot_terminator_improvement": "Plot the optimization history: it shows how long ago the best value was found."
    },
)


def is_available() -> bool:
    """Whether plotly is installed."""
    return find_spec("plotly") is not None


def __dir__() -> list[str]:
    """The public names."""
    return list(__all__)
