"""What the tables of small networks of both sets are made by.

Each network was trained once at every entry of a grid, and its whole validation curve is stored.
"""

from dataclasses import dataclass

from benchmarks.quality.problems.axes import Axis
from benchmarks.quality.problems.grids import Grid
from luthier.space.domains import Float

__all__ = ["Network", "log_axis", "network"]


@dataclass(frozen=True, slots=True)
class Network:
    """The grid of one network, and how many epochs it was trained for."""

    grid: Grid
    epochs: int


def decades(low: int, high: int, parts: int = 1) -> tuple[float, ...]:
    """The powers of ten from `10**low` to `10**high`, with `parts` steps a decade."""
    return tuple(float(f"{10 ** (low + k / parts):.12g}") for k in range((high - low) * parts + 1))


def log_axis(name: str, low: int, high: int, parts: int = 1) -> Axis:
    """A continuum on a log scale with knots at powers of ten."""
    return Axis(name, Float(10.0**low, 10.0**high, log=True), decades(low, high, parts))


def network(name: str, epochs: int, *axes: Axis) -> tuple[str, Network]:
    """A named network."""
    return name, Network(Grid(name, axes), epochs)
