"""Importances as bars."""

from collections.abc import Mapping

from luthier.analysis.figures.chart import Axis, Chart, Kind, Panel, Series

__all__ = ["param_importances"]


def param_importances(shares: Mapping[str, Mapping[str, float]]) -> Chart:
    """One bar per parameter, and one group of bars per objective.

    Args:
        shares: name of an objective -> parameter -> its share.
    """
    order = list(dict.fromkeys(name for told in shares.values() for name in told))
    order.sort(key=lambda name: sum(told.get(name, 0.0) for told in shares.values()))
    series = [
        Series(
            kind=Kind.BARS,
            x=[told.get(name, 0.0) for name in order],
            y=order,
            label=label,
            notes=[f"{told.get(name, 0.0):.2f}" for name in order],
        )
        for label, told in shares.items()
    ]
    axes = {"x": Axis(label="Hyperparameter Importance"), "y": Axis(label="Hyperparameter")}
    return Chart(title="Hyperparameter Importances", rows=[[Panel(series=series, **axes)]])
