"""Figures of studies: first what there is to see, as plain values, then a drawing of it by plotly or matplotlib.

chart = optimization_history(Subject.of(records, signs=(1.0,)))
to_plotly(chart).show()
"""

from typing import TYPE_CHECKING, Any

from luthier.analysis.figures.chart import Axis, Chart, Panel, Series, Strands
from luthier.analysis.figures.subject import Subject

if TYPE_CHECKING:
    from luthier.analysis.figures.courses import intermediate_values, timeline
    from luthier.analysis.figures.fronts import hypervolume_history, pareto_front
    from luthier.analysis.figures.histories import edf, optimization_history
    from luthier.analysis.figures.matplotlib_drawing import to_matplotlib
    from luthier.analysis.figures.params import contour, parallel_coordinate, rank, slices
    from luthier.analysis.figures.plotly_drawing import to_plotly
    from luthier.analysis.figures.shares import param_importances

__all__ = [
    "Axis",
    "Chart",
    "Panel",
    "Series",
    "Strands",
    "Subject",
    "contour",
    "edf",
    "hypervolume_history",
    "intermediate_values",
    "optimization_history",
    "parallel_coordinate",
    "param_importances",
    "pareto_front",
    "rank",
    "slices",
    "timeline",
    "to_matplotlib",
    "to_plotly",
]

#: Name -> the module that has it.
PLACES = {
    "contour": "params",
    "edf": "histories",
    "hypervolume_history": "fronts",
    "intermediate_values": "courses",
    "optimization_history": "histories",
    "parallel_coordinate": "params",
    "param_importances": "shares",
    "pareto_front": "fronts",
    "rank": "params",
    "slices": "params",
    "timeline": "courses",
    "to_matplotlib": "matplotlib_drawing",
    "to_plotly": "plotly_drawing",
}


def __getattr__(name: str) -> Any:
    """A figure, imported when it is first named."""
    if name not in PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{PLACES[name]}"), name)
