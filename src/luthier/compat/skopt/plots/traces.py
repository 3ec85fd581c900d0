"""Traces over the evaluations: the best value so far, and the regret."""

import warnings
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from luthier.base.arrays import Array
from luthier.base.errors import InvalidInput, explain
from luthier.compat.skopt.plots.canvas import axes, pyplot

__all__ = ["plot_convergence", "plot_regret"]


def plot_convergence(
    *args: Any, true_minimum: float | None = None, yscale: str | None = None, ax: Any = None
) -> Any:
    """Plot the best value so far of one or several results.

    Args:
        args: results, lists of results (each drawn, with their mean), or pairs of a label and one of these.
        true_minimum: drawn as a line, if known.
        yscale: of the axis, such as "log".
        ax: to draw in.

    Raises:
        InvalidInput: an argument is no result.
        MissingExtra: matplotlib is not installed.
    """
    ax = axes(ax)
    ax.set(title="Convergence plot", xlabel="Number of calls $n$", ylabel=r"$\min f(x)$ after $n$ calls")
    labelled = draw(ax, args, lambda result: np.fmin.accumulate(np.asarray(result.func_vals)))
    if true_minimum is not None:
        ax.axhline(true_minimum, linestyle="--", color="r", lw=1, label="True minimum")
    return finished(ax, yscale, labelled=labelled or true_minimum is not None)


def plot_regret(
    *args: Any, ax: Any = None, true_minimum: float | None = None, yscale: str | None = None
) -> Any:
    """Plot the sum of the differences from the minimum of one or several results.

    Args:
        args: results, lists of results (each drawn, with their mean), or pairs of a label and one of these.
        ax: to draw in.
        true_minimum: the smallest value of all results when left out.
        yscale: of the axis, such as "log".

    Raises:
        InvalidInput: an argument is no result.
        MissingExtra: matplotlib is not installed.
    """
    ax = axes(ax)
    every = [result for arg in args for result in labelled_results(arg)[1]]
    if true_minimum is None:
        true_minimum = float(min(np.nanmin(result.func_vals) for result in every))
    ax.set(
        title="Cumulative regret plot",
        xlabel="Number of calls $n$",
        ylabel=r"$\sum_{i=0}^n(f(x_i) - optimum)$ after $n$ calls",
    )
    labelled = draw(ax, args, lambda result: np.nancumsum(np.asarray(result.func_vals) - true_minimum))
    return finished(ax, yscale, labelled=labelled)


def draw(ax: Any, args: Iterable[Any], trace_of: Callable[[Any], Array]) -> bool:
    """Draw the trace of each argument; whether any has a label."""
    args = list(args)
    colors = pyplot().cm.viridis(np.linspace(0.25, 1.0, max(len(args), 1)))
    labelled = False
    for place, (arg, color) in enumerate(zip(args, colors, strict=False)):
        label, results, several = labelled_results(arg)
        labelled = labelled or label is not None
        traces = [trace_of(result) for result in results]
        shortest = min(map(len, traces))
        for trace in traces if several else ():
            ax.plot(range(1, 1 + len(trace)), trace, c=color, alpha=0.2)
        if any(len(trace) > shortest for trace in traces):
            warnings.warn(
                f"The results of argument {place} have different numbers of calls: their mean ends with the shortest",
                stacklevel=3,
            )
        mean = np.mean([trace[:shortest] for trace in traces], axis=0)
        ax.plot(range(1, 1 + shortest), mean, c=color, marker=".", markersize=12, lw=2, label=label)
    return labelled


def labelled_results(arg: Any) -> tuple[str | None, list[Any], bool]:
    """The label of an argument, its results, and whether they came as a list."""
    from scipy.optimize import OptimizeResult

    label = None
    if isinstance(arg, tuple) and len(arg) == 2 and isinstance(arg[0], str):
        label, arg = arg
    if isinstance(arg, OptimizeResult):
        return label, [arg], False
    results = list(arg) if isinstance(arg, Iterable) else []
    if results and all(isinstance(result, OptimizeResult) for result in results):
        return label, results, True
    raise InvalidInput(explain("a result, a list of results or (label, …)", repr(arg), "Pass one of these."))


def finished(ax: Any, yscale: str | None, *, labelled: bool) -> Any:
    """The axes with their grid, scale and legend."""
    ax.grid(visible=True)
    if yscale is not None:
        ax.set_yscale(yscale)
    if labelled:
        ax.legend(loc="best")
    return ax
