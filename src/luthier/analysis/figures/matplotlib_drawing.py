"""Charts drawn by matplotlib. No figure is registered with pyplot's list for ever: the caller gets its axes."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from luthier.analysis.figures.chart import Axis, Chart, Kind, Panel, Series, Strands
from luthier.base.optional import require

__all__ = ["to_matplotlib"]

COLOURS = "Blues"
SECONDS_PER_DAY = 86400.0

#: Inches of a figure with one panel, and of each panel of several.
SINGLE = (7.0, 5.0)
EACH = (3.0, 2.6)

#: A legend of more names than this stands beside the panel, in columns of so many.
LEGEND_INSIDE = 6
LEGEND_ROWS = 30

#: Degrees by which moments are turned, so that they do not run into each other.
SLANT = 30
#: The part of the panel that is left free beyond the longest bar.
ROOM_FOR_NUMBERS = 0.1


def to_matplotlib(chart: Chart | Strands) -> Any:
    """The `matplotlib.axes.Axes` of a chart with one panel; an array of them for several.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    pyplot = require("matplotlib.pyplot", extra="plot", needed_for="figures")
    if isinstance(chart, Strands):
        return draw_strands(chart, pyplot)
    rows, columns = max(len(chart.rows), 1), max([1, *map(len, chart.rows)])
    several = rows * columns > 1
    size = (EACH[0] * columns, EACH[1] * rows) if several else SINGLE
    solid = any(panel.z is not None for panel in chart.panels)
    figure, axes = pyplot.subplots(
        rows,
        columns,
        figsize=size,
        squeeze=False,
        layout="constrained",
        subplot_kw={"projection": "3d"} if solid else {},
    )
    shaded = None
    for axis, panel in zip(axes.flat, chart.panels, strict=False):
        shaded = draw_panel(axis, panel, colours=f"{COLOURS}_r" if chart.reverse else COLOURS) or shaded
    if shaded is not None:
        figure.colorbar(shaded, ax=axes, label=chart.scale)
    if several:
        figure.suptitle(chart.title)
        return axes[0] if rows == 1 else axes
    axes[0, 0].set_title(chart.title)
    return axes[0, 0]


def draw_panel(ax: Any, panel: Panel, *, colours: str) -> Any:
    """Draw all series of a panel; returns what a scale of colours belongs to, if anything."""
    shaded = None
    for place, series in enumerate(panel.series):
        # Points and lines have cycles of colours of their own, and would begin with the same one.
        plain = replace(series, colour=series.colour or f"C{place}")
        shaded = draw_series(ax, plain, time=panel.x.time, colours=colours) or shaded
    for letter, axis in (("x", panel.x), ("y", panel.y), ("z", panel.z)):
        if axis is not None:
            set_axis(ax, letter, axis)
    labels = {series.label for series in panel.series if series.label}
    if labels and shaded is None:
        aside = {"loc": "upper left", "bbox_to_anchor": (1.0, 1.0), "fontsize": "x-small"}
        columns = math.ceil(len(labels) / LEGEND_ROWS)
        ax.legend(**(aside | {"ncols": columns} if len(labels) > LEGEND_INSIDE else {}))
    return shaded


def set_axis(ax: Any, letter: str, axis: Axis) -> None:
    """Label and scale of one axis."""
    getattr(ax, f"set_{letter}label")(axis.label)
    if axis.log:
        getattr(ax, f"set_{letter}scale")("log")
    if axis.time:
        ax.xaxis_date()
        ax.tick_params(axis="x", labelrotation=SLANT)
    if axis.ticks is not None:
        getattr(ax, f"set_{letter}ticks")([at for at, _ in axis.ticks], [text for _, text in axis.ticks])


def draw_series(ax: Any, series: Series, *, time: bool, colours: str) -> Any:
    """Draw one series; returns what a scale of colours belongs to, if anything."""
    x, y, label, colour = series.x, series.y, series.label, series.colour
    if series.kind is Kind.SURFACE:
        return ax.contourf(x, y, np.array(series.z), levels=20, cmap=colours)
    if series.kind is Kind.POINTS:
        place = (x, y) if series.z is None else (x, y, series.z)
        shade = (
            {"c": series.shade, "cmap": colours, "edgecolors": "grey"}
            if series.shade is not None
            else {"c": colour}
        )
        points = ax.scatter(*place, label=label, **shade)
        if series.error is not None:
            ax.errorbar(x, y, yerr=series.error, fmt="none")
        return points if series.shade is not None else None
    if series.kind in {Kind.BARS, Kind.SPANS}:
        base = [stamp(start) if time else start for start in series.base or [0.0] * len(y)]
        width = [float(length) / (SECONDS_PER_DAY if time else 1.0) for length in x]
        bars = ax.barh(y, width, left=base, label=label, color=colour)
        if series.kind is Kind.BARS:
            ax.bar_label(bars, fmt="%.2f", padding=2)
            ax.margins(x=ROOM_FOR_NUMBERS)
    elif series.kind is Kind.STEPS:
        ax.step(x, y, where="post", label=label, color=colour)
    elif series.error is not None:
        ax.errorbar(x, y, yerr=series.error, label=label, color=colour)
    else:
        ax.plot(x, y, marker="." if series.kind is Kind.MARKED else None, label=label, color=colour)
    return None


def stamp(seconds: float) -> Any:
    """A moment as matplotlib counts them: days since the epoch."""
    dates = require("matplotlib.dates", extra="plot", needed_for="figures")
    return dates.date2num(datetime.fromtimestamp(seconds, tz=UTC))


def draw_strands(chart: Strands, pyplot: Any) -> Any:
    """Parallel coordinates: every axis scaled to the height of the figure."""
    collections = require("matplotlib.collections", extra="plot", needed_for="figures")
    figure, ax = pyplot.subplots(figsize=SINGLE, layout="constrained")
    columns = [heights(axis, column) for axis, column in zip(chart.axes, chart.columns, strict=True)]
    lines = [list(enumerate(row)) for row in zip(*columns, strict=True)]
    colours = f"{COLOURS}_r" if chart.small_is_good else COLOURS
    bundle = collections.LineCollection(lines, cmap=colours, array=np.array(chart.shade, dtype=np.float64))
    ax.add_collection(bundle)
    ax.set_xlim(0, max(len(columns) - 1, 1))
    ax.set_ylim(-0.05, 1.05)
    ax.set_yticks([])
    ax.set_xticks(
        range(len(columns)),
        [label_of(axis, column) for axis, column in zip(chart.axes, chart.columns, strict=True)],
    )
    ax.set_title(chart.title)
    figure.colorbar(bundle, ax=ax, label=chart.scale)
    return ax


def heights(axis: Axis, column: Sequence[float]) -> list[float]:
    """Positions of one axis as heights in [0, 1]."""
    places = [math.log10(value) if axis.log else value for value in column]
    known = [place for place in places if not math.isnan(place)]
    low, high = min(known, default=0.0), max(known, default=1.0)
    return [(place - low) / (high - low) if high > low else 0.5 for place in places]


def label_of(axis: Axis, column: Sequence[float]) -> str:
    """The name of an axis with the ends of its scale."""
    known = [value for value in column if not math.isnan(value)]
    if axis.ticks is not None:
        return f"{axis.label}\n" + " … ".join(dict.fromkeys((axis.ticks[0][1], axis.ticks[-1][1])))
    return f"{axis.label}\n{min(known):.3g} … {max(known):.3g}" if known else axis.label
