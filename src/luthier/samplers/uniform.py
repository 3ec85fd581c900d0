"""Uniform sampling: every configuration of the unit cube is as likely as any other, but for priors and weights."""

from numpy.random import Generator

from luthier.records.history import History
from luthier.samplers.protocol import Capabilities, Proposals
from luthier.samplers.weighted import by_weight
from luthier.space.space import Space

__all__ = ["UniformSampler"]


class UniformSampler:
    """Random search (Bergstra and Bengio 2012). Log-scaled parameters are uniform in their logarithm."""

    __slots__ = ()

    @property
    def capabilities(self) -> Capabilities:
        """Needs no history."""
        return Capabilities(uses_history=False)

    def propose(self, space: Space, history: History, rng: Generator, n: int) -> Proposals:
        """Propose n independent points."""
        return Proposals(by_weight(space, rng.random((n, len(space)))))
