"""Parameters against the objective, and against each other."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from luthier.analysis.figures.chart import Axis, Chart, Kind, Panel, Series, Strands
from luthier.analysis.figures.scales import Scale, enlarged, names_of, reduced, scales_of
from luthier.analysis.figures.subject import Subject, measured, notes_of
from luthier.base.arrays import Array
from luthier.records.trial import TrialRecord

__all__ = ["contour", "parallel_coordinate", "rank", "slices"]

#: A surface is drawn on a grid of so many lines each way,
GRID = 40
#: from so many trials, the newest ones: more would not be seen.
SURFACE_TRIALS = 1000
#: A panel among many marks at most so many trials, evenly chosen from all; ranks and surfaces are those of all.
PAIR_TRIALS = 2000
#: Inverse distance weighting (Shepard 1968): the weight of a trial falls with this power of its distance.
SHEPARD_POWER = 4
#: Keeps the weight of a trial on a line of the grid finite, relative to the width of the panel.
NEAREST = 1e-3

INFEASIBLE = "#cccccc"


def slices(subject: Subject, params: Sequence[str] | None = None) -> Chart:
    """The objective against each parameter, coloured by trial number.

    Raises:
        InvalidInput: an unknown parameter, or several objectives and no target.
    """
    found = measured(subject)
    records, values = [record for record, _ in found], [value for _, value in found]
    scales = scales_of(records, names_of(records, params))
    panels = [
        Panel(
            series=marked(records, scale.places, values, [record.number for record in records]),
            x=scale.axis,
            y=Axis(label=subject.label if place == 0 else ""),
        )
        for place, scale in enumerate(scales)
    ]
    return Chart(title="Slice Plot", rows=[panels], scale="Trial")


def marked(
    records: Sequence[TrialRecord],
    x: Sequence[float],
    y: Sequence[float],
    shade: Sequence[float],
    *,
    every: int = 1,
) -> list[Series]:
    """Feasible trials coloured, infeasible ones grey; those without a place are left out. `every` thins them."""
    series = []
    for feasible in (True, False):
        kept = [
            place
            for place, record in enumerate(records)
            if place % every == 0
            and record.feasible is feasible
            and not math.isnan(x[place])
            and not math.isnan(y[place])
        ]
        if kept:
            series.append(
                Series(
                    kind=Kind.POINTS,
                    x=[x[place] for place in kept],
                    y=[y[place] for place in kept],
                    shade=[shade[place] for place in kept] if feasible else None,
                    colour=None if feasible else INFEASIBLE,
                    label="Feasible Trial" if feasible else "Infeasible Trial",
                    notes=notes_of([records[place] for place in kept]),
                ),
            )
    return series


def rank(subject: Subject, params: Sequence[str] | None = None) -> Chart:
    """Pairs of parameters, coloured by the rank of the objective: 0 is the best trial, 1 the worst.

    Raises:
        InvalidInput: an unknown parameter, or several objectives and no target.
    """

    def series(records: Sequence[TrialRecord], x: Scale, y: Scale, values: Sequence[float]) -> list[Series]:
        order = np.argsort(np.argsort(subject.sign * np.array(values), kind="stable"), kind="stable")
        shade = (order / max(len(values) - 1, 1)).tolist()
        return marked(records, x.places, y.places, shade, every=stride(len(records)))

    return replace(pairs(subject, params, series, f"Rank ({subject.label})", "Rank"), reverse=True)


def contour(subject: Subject, params: Sequence[str] | None = None) -> Chart:
    """Pairs of parameters over a surface of the objective, interpolated between trials.

    Raises:
        InvalidInput: an unknown parameter, or several objectives and no target.
    """

    def series(records: Sequence[TrialRecord], x: Scale, y: Scale, values: Sequence[float]) -> list[Series]:
        surface = surface_of(x, y, values)
        points = marked(records, x.places, y.places, values, every=stride(len(records)))
        plain = [
            Series(
                kind=Kind.POINTS,
                x=one.x,
                y=one.y,
                label=one.label,
                colour=one.colour or "black",
                notes=one.notes,
            )
            for one in points
        ]
        return [*([surface] if surface else []), *plain]

    chart = pairs(subject, params, series, "Contour Plot", subject.label)
    return replace(chart, reverse=subject.sign > 0)


def pairs(
    subject: Subject,
    params: Sequence[str] | None,
    series: Callable[[Sequence[TrialRecord], Scale, Scale, Sequence[float]], list[Series]],
    title: str,
    scale: str,
) -> Chart:
    """One panel for two parameters; for more, a square of panels, its diagonal empty."""
    found = measured(subject)
    records, values = [record for record, _ in found], [value for _, value in found]
    scales = scales_of(records, names_of(records, params))
    if len(scales) == 2:
        x, y = scales
        panel = Panel(series=series(records, x, y, values), x=x.axis, y=y.axis)
        return Chart(title=title, rows=[[panel]], scale=scale)
    rows = [
        [
            Panel(
                series=[] if x is y else series(records, x, y, values),
                x=x.axis if y is scales[-1] else bare(x.axis),
                y=y.axis if x is scales[0] else bare(y.axis),
            )
            for x in scales
        ]
        for y in (scales if len(scales) > 1 else [])
    ]
    return Chart(title=title, rows=rows, scale=scale)


def stride(trials: int) -> int:
    """Every so-manieth trial is marked in a panel of many."""
    return max(1, math.ceil(trials / PAIR_TRIALS))


def bare(axis: Axis) -> Axis:
    """An axis inside a square of panels, without its name."""
    return Axis(log=axis.log, ticks=axis.ticks)


def surface_of(x: Scale, y: Scale, values: Sequence[float]) -> Series | None:
    """The objective over the plane of two parameters; None where fewer than two places differ on an axis."""
    across, up = np.array(x.along()), np.array(y.along())
    known = np.flatnonzero(~np.isnan(across) & ~np.isnan(up))[-SURFACE_TRIALS:]
    if len(known) < 2 or np.ptp(across[known]) == 0.0 or np.ptp(up[known]) == 0.0:
        return None
    grid_x, u = gridded(across[known], x.axis)
    grid_y, v = gridded(up[known], y.axis)
    heights = interpolated(np.column_stack([u, v]), np.array(values)[known])
    return Series(kind=Kind.SURFACE, x=grid_x, y=grid_y, z=heights.tolist())


def gridded(places: Array, axis: Axis) -> tuple[list[float], Array]:
    """The lines of the grid as values of the axis, and positions in [0, 1]."""
    low, high = float(places.min()), float(places.max())
    lines = np.linspace(low, high, GRID)
    return (10.0**lines if axis.log else lines).tolist(), (places - low) / (high - low)


def interpolated(places: Array, values: Array) -> Array:
    """`(GRID, GRID)` heights over the unit square from `places: (n, 2)`, row by row; Shepard 1968, Eq. (1)."""
    lines = np.linspace(0.0, 1.0, GRID)
    scaled, unit = reduced(values)
    rows = []
    for up in lines:
        squared = (lines[:, None] - places[:, 0]) ** 2 + (up - places[:, 1]) ** 2 + NEAREST**2
        weights = squared ** (-SHEPARD_POWER / 2)
        rows.append(weights @ scaled / weights.sum(axis=1))
    # A mean is never beyond what it is of, but for rounding, which makes the largest float infinite.
    return enlarged(np.clip(np.array(rows), scaled.min(), scaled.max()), unit)


def parallel_coordinate(subject: Subject, params: Sequence[str] | None = None) -> Strands:
    """One line per trial through its value and all its parameters.

    Raises:
        InvalidInput: an unknown parameter, or several objectives and no target.
    """
    found = [(record, value) for record, value in measured(subject) if record.feasible]
    records, values = [record for record, _ in found], [value for _, value in found]
    scales = scales_of(records, names_of(records, params))
    return Strands(
        title="Parallel Coordinate Plot",
        axes=[Axis(label=subject.label), *(scale.axis for scale in scales)],
        columns=[values, *(scale.places for scale in scales)],
        shade=values,
        scale=subject.label,
        small_is_good=subject.sign > 0,
    )
