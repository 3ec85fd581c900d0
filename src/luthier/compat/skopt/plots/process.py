"""A model of one dimension: its mean, its deviation, and what it promises."""

from collections.abc import Callable
from typing import Any

import numpy as np

from luthier.base.errors import InvalidInput, explain
from luthier.compat.skopt.acquisition import PER_SECOND, acquisition_values
from luthier.compat.skopt.plots.canvas import axes, label_of
from luthier.compat.skopt.plots.dependence import evenly_spaced

__all__ = ["plot_gaussian_process"]

#: Deviations of a normal that hold 95 % of it.
WIDTH = 1.96


def plot_gaussian_process(  # noqa: PLR0917 - the signature of the original
    res: Any,
    ax: Any = None,
    n_calls: int = -1,
    objective: Callable[[Any], float] | None = None,
    n_points: int = 1000,
    noise_level: float = 0,
    show_legend: bool = True,  # noqa: FBT001, FBT002 - as above
    show_title: bool = True,  # noqa: FBT001, FBT002 - as above
    show_acq_func: bool = False,  # noqa: FBT001, FBT002 - as above
    show_next_point: bool = False,  # noqa: FBT001, FBT002 - as above
    show_observations: bool = True,  # noqa: FBT001, FBT002 - as above
    show_mu: bool = True,  # noqa: FBT001, FBT002 - as above
) -> Any:
    """Plot a search in one dimension.

    Args:
        res: of a search with a model.
        ax: to draw in.
        n_calls: which of the models; the newest one when negative.
        objective: the true function of `[x]`, drawn if given.
        n_points: along the dimension.
        noise_level: deviation of the objective's noise, drawn around it.
        show_legend: whether to draw a legend.
        show_title: whether to name the minimum found.
        show_acq_func: whether to draw the acquisition function.
        show_next_point: whether to mark its best point.
        show_observations: whether to draw the evaluations.
        show_mu: whether to draw the model.

    Raises:
        InvalidInput: the space has several dimensions, or the result no model.
        MissingExtra: matplotlib is not installed.
    """
    if res.space.n_dims != 1 or not res.models:
        raise InvalidInput(
            explain("a result with a model, of one dimension", f"{res.space.n_dims}", "Use plot_objective.")
        )
    ax = axes(ax)
    x, seen = evenly_spaced(res.space.dimensions[0], n_points)
    told = len(res.x_iters) if n_calls < 0 else len(res.x_iters) - len(res.models) + 1 + n_calls
    model = res.models[n_calls if n_calls >= 0 else -1]
    name, options = acquisition_of(res)
    if objective is not None:
        truth = np.array([objective([value]) for value in x.tolist()])
        ax.plot(x, truth, "r--", label="True (unknown)")
        ax.fill_between(x, truth - WIDTH * noise_level, truth + WIDTH * noise_level, alpha=0.2, color="r")
    if show_mu:
        mu, sigma = (model.estimators_[0] if name in PER_SECOND else model).predict(seen, return_std=True)
        ax.plot(x, mu, "g--", label=r"$\mu_{GP}(x)$")
        ax.fill_between(x, mu - WIDTH * sigma, mu + WIDTH * sigma, alpha=0.2, color="g")
    if show_observations:
        ax.plot(
            [point[0] for point in res.x_iters[:told]],
            res.func_vals[:told],
            "r.",
            markersize=8,
            label="Observations",
        )
    other = ax
    if show_acq_func:
        best = float(np.nanmin(res.func_vals[:told]))
        values = -acquisition_values(seen, model, best, acq_func=name, options=options)
        if show_mu or show_observations or objective is not None:
            other = ax.twinx()
            other.set_ylabel(f"{name}(x)")
        other.plot(x, values, "b", label=f"{name}(x)")
        if show_next_point:
            top = int(np.argmax(values))
            other.plot(x[top], values[top], "bo", markersize=6, label="Next query point")
    decorate(ax, other, res, title=show_title, legend=show_legend)
    return ax


def acquisition_of(res: Any) -> tuple[str, dict[str, Any]]:
    """The acquisition function that a result was made with, and its options; EI stands for the hedge."""
    args = (res.specs or {}).get("args", {})
    name = args.get("acq_func") or "EI"
    options = dict(args.get("acq_func_kwargs") or {})
    options |= {key: args[key] for key in ("xi", "kappa") if key in args}
    return ("EI" if name == "gp_hedge" else name), options


def decorate(ax: Any, other: Any, res: Any, *, title: bool, legend: bool) -> None:
    """Title, labels, grid and legend."""
    if title:
        best = res.x[0] if isinstance(res.x[0], str) else f"{res.x[0]:.4f}"
        ax.set_title(f"x* = {best}, f(x*) = {res.fun:.4f}")
    ax.grid(visible=True)
    ax.set(xlabel=label_of(res.space, 0) if res.space.dimensions[0].name else "x", ylabel="f(x)")
    if legend:
        handles, labels = ax.get_legend_handles_labels()
        if other is not ax:
            more, names = other.get_legend_handles_labels()
            handles, labels = handles + more, labels + names
        other.legend(handles, labels, loc="best", prop={"size": 6}, numpoints=1)
