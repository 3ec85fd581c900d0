"""What a figure shows, as plain values: panels with axes and series. Drawing knows nothing of studies.

Chart -> rows of Panel -> Series        two or three axes each
Strands                                 one line a trial across many axes: a chart of its own kind
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["Axis", "Chart", "Kind", "Panel", "Series", "Strands"]


class Kind(StrEnum):
    """How a series is drawn."""

    POINTS = "points"
    LINE = "line"
    #: A line that keeps its height until the next point.
    STEPS = "steps"
    #: A line through points, of which each is marked.
    MARKED = "marked"
    #: Horizontal bars from 0.
    BARS = "bars"
    #: Horizontal bars from `base` on, at heights `y`.
    SPANS = "spans"
    #: A field of heights: `z[j][i]` at `x[i], y[j]`.
    SURFACE = "surface"


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One axis. `ticks` name positions, where they are not numbers to be read."""

    label: str = ""
    log: bool = False
    #: Positions are seconds since the epoch.
    time: bool = False
    ticks: Sequence[tuple[float, str]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Things that belong together: one entry in the legend."""

    kind: Kind
    x: Sequence[float | str]
    y: Sequence[float | str]
    z: Sequence[float] | Sequence[Sequence[float]] | None = None
    label: str = ""
    #: One number per point for a scale of colours.
    shade: Sequence[float] | None = None
    #: The colour of all, by its name in CSS; None takes the next of the theme.
    colour: str | None = None
    #: One text per point, shown under the pointer.
    notes: Sequence[str] | None = None
    #: Half the height of an error bar at each point.
    error: Sequence[float] | None = None
    #: Where each of SPANS starts.
    base: Sequence[float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One pair, or triple, of axes."""

    series: Sequence[Series] = ()
    x: Axis = field(default_factory=Axis)
    y: Axis = field(default_factory=Axis)
    z: Axis | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A figure of panels in rows."""

    title: str
    rows: Sequence[Sequence[Panel]]
    #: What the scale of colours means, where there is one.
    scale: str = ""
    #: Whether small numbers of the scale are the dark ones: those that are good.
    reverse: bool = False

    @property
    def panels(self) -> list[Panel]:
        """All panels, row by row."""
        return [panel for row in self.rows for panel in row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Strands:
    """Parallel coordinates: one strand per trial across `axes`."""

    title: str
    axes: Sequence[Axis]
    #: Per axis one position per trial; NaN where a trial lacks it.
    columns: Sequence[Sequence[float]]
    #: One number per trial for the scale of colours.
    shade: Sequence[float]
    scale: str
    #: Whether small numbers are the good ones.
    small_is_good: bool = True
