"""The default: what to use when nothing is known of the objective."""

from numpy.random import Generator

from luthier.records.history import History
from luthier.samplers.centre import CentreSampler
from luthier.samplers.compose import Distinct, StartupThen
from luthier.samplers.protocol import Capabilities, Proposals, Sampler
from luthier.samplers.quasi import QuasiSampler
from luthier.samplers.tpe.sampler import TPESampler
from luthier.space.space import Space

__all__ = ["STARTUP", "AutoSampler", "started"]

#: How many trials a model-based search starts with. On functions of 2 to 15 dimensions 3 to 8 were alike at 50 and 100
#: trials and all better than the field's 10.
STARTUP = 5


class AutoSampler:
    """The middle of the space, four quasi-random points, then the tree-structured Parzen estimator.

    On a small finite space nothing is tried twice before everything was tried once.

    Args:
        seed: decides the quasi-random points.
    """

    __slots__ = ("sampler",)

    def __init__(self, seed: int = 0) -> None:
        self.sampler = Distinct(StartupThen(1, first=CentreSampler(), then=started(TPESampler(), seed=seed)))

    @property
    def capabilities(self) -> Capabilities:
        """Reads the history, for any space."""
        return self.sampler.capabilities

    def propose(self, space: Space, history: History, rng: Generator, n: int) -> Proposals:
        """Propose n points."""
        return self.sampler.propose(space, history, rng, n)


def started(model: Sampler, *, seed: int) -> Sampler:
    """A sampler with a model, behind a quasi-random start."""
    return StartupThen(STARTUP, first=QuasiSampler(seed), then=model)
