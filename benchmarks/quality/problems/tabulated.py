"""Problems whose values were computed once, from real training, and are looked up."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.quality.problems.axes import Axis, asked, space_of
from benchmarks.quality.problems.draft import Draft
from benchmarks.quality.problems.forest import forest
from benchmarks.quality.problems.grids import Grid
from benchmarks.quality.problems.networks import Network
from luthier.space.codec import Codec
from luthier.testing.problems import Get

__all__ = ["GRIDS", "drafts"]

#: The tables of estimators that are complete grids.
GRIDS = ("knn-diabetes",)


def looked_up(grid: Grid) -> Callable[[Get], float]:
    """The value of a grid without curves."""
    return lambda get: float(grid.at(get))


def interpolated(name: str, axes: Sequence[Axis]) -> Callable[[Get], float]:
    """The value of the forest through a sample of points."""
    codec = Codec(space_of(axes))

    def value(get: Get) -> float:
        return forest(name)(np.array(codec.encode(asked(axes, get))))

    return value


def estimator(name: str, axes: Sequence[Axis]) -> Draft:
    """An estimator of scikit-learn."""
    value = looked_up(Grid(name, axes)) if name in GRIDS else interpolated(name, axes)
    return Draft(name=name, suite="sklearn", space=space_of(axes), value=value)


def trained(name: str, network: Network) -> Draft:
    """A network with its learning curve; the value is that of the last epoch."""

    def value(get: Get) -> float:
        return float(network.grid.at(get)[-1])

    def curve(config: Mapping[str, Any]) -> list[float]:
        losses: list[float] = network.grid.at(config.__getitem__).tolist()
        return losses

    return Draft(
        name=name,
        suite="networks",
        space=space_of(network.grid.axes),
        value=value,
        curve=curve,
        epochs=network.epochs,
    )


def drafts(estimators: Mapping[str, Sequence[Axis]], networks: Mapping[str, Network]) -> tuple[Draft, ...]:
    """The tabulated problems of one set."""
    return (
        *(estimator(name, axes) for name, axes in estimators.items()),
        *(trained(name, network) for name, network in networks.items()),
    )
