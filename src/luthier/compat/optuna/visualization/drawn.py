"""From a function that makes a chart to one that draws it, with the same arguments."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from luthier.analysis.figures import Chart, Strands

__all__ = ["drawn"]

P = ParamSpec("P")


def drawn(make: Callable[P, Chart | Strands], draw: Callable[[Chart | Strands], Any]) -> Callable[P, Any]:
    """The same function, drawing what it makes."""

    @wraps(make)
    def plot(*args: P.args, **kwargs: P.kwargs) -> Any:
        return draw(make(*args, **kwargs))

    return plot
