"""A picture of the search: mean regret after each number of trials, a line for each tuner, a panel for each plan."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.quality.catalogue import OURS, TUNERS, named
from benchmarks.quality.collect import collect
from benchmarks.quality.runs import Key, Run
from benchmarks.quality.statistics import mean_regret
from benchmarks.quality.tasks import Plan
from luthier.base.arrays import Array

__all__ = ["Line", "Look", "draw", "lines_of", "look_of"]

#: Trials from which on lines are drawn: before, all searches are alike, and their regrets large.
FIRST = 5

#: Regrets that are marked.
TICKS = (0.1, 0.2, 0.3, 0.5, 1.0, 2.0)

#: Inches of a panel.
WIDTH, HEIGHT = 5.2, 4.3

#: Where the names stand, in parts of the panel: beside the lines there is no room for a dozen.
UNDERNEATH = (0.5, -0.15)

#: Ours, and one for each peer, in turn solid, dashed and dash-dotted. Of one style any two are 40 apart in CIELAB, of
#: different ones 20, or more, also as people see them who do not see red, or green (Machado et al. 2009).
MINE = "#c8553d"
OTHERS = (
    "#4aa5fa",
    "#0d463d",
    "#84c495",
    "#babc40",
    "#96bad9",
    "#38697f",
    "#213c71",
    "#5c55bd",
    "#563705",
    "#61958b",
)
STYLES = ("-", "--", "-.")

#: Text stays text, drawn in the reader's font, and the file is the same for the same figures.
STYLE = {"svg.fonttype": "none", "svg.hashsalt": "luthier", "font.family": "sans-serif", "font.size": 9.0}


class Line(NamedTuple):
    """The mean regret `(at,)` of a tuner, and over how many seeds of a problem, from the fewest to the most."""

    regret: Array
    seeds: int
    most_seeds: int


class Look(NamedTuple):
    """How a tuner is drawn."""

    color: str
    linestyle: str
    linewidth: float
    zorder: int


#: The peers look the same in every picture, whoever else is in it.
LOOKS = {
    name: Look(color, STYLES[place % len(STYLES)], 1.3, 2)
    for place, (name, color) in enumerate(
        zip((name for name, tuner in TUNERS.items() if tuner.library != OURS), OTHERS, strict=True)
    )
}


def look_of(tuner: str) -> Look:
    """A peer's own look, or that of ours."""
    return LOOKS.get(tuner, Look(MINE, "-", 2.4, 3))


def draw(plans: Sequence[Plan], runs: Mapping[Key, Run], path: Path) -> None:
    """Write an SVG of all plans side by side."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH * len(plans), HEIGHT), layout="constrained")
        panels = figure.subplots(1, len(plans), sharey=True, squeeze=False)[0]
        for panel, plan in zip(panels, plans, strict=True):
            draw_panel(panel, plan, runs)
        panels[0].set_ylabel("normalised regret")
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, format="svg", metadata={"Date": None}, facecolor="white")


def draw_panel(panel: Axes, plan: Plan, runs: Mapping[Key, Run]) -> None:
    """One plan: its lines, the lowest in the end named first."""
    trials = np.arange(FIRST, plan.budget + 1)
    lines = lines_of(plan, runs, trials.tolist())
    for tuner, line in sorted(lines.items(), key=lambda item: float(item[1].regret[-1])):
        panel.plot(
            trials,
            line.regret,
            label=named(tuner).title + fewer(line, len(plan.seeds)),
            **look_of(tuner)._asdict(),
        )
    at_once = "one trial at a time" if plan.workers == 1 else f"{plan.workers} trials at once"
    panel.set_title(f"{len(plan.benchmarks)} problems, {len(plan.seeds)} seeds, {at_once}", fontsize=9.5)
    panel.set_xlabel("trials")
    panel.set_xlim(FIRST, plan.budget)
    panel.set_yscale("log")
    panel.set_yticks(TICKS, [f"{tick:g}" for tick in TICKS])
    panel.minorticks_off()
    panel.grid(visible=True, color="#e6e6e6", linewidth=0.6)
    panel.spines[["top", "right"]].set_visible(False)
    if lines:
        panel.legend(frameon=False, fontsize=7.5, loc="upper center", bbox_to_anchor=UNDERNEATH, ncols=3)


def fewer(line: Line, seeds: int) -> str:
    """What the legend adds to a line of fewer seeds than others, such as " (1 to 3 seeds)"."""
    if line.seeds == seeds:
        return ""
    if line.seeds < line.most_seeds:
        return f" ({line.seeds} to {line.most_seeds} seeds)"
    return f" ({line.seeds} seed{'s' if line.seeds > 1 else ''})"


def lines_of(plan: Plan, runs: Mapping[Key, Run], at: Sequence[int]) -> dict[str, Line]:
    """Tuner -> its line; only those that have run every problem, for others would be another mean."""
    lines = {}
    for table in collect(plan, runs, at):
        seeds = np.isfinite(table.R[:, :, -1]).sum(axis=1)
        if seeds.all():
            lines[table.tuner] = Line(mean_regret(table.R), int(seeds.min()), int(seeds.max()))
    return lines
