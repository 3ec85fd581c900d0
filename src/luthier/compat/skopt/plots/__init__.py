"""Plots of results, with matplotlib."""

from luthier.compat.skopt.plots.dependence import (
    partial_dependence,
    partial_dependence_1D,
    partial_dependence_2D,
)
from luthier.compat.skopt.plots.matrix import plot_evaluations, plot_objective
from luthier.compat.skopt.plots.process import plot_gaussian_process
from luthier.compat.skopt.plots.single import plot_histogram, plot_objective_2D
from luthier.compat.skopt.plots.traces import plot_convergence, plot_regret

__all__ = [
    "partial_dependence",
    "partial_dependence_1D",
    "partial_dependence_2D",
    "plot_convergence",
    "plot_evaluations",
    "plot_gaussian_process",
    "plot_histogram",
    "plot_objective",
    "plot_objective_2D",
    "plot_regret",
]
