"""Charts drawn by plotly. A figure is handed over as one dict: adding traces one by one would cost seconds."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from luthier.analysis.figures.chart import Axis, Chart, Kind, Panel, Series, Strands
from luthier.base.optional import require

__all__ = ["to_plotly"]

MODES = {Kind.POINTS: "markers", Kind.LINE: "lines", Kind.STEPS: "lines", Kind.MARKED: "lines+markers"}

#: More points than this are drawn by the graphics card.
MANY = 2000

#: Of a log axis of parallel coordinates, so many ticks at most are named.
DECADES = 8

COLOURS = "Blues"


def to_plotly(chart: Chart | Strands) -> Any:
    """A `plotly.graph_objects.Figure`.

    Raises:
        MissingExtra: plotly is not installed.
    """
    graph_objects = require("plotly.graph_objects", extra="plot", needed_for="figures")
    if isinstance(chart, Strands):
        return graph_objects.Figure({"data": [strands(chart)], "layout": {"title": {"text": chart.title}}})
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {"title": {"text": chart.title}}
    named: set[str] = set()
    columns = max((len(row) for row in chart.rows), default=1)
    for place, panel in enumerate(chart.panels):
        suffix = "" if place == 0 else str(place + 1)
        if panel.z is not None:
            layout["scene"] = {f"{name}axis": axis_of(axis) for name, axis in axes_of(panel)}
        else:
            layout |= panel_axes(panel, suffix, place, columns, len(chart.rows))
        for series in panel.series:
            trace = trace_of(series, chart, shown=series.label not in named)
            named.add(series.label)
            if panel.z is None:
                trace |= {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
            data.append(trace)
    scaled = [trace for trace in data if trace.get("marker", {}).get("showscale") or trace.get("showscale")]
    for trace in scaled[1:]:
        trace.get("marker", trace)["showscale"] = False
    layout["showlegend"] = any(trace.get("showlegend") for trace in data) and not scaled
    if any(series.kind is Kind.SPANS for panel in chart.panels for series in panel.series):
        layout |= {"barmode": "overlay"}
    return graph_objects.Figure({"data": data, "layout": layout})


def axes_of(panel: Panel) -> list[tuple[str, Axis]]:
    """The axes of a panel by their letters."""
    return [("x", panel.x), ("y", panel.y), *([("z", panel.z)] if panel.z is not None else [])]


def panel_axes(panel: Panel, suffix: str, place: int, columns: int, rows: int) -> dict[str, Any]:
    """The layout of a panel in the grid of panels."""
    row, column = divmod(place, columns)
    found = {}
    for letter, axis in axes_of(panel):
        index, count = (column, columns) if letter == "x" else (rows - 1 - row, rows)
        gap = 0.15 / count if count > 1 else 0.0
        domain = [index / count + gap / 2, (index + 1) / count - gap / 2] if count > 1 else [0.0, 1.0]
        other = "y" if letter == "x" else "x"
        found[f"{letter}axis{suffix}"] = axis_of(axis) | {"domain": domain, "anchor": f"{other}{suffix}"}
    return found


def axis_of(axis: Axis) -> dict[str, Any]:
    """One axis."""
    told: dict[str, Any] = {"title": {"text": axis.label}}
    if axis.log:
        told["type"] = "log"
    if axis.time:
        told["type"] = "date"
    if axis.ticks is not None:
        told |= {"tickvals": [at for at, _ in axis.ticks], "ticktext": [text for _, text in axis.ticks]}
    return told


def trace_of(series: Series, chart: Chart, *, shown: bool) -> dict[str, Any]:
    """One series as a trace."""
    if series.kind is Kind.SURFACE:
        return {
            "type": "contour",
            "x": series.x,
            "y": series.y,
            "z": series.z,
            "colorscale": COLOURS,
            "reversescale": chart.reverse,
            "colorbar": {"title": {"text": chart.scale}},
            "showscale": True,
            "hoverinfo": "none",
            "contours": {"coloring": "heatmap"},
            "line": {"smoothing": 1.3},
        }
    if series.kind in {Kind.BARS, Kind.SPANS}:
        return bars(series, shown=shown)
    trace: dict[str, Any] = {
        "type": "scatter3d" if series.z is not None else "scattergl" if len(series.x) > MANY else "scatter",
        "x": packed(series.x),
        "y": packed(series.y),
        "mode": MODES[series.kind],
        "name": series.label,
        "legendgroup": series.label,
        "showlegend": shown and bool(series.label),
    }
    if series.z is not None:
        trace["z"] = series.z
    if series.kind is Kind.STEPS:
        trace["line"] = {"shape": "hv"}
    if series.notes is not None:
        trace |= {"text": series.notes, "hovertemplate": "%{text}<extra></extra>"}
    if series.error is not None:
        trace["error_y"] = {"type": "data", "array": series.error, "visible": True}
    return trace | marker_of(series, chart)


def packed(numbers: Sequence[Any]) -> Any:
    """Many numbers as an array, which plotly writes in half the space."""
    return np.asarray(numbers, dtype=np.float64) if len(numbers) > MANY else numbers


def marker_of(series: Series, chart: Chart) -> dict[str, Any]:
    """The colours of points and lines."""
    if series.shade is not None:
        return {
            "marker": {
                "color": packed(series.shade),
                "colorscale": COLOURS,
                "reversescale": chart.reverse,
                "colorbar": {"title": {"text": chart.scale}},
                "line": {"color": "grey", "width": 0.5},
                "showscale": True,
            },
        }
    if series.colour is None:
        return {}
    if series.kind in {Kind.LINE, Kind.STEPS}:
        return {"line": {"color": series.colour}}
    return {"marker": {"color": series.colour}}


def bars(series: Series, *, shown: bool) -> dict[str, Any]:
    """Horizontal bars; those in time are milliseconds long and start at a date."""
    trace: dict[str, Any] = {
        "type": "bar",
        "orientation": "h",
        "x": series.x,
        "y": series.y,
        "name": series.label,
        "legendgroup": series.label,
        "showlegend": shown,
    }
    if series.base is not None:
        trace["base"] = [datetime.fromtimestamp(start, tz=UTC).isoformat() for start in series.base]
        trace["x"] = [1000.0 * float(length) for length in series.x]
        trace |= {"text": series.notes, "hovertemplate": "%{text}<extra></extra>", "textposition": "none"}
    elif series.notes is not None:
        trace |= {"text": series.notes, "textposition": "outside"}
    return trace | ({"marker": {"color": series.colour}} if series.colour else {})


def strands(chart: Strands) -> dict[str, Any]:
    """Parallel coordinates, on the graphics card; a trial that lacks a parameter ends below its axis."""
    return {
        "type": "parcoords",
        "dimensions": [
            dimension(axis, column) for axis, column in zip(chart.axes, chart.columns, strict=True)
        ],
        "line": {
            "color": chart.shade,
            "colorscale": COLOURS,
            "reversescale": chart.small_is_good,
            "showscale": True,
            "colorbar": {"title": {"text": chart.scale}},
        },
        "labelangle": 30,
        "labelside": "bottom",
    }


def dimension(axis: Axis, column: Sequence[float]) -> dict[str, Any]:
    """One axis of parallel coordinates."""
    places = [math.log10(value) if axis.log else value for value in column]
    known = [place for place in places if not math.isnan(place)]
    low, high = min(known, default=0.0), max(known, default=1.0)
    told: dict[str, Any] = {"label": axis.label}
    if len(known) < len(places):
        low -= 0.05 * (high - low or 1.0)
    told |= {"range": [low, high], "values": [low if math.isnan(place) else place for place in places]}
    if axis.ticks is not None:
        told |= {"tickvals": [at for at, _ in axis.ticks], "ticktext": [text for _, text in axis.ticks]}
    elif axis.log:
        decades = range(math.ceil(low), math.floor(high) + 1)
        at: list[float] = [*decades[:: max(1, math.ceil(len(decades) / DECADES))]] or [low, high]
        told |= {"tickvals": at, "ticktext": [f"{10.0**place:.3g}" for place in at]}
    return told
