# ruff: noqa: ARG001 - the signatures are those of the original
"""Plots: accepted, and not kept."""

from typing import Any

from .media import Media

__all__ = [
    "bar",
    "confusion_matrix",
    "histogram",
    "line",
    "line_series",
    "plot_table",
    "pr_curve",
    "roc_curve",
    "scatter",
]


def plot(*args: Any, **kwargs: Any) -> Media:
    """Something to look at."""
    return Media()


bar = confusion_matrix = histogram = line = line_series = plot_table = pr_curve = roc_curve = scatter = plot
