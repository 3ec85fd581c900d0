"""A picture of the search: mean regret after each number of trials, a line for each tuner, a panel for each plan."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.quality.catalogue import OURS, named
from benchmarks.quality.collect import Table, collect
from benchmarks.quality.runs import Key, Run
from benchmarks.quality.statistics import mean_regret
from benchmarks.quality.tasks import Plan
from luthier.base.arrays import Array

__all__ = ["draw", "lines_of"]

#: Trials from which on lines are drawn: before, all searches are alike, and their regrets large.
FIRST = 5

#: Inches of a panel.
WIDTH, HEIGHT = 5.0, 3.6

#: Ours, and the peers', which are told apart by people who do not see red and green as well.
MINE = "#c8553d"
OTHERS = ("#28536b", "#5fa8a0", "#8d86c9", "#b7a269", "#4d4d4d", "#9aa5b1", "#6b8f3c", "#a6638f")

#: Text stays text, drawn in the reader's font, and the file is the same for the same figures.
STYLE = {"svg.fonttype": "none", "svg.hashsalt": "luthier", "font.family": "sans-serif", "font.size": 9.0}


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
    colours = iter(OTHERS * len(lines))
    for tuner, line in sorted(lines.items(), key=lambda item: float(item[1][-1])):
        title, library = named(tuner).title, named(tuner).library
        mine = library == OURS
        panel.plot(
            trials,
            line,
            label=title,
            color=MINE if mine else next(colours),
            linewidth=2.4 if mine else 1.3,
            zorder=3 if mine else 2,
        )
    at_once = "one trial at a time" if plan.workers == 1 else f"{plan.workers} trials at once"
    panel.set_title(f"{len(plan.benchmarks)} problems, {len(plan.seeds)} seeds, {at_once}", fontsize=9.5)
    panel.set_xlabel("trials")
    panel.set_xlim(FIRST, plan.budget)
    panel.set_yscale("log")
    panel.yaxis.set_major_formatter("{x:g}")
    panel.grid(visible=True, which="both", color="#e6e6e6", linewidth=0.6)
    panel.spines[["top", "right"]].set_visible(False)
    if lines:
        panel.legend(frameon=False, fontsize=8.0)


def lines_of(plan: Plan, runs: Mapping[Key, Run], at: Sequence[int]) -> dict[str, Array]:
    """Tuner -> `(at,)` its mean regret; only those that have run every problem, for others would be another mean."""
    return {table.tuner: mean_regret(table.R) for table in collect(plan, runs, at) if complete(table)}


def complete(table: Table) -> bool:
    """Whether a tuner has a run of every problem, to the end."""
    return bool(np.isfinite(table.R[:, :, -1]).any(axis=1).all())
